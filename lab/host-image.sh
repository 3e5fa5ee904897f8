#!/bin/bash
# From the tree of a lab host: its disk (ext4 in a qcow2), its kernel, and the initramfs that finds the disk.
# usage: host-image.sh TREE OUTPUT INIT QEMU_IMG...
set -euo pipefail
tree=$1
output=$2
init=$3
shift 3
qemu_img=("$@")
kernel=$(ls "$tree/lib/modules")
work=$(mktemp -d "$output/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

cp "$tree/boot/vmlinuz-$kernel" "$output/vmlinuz"

# The modules of the disk with what they need, in the order in which they are loaded.
mkdir -p "$work"/initramfs/{bin,dev,proc,sys,disk,modules}
cp "$tree/bin/busybox" "$work/initramfs/bin/"
cp "$init" "$work/initramfs/init"
chmod 755 "$work/initramfs/init"
for module in virtio_pci virtio_blk crc32c_generic crc32c_intel ext4; do
  chroot "$tree" modprobe --set-version="$kernel" --show-depends "$module"
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' > "$work/modules"
while read -r file; do
  cp "$tree/$file" "$work/initramfs/modules/"
  basename "$file" >> "$work/initramfs/modules/order"
done < "$work/modules"
(cd "$work/initramfs" && find . -mindepth 1 | sort | cpio --quiet --create --format=newc --owner=0:0) |
  gzip --fast > "$output/initramfs"

truncate --size=4G "$work/disk"
mke2fs -q -t ext4 -O ^64bit,^metadata_csum -E lazy_itable_init=0,lazy_journal_init=0 -d "$tree" "$work/disk"
"${qemu_img[@]}" convert -O qcow2 -c -o compression_type=zstd "$work/disk" "$output/disk.qcow2"
