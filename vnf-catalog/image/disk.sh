# A disk that SeaBIOS boots: MBR, one FAT partition with syslinux, one small partition for the guest's
# state. Built from plain files: no loop device, no mount.

readonly sector=512 boot_at=2048 state_sectors=6144

make_disk() {
  local vmlinuz=$1 initramfs=$2 out=$3 boot_sectors disk_sectors content
  content=$(($(stat -c %s "$vmlinuz") + $(stat -c %s "$initramfs")))
  boot_sectors=$((((content / 1048576) + 4) * 2048))
  disk_sectors=$((boot_at + boot_sectors + state_sectors + 2048))
  truncate -s $((disk_sectors * sector)) "$out"
  sfdisk --quiet "$out" <<TABLE
label: dos
label-id: 0x62657274
start=$boot_at, size=$boot_sectors, type=c, bootable
start=$((boot_at + boot_sectors)), size=$state_sectors, type=da
TABLE
  dd if=/usr/lib/syslinux/mbr/mbr.bin of="$out" conv=notrunc status=none
  make_boot "$vmlinuz" "$initramfs" "$work/boot.fat" $boot_sectors
  dd if="$work/boot.fat" of="$out" bs=1M seek=$((boot_at * sector / 1048576)) conv=notrunc,sparse status=none
  printf 'berth-vnf-state\0' | dd of="$out" bs=$sector seek=$((boot_at + boot_sectors)) conv=notrunc status=none
}

make_boot() {
  local vmlinuz=$1 initramfs=$2 out=$3 sectors=$4
  printf 'DEFAULT vnf\nPROMPT 0\nTIMEOUT 0\nLABEL vnf\n  LINUX vmlinuz\n  INITRD initramfs\n  APPEND %s\n' "$cmdline" >"$work/syslinux.cfg"
  touch -d "@$SOURCE_DATE_EPOCH" "$work/syslinux.cfg" "$vmlinuz" "$initramfs"
  truncate -s $((sectors * sector)) "$out"
  mkfs.vfat --invariant -F 16 -n BERTH -h $boot_at "$out" >/dev/null
  syslinux --install "$out"
  mcopy -m -i "$out" "$work/syslinux.cfg" ::syslinux.cfg
  mcopy -m -i "$out" "$vmlinuz" ::vmlinuz
  mcopy -m -i "$out" "$initramfs" ::initramfs
}
