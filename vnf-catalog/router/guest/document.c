#include "document.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

enum { MOST_ENTRIES = 4096 };

static bool only_keys(const struct json *object, const char *where, const char *const *known, struct reason *why) {
  if (object->kind != JSON_OBJECT)
    return refuse(why, "%s must be an object, not %s", where, json_kind_name(object->kind));
  for (const struct json *each = object->child; each; each = each->next) {
    const char *const *key = known;
    while (*key && strcmp(*key, each->key)) key++;
    if (!*key) return refuse(why, "%s has an unknown key \"%.60s\"", where, each->key);
  }
  return true;
}

/* Counts a list that may be absent; false when it is something else or too long. */
static bool list_of(const struct json *list, const char *where, unsigned *count, struct reason *why) {
  *count = 0;
  if (!list) return true;
  if (list->kind != JSON_ARRAY) return refuse(why, "%s must be an array, not %s", where, json_kind_name(list->kind));
  for (const struct json *each = list->child; each; each = each->next) ++*count;
  return *count <= MOST_ENTRIES || refuse(why, "%s has %u entries; %d are allowed", where, *count, MOST_ENTRIES);
}

static bool ipv4(const struct json *value, const char *where, char out[INET_ADDRSTRLEN], struct reason *why) {
  struct address address;
  const char *text = json_string(value);
  if (!text || strlen(text) >= INET_ADDRSTRLEN || !address_parse(text, &address) || address.family != AF_INET)
    return refuse(why, "%s must be an IPv4 address in quotes", where);
  strcpy(out, text);
  return true;
}

static bool asn(const struct json *value, const char *where, uint32_t *out, struct reason *why) {
  uint64_t number;
  if (!json_unsigned(value, UINT32_MAX, &number) || number == 0)
    return refuse(why, "%s must be an AS number between 1 and 4294967295", where);
  *out = (uint32_t)number;
  return true;
}

static bool parse_hostname(const struct json *value, struct router *out, struct reason *why) {
  const char *text = value ? json_string(value) : "";
  if (!text || strlen(text) > 63 || *text == '-' || (value && !*text))
    return refuse(why, "hostname must be a name of 1 to 63 characters");
  for (const char *c = text; *c; c++)
    if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.')
      return refuse(why, "hostname may hold letters, digits, hyphens and dots only");
  strcpy(out->hostname, text);
  return true;
}

static bool parse_forwarding(const struct json *value, struct router *out, struct reason *why) {
  out->forwarding = value ? value->truth : true;
  return !value || value->kind == JSON_BOOLEAN || refuse(why, "forwarding must be true or false");
}

static bool parse_route(const struct json *entry, struct router *out, struct reason *why) {
  static const char *const keys[] = {"to", "via", NULL};
  struct route *route = &out->routes[out->routeCount];
  if (!only_keys(entry, "a static route", keys, why)) return false;
  const char *to = json_string(json_get(entry, "to")), *via = json_string(json_get(entry, "via"));
  if (!to || !network_parse(to, &route->to))
    return refuse(why, "staticRoutes: to \"%.60s\" is not a network such as 10.9.0.0/16", to ? to : "");
  if (!via || !address_parse(via, &route->via) || route->via.family != route->to.base.family)
    return refuse(why, "staticRoutes: via \"%.60s\" is not the address of a next hop for %.60s", via ? via : "", to);
  route->protocol = RTPROT_STATIC;
  for (unsigned i = 0; i < out->routeCount; i++)
    if (prefix_equal(&out->routes[i].to, &route->to)) return refuse(why, "staticRoutes names %.60s twice", to);
  out->routeCount++;
  return true;
}

static bool parse_routes(const struct json *list, struct router *out, struct reason *why) {
  unsigned count;
  if (!list_of(list, "staticRoutes", &count, why)) return false;
  out->routes = calloc(count + 1, sizeof *out->routes);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next)
    if (!parse_route(each, out, why)) return false;
  return true;
}

static bool parse_neighbor(const struct json *entry, struct bgp *out, struct reason *why) {
  static const char *const keys[] = {"address", "remoteAsn", NULL};
  struct neighbor *neighbor = &out->neighbors[out->neighborCount];
  if (!only_keys(entry, "a BGP neighbor", keys, why)) return false;
  if (!ipv4(json_get(entry, "address"), "bgp: the address of a neighbor", neighbor->address, why)) return false;
  if (!asn(json_get(entry, "remoteAsn"), "bgp: the remoteAsn of a neighbor", &neighbor->asn, why)) return false;
  for (unsigned i = 0; i < out->neighborCount; i++)
    if (!strcmp(out->neighbors[i].address, neighbor->address))
      return refuse(why, "bgp names the neighbor %s twice", neighbor->address);
  out->neighborCount++;
  return true;
}

static bool parse_networks(const struct json *list, struct bgp *out, struct reason *why) {
  unsigned count;
  if (!list_of(list, "bgp: networks", &count, why)) return false;
  out->networks = calloc(count + 1, sizeof *out->networks);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *text = json_string(each);
    struct prefix *network = &out->networks[out->networkCount];
    if (!text || !network_parse(text, network) || network->base.family != AF_INET)
      return refuse(why, "bgp: networks: \"%.60s\" is not an IPv4 network such as 10.1.0.0/24", text ? text : "");
    for (unsigned i = 0; i < out->networkCount; i++)
      if (prefix_equal(&out->networks[i], network)) return refuse(why, "bgp: networks names %.60s twice", text);
    out->networkCount++;
  }
  return true;
}

static bool parse_bgp(const struct json *value, struct bgp *out, struct reason *why) {
  static const char *const keys[] = {"asn", "routerId", "neighbors", "networks", NULL};
  const struct json *id, *list;
  unsigned count;
  if (!value) return true;
  if (!only_keys(value, "bgp", keys, why) || !asn(json_get(value, "asn"), "bgp: asn", &out->asn, why)) return false;
  if ((id = json_get(value, "routerId")) && !ipv4(id, "bgp: routerId", out->routerId, why)) return false;
  list = json_get(value, "neighbors");
  if (!list_of(list, "bgp: neighbors", &count, why)) return false;
  out->neighbors = calloc(count + 1, sizeof *out->neighbors);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next)
    if (!parse_neighbor(each, out, why)) return false;
  out->wanted = true;
  return parse_networks(json_get(value, "networks"), out, why);
}

static bool parse_area(const struct json *value, char out[INET_ADDRSTRLEN], struct reason *why) {
  uint64_t number = 0;
  struct in_addr area;
  if (value && json_unsigned(value, UINT32_MAX, &number)) {
    area.s_addr = htonl((uint32_t)number);
    return inet_ntop(AF_INET, &area, out, INET_ADDRSTRLEN) != NULL;
  }
  return ipv4(value, "ospf: the area of an interface", out, why);
}

static bool parse_ospf_interface(const struct json *entry, const struct links *links, struct ospf *out,
                                 struct reason *why) {
  static const char *const keys[] = {"name", "area", NULL};
  struct ospf_interface *interface = &out->interfaces[out->interfaceCount];
  const char *name;
  bool known = false;
  if (!only_keys(entry, "an OSPF interface", keys, why)) return false;
  name = json_string(json_get(entry, "name"));
  for (unsigned i = 0; name && i < links->count; i++) known |= !strcmp(links->all[i].name, name);
  if (!known) return refuse(why, "ospf: there is no interface named \"%.60s\"", name ? name : "");
  for (unsigned i = 0; i < out->interfaceCount; i++)
    if (!strcmp(out->interfaces[i].name, name)) return refuse(why, "ospf names the interface %s twice", name);
  strcpy(interface->name, name);
  out->interfaceCount++;
  return parse_area(json_get(entry, "area"), interface->area, why);
}

static bool parse_ospf(const struct json *value, const struct links *links, struct ospf *out, struct reason *why) {
  static const char *const keys[] = {"routerId", "interfaces", NULL};
  const struct json *id, *list;
  unsigned count;
  if (!value) return true;
  if (!only_keys(value, "ospf", keys, why)) return false;
  if ((id = json_get(value, "routerId")) && !ipv4(id, "ospf: routerId", out->routerId, why)) return false;
  list = json_get(value, "interfaces");
  if (!list_of(list, "ospf: interfaces", &count, why)) return false;
  out->interfaces = calloc(count + 1, sizeof *out->interfaces);
  out->wanted = true;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next)
    if (!parse_ospf_interface(each, links, out, why)) return false;
  return true;
}

static bool parse_frr(const struct json *value, struct router *out, struct reason *why) {
  if (value && value->kind != JSON_STRING) return refuse(why, "frr must be a string of FRR configuration lines");
  const char *text = json_string(value);
  out->frr = text && text[strspn(text, " \t\r\n")] ? text : NULL;
  return true;
}

struct router *document_parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  static const char *const keys[] = {"hostname", "forwarding", "staticRoutes", "bgp", "ospf", "frr", NULL};
  struct router *out = calloc(1, sizeof *out);
  bool empty = strspn(text, " \t\r\n") == length;
  struct json *root = empty ? json_parse("{}", 2, why) : json_parse(text, length, why);
  if (!root || !only_keys(root, "the configuration", keys, why)) return NULL;
  bool good = parse_hostname(json_get(root, "hostname"), out, why) &&
              parse_forwarding(json_get(root, "forwarding"), out, why) &&
              parse_routes(json_get(root, "staticRoutes"), out, why) && parse_bgp(json_get(root, "bgp"), &out->bgp, why) &&
              parse_ospf(json_get(root, "ospf"), links, &out->ospf, why) && parse_frr(json_get(root, "frr"), out, why);
  return good ? out : NULL;
}
