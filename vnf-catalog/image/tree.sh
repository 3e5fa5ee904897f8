# From Debian packages to the guest's own small tree.

readonly package_facts='${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}'

# Extracts the packages with their dependencies; nothing of theirs is run.
fetch_tree() {
  local to=$1 archives=$2 keyring=/usr/share/keyrings/debian-archive-keyring.gpg sources
  sources=$(debian_sources "$suite")
  [[ -n $sources ]] || die "this host has no apt source for Debian $suite (try apt-get update, or set BERTH_DEBIAN_MIRROR)"
  mkdir -p "$archives"
  mmdebstrap --quiet --variant=extract --mode=root --format=directory --components=main --architectures=amd64 \
    --include="$(IFS=,; echo "${packages[*]} ${kernel_package}" | tr ' ' ,)" --keyring="$keyring" \
    --setup-hook="mkdir -p \"\$1/var/cache/apt/archives\" && cp -n $archives/*.deb \"\$1/var/cache/apt/archives/\" 2>/dev/null || true" \
    --skip=download/empty,cleanup/apt,check/qemu "$suite" "$to" - <<<"$sources"
  cp -n "$to"/var/cache/apt/archives/*.deb "$archives/"
}

# md5 and path of the files of a package; nothing when it has none.
sums_of() {
  dpkg-deb --ctrl-tarfile "$1" | tar --extract --to-stdout ./md5sums 2>/dev/null || true
}

# The archives whose files are all in the tree: the cache has others too, of other kernels, VNFs and versions.
list_archives() {
  local tree=$1 deb sums
  for deb in "$tree"/var/cache/apt/archives/*.deb; do
    sums=$(sums_of "$deb")
    if [[ -z $sums ]] || (cd "$tree" && md5sum --check --status <<<"$sums" 2>/dev/null); then echo "$deb"; fi
  done
}

# name version architecture source source-version true|false, sorted, of what was extracted; the last one says whether
# the image has a file of it.
list_packages() {
  local tree=$1 guest=$2 deb within
  md5sum "$tree"/boot/vmlinuz-* >"$work/image-sums"
  find "$guest" -type f -size +0 -exec md5sum {} + >>"$work/image-sums"
  list_archives "$tree" | while read -r deb; do
    within=false
    if sums_of "$deb" | awk 'NR == FNR {seen[$1]; next} $1 in seen {found = 1} END {exit !found}' "$work/image-sums" -; then
      within=true
    fi
    dpkg-deb --show --showformat "$package_facts $within\n" "$deb"
  done | sort
}

# The same of what the build host's packages put into the image: the C library of the guest program, the boot loader, and
# what the recipe's own programs are linked with.
list_host_packages() {
  dpkg-query --show --showformat "$package_facts true\n" libc6-dev syslinux syslinux-common "${host_packages[@]}" | sort
}

distro_of() {
  # shellcheck source=/dev/null
  (source "$1" && echo "$ID-$VERSION_ID")
}

print_licence() {
  printf '\n===== %s\n\n' "$1"
  cat "$2"
}

# Of the packages in the tree, and of those that the recipe's own programs are linked with.
list_licences() {
  local file package
  for file in "$1"/usr/share/doc/*/copyright "$1"/usr/share/common-licenses/*; do
    [[ ! -f $file || -L $file ]] || print_licence "${file#"$1"}" "$file"
  done
  for package in "${host_packages[@]}"; do
    file=/usr/share/doc/$package/copyright
    [[ -e $1$file ]] || print_licence "$file" "$file"
  done
}

find_library() {
  local tree=$1 library=$2 place
  for place in lib/x86_64-linux-gnu usr/lib/x86_64-linux-gnu usr/lib/x86_64-linux-gnu/frr lib64; do
    [[ -e $tree/$place/$library ]] && { echo "$place/$library"; return; }
  done
  die "no extracted package has the library $library"
}

# Copies a file at its own path, and the libraries it needs, and theirs.
copy_closed() {
  local tree=$1 guest=$2 path=${3#/} library
  [[ -e $guest/$path ]] && return
  [[ -e $tree/$path ]] || die "no extracted package has /$path"
  install -D -m "$(stat -Lc %a "$tree/$path")" "$(realpath "$tree/$path")" "$guest/$path"
  while read -r library; do
    copy_closed "$tree" "$guest" "$(find_library "$tree" "$library")"
  done < <(readelf -d "$guest/$path" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  if readelf -l "$guest/$path" 2>/dev/null | grep -q 'program interpreter'; then
    copy_closed "$tree" "$guest" lib64/ld-linux-x86-64.so.2
  fi
}

# Copies the modules that the lists want with their dependencies, and writes /lib/berth/modules (guest/modules.h).
copy_modules() {
  local tree=$1 guest=$2 release verb module with chain path alias
  shift 2
  release=$(ls "$tree/lib/modules")
  depmod -b "$tree" "$release"
  mkdir -p "$guest/lib/berth/modules.d"
  while read -r verb module with; do
    chain=$(for path in "$module" $with; do
      modprobe -d "$tree" -S "$release" --show-depends --ignore-install "$path" 2>/dev/null
    done | awk '$1 == "insmod" && !seen[$2]++ {print $2}') || die "this kernel has no module $module"
    [[ -n $chain ]] || continue # built into this kernel
    local copied=()
    for path in $chain; do
      cp -n "$path" "$guest/lib/berth/modules.d/"
      copied+=("/lib/berth/modules.d/${path##*/}")
    done
    if [[ $verb == load ]]; then printf 'load %s\n' "${copied[@]}"
    elif [[ $verb == for-* ]]; then printf 'for berth:%s %s\n' "${verb#for-}" "${copied[*]}"
    else
      alias=$(modinfo -b "$tree" -k "$release" -F alias "$module" | sed -nE '/^(pci|virtio|acpi)[*:]/p' | sort)
      [[ -n $alias ]] || die "the module $module matches no device: load it instead"
      while read -r alias; do printf '%s %s %s\n' "${verb/match/for}" "$alias" "${copied[*]}"; done <<<"$alias"
    fi
  done < <(grep -hv '^#' "$@") | awk '!seen[$0]++' >"$guest/lib/berth/modules"
}

# busybox, the guest program, the recipe's programs and files.
make_guest() {
  local tree=$1 guest=$2 program
  mkdir -p "$guest"/{bin,sbin,dev,proc,sys,run,tmp,etc,root,var/tmp,usr/bin,usr/sbin,usr/lib/berth,lib/berth}
  ln -s /run "$guest/var/run"
  make_stand_ins "$tree" "$guest"
  for program in bin/busybox "${programs[@]}"; do copy_closed "$tree" "$guest" "$program"; done
  while read -r program; do
    [[ -e $guest/$program ]] || ln -s /bin/busybox "$guest/$program"
  done < <("$tree/bin/busybox" --list-full | grep -vE '^(sbin/(init|halt|reboot|poweroff)|linuxrc)$')
  install -m 755 "$work/vnf" "$guest/usr/lib/berth/vnf"
  cp -r --preserve=mode "$work/programs/." "$guest/"
  ln -s /usr/lib/berth/vnf "$guest/init"
  ln -sf /usr/lib/berth/vnf "$guest/sbin/shutdown"
  cp -r --preserve=mode "$here/files/." "$guest/"
  [[ ! -e $recipe/files ]] || cp -r --preserve=mode "$recipe/files/." "$guest/"
  cp "$tree/usr/lib/os-release" "$guest/etc/os-release"
  local lists=("$here/modules.$kernel") list
  for list in "$recipe/modules" "$recipe/modules.$kernel"; do
    [[ ! -e $list ]] || lists+=("$list")
  done
  copy_modules "$tree" "$guest" "${lists[@]}"
  chown -R 0:0 "$guest"
  finish_guest "$guest"
}

pack_initramfs() {
  local guest=$1 out=$2
  find "$guest" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  (cd "$guest" && find . -print0 | LC_ALL=C sort -z | cpio --quiet --null --create --format=newc --reproducible) |
    lz4 -l -9 -q -c >"$out"
}
