#!/bin/bash
# The root file system of a lab host, from Debian packages, with what `overlay` has on top.
# usage: host-tree.sh FOLDER MIRROR OVERLAY
set -euo pipefail
folder=$1
mirror=$2
overlay=$3
suite=bookworm

# What a compute host runs, then what people look at it with.
packages=(
  systemd-sysv udev dbus kmod linux-image-amd64 busybox-static
  libvirt-daemon-system libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils dnsmasq-base netcat-openbsd
  openssh-server iproute2 nftables
  libvirt-clients iputils-ping pciutils numactl ethtool tcpdump procps less
)

mmdebstrap --variant=minbase --mode=root --quiet \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  --aptopt='APT::Install-Recommends "false"' \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --include="$(IFS=,; echo "${packages[*]}")" \
  "$suite" "$folder" "$mirror"

root() { chroot "$folder" "$@"; }

# Files of the recipe keep their modes, and belong to root.
cp -R --no-preserve=ownership "$overlay/." "$folder/"

# No name server is within reach, and a look-up that nobody answers takes ten seconds: libvirt makes one for the name of
# its host.
: > "$folder/etc/resolv.conf"
for index in 0 1 2 3; do echo "127.0.1.$((index + 1)) lab$index"; done >> "$folder/etc/hosts"

cat >> "$folder/etc/libvirt/qemu.conf" <<'CONF'

# No AppArmor here; QEMU opens VFIO groups and files of the lab as root.
security_driver = "none"
user = "root"
group = "root"
CONF
sed -i 's/^root:[^:]*:/root:*:/' "$folder/etc/shadow"
rm -f "$folder/etc/libvirt/qemu/networks/autostart/default.xml"
mkdir -p "$folder/etc/libvirt/storage" "$folder/var/lib/libvirt/images/berth"
: > "$folder/etc/machine-id"

root systemctl --quiet enable systemd-networkd.service ssh.service libvirtd.service \
  libvirtd.socket libvirtd-tcp.socket libvirtd-tls.socket
root systemctl --quiet disable libvirt-guests.service
# What only takes time at a boot of which nothing is kept.
root systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer systemd-timesyncd.service systemd-pstore.service systemd-networkd-wait-online.service \
  systemd-update-utmp.service systemd-journal-flush.service apparmor.service getty@tty1.service

# Drivers of what a lab host does not have: most of the image.
kernel=$(ls "$folder/lib/modules")
modules=$folder/lib/modules/$kernel/kernel
rm -rf "$modules"/sound "$modules"/net/{bluetooth,wireless,mac80211} \
  "$modules"/drivers/{gpu,media,infiniband,staging,bluetooth,iio,usb,scsi,md,hid,isdn,watchdog,net/wireless} \
  "$modules"/fs/{xfs,btrfs,ceph,ocfs2,gfs2,smb}
root depmod "$kernel"
rm -rf "$folder"/boot/initrd.img-* "$folder"/var/cache/apt/* "$folder"/var/lib/apt/lists/*
