#!/bin/bash
# Compiles the UPF's programs: compile.sh [--checked] FOLDER
#   FOLDER/upfd        the agent with the loader of the data path, static
#   FOLDER/upf.bpf.o   the eBPF programs, with their types (BTF)
# --checked: upfd with sanitizers, for tests. The same sources give the same bytes.
set -euo pipefail
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
sources+=(upf/agent/*.c upf/datapath/*.c)

flags=(-std=gnu11 -Wall -Wextra -Werror -Iguest -Iupf/guest -Iupf/agent -Iupf/datapath)
if [[ ${checked:-no} == yes ]]; then
  flags+=(-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  libraries=(-lbpf -lelf -lz)
else
  flags+=(-O2 -static -s -Wl,--build-id=none)
  libraries=(-l:libbpf.a -l:libelf.a -l:libz.a)
fi

upf/datapath/build.sh "$out/upf.bpf.o"
gcc "${flags[@]}" -o "$out/upfd" "${sources[@]}" "${libraries[@]}"
