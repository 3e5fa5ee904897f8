#include <stdlib.h>
#include <string.h>

#include "document-checks.h"
#include "routing.h"

#define PEER_KEYS "address", "remoteAsn", "description", "password", "ebgpMultihop", "timers", "bfd", "families"
#define BGP_KEYS "asn", "routerId", "maximumPaths", "neighbors"

static bool parse_asn(const struct json *object, const char *where, const char *key, uint32_t *out, struct reason *why) {
  uint64_t number;
  if (!json_unsigned(json_get(object, key), UINT32_MAX, &number) || number == 0)
    return refuse(why, "%s.%s must be an AS number between 1 and 4294967295", where, key);
  *out = (uint32_t)number;
  return true;
}

static bool parse_address(const struct json *value, const char *where, const struct bgp *before, struct neighbor *out, struct reason *why) {
  struct address address;
  const char *text = json_string(value);
  if (!text || !address_parse(text, &address)) return refuse(why, "%s.address must be an IPv4 or IPv6 address in quotes", where);
  out->family = address.family == AF_INET6 ? IPV6 : IPV4;
  if (out->family == IPV6 && address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80)
    return refuse(why, "%s.address must not be link-local", where);
  address_text(&address, out->address);
  for (unsigned i = 0; i < before->neighborCount; i++)
    if (!strcmp(before->neighbors[i].address, out->address)) return refuse(why, "%s.address: %s is named twice", where, out->address);
  return true;
}

/* A line of FRR's: one that could hold another command, or a pipe of its terminal, is refused. */
static bool parse_line(const struct json *object, const char *where, const char *key, bool spaces, char *out, size_t room, struct reason *why) {
  const struct json *value = json_get(object, key);
  const char *text = json_string(value);
  if (!value) return true;
  bool good = text && *text && strlen(text) < room && *text != ' ' && text[strlen(text) - 1] != ' ';
  for (const char *c = text; good && *c; c++) good = *c >= (spaces ? ' ' : '!') && *c <= '~' && *c != '|' && *c != '?';
  if (!good)
    return refuse(why, "%s.%s must be 1 to %zu printable characters%s, without | and ?", where, key, room - 1, spaces ? "" : " without spaces");
  strcpy(out, text);
  return true;
}

static bool parse_timers(const struct json *value, const char *where, struct neighbor *out, struct reason *why) {
  static const char *const keys[] = {"keepaliveSeconds", "holdSeconds", "connectSeconds", NULL};
  char path[64];
  if (!value) return true;
  snprintf(path, sizeof path, "%s.timers", where);
  if (!only_keys(value, path, keys, why)) return false;
  if (!number_in(value, path, "keepaliveSeconds", 1, 65535, &out->keepaliveSeconds, why) ||
      !number_in(value, path, "holdSeconds", 3, 65535, &out->holdSeconds, why) ||
      !number_in(value, path, "connectSeconds", 1, 65535, &out->connectSeconds, why))
    return false;
  if (!out->keepaliveSeconds != !out->holdSeconds) return refuse(why, "%s must have both keepaliveSeconds and holdSeconds, or neither", path);
  return out->keepaliveSeconds <= out->holdSeconds / 3 ||
         refuse(why, "%s.keepaliveSeconds must be at most a third of holdSeconds", path);
}

static bool parse_multihop(const struct json *entry, const char *where, const struct bgp *bgp, struct neighbor *out, struct reason *why) {
  if (!number_in(entry, where, "ebgpMultihop", 1, 255, &out->multihop, why)) return false;
  return !out->multihop || out->asn != bgp->asn || refuse(why, "%s.ebgpMultihop means nothing within the own AS", where);
}

static bool parse_limit(const struct json *value, const char *where, struct neighbor_family *out, struct reason *why) {
  static const char *const keys[] = {"prefixes", "restartMinutes", NULL};
  char path[96];
  if (!value) return true;
  snprintf(path, sizeof path, "%s.maxPrefix", where);
  if (!only_keys(value, path, keys, why)) return false;
  if (!json_get(value, "prefixes")) return refuse(why, "%s must have prefixes", path);
  return number_in(value, path, "prefixes", 1, UINT32_MAX, &out->prefixes, why) &&
         number_in(value, path, "restartMinutes", 1, 65535, &out->restartMinutes, why);
}

static bool parse_map_name(const struct json *object, const char *where, const char *key, const struct policy *policy, char out[NAME_ROOM],
                           struct reason *why) {
  const struct json *value = json_get(object, key);
  const char *name = json_string(value);
  for (unsigned i = 0; name && i < policy->mapCount; i++)
    if (!strcmp(policy->maps[i].name, name)) strcpy(out, name);
  return !value || *out || refuse(why, "%s.%s: there is no route map named \"%.60s\"", where, key, name ? name : "");
}

static bool parse_families(const struct json *value, const char *where, const struct policy *policy, struct neighbor *out, struct reason *why) {
  static const char *const families[] = {"ipv4", "ipv6", NULL}, *const keys[] = {"maxPrefix", "routeMapIn", "routeMapOut", NULL},
                    *const own[] = {"maxPrefix", NULL};
  char path[80];
  snprintf(path, sizeof path, "%s.families", where);
  if (!value) return out->families[out->family].wanted = true;
  if (!only_keys(value, path, families, why)) return false;
  if (!value->child) return refuse(why, "%s must have ipv4, ipv6, or both", path);
  for (enum family family = IPV4; family < FAMILIES; family++) {
    const struct json *each = json_get(value, families[family]);
    struct neighbor_family *to = &out->families[family];
    if (!each) continue;
    to->wanted = true;
    snprintf(path, sizeof path, "%s.families.%s", where, families[family]);
    if (!only_keys(each, path, policy ? keys : own, why) || !parse_limit(json_get(each, "maxPrefix"), path, to, why) ||
        !parse_map_name(each, path, "routeMapIn", policy, to->in, why) || !parse_map_name(each, path, "routeMapOut", policy, to->out, why))
      return false;
  }
  return true;
}

static bool parse_learn(const struct json *value, const char *where, struct neighbor *out, struct reason *why) {
  const char *text = json_string(value);
  out->learnsDefault = text && !strcmp(text, "default");
  return !value || out->learnsDefault || refuse(why, "%s.learn must be default", where);
}

static bool parse_neighbor(const struct json *entry, const char *where, const struct policy *policy, struct bgp *out, struct reason *why) {
  static const char *const keys[] = {PEER_KEYS, NULL}, *const own[] = {PEER_KEYS, "learn", NULL};
  struct neighbor *neighbor = &out->neighbors[out->neighborCount];
  return only_keys(entry, where, policy ? keys : own, why) && parse_learn(json_get(entry, "learn"), where, neighbor, why) &&
         parse_address(json_get(entry, "address"), where, out, neighbor, why) &&
         parse_asn(entry, where, "remoteAsn", &neighbor->asn, why) &&
         parse_line(entry, where, "description", true, neighbor->description, sizeof neighbor->description, why) &&
         parse_line(entry, where, "password", false, neighbor->password, sizeof neighbor->password, why) &&
         parse_multihop(entry, where, out, neighbor, why) && parse_timers(json_get(entry, "timers"), where, neighbor, why) &&
         bfd_parse(entry, where, &neighbor->bfd, why) && parse_families(json_get(entry, "families"), where, policy, neighbor, why);
}

static bool parse_neighbors(const struct json *list, const struct policy *policy, struct bgp *out, struct reason *why) {
  unsigned count;
  char where[40];
  if (!list_of(list, "bgp.neighbors", policy ? MOST_NEIGHBORS : MOST_OWN_NEIGHBORS, &count, why)) return false;
  out->neighbors = calloc(count + 1, sizeof *out->neighbors);
  if (!out->neighbors) abort();
  for (const struct json *each = list ? list->child : NULL; each; each = each->next, out->neighborCount++) {
    snprintf(where, sizeof where, "bgp.neighbors[%u]", out->neighborCount);
    if (!parse_neighbor(each, where, policy, out, why)) return false;
  }
  return true;
}

static bool parse_networks(const struct json *list, struct bgp *out, struct reason *why) {
  unsigned count;
  if (!list_of(list, "bgp.networks", MOST_ENTRIES, &count, why)) return false;
  out->networks = calloc(count + 1, sizeof *out->networks);
  if (!out->networks) abort();
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *text = json_string(each);
    struct prefix *network = &out->networks[out->networkCount];
    if (!text || !network_parse(text, network))
      return refuse(why, "bgp.networks[%u] \"%.60s\" is not a network such as 10.1.0.0/24", out->networkCount, text ? text : "");
    for (unsigned i = 0; i < out->networkCount; i++)
      if (prefix_equal(&out->networks[i], network)) return refuse(why, "bgp.networks names %.60s twice", text);
    out->networkCount++;
  }
  return true;
}

bool bgp_parse(const struct json *value, const struct policy *policy, struct bgp *out, struct reason *why) {
  static const char *const keys[] = {BGP_KEYS, "networks", NULL}, *const own[] = {BGP_KEYS, NULL};
  if (!value) return true;
  out->wanted = true;
  return only_keys(value, "bgp", policy ? keys : own, why) && parse_asn(value, "bgp", "asn", &out->asn, why) &&
         router_id_parse(value, "bgp", out->routerId, why) && number_in(value, "bgp", "maximumPaths", 1, MOST_PATHS, &out->paths, why) &&
         parse_neighbors(json_get(value, "neighbors"), policy, out, why) && parse_networks(json_get(value, "networks"), out, why);
}
