# Debian links some daemons with libraries for features that no guest uses (SNMP, D-Bus, TLS, a service manager), and
# each brings others: for keepalived 17 MiB. A recipe may name them in `stand_ins`, and the programs that do without
# in `stand_in_users`: the guest then gets small libraries with the same symbols, which end the program that calls
# one. Only sd_* answers, as it does where no service manager runs.

# Undefined functions of the programs that the library has, as name or name@version.
stand_in_symbols() {
  local tree=$1 library=$2 program
  for program in "${stand_in_users[@]}"; do
    readelf -W --dyn-syms "$tree/$program" | awk '$7 == "UND" && $8 != "" {print $8}'
  done | sort -u | awk -F@ 'NR == FNR {has[$1]; next} $1 in has' \
    <(readelf -W --dyn-syms "$tree/$library" | awk '$7 != "UND" {sub(/@.*/, "", $8); print $8}') -
}

make_stand_in() {
  local tree=$1 guest=$2 path=$3 symbol version
  local name=${path##*/} versions=()
  : >"$work/$name.c"
  while IFS=@ read -r symbol version; do
    case $symbol in
      sd_*) echo "int $symbol(void) { return 0; }" ;;
      *) echo "int $symbol(void) { __builtin_trap(); }" ;;
    esac >>"$work/$name.c"
    [[ -z $version ]] || echo "$version $symbol;"
  done < <(stand_in_symbols "$tree" "$path") |
    awk '{all[$1] = all[$1] " " $2} END {for (version in all) print version " {" all[version] " };"}' >"$work/$name.map"
  [[ ! -s $work/$name.map ]] || versions=(-Wl,--version-script="$work/$name.map")
  mkdir -p "$guest/${path%/*}"
  gcc -Os -fno-builtin -w -shared -nostdlib -s -Wl,--build-id=none -Wl,-soname,"$name" "${versions[@]}" \
    -ffile-prefix-map="$work"=. -o "$guest/$path" "$work/$name.c"
}

# Before the programs are copied, so that copy_closed finds them in place.
make_stand_ins() {
  local tree=$1 guest=$2 library program
  for library in "${stand_ins[@]}"; do
    for program in "${programs[@]}"; do
      [[ " ${stand_in_users[*]} " == *" $program "* ]] || ! readelf -d "$tree/$program" | grep -qF "[$library]" ||
        die "$program needs the real $library"
    done
    make_stand_in "$tree" "$guest" "$(find_library "$tree" "$library")"
  done
}
