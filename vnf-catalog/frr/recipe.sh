# What FRR needs of an image besides its daemons: the user that it becomes, when it gives up root, and folders of his.
finish_frr() {
  local name
  for name in passwd group; do install -m 644 "$catalog/frr/etc/$name" "$1/etc/$name"; done
  install -d -o 100 -g 100 "$1/run/frr" "$1/var/log/frr"
}
