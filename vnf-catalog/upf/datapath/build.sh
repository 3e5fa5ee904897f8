#!/bin/bash
# Compiles the UPF's eBPF programs to the object OUT: build.sh OUT. The object has the names of the sources in it, so it
# is the same one whatever folder they are in.
set -euo pipefail
out=$(readlink -m "${1:?where the object goes}")
cd "$(dirname "$(readlink -f "$0")")"
include=/usr/include/$(uname -m)-linux-gnu
clang -O2 -g -fdebug-compilation-dir=. -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -Wall -Wextra -Werror -isystem "$include" \
  -c bpf/upf.bpf.c -o "$out"
llvm-strip -g "$out"
