#include "render.h"

enum { VRRP = 112 };

/* VRRP comes from the link itself (TTL 255); the family is that of the first shared address. */
static void write_vrrp(FILE *out, const struct ha *ha, const char *side) {
  bool v6 = ha->election->vips[0].base.family == AF_INET6;
  fprintf(out, "    %s \"%s\" meta l4proto %d ", side, ha->election->name, VRRP);
  fputs(v6 ? "ip6 daddr ff02::12 ip6 hoplimit 255 accept\n" : "ip daddr 224.0.0.18 ip ttl 255 accept\n", out);
}

void render_peer(FILE *out, const struct firewall *in, bool outward) {
  const char *side = outward ? "oifname" : "iifname";
  if (!in->ha.on) return;
  write_vrrp(out, &in->ha, side);
  fprintf(out, "    %s \"%s\" ip daddr " HA_SYNC_GROUP " udp dport %d accept\n", side, in->ha.sync->name, HA_SYNC_PORT);
}
