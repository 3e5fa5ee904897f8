#!/bin/bash
# The QEMU of the lab, from Debian packages that are extracted and never installed: igb cards with virtual functions, an
# IOMMU and AMD's virtualisation under TCG need a newer one than many hosts have.
# usage: qemu.sh FOLDER MIRROR
set -euo pipefail
folder=$1
mirror=$2
suite=trixie
packages=qemu-system-x86,qemu-utils,seabios

mmdebstrap --variant=extract --mode=root --quiet \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  --aptopt='APT::Install-Recommends "false"' \
  --aptopt='Acquire::Languages "none"' \
  --include="$packages" "$suite" "$folder/tree" "$mirror"

# What no program of the lab opens.
cd "$folder/tree"
rm -rf usr/share/{doc,man,locale,info,lintian,bash-completion,perl,icons} usr/lib/x86_64-linux-gnu/{perl,perl-base,gconv} \
  var etc run tmp root home boot media mnt opt srv proc sys dev usr/sbin
find usr/share/qemu -name '*.fd' -delete 2>/dev/null || true
find . -type f -perm /6000 -exec chmod u-s,g-s {} +
