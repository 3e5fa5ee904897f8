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
#include "services.h"

static void *parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  return document_parse(text, length, links, why);
}

static bool apply(const void *document, const void *before, struct reason *why) {
  const struct router *wanted = document;
  if (!frr_check(wanted, why)) return false;
  harden();
  if (*wanted->hostname) sethostname(wanted->hostname, strlen(wanted->hostname));
  return network_apply(&wanted->network, why) && forwarding_set(wanted->forwarding, why) && frr_apply(wanted, before, why) &&
         ha_apply(&wanted->ha, 0, why);
}

static bool may_lead(const void *document, struct reason *why) {
  const struct router *wanted = document;
  return forwarding_is(wanted->forwarding, why) && network_is(&wanted->network, why);
}

static bool healthy(const void *document, struct reason *why) {
  const struct router *wanted = document;
  if (!may_lead(document, why) || !ha_healthy(&wanted->ha, why)) return false;
  for (int i = 0; i < FRR_DAEMONS; i++)
    if (frr_wanted(wanted, frr_daemons[i]) && !service_alive(frr_daemons[i]))
      return refuse(why, "the daemon %s is not running", frr_daemons[i]);
  return true;
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
  neighbors_gauges(out);
  fprintf(out, ",\"memory_available_bytes\":%ld", from_list("/proc/meminfo", "MemAvailable:") * 1024);
  if (document) ha_gauges(&((const struct router *)document)->ha, out);
}

static void details(const void *document, FILE *out) { neighbors_details(document, out); }

static void daemons(const void *document, FILE *out) {
  const char *comma = "";
  for (int i = 0; document && i < FRR_DAEMONS; i++) {
    if (!frr_wanted(document, frr_daemons[i])) continue;
    fprintf(out, "%s\"%s\":%s", comma, frr_daemons[i], service_alive(frr_daemons[i]) ? "true" : "false");
    comma = ",";
  }
  if (document) ha_daemons(&((const struct router *)document)->ha, comma, out);
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
