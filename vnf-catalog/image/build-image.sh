#!/bin/bash
# Builds a VNF's image from Debian packages: a kernel, and an initramfs that is the whole guest.
#
#   build-image.sh RECIPE [--kernel cloud|full] [--refresh] OUTDIR
#
# RECIPE is a folder with recipe.conf (name, packages, programs, guest_sources, finish_guest, stand_ins) and, where the VNF
# needs more than every guest has, files/ and lists of kernel modules, modules and modules.KERNEL. A VNF with further
# programs of its own has build_programs, which puts them below the folder it is called with, at their places in the guest;
# more_sources, what they are made of; more_tools, what that takes; host_packages, the build host's packages whose code is
# in them. The result is kept in a cache under the hash of all its inputs (these scripts, the sources, the recipe, the
# suite, the kernel flavour); --refresh builds it again, for newer packages of the same suite. In OUTDIR, NAME-KERNEL:
# .qcow2, .vmlinuz, .initramfs, .manifest.json with every package that was used: its exact version, its source, whether the
# image has a file of it; and .copyright.txt with their licences.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
catalog=${here%/*}
suite=bookworm
kernel=cloud
refresh=no
recipe=$(cd "$1" && pwd)
shift
while (($#)); do
  case $1 in
    --kernel) kernel=$2; shift ;;
    --refresh) refresh=yes ;;
    -*) echo "unknown option $1" >&2; exit 2 ;;
    *) outdir=$1 ;;
  esac
  shift
done
[[ -n ${outdir:-} ]] || { echo "usage: ${0##*/} RECIPE [--kernel cloud|full] [--refresh] OUTDIR" >&2; exit 2; }
case $kernel in
  cloud) kernel_package=linux-image-cloud-amd64 ;;
  full) kernel_package=linux-image-amd64 ;;
  *) echo "the kernel is cloud or full, not $kernel" >&2; exit 2 ;;
esac

stand_ins=()
stand_in_users=()
more_sources=()
more_tools=()
host_packages=()
build_programs() { :; }
# shellcheck source=/dev/null
source "$recipe/recipe.conf"
source "$here/tools.sh"
source "$here/stand-ins.sh"
source "$here/tree.sh"
source "$here/disk.sh"
export LC_ALL=C SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1735689600}
cmdline="console=ttyS0,115200 loglevel=4 panic=5 no5lvl no_timer_check ${cmdline_extra:-}"
artefact=$name-$kernel
cache=${XDG_CACHE_HOME:-$HOME/.cache}/berth

inputs_key() {
  (
    cd "$catalog"
    find image guest "${recipe#"$catalog"/}" "${guest_sources[@]}" "${more_sources[@]}" -type f ! -name '*selftest*' ! -name '*.md' -print0 |
      sort -zu | xargs -0 sha256sum
    echo "$suite $kernel $cmdline $SOURCE_DATE_EPOCH"
  ) | sha256sum | cut -c1-32
}

compile_guest() {
  local sources=("$catalog"/guest/*.c) folder
  local includes=(-I "$catalog/guest")
  for folder in "${guest_sources[@]}"; do
    sources+=("$catalog/$folder"/*.c)
    includes+=(-I "$catalog/$folder")
  done
  gcc -std=gnu11 -Os -Wall -Wextra -Werror -static -s -Wl,--build-id=none -ffile-prefix-map="$catalog"=. \
    "${includes[@]}" -o "$work/vnf" "${sources[@]}"
}

# path and SHA-256 of the recipe's own programs.
list_programs() {
  (cd "$work/programs" && find . -type f -printf '%P\0' | sort -z | xargs -0 -r sha256sum | awk '{print $2, $1}')
}

write_manifest() {
  local to=$1 tree=$2
  jq -n --sort-keys --arg name "$name" --arg kernel "$kernel" --arg suite "$suite" --arg key "$key" \
    --arg cmdline "$cmdline" --arg sha256 "$(sha256sum <"$to/$artefact.qcow2" | cut -d' ' -f1)" \
    --argjson bytes "$(stat -c %s "$to/$artefact.qcow2")" \
    --argjson virtual "$(qemu-img info --output=json "$to/$artefact.qcow2" | jq '."virtual-size"')" \
    --arg program "$(sha256sum <"$work/vnf" | cut -d' ' -f1)" --arg programs "$(list_programs)" \
    --arg distro "$(distro_of "$tree/usr/lib/os-release")" --rawfile packages "$work/packages" \
    --arg host "$(distro_of /etc/os-release)" --rawfile hostPackages "$work/host-packages" '
    def packages: split("\n") | map(select(. != "") | split(" ") | {(.[0]): {version: .[1], architecture: .[2],
      source: .[3], sourceVersion: .[4], inImage: (.[5] == "true")}}) | add;
    def programs: split("\n") | map(select(. != "") | split(" ") | {(.[0]): {sha256: .[1]}}) | add;
    {$name, $kernel, $suite, inputs: $key, $cmdline,
      image: {sha256: $sha256, sizeBytes: $bytes, virtualSizeBytes: $virtual}, guestProgram: {sha256: $program}, programs: (($programs | programs) // {}),
      $distro, packages: ($packages | packages), buildHost: {distro: $host, packages: ($hostPackages | packages)}}' \
    >"$to/$artefact.manifest.json"
}

build() {
  local to=$1 tree=$work/tree guest=$work/guest
  mkdir -p "$to"
  say "compiling the guest program"
  compile_guest
  mkdir "$work/programs"
  build_programs "$work/programs"
  say "fetching Debian $suite packages ($kernel kernel)"
  fetch_tree "$tree" "$cache/debs/$suite"
  list_licences "$tree" >"$to/$artefact.copyright.txt"
  say "assembling the guest"
  make_guest "$tree" "$guest"
  list_packages "$tree" "$guest" >"$work/packages"
  list_host_packages >"$work/host-packages"
  pack_initramfs "$guest" "$to/$artefact.initramfs"
  cp "$tree"/boot/vmlinuz-* "$to/$artefact.vmlinuz"
  say "writing the disk"
  make_disk "$to/$artefact.vmlinuz" "$to/$artefact.initramfs" "$work/disk.raw"
  qemu-img convert -q -f raw -O qcow2 -o cluster_size=64k,compat=1.1 "$work/disk.raw" "$to/$artefact.qcow2"
  write_manifest "$to" "$tree"
}

key=$(inputs_key)
store=$cache/images/$key
if [[ $refresh == yes || ! -e $store/$artefact.manifest.json ]]; then
  need_tools
  work=$(mktemp -d "${TMPDIR:-/tmp}/berth-image.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  build "$work/out"
  mkdir -p "$cache/images"
  rm -rf "$store"
  mv "$work/out" "$store"
fi
mkdir -p "$outdir"
cp --reflink=auto "$store/$artefact".* "$outdir/"
say "$artefact $(jq -r '.image | "\(.sizeBytes / 1048576 * 10 | round / 10) MiB, sha256 \(.sha256)"' "$outdir/$artefact.manifest.json")"
