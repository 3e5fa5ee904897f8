#include "render.h"
#include "values.h"

void write_interfaces(FILE *out, const struct firewall *in, uint32_t zones) {
  const char *comma = "{ ";
  for (unsigned zone = 0; zone < in->zoneCount; zone++)
    for (unsigned i = 0; zones >> zone & 1 && i < in->zones[zone].interfaceCount; i++, comma = ", ")
      fprintf(out, "%s\"%s\"", comma, in->zones[zone].interfaces[i]);
  fputs(" }", out);
}

static uint32_t all_zones(const struct firewall *in) { return (1u << in->zoneCount) - 1; }

/* A source outside the zone's own networks, or one that the routing table has elsewhere. */
static void write_spoofing(FILE *out, const struct firewall *in) {
  static const char *const families[] = {"ip", "ip6"}, *const protocols[] = {"ipv4", "ipv6"};
  for (unsigned zone = 0; zone < in->zoneCount; zone++) {
    const struct zone *each = &in->zones[zone];
    for (enum kind kind = V4; each->bounded && kind <= V6; kind++) {
      fputs("    iifname ", out);
      write_interfaces(out, in, 1u << zone);
      fprintf(out, " meta nfproto %s ", protocols[kind]);
      if (each->networks[kind].count) fprintf(out, "%s saddr != ", families[kind]), ranges_write(out, &each->networks[kind], kind);
      fputs(" counter name \"d/spoofed\" drop\n", out);
    }
    if (!each->antiSpoofing || each->bounded) continue;
    fputs("    iifname ", out);
    write_interfaces(out, in, 1u << zone);
    fputs(" fib saddr . iif oif missing counter name \"d/spoofed\" drop\n", out);
  }
}

static void write_early(FILE *out, const struct firewall *in) {
  fputs("  chain early {\n    type filter hook prerouting priority raw; policy accept;\n    iif lo accept\n", out);
  render_peer(out, in, false);
  if (in->zoneCount) {
    fputs("    iifname != ", out);
    write_interfaces(out, in, all_zones(in));
    fputc(' ', out);
  } else {
    fputs("    ", out);
  }
  fputs("counter name \"d/no_zone\" drop\n", out);
  fputs("    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept\n", out);
  fputs("    ip6 saddr fe80::/10 icmpv6 type mld-listener-query accept\n", out);
  write_spoofing(out, in);
  if (in->synZones) {
    fputs("    iifname ", out);
    write_interfaces(out, in, in->synZones);
    fprintf(out, " tcp flags & (fin | syn | rst | ack) == syn limit rate over %u/second burst %u packets counter name \"d/syn_limit\" drop\n",
            in->syn.packets, in->syn.burst);
  }
  fputs("  }\n", out);
}

/*
 * What connection tracking refuses, by reason; these are the flags that it takes for possible. An ICMP error
 * passes with its flow, but cannot be judged in its stead: it has neither the flow's protocol nor its direction.
 */
static void write_reasons(FILE *out) {
  fputs("  chain invalid {\n"
        "    tcp flags & (fin | syn | rst | ack | urg) != { syn, syn | urg, syn | ack, rst, rst | ack, fin | ack, fin | ack | urg, ack, ack | urg } counter name \"d/tcp_flags\" drop\n"
        "    counter name \"d/invalid\" drop\n  }\n"
        "  chain related {\n"
        "    icmp type redirect counter name \"d/icmp_redirect\" drop\n"
        "    icmpv6 type nd-redirect counter name \"d/icmp_redirect\" drop\n"
        "    meta l4proto != { icmp, icmpv6 } return\n"
        "    counter name ct mark map @offloaded accept\n"
        "    counter name ct mark map @flows accept\n"
        "    counter name ct mark map @judged accept\n"
        "    counter name \"d/icmp_error\" drop\n  }\n"
        "  chain refuse {\n"
        "    meta l4proto tcp reject with tcp reset\n"
        "    reject with icmpx admin-prohibited\n  }\n", out);
}

static const char known[] = "    ct state vmap { invalid : goto invalid, related : jump related }\n"
                            "    counter name ct mark map @flows accept\n";

/*
 * Besides neighbour discovery the firewall itself says only what a refusal or a smaller MTU makes it say:
 * such an error may belong to a flow that never came to be, so no rule could name it.
 */
static void write_own(FILE *out, const struct firewall *in) {
  fputs("  chain input {\n    type filter hook input priority filter; policy drop;\n    iif lo accept\n", out);
  render_peer(out, in, false);
  fprintf(out, "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept\n"
        "    ip6 saddr fe80::/10 icmpv6 type mld-listener-query accept\n%s"
        "    ct direction original iifname vmap @to_self\n"
        "    ct direction reply iifname vmap @from_self\n  }\n", known);
  fputs("  chain output {\n    type filter hook output priority filter; policy drop;\n    oif lo accept\n", out);
  render_peer(out, in, true);
  fprintf(out, "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept\n"
        "    icmp type destination-unreachable accept\n"
        "    icmpv6 type { destination-unreachable, packet-too-big } accept\n"
        "    ct state related tcp flags & rst == rst accept\n%s"
        "    ct direction original oifname vmap @from_self\n"
        "    ct direction reply oifname vmap @to_self\n  }\n", known);
}

void render_base(FILE *out, const struct firewall *in, unsigned generation) {
  write_reasons(out);
  render_places(out, in, generation);
  write_early(out, in);
  fprintf(out, "  chain forward {\n    type filter hook forward priority filter; policy drop;\n%s%s"
        "    ct direction original iifname . oifname vmap @pairs\n"
        "    ct direction reply oifname . iifname vmap @pairs\n"
        "    counter name \"d/no_zone\" drop\n  }\n", known, offloads(in) ? "    counter name ct mark map @offloaded goto shortcut\n" : "");
  write_own(out, in);
}
