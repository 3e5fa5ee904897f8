#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "values.h"

static const char *const families[] = {"ip", "ip6"}, *const protocols[] = {"ipv4", "ipv6"};

static enum kind kind_of(const struct address *address) { return address->family == AF_INET ? V4 : V6; }

static void write_ports_match(FILE *out, int protocol, bool hasPorts, const struct range *ports) {
  if (protocol != ANY_PROTOCOL) fprintf(out, "meta l4proto %d ", protocol);
  if (!hasPorts) return;
  fputs("th dport ", out);
  range_write(out, ports, PORT);
  fputc(' ', out);
}

static bool moves(const struct destination_nat *nat) { return nat->hasPorts && memcmp(&nat->ports, &nat->toPorts, sizeof nat->ports); }

/* The kernel would pick any port of a range, so a range that moves is a map of every port. */
static void write_target(FILE *out, const struct destination_nat *nat) {
  char text[INET6_ADDRSTRLEN];
  bool v6 = nat->toAddress.family == AF_INET6;
  unsigned from = range_number(nat->ports.low), to = range_number(nat->toPorts.low), last = range_number(nat->toPorts.high);
  address_text(&nat->toAddress, text);
  fprintf(out, "dnat %s to %s%s%s", families[v6], v6 && moves(nat) ? "[" : "", text, v6 && moves(nat) ? "]" : "");
  if (moves(nat) && to == last) fprintf(out, ":%u", to);
  if (moves(nat) && to != last) {
    fputs(":th dport map { ", out);
    for (unsigned port = to; port <= last; port++) fprintf(out, "%s%u : %u", port == to ? "" : ", ", from + port - to, port);
    fputs(" }", out);
  }
  fputc('\n', out);
}

static void write_destination(FILE *out, const struct firewall *in, const struct destination_nat *nat) {
  char text[INET6_ADDRSTRLEN];
  fputs("    iifname ", out);
  write_interfaces(out, in, nat->hairpin ? (1u << in->zoneCount) - 1 : nat->from);
  address_text(&nat->address, text);
  fprintf(out, " %s daddr %s ", families[kind_of(&nat->address)], text);
  write_ports_match(out, nat->protocol, nat->hasPorts, &nat->ports);
  write_target(out, nat);
}

/* `outward`: the only interface, or NULL for all of the zone. */
static void write_hairpin_match(FILE *out, const struct firewall *in, const struct destination_nat *nat, unsigned zone, const char *outward) {
  char text[INET6_ADDRSTRLEN];
  address_text(&nat->toAddress, text);
  fputs("    iifname ", out);
  write_interfaces(out, in, 1u << zone);
  fputs(" oifname ", out);
  if (outward) fprintf(out, "\"%s\"", outward);
  else write_interfaces(out, in, 1u << zone);
  fprintf(out, " ct status dnat %s daddr %s ", families[kind_of(&nat->toAddress)], text);
  write_ports_match(out, nat->protocol, nat->hasPorts, &nat->toPorts);
}

/*
 * A client beside the server would get the answer from the server itself, unless it comes from here: from the address
 * that a pair shares, where it does.
 */
static void write_hairpin(FILE *out, const struct firewall *in, const struct destination_nat *nat) {
  char text[INET6_ADDRSTRLEN];
  for (unsigned zone = 0; zone < in->zoneCount; zone++) {
    for (unsigned i = 0; i < in->zones[zone].interfaceCount; i++) {
      const struct prefix *vip = ha_vip(&in->ha, in->zones[zone].interfaces[i], nat->toAddress.family);
      if (!vip) continue;
      write_hairpin_match(out, in, nat, zone, in->zones[zone].interfaces[i]);
      address_text(&vip->base, text);
      fprintf(out, "snat %s to %s\n", families[kind_of(&nat->toAddress)], text);
    }
    write_hairpin_match(out, in, nat, zone, NULL);
    fputs("masquerade\n", out);
  }
}

static void write_match(FILE *out, const struct match *match, const struct set *named, enum kind kind, const char *key) {
  if (!match->given) return;
  fprintf(out, "%s %s %s", families[kind], key, named ? "@" : "");
  if (named) write_set_name(out, named);
  else ranges_write(out, &match->own[kind], kind);
  fputc(' ', out);
}

static void write_source_verdict(FILE *out, const struct source_nat *nat, bool withPorts) {
  if (withPorts) fputs("meta l4proto { tcp, udp, sctp } ", out);
  if (nat->masquerade) fprintf(out, "masquerade%s", withPorts ? " to " : "");
  else fprintf(out, "snat %s to ", families[nat->kind]);
  if (!nat->masquerade && nat->kind == V6 && withPorts) {
    struct range low = nat->address, high = nat->address;
    memcpy(low.high, low.low, 16);
    memcpy(high.low, high.high, 16);
    fputc('[', out), range_write(out, &low, V6), fputs("]-[", out), range_write(out, &high, V6), fputc(']', out);
  } else if (!nat->masquerade) {
    range_write(out, &nat->address, nat->kind);
  }
  if (withPorts) fputc(':', out), range_write(out, &nat->ports, PORT);
  fputc('\n', out);
}

/* `outward`: the only interface, or NULL for all of the zones that the entry names. */
static void write_source_line(FILE *out, const struct firewall *in, const struct source_nat *nat, enum kind kind,
                              const struct set *source, const struct set *destination, const char *outward) {
  for (int ports = nat->hasPorts; ports >= 0; ports--) {
    fputs("    iifname ", out);
    write_interfaces(out, in, nat->from);
    fputs(" oifname ", out);
    if (outward) fprintf(out, "\"%s\"", outward);
    else write_interfaces(out, in, nat->to);
    fprintf(out, " meta nfproto %s ", protocols[kind]);
    write_match(out, &nat->source, source, kind, "saddr");
    write_match(out, &nat->destination, destination, kind, "daddr");
    write_source_verdict(out, nat, ports);
  }
}

/* A pair masquerades as the address that it shares: answers must find the member that is master by then. */
static void write_shared(FILE *out, const struct firewall *in, const struct source_nat *nat, enum kind kind, const struct set *source,
                         const struct set *destination) {
  for (unsigned zone = 0; nat->masquerade && zone < in->zoneCount; zone++)
    for (unsigned i = 0; nat->to >> zone & 1 && i < in->zones[zone].interfaceCount; i++) {
      const struct prefix *vip = ha_vip(&in->ha, in->zones[zone].interfaces[i], kind == V4 ? AF_INET : AF_INET6);
      struct source_nat fixed = *nat;
      if (!vip) continue;
      fixed.masquerade = false;
      fixed.kind = kind;
      memcpy(fixed.address.low, vip->base.bytes, sizeof fixed.address.low);
      memcpy(fixed.address.high, vip->base.bytes, sizeof fixed.address.high);
      write_source_line(out, in, &fixed, kind, source, destination, in->zones[zone].interfaces[i]);
    }
}

/* The part of a match: its own addresses behind its sets. False when it has nothing of this family. */
static bool part(const struct match *match, unsigned at, enum kind kind, const struct set **named) {
  *named = at < match->namedCount ? match->named[at] : NULL;
  return *named ? (*named)->kind == kind : !match->given || match->own[kind].count;
}

static void write_source(FILE *out, const struct firewall *in, const struct source_nat *nat) {
  const struct set *source, *destination;
  for (enum kind kind = V4; kind <= V6; kind++) {
    if (!nat->masquerade && kind != nat->kind) continue;
    for (unsigned i = 0; i <= nat->source.namedCount; i++)
      for (unsigned n = 0; n <= nat->destination.namedCount; n++)
        if (part(&nat->source, i, kind, &source) && part(&nat->destination, n, kind, &destination)) {
          write_shared(out, in, nat, kind, source, destination);
          write_source_line(out, in, nat, kind, source, destination, NULL);
        }
  }
}

static void write_prefix(FILE *out, const struct firewall *in, const struct prefix_nat *nat, bool outward) {
  char inside[INET6_ADDRSTRLEN + 4], outside[INET6_ADDRSTRLEN + 4];
  prefix_text(&nat->inside, inside);
  prefix_text(&nat->outside, outside);
  fprintf(out, "    %s ", outward ? "oifname" : "iifname");
  write_interfaces(out, in, nat->zone);
  if (outward) fprintf(out, " snat ip6 prefix to ip6 saddr map { %s : %s }\n", inside, outside);
  else fprintf(out, " dnat ip6 prefix to ip6 daddr map { %s : %s }\n", outside, inside);
}

void render_nat(FILE *out, const struct firewall *in) {
  fputs("  chain nat_in {\n    type nat hook prerouting priority dstnat; policy accept;\n", out);
  for (unsigned i = 0; i < in->destinationCount; i++) write_destination(out, in, &in->destinations[i]);
  for (unsigned i = 0; i < in->prefixCount; i++) write_prefix(out, in, &in->prefixes[i], false);
  fputs("  }\n  chain nat_out {\n    type nat hook postrouting priority srcnat; policy accept;\n", out);
  for (unsigned i = 0; i < in->destinationCount; i++)
    if (in->destinations[i].hairpin) write_hairpin(out, in, &in->destinations[i]);
  for (unsigned i = 0; i < in->prefixCount; i++) write_prefix(out, in, &in->prefixes[i], true);
  for (unsigned i = 0; i < in->sourceCount; i++) write_source(out, in, &in->sources[i]);
  fputs("  }\n", out);
}
