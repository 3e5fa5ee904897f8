# What the build host must have, and the Debian package that supplies each thing.

say() { printf '%s: %s\n' "${name:-image}" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

need_tools() {
  local missing=() tool package
  while read -r tool package; do
    [[ -n $tool ]] || continue
    if [[ $tool == /* ]]; then [[ -e $tool ]] || missing+=("$tool ($package)")
    else command -v "$tool" >/dev/null || missing+=("$tool ($package)")
    fi
  done <<LIST
mmdebstrap mmdebstrap
gcc gcc
/usr/lib/x86_64-linux-gnu/libc.a libc6-dev
readelf binutils
depmod kmod
cpio cpio
lz4 lz4
jq jq
sfdisk fdisk
mkfs.vfat dosfstools
mcopy mtools
syslinux syslinux
/usr/lib/syslinux/mbr/mbr.bin syslinux-common
qemu-img qemu-utils
$(printf '%s\n' "${more_tools[@]}")
LIST
  ((${#missing[@]} == 0)) || die "missing on this host, with the Debian package that has it: $(printf '%s; ' "${missing[@]}")"
  ((EUID == 0)) || die "building needs root (device nodes and file owners inside the image)"
}

# The host's own apt sources for the pinned suite, as mmdebstrap wants them.
debian_sources() {
  local suite=$1
  if [[ -n ${BERTH_DEBIAN_MIRROR:-} ]]; then
    printf 'deb %s %s main\n' "$BERTH_DEBIAN_MIRROR" "$suite"
    return
  fi
  apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(CODENAME)|$(COMPONENT)|$(CREATED_BY)' |
    awk -F'|' -v suite="$suite" '$1 == "Debian" && $5 == "Packages" && $4 == "main" &&
      ($3 == suite || index($3, suite "-") == 1) { print "deb", $2, $3, "main" }' | sort -u
}
