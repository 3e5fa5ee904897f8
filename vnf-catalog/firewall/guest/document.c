#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "document-checks.h"
#include "parts.h"
#include "sha256.h"
#include "values.h"

enum { FEWEST_CONNTRACK = 256, MOST_CONNTRACK = 4194304, MOST_SET_ELEMENTS = 65536, LOG_PER_SECOND = 10 };

static bool parse_action(const struct json *value, enum action *out, struct reason *why) {
  const char *text = value ? json_string(value) : "drop";
  *out = text && !strcmp(text, "reject") ? REJECT : DROP;
  return (text && (*out == REJECT || !strcmp(text, "drop"))) || refuse(why, "defaultAction must be drop or reject");
}

static const char *link_named(const struct links *links, const char *name) {
  for (unsigned i = 0; i < links->count; i++)
    if (!strcmp(links->all[i].name, name)) return links->all[i].name;
  return NULL;
}

/* The name goes into a ruleset between quotes, where a star would stand for anything. */
static bool add_interface(const struct json *value, const char *where, const struct links *links, struct firewall *in, struct zone *zone, struct reason *why) {
  const char *text = json_string(value), *name = text ? link_named(links, text) : NULL;
  if (!name || strpbrk(name, "\"\\*")) return refuse(why, "%s.interfaces: there is no interface named \"%.60s\"", where, text ? text : "");
  for (struct zone *each = in->zones; each <= zone; each++)
    for (unsigned i = 0; i < each->interfaceCount; i++)
      if (each->interfaces[i] == name) return refuse(why, "%s.interfaces: %s belongs to the zone %s already", where, name, each->name);
  zone->interfaces[zone->interfaceCount++] = name;
  return true;
}

static bool parse_networks(const struct json *list, const char *where, struct firewall *in, struct zone *zone, struct reason *why) {
  struct match found = {0};
  char path[96];
  snprintf(path, sizeof path, "%s.networks", where);
  if (!addresses_parse(list, in, path, &found, why)) return false;
  if (found.namedCount) return refuse(why, "%s holds networks, not sets", path);
  if (found.given && !zone->antiSpoofing) return refuse(why, "%s means nothing without antiSpoofing", path);
  zone->bounded = found.given;
  memcpy(zone->networks, found.own, sizeof zone->networks);
  return true;
}

static bool parse_zone(const struct json *entry, const struct links *links, struct firewall *out, struct reason *why) {
  static const char *const keys[] = {"interfaces", "antiSpoofing", "networks", NULL};
  struct zone *zone = &out->zones[out->zoneCount];
  const struct json key = {.kind = JSON_STRING, .text = entry->key}, *list;
  char where[64];
  unsigned count;
  snprintf(where, sizeof where, "zones.%.40s", entry->key);
  if (!name_parse(&key, "the name of a zone", ZONE_ROOM, zone->name, why) || !only_keys(entry, where, keys, why)) return false;
  if (!strcmp(zone->name, "any") || !strcmp(zone->name, "self")) return refuse(why, "no zone can be named \"%s\"", zone->name);
  snprintf(where, sizeof where, "zones.%s", zone->name);
  list = json_get(entry, "interfaces");
  if (!list_of(list, where, MOST_ENTRIES, &count, why)) return false;
  if (!count) return refuse(why, "%s.interfaces must name at least one interface", where);
  zone->interfaces = calloc(count, sizeof *zone->interfaces);
  for (const struct json *each = list->child; each; each = each->next)
    if (!add_interface(each, where, links, out, zone, why)) return false;
  snprintf(where, sizeof where, "zones.%s.antiSpoofing", zone->name);
  if (!flag_parse(json_get(entry, "antiSpoofing"), where, true, &zone->antiSpoofing, why)) return false;
  snprintf(where, sizeof where, "zones.%s", zone->name);
  out->zoneCount++;
  return parse_networks(json_get(entry, "networks"), where, out, zone, why);
}

static bool parse_zones(const struct json *object, const struct links *links, struct firewall *out, struct reason *why) {
  if (!object) return true;
  if (object->kind != JSON_OBJECT) return refuse(why, "zones must be an object, not %s", json_kind_name(object->kind));
  for (const struct json *each = object->child; each; each = each->next) {
    if (out->zoneCount == MOST_ZONES) return refuse(why, "zones has more than %d entries", MOST_ZONES);
    if (!parse_zone(each, links, out, why)) return false;
  }
  return true;
}

static bool parse_kind(const struct json *value, const char *where, enum kind *out, struct reason *why) {
  const char *text = json_string(value);
  for (*out = V4; text && *out < KINDS; ++*out)
    if (!strcmp(text, kind_name(*out))) return true;
  return refuse(why, "%s.type must be ipv4, ipv6 or port", where);
}

static bool parse_elements(const struct json *list, const char *where, unsigned most, struct set *set, struct reason *why) {
  const struct firewall none = {0};
  unsigned count;
  char path[80];
  struct match found = {0};
  snprintf(path, sizeof path, "%s.elements", where);
  if (!list_of(list, path, most, &count, why)) return false;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *text = json_string(each);
    if (text && *text == '@') return refuse(why, "%s: a set cannot hold the set \"%.60s\"", path, text);
    if (!(set->kind == PORT ? ports_parse(each, &none, path, &found, why) : addresses_parse(each, &none, path, &found, why))) return false;
    if (found.own[set->kind].count == set->ranges.count)
      return refuse(why, "%s: \"%.60s\" is not of the type %s", path, text ? text : "", kind_name(set->kind));
    set->ranges.count = found.own[set->kind].count;
  }
  set->ranges = found.own[set->kind];
  ranges_settle(&set->ranges, set->kind);
  return true;
}

static bool parse_set(const struct json *entry, struct set *set, struct reason *why) {
  static const char *const keys[] = {"type", "elements", "size", NULL};
  const struct json key = {.kind = JSON_STRING, .text = entry->key};
  char where[64], path[80];
  unsigned most = MOST_SET_ELEMENTS;
  snprintf(where, sizeof where, "sets.%.50s", entry->key);
  snprintf(path, sizeof path, "%s.size", where);
  if (!name_parse(&key, "the name of a set", NAME_ROOM, set->name, why) || !only_keys(entry, where, keys, why)) return false;
  return parse_kind(json_get(entry, "type"), where, &set->kind, why) &&
         number_parse(json_get(entry, "size"), path, 1, MOST_SET_ELEMENTS, &most, why) &&
         parse_elements(json_get(entry, "elements"), where, most, set, why);
}

static bool parse_sets(const struct json *object, struct firewall *out, struct reason *why) {
  if (!object) return true;
  if (object->kind != JSON_OBJECT) return refuse(why, "sets must be an object, not %s", json_kind_name(object->kind));
  out->sets = calloc(MOST_SETS, sizeof *out->sets);
  for (const struct json *each = object->child; each; each = each->next) {
    if (out->setCount == MOST_SETS) return refuse(why, "sets has more than %d entries", MOST_SETS);
    if (!parse_set(each, &out->sets[out->setCount], why)) return false;
    out->setCount++;
  }
  return true;
}

static bool parse_syn(const struct json *value, struct firewall *out, struct reason *why) {
  static const char *const keys[] = {"zones", "mode", "perSecond", "burst", NULL};
  if (!value) return true;
  if (!only_keys(value, "synProtection", keys, why)) return false;
  const char *mode = json_string(json_get(value, "mode"));
  if (json_get(value, "mode") && (!mode || strcmp(mode, "limit"))) return refuse(why, "synProtection.mode must be limit");
  if (!zones_of(json_get(value, "zones"), out, "synProtection.zones", false, &out->synZones, why)) return false;
  return rate_fields(value, "synProtection", "perSecond", &out->syn, why);
}

static bool parse_limits(const struct json *value, struct firewall *out, struct reason *why) {
  static const char *const keys[] = {"conntrackEntries", NULL};
  return !value || (only_keys(value, "limits", keys, why) &&
                    number_parse(json_get(value, "conntrackEntries"), "limits.conntrackEntries", FEWEST_CONNTRACK,
                                 MOST_CONNTRACK, &out->conntrackEntries, why));
}

static bool parse_helpers(const struct json *list, struct firewall *out, struct reason *why) {
  unsigned count;
  enum helper helper;
  if (!list_of(list, "helpers", MOST_ENTRIES, &count, why)) return false;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    if (!helper_parse(each, "helpers", &helper, why)) return false;
    if (out->helpers[helper]) return refuse(why, "helpers names %s twice", helper_name(helper));
    out->helpers[helper] = true;
  }
  return true;
}

struct firewall *document_parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  static const char *const keys[] = {"hostname", "defaultAction", NETWORK_KEYS, "ha", "zones", "sets", "rules", "nat",
                                     "synProtection", "limits", "log", "helpers", "offload", NULL};
  struct firewall *out = calloc(1, sizeof *out);
  struct json *root = document_root(text, length, why);
  if (!root || !only_keys(root, "the configuration", keys, why)) return NULL;
  out->log = (struct rate){.packets = LOG_PER_SECOND, .burst = LOG_PER_SECOND};
  sha256(text, length, out->digest);
  bool good = hostname_parse(json_get(root, "hostname"), out->hostname, why) &&
              parse_action(json_get(root, "defaultAction"), &out->otherwise, why) &&
              network_document(root, links, &out->network, why) &&
              ha_document(json_get(root, "ha"), links, true, &out->ha, why) &&
              parse_zones(json_get(root, "zones"), &out->network.interfaces, out, why) && parse_sets(json_get(root, "sets"), out, why) &&
              parse_helpers(json_get(root, "helpers"), out, why) && rules_parse(json_get(root, "rules"), out, why) && nat_parse(json_get(root, "nat"), out, why) &&
              parse_syn(json_get(root, "synProtection"), out, why) && parse_limits(json_get(root, "limits"), out, why) &&
              rate_parse(json_get(root, "log"), "log", "perSecond", &out->log, why) &&
              flag_parse(json_get(root, "offload"), "offload", false, &out->offload, why);
  return good ? out : NULL;
}
