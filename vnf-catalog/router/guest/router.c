/* The router's role: forwarding, static routes, and FRR when the document asks for it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document.h"
#include "forwarding.h"
#include "frr.h"
#include "neighbors.h"
#include "proc-tables.h"
#include "role.h"

static void *parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  return document_parse(text, length, links, why);
}

static bool apply(const void *document, const void *before, struct reason *why) {
  const struct router *wanted = document, *followed = before;
  if (!frr_check(&wanted->routing, why)) return false;
  harden();
  if (*wanted->hostname) sethostname(wanted->hostname, strlen(wanted->hostname));
  return network_apply(&wanted->network, why) && forwarding_set(wanted->forwarding, why) && frr_apply(&wanted->routing, before ? &followed->routing : NULL, why) &&
         ha_apply(&wanted->ha, 0, why);
}

static bool may_lead(const void *document, struct reason *why) {
  const struct router *wanted = document;
  return forwarding_is(wanted->forwarding, why) && network_is(&wanted->network, why);
}

static bool healthy(const void *document, struct reason *why) {
  const struct router *wanted = document;
  if (!may_lead(document, why) || !ha_healthy(&wanted->ha, why)) return false;
  return frr_healthy(&wanted->routing, why);
}

static void counters(const void *document, FILE *out) {
  fprintf(out, "\"ip_forwarded_datagrams\":%ld", from_table("/proc/net/snmp", "Ip:", "ForwDatagrams"));
  fprintf(out, ",\"ip_in_discards\":%ld", from_table("/proc/net/snmp", "Ip:", "InDiscards"));
  fprintf(out, ",\"ip_out_no_routes\":%ld", from_table("/proc/net/snmp", "Ip:", "OutNoRoutes"));
  fprintf(out, ",\"ip6_forwarded_datagrams\":%ld", from_list("/proc/net/snmp6", "Ip6OutForwDatagrams"));
  if (document) ha_counters(&((const struct router *)document)->ha, out);
}

static void gauges(const void *document, FILE *out) {
  fprintf(out, "\"routes\":%u", routes_installed());
  bgp_gauges(out);
  ospf_gauges(out);
  fprintf(out, ",\"memory_available_bytes\":%ld", from_list("/proc/meminfo", "MemAvailable:") * 1024);
  if (document) ha_gauges(&((const struct router *)document)->ha, out);
}

static void details(const void *document, FILE *out) {
  const struct router *now = document;
  const struct routing *routing = now ? &now->routing : NULL;
  fputc(',', out);
  bgp_states(routing ? &routing->bgp : NULL, out);
  fputs(",\"labelledGauges\":{", out);
  bgp_numbers(routing ? &routing->bgp : NULL, out);
  fputc(',', out);
  ospf_numbers(routing, out);
  fputc('}', out);
}

static void daemons(const void *document, FILE *out) {
  const struct router *now = document;
  if (!now) return;
  const bool any = frr_tell(&now->routing, "", out);
  ha_daemons(&now->ha, any ? "," : "", out);
}

const struct role role = {
    .name = "router",
    .parse = parse,
    .apply = apply,
    .may_lead = may_lead,
    .healthy = healthy,
    .counters = counters,
    .gauges = gauges,
    .daemons = daemons,
    .details = details,
};
