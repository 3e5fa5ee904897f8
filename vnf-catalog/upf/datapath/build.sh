#!/bin/bash
# Compiles the UPF's eBPF programs to the object OUT: build.sh OUT
set -euo pipefail
out=${1:?where the object goes}
here=$(dirname "$(readlink -f "$0")")
include=/usr/include/$(uname -m)-linux-gnu
clang -O2 -g -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -Wall -Wextra -Werror -isystem "$include" -c "$here/bpf/upf.bpf.c" -o "$out"
llvm-strip -g "$out"
