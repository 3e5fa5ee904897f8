/* The router's role: forwarding, static routes, and FRR when the document asks for it. */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document.h"
#include "files.h"
#include "frr.h"
#include "json.h"
#include "role.h"
#include "services.h"
#include "vty.h"

enum { ASK_LIMIT_MS = 100 };

static const char *const forwardKnobs[] = {"/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"};

static void *parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  return document_parse(text, length, links, why);
}

struct sweep {
  const struct router *wanted;
  struct route *gone;
  unsigned count, room;
};

static void note_gone(const struct route *installed, void *context) {
  struct sweep *sweep = context;
  for (unsigned i = 0; i < sweep->wanted->routeCount; i++)
    if (prefix_equal(&sweep->wanted->routes[i].to, &installed->to)) return;
  if (sweep->count == sweep->room) {
    sweep->room = sweep->room * 2 + 16;
    sweep->gone = realloc(sweep->gone, sweep->room * sizeof *sweep->gone);
  }
  if (sweep->gone) sweep->gone[sweep->count++] = *installed;
}

static bool apply_routes(const struct router *wanted, struct reason *why) {
  struct sweep sweep = {wanted, NULL, 0, 0};
  for (unsigned i = 0; i < wanted->routeCount; i++)
    if (!route_put(&wanted->routes[i], why)) return false;
  if (!routes_visit(RTPROT_STATIC, note_gone, &sweep, why)) return false;
  for (unsigned i = 0; i < sweep.count; i++)
    if (!route_remove(&sweep.gone[i], why)) return false;
  free(sweep.gone);
  return true;
}

static bool apply_forwarding(const struct router *wanted, struct reason *why) {
  bool done = true;
  for (unsigned i = 0; i < sizeof forwardKnobs / sizeof *forwardKnobs; i++)
    done = write_knob(forwardKnobs[i], wanted->forwarding ? "1" : "0") && done;
  return done || refuse(why, "the kernel's forwarding could not be set");
}

/* A router neither believes redirects nor source routes. */
static void harden(void) {
  static const char *const off[] = {
      "/proc/sys/net/ipv4/conf/all/accept_redirects",    "/proc/sys/net/ipv4/conf/default/accept_redirects",
      "/proc/sys/net/ipv6/conf/all/accept_redirects",    "/proc/sys/net/ipv6/conf/default/accept_redirects",
      "/proc/sys/net/ipv4/conf/all/accept_source_route", "/proc/sys/net/ipv6/conf/all/accept_ra",
  };
  for (unsigned i = 0; i < sizeof off / sizeof *off; i++) write_knob(off[i], "0");
}

static bool apply(const void *document, const void *before, struct reason *why) {
  const struct router *wanted = document;
  if (!frr_check(wanted, why)) return false;
  harden();
  if (*wanted->hostname) sethostname(wanted->hostname, strlen(wanted->hostname));
  return apply_routes(wanted, why) && apply_forwarding(wanted, why) && frr_apply(wanted, before, why);
}

static bool healthy(const void *document, struct reason *why) {
  const struct router *wanted = document;
  for (unsigned i = 0; i < sizeof forwardKnobs / sizeof *forwardKnobs; i++)
    if ((read_number_file(forwardKnobs[i], 0) != 0) != wanted->forwarding)
      return refuse(why, "forwarding is %s, unlike the configuration", wanted->forwarding ? "off" : "on");
  for (int i = 0; i < FRR_DAEMONS; i++)
    if (frr_wanted(wanted, frr_daemons[i]) && !service_alive(frr_daemons[i]))
      return refuse(why, "the daemon %s is not running", frr_daemons[i]);
  return true;
}

/* The value in a two-line table such as /proc/net/snmp, where a heading line names the columns. */
static long from_table(const char *path, const char *row, const char *column) {
  char *text = read_file(path, NULL), *names = text ? strstr(text, row) : NULL;
  char *values = names ? strstr(names + 1, row) : NULL, *nameRest, *valueRest;
  long found = 0;
  if (values) {
    char *name = strtok_r(names, " \n", &nameRest), *value = strtok_r(values, " \n", &valueRest);
    for (; name && value; name = strtok_r(NULL, " \n", &nameRest), value = strtok_r(NULL, " \n", &valueRest))
      if (!strcmp(name, column)) break;
    found = name && value ? atol(value) : 0;
  }
  free(text);
  return found;
}

static long from_list(const char *path, const char *name) {
  char *text = read_file(path, NULL), *at = text ? strstr(text, name) : NULL;
  long found = at ? atol(at + strlen(name)) : 0;
  free(text);
  return found;
}

static unsigned ask_count(const char *daemon, const char *command, const char *key, const char *start) {
  struct reason ignored;
  int code = 1, fd = service_alive(daemon) ? vty_open(daemon, ASK_LIMIT_MS) : -1;
  char *answer = fd >= 0 ? vty_ask(fd, command, &code) : NULL;
  unsigned found = answer && code == 0 ? json_count(json_parse(answer, strlen(answer), &ignored), key, start) : 0;
  if (fd >= 0) close(fd);
  free(answer);
  return found;
}

static void counters(const void *document, FILE *out) {
  (void)document;
  fprintf(out, "\"ip_forwarded_datagrams\":%ld", from_table("/proc/net/snmp", "Ip:", "ForwDatagrams"));
  fprintf(out, ",\"ip_in_discards\":%ld", from_table("/proc/net/snmp", "Ip:", "InDiscards"));
  fprintf(out, ",\"ip_out_no_routes\":%ld", from_table("/proc/net/snmp", "Ip:", "OutNoRoutes"));
  fprintf(out, ",\"ip6_forwarded_datagrams\":%ld", from_list("/proc/net/snmp6", "Ip6OutForwDatagrams"));
}

static void gauges(const void *document, FILE *out) {
  (void)document;
  fprintf(out, "\"routes\":%u", routes_installed());
  fprintf(out, ",\"bgp_peers_established\":%u", ask_count("bgpd", "show bgp summary json", "state", "Established"));
  fprintf(out, ",\"ospf_neighbors_full\":%u", ask_count("ospfd", "show ip ospf neighbor json", "nbrState", "Full"));
  fprintf(out, ",\"memory_available_bytes\":%ld", from_list("/proc/meminfo", "MemAvailable:") * 1024);
}

static void daemons(const void *document, FILE *out) {
  const char *comma = "";
  for (int i = 0; document && i < FRR_DAEMONS; i++) {
    if (!frr_wanted(document, frr_daemons[i])) continue;
    fprintf(out, "%s\"%s\":%s", comma, frr_daemons[i], service_alive(frr_daemons[i]) ? "true" : "false");
    comma = ",";
  }
}

const struct role role = {"router", parse, apply, healthy, counters, gauges, daemons};
