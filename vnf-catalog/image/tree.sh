# From Debian packages to the guest's own small tree.

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

# name version, sorted, of what was extracted.
list_versions() {
  local deb
  for deb in "$1"/var/cache/apt/archives/*.deb; do dpkg-deb -f "$deb" Package Version | awk '{print $2}' | paste -sd' '; done | sort
}

list_licences() {
  local file
  for file in "$1"/usr/share/doc/*/copyright "$1"/usr/share/common-licenses/*; do
    [[ -f $file && ! -L $file ]] || continue
    printf '\n===== %s\n\n' "${file#"$1"}"
    cat "$file"
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

# Copies the wanted modules with their dependencies, and writes /lib/berth/modules (guest/modules.h).
copy_modules() {
  local tree=$1 guest=$2 list=$3 release verb module with chain path alias
  release=$(ls "$tree/lib/modules")
  depmod -b "$tree" "$release"
  mkdir -p "$guest/lib/berth/modules.d"
  while read -r verb module with; do
    chain=$(for path in "$module" $with; do
      modprobe -d "$tree" -S "$release" --show-depends --ignore-install "$path" 2>/dev/null
    done | awk '$1 == "insmod" && !seen[$2]++ {print $2}')
    [[ -n $chain ]] || continue # built into this kernel
    local copied=()
    for path in $chain; do
      cp -n "$path" "$guest/lib/berth/modules.d/"
      copied+=("/lib/berth/modules.d/${path##*/}")
    done
    if [[ $verb == load ]]; then printf 'load %s\n' "${copied[@]}"
    else
      alias=$(modinfo -b "$tree" -k "$release" -F alias "$module" | sed -nE '/^(pci|virtio|acpi)[*:]/p' | sort)
      [[ -n $alias ]] || die "the module $module matches no device: load it instead"
      while read -r alias; do printf 'for %s %s\n' "$alias" "${copied[*]}"; done <<<"$alias"
    fi
  done < <(grep -v '^#' "$list") | awk '!seen[$0]++' >"$guest/lib/berth/modules"
}

# busybox, the guest program, the recipe's programs and files.
make_guest() {
  local tree=$1 guest=$2 program
  mkdir -p "$guest"/{bin,sbin,dev,proc,sys,run,tmp,etc,root,var/tmp,usr/bin,usr/sbin,usr/lib/berth,lib/berth}
  ln -s /run "$guest/var/run"
  for program in bin/busybox "${programs[@]}"; do copy_closed "$tree" "$guest" "$program"; done
  while read -r program; do
    [[ -e $guest/$program ]] || ln -s /bin/busybox "$guest/$program"
  done < <("$tree/bin/busybox" --list-full | grep -vE '^(sbin/(init|halt|reboot|poweroff)|linuxrc)$')
  install -m 755 "$work/vnf" "$guest/usr/lib/berth/vnf"
  ln -s /usr/lib/berth/vnf "$guest/init"
  ln -sf /usr/lib/berth/vnf "$guest/sbin/shutdown"
  cp -r --preserve=mode "$here/files/." "$guest/"
  cp -r --preserve=mode "$recipe/files/." "$guest/"
  cp "$tree/usr/lib/os-release" "$guest/etc/os-release"
  copy_modules "$tree" "$guest" "$here/modules.$kernel"
  chown -R 0:0 "$guest"
  finish_guest "$guest"
}

pack_initramfs() {
  local guest=$1 out=$2
  find "$guest" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  (cd "$guest" && find . -print0 | LC_ALL=C sort -z | cpio --quiet --null --create --format=newc --reproducible) |
    lz4 -l -9 -q -c >"$out"
}
