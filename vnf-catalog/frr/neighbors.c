#include "neighbors.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "services.h"
#include "vty.h"

/* Berth keeps 400 numbers with a label: four of a BGP neighbour, one of an interface. The totals count all of them. */
enum { ASK_LIMIT_MS = 100, MOST_NEIGHBORS_TOLD = 70, MOST_INTERFACES_TOLD = 50 };

/* One answer of each daemon is enough for a status. */
struct answers {
  bool asked;
  const struct json *bgp, *bfd, *ospf, *ospf6;
};

static const struct json *ask(const char *daemon, const char *command) {
  struct reason ignored;
  int code = 1, fd = service_alive(daemon) ? vty_open(daemon, ASK_LIMIT_MS) : -1;
  char *answer = fd >= 0 ? vty_ask(fd, command, &code) : NULL;
  if (fd >= 0) close(fd);
  return answer && code == 0 ? json_parse(answer, strlen(answer), &ignored) : NULL;
}

static const struct answers *answers(void) {
  static struct answers kept;
  if (kept.asked) return &kept;
  kept = (struct answers){true, ask("bgpd", "show bgp summary json"), ask("bfdd", "show bfd peers json"),
                          ask("ospfd", "show ip ospf neighbor json"), ask("ospf6d", "show ipv6 ospf6 neighbor json")};
  return &kept;
}

static bool begins(const struct json *value, const char *start) {
  const char *text = json_string(value);
  return text && !strncmp(text, start, strlen(start));
}

static const struct json *peer_of(const char *family, const char *address) {
  return json_get(json_get(json_get(answers()->bgp, family), "peers"), address);
}

bool neighbor_is_shut(const char *address) {
  return begins(json_get(peer_of("ipv4Unicast", address), "state"), "Idle (PfxCt)") ||
         begins(json_get(peer_of("ipv6Unicast", address), "state"), "Idle (PfxCt)");
}

static unsigned long received(const struct json *peer) {
  uint64_t count = 0;
  return json_unsigned(json_get(peer, "pfxRcd"), UINT32_MAX, &count) ? (unsigned long)count : 0;
}

static bool bfd_up(const char *address) {
  const struct json *all = answers()->bfd;
  for (const struct json *each = all && all->kind == JSON_ARRAY ? all->child : NULL; each; each = each->next)
    if (json_string(json_get(each, "peer")) && !strcmp(json_string(json_get(each, "peer")), address)) return begins(json_get(each, "status"), "up");
  return false;
}

static unsigned long received_in(const char *family) {
  const struct json *peers = json_get(json_get(answers()->bgp, family), "peers");
  unsigned long total = 0;
  for (const struct json *each = peers ? peers->child : NULL; each; each = each->next) total += received(each);
  return total;
}

/* A session that carries both families is one peer. */
static unsigned established(void) {
  const struct json *four = json_get(json_get(answers()->bgp, "ipv4Unicast"), "peers");
  const struct json *six = json_get(json_get(answers()->bgp, "ipv6Unicast"), "peers");
  unsigned found = 0;
  for (const struct json *each = four ? four->child : NULL; each; each = each->next) found += begins(json_get(each, "state"), "Established");
  for (const struct json *each = six ? six->child : NULL; each; each = each->next)
    found += begins(json_get(each, "state"), "Established") && !begins(json_get(json_get(four, each->key), "state"), "Established");
  return found;
}

/* FRR names the interface of an OSPFv2 neighbour with its address: west:10.1.0.1. */
static bool on_interface(const struct json *value, const char *name) {
  const char *text = json_string(value);
  size_t length = strlen(name);
  return text && !strncmp(text, name, length) && (text[length] == 0 || text[length] == ':');
}

/* `name` NULL: on every interface. */
static unsigned ospf_full(const char *name) {
  const struct json *all = json_get(answers()->ospf, "neighbors");
  unsigned found = 0;
  for (const struct json *router = all ? all->child : NULL; router; router = router->next)
    for (const struct json *each = router->kind == JSON_ARRAY ? router->child : NULL; each; each = each->next) {
      bool full = begins(json_get(each, "nbrState"), "Full") || begins(json_get(each, "state"), "Full");
      found += full && (!name || on_interface(json_get(each, "ifaceName"), name));
    }
  return found;
}

static unsigned ospf6_full(const char *name) {
  const struct json *all = json_get(answers()->ospf6, "neighbors");
  unsigned found = 0;
  for (const struct json *each = all && all->kind == JSON_ARRAY ? all->child : NULL; each; each = each->next)
    found += begins(json_get(each, "state"), "Full") && (!name || on_interface(json_get(each, "interfaceName"), name));
  return found;
}

void bgp_gauges(FILE *out) {
  fprintf(out, ",\"bgp_peers_established\":%u", established());
  fprintf(out, ",\"bgp_ipv4_prefixes_received\":%lu", received_in("ipv4Unicast"));
  fprintf(out, ",\"bgp_ipv6_prefixes_received\":%lu", received_in("ipv6Unicast"));
  fprintf(out, ",\"bfd_sessions_up\":%u", json_count(answers()->bfd, "status", "up"));
}

void ospf_gauges(FILE *out) {
  fprintf(out, ",\"ospf_neighbors_full\":%u", ospf_full(NULL));
  fprintf(out, ",\"ospf6_neighbors_full\":%u", ospf6_full(NULL));
}

static void write_state(const struct neighbor *in, FILE *out) {
  const struct json *four = peer_of("ipv4Unicast", in->address), *six = peer_of("ipv6Unicast", in->address);
  const char *state = json_string(json_get(four ? four : six, "state"));
  fprintf(out, "\"%s\":{\"state\":", in->address);
  json_write_string(out, state ? state : "unknown");
  fputc('}', out);
}

static void write_numbers(const struct neighbor *in, FILE *out) {
  const struct json *four = peer_of("ipv4Unicast", in->address), *six = peer_of("ipv6Unicast", in->address);
  bool up = begins(json_get(four, "state"), "Established") || begins(json_get(six, "state"), "Established");
  fprintf(out, "\"%s\":{\"established\":%d", in->address, up);
  if (in->families[IPV4].wanted) fprintf(out, ",\"ipv4_prefixes_received\":%lu", received(four));
  if (in->families[IPV6].wanted) fprintf(out, ",\"ipv6_prefixes_received\":%lu", received(six));
  if (in->bfd.wanted) fprintf(out, ",\"bfd_up\":%d", bfd_up(in->address));
  fputc('}', out);
}

static void write_neighbors(const char *name, const struct bgp *in, void (*write)(const struct neighbor *, FILE *), FILE *out) {
  fprintf(out, "\"%s\":{", name);
  for (unsigned i = 0; in && i < in->neighborCount && i < MOST_NEIGHBORS_TOLD; i++) {
    if (i) fputc(',', out);
    write(&in->neighbors[i], out);
  }
  fputc('}', out);
}

void bgp_states(const struct bgp *in, FILE *out) { write_neighbors("bgpNeighbors", in, write_state, out); }

void bgp_numbers(const struct bgp *in, FILE *out) { write_neighbors("bgpneighbor", in, write_numbers, out); }

static void write_interfaces(const char *name, const struct ospf *in, unsigned (*full)(const char *), FILE *out) {
  fprintf(out, "\"%s\":{", name);
  for (unsigned i = 0; in && i < in->interfaceCount && i < MOST_INTERFACES_TOLD; i++)
    fprintf(out, "%s\"%s\":{\"neighbors_full\":%u}", i ? "," : "", in->interfaces[i].name, full(in->interfaces[i].name));
  fputc('}', out);
}

void ospf_numbers(const struct routing *in, FILE *out) {
  write_interfaces("ospfinterface", in ? &in->ospf : NULL, ospf_full, out);
  fputc(',', out);
  write_interfaces("ospf6interface", in ? &in->ospf6 : NULL, ospf6_full, out);
}
