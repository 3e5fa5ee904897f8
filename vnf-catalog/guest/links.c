#include "links.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

static unsigned children(const struct json *value) {
  unsigned count = 0;
  for (const struct json *each = value ? value->child : NULL; each; each = each->next) count++;
  return count;
}

static bool parse_addresses(const struct json *list, struct link *link, struct reason *why) {
  link->addresses = calloc(children(list) + 1, sizeof *link->addresses);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *text = json_string(each);
    if (!text || !prefix_parse(text, &link->addresses[link->addressCount++]))
      return refuse(why, "network-config: an address of %s is not of the form 10.1.0.1/24", link->name);
  }
  return true;
}

static bool parse_routes(const struct json *list, struct link *link, struct reason *why) {
  link->routes = calloc(children(list) + 1, sizeof *link->routes);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *to = json_string(json_get(each, "to")), *via = json_string(json_get(each, "via"));
    struct route *route = &link->routes[link->routeCount++];
    route->protocol = RTPROT_BOOT;
    route->metric = DAY0_METRIC;
    route->hopCount = route->hops[0].weight = 1;
    if (!to || !via || !address_parse(via, &route->hops[0].via) || !network_parse_for(to, route->hops[0].via.family, &route->to))
      return refuse(why, "network-config: a route of %s has no valid to and via", link->name);
  }
  return true;
}

static bool parse_link(const struct json *entry, struct link *link, struct reason *why) {
  const char *mac = json_string(json_get(json_get(entry, "match"), "macaddress"));
  const char *name = json_string(json_get(entry, "set-name"));
  const struct json *mtu = json_get(entry, "mtu");
  uint64_t octets = 0;
  if (!name) name = entry->key;
  if (!mac || strlen(mac) != 17) return refuse(why, "network-config: %.40s has no match.macaddress", entry->key);
  if (!*name || strlen(name) >= IFNAMSIZ || strpbrk(name, "/: \t\n"))
    return refuse(why, "network-config: \"%.40s\" is no interface name", name);
  if (mtu && (!json_unsigned(mtu, 65535, &octets) || octets < 68))
    return refuse(why, "network-config: the mtu of %s is not between 68 and 65535", name);
  strcpy(link->name, name);
  strcpy(link->mac, mac);
  link->mtu = (unsigned)octets;
  return parse_addresses(json_get(entry, "addresses"), link, why) && parse_routes(json_get(entry, "routes"), link, why);
}

bool links_parse(const struct json *document, struct links *out, struct reason *why) {
  const struct json *ethernets = json_get(document, "ethernets");
  uint64_t version;
  memset(out, 0, sizeof *out);
  if (!json_unsigned(json_get(document, "version"), 2, &version) || version != 2)
    return refuse(why, "network-config is not version 2");
  out->all = calloc(children(ethernets) + 1, sizeof *out->all);
  for (const struct json *each = ethernets ? ethernets->child : NULL; each; each = each->next) {
    if (!parse_link(each, &out->all[out->count], why)) return false;
    for (unsigned i = 0; i < out->count; i++)
      if (!strcmp(out->all[i].name, out->all[out->count].name))
        return refuse(why, "network-config gives two links the name %s", out->all[i].name);
    out->count++;
  }
  return true;
}

const struct link *links_find(const struct links *links, const char *name) {
  for (unsigned i = 0; i < links->count; i++)
    if (!strcmp(links->all[i].name, name)) return &links->all[i];
  return NULL;
}
