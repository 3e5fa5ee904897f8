#!/bin/bash
# Compiles the UPF's programs: compile.sh [--checked] FOLDER
#   FOLDER/upfd        the agent with the loader of the data path, static
#   FOLDER/upf.bpf.o   the eBPF programs, with their types (BTF)
# --checked: upfd with sanitizers, for tests. The same sources give the same bytes.
set -euo pipefail
PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ ${1:-} != --checked ]] || { checked=yes; shift; }
(($# == 1)) || { echo "usage: ${0##*/} [--checked] FOLDER" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$here/.."

# What upfd has of the guest program: the document.
common=(json reason address files document-checks links network routes netlink static-routes vlans)
own=(document n4-document interfaces-document)
sources=("${common[@]/#/guest/}" "${own[@]/#/upf/guest/}")
sources=("${sources[@]/%/.c}")
for file in upf/agent/*.c upf/datapath/*.c; do
  sources+=("$file")
done

flags=(-std=gnu11 -Wall -Wextra -Werror -Iguest -Iupf/guest -Iupf/agent -Iupf/datapath)
if [[ ${checked:-no} == yes ]]; then
  flags+=(-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  libraries=(-lbpf -lelf -lz)
else
  flags+=(-O2 -static -s -Wl,--build-id=none)
  libraries=(-l:libbpf.a -l:libelf.a -l:libz.a)
fi

objects=()
for file in upf/datapath/bpf/*.bpf.c; do
  object=$out/$(basename "$file" .c).part.o
  clang -target bpf -O2 -g -mcpu=v3 -Wall -Werror -D__TARGET_ARCH_x86 -I/usr/include/x86_64-linux-gnu -Iupf/datapath \
    -c "$file" -o "$object"
  objects+=("$object")
done
# Links them, and leaves the debugging sections out but BTF.
bpftool gen object "$out/upf.bpf.o" "${objects[@]}"
rm "${objects[@]}"

gcc "${flags[@]}" -o "$out/upfd" "${sources[@]}" "${libraries[@]}"
