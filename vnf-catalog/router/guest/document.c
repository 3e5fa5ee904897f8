#include "document.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "document-checks.h"

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

static bool parse_forwarding(const struct json *value, struct router *out, struct reason *why) {
  out->forwarding = value ? value->truth : true;
  return !value || value->kind == JSON_BOOLEAN || refuse(why, "forwarding must be true or false");
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
  if (!list_of(list, "bgp: networks", MOST_ENTRIES, &count, why)) return false;
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
  if (!list_of(list, "bgp: neighbors", MOST_ENTRIES, &count, why)) return false;
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
  if (!list_of(list, "ospf: interfaces", MOST_ENTRIES, &count, why)) return false;
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
  static const char *const keys[] = {"hostname", "forwarding", NETWORK_KEYS, "bgp", "ospf", "frr", NULL};
  struct router *out = calloc(1, sizeof *out);
  struct json *root = document_root(text, length, why);
  if (!root || !only_keys(root, "the configuration", keys, why)) return NULL;
  bool good = hostname_parse(json_get(root, "hostname"), out->hostname, why) &&
              parse_forwarding(json_get(root, "forwarding"), out, why) &&
              network_document(root, links, &out->network, why) && parse_bgp(json_get(root, "bgp"), &out->bgp, why) &&
              parse_ospf(json_get(root, "ospf"), &out->network.interfaces, &out->ospf, why) && parse_frr(json_get(root, "frr"), out, why);
  return good ? out : NULL;
}
