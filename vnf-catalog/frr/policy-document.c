/* `prefixLists` and `routeMaps`. */
#include <stdlib.h>
#include <string.h>

#include "document-checks.h"
#include "routing.h"

static bool parse_action(const struct json *object, const char *where, bool *deny, struct reason *why) {
  const struct json *value = json_get(object, "action");
  const char *text = value ? json_string(value) : "permit";
  *deny = text && !strcmp(text, "deny");
  return (text && (*deny || !strcmp(text, "permit"))) || refuse(why, "%s.action must be permit or deny", where);
}

static bool parse_prefix_entry(const struct json *entry, const char *where, struct prefix_list *list, struct reason *why) {
  static const char *const keys[] = {"prefix", "ge", "le", "action", NULL};
  struct prefix_entry *out = &list->entries[list->count];
  if (!only_keys(entry, where, keys, why)) return false;
  const char *text = json_string(json_get(entry, "prefix"));
  if (!text || !strcmp(text, "default") || !network_parse(text, &out->prefix))
    return refuse(why, "%s.prefix \"%.60s\" is not a network such as 10.0.0.0/8", where, text ? text : "");
  enum family family = out->prefix.base.family == AF_INET6 ? IPV6 : IPV4;
  if (list->count && family != list->family) return refuse(why, "%s.prefix is not of the family of the entries before it", where);
  list->family = family;
  unsigned bits = address_size(&out->prefix.base) * 8, least = out->prefix.length + 1;
  if (!number_in(entry, where, "ge", least, bits, &out->ge, why)) return false;
  if (!number_in(entry, where, "le", out->ge ? out->ge : least, bits, &out->le, why)) return false;
  list->count++;
  return parse_action(entry, where, &out->deny, why);
}

static bool parse_prefix_list(const struct json *list, struct prefix_list *out, struct reason *why) {
  unsigned count;
  char where[80];
  if (!is_name(list->key)) return refuse(why, "prefixLists: \"%.60s\" is not 1 to 40 letters, digits, dots, hyphens and underscores", list->key);
  strcpy(out->name, list->key);
  snprintf(where, sizeof where, "prefixLists.%s", out->name);
  if (!list_of(list, where, MOST_ENTRIES, &count, why)) return false;
  if (!count) return refuse(why, "%s must have an entry", where);
  out->entries = calloc(count, sizeof *out->entries);
  if (!out->entries) abort();
  for (const struct json *each = list->child; each; each = each->next) {
    snprintf(where, sizeof where, "prefixLists.%s[%u]", out->name, out->count);
    if (!parse_prefix_entry(each, where, out, why)) return false;
  }
  return true;
}

static bool is_community(const char *text) {
  static const char *const known[] = {"no-export", "no-advertise", "blackhole", "graceful-shutdown"};
  unsigned high, low;
  char rest;
  for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(text, known[i])) return true;
  return strspn(text, "0123456789:") == strlen(text) && strlen(text) <= 11 && sscanf(text, "%5u:%5u%c", &high, &low, &rest) == 2 &&
         high <= 65535 && low <= 65535;
}

/* A community, or a list of them. */
static bool parse_communities(const struct json *value, const char *where, struct communities *out, struct reason *why) {
  const bool several = value && value->kind == JSON_ARRAY;
  unsigned count;
  if (!value) return true;
  if (several && !list_of(value, where, MOST_COMMUNITIES, &count, why)) return false;
  for (const struct json *each = several ? value->child : value; each; each = several ? each->next : NULL) {
    const char *text = json_string(each);
    if (!text || !is_community(text)) return refuse(why, "%s \"%.60s\" is not a community such as 65001:10 or no-export", where, text ? text : "");
    strcpy(out->all[out->count++], text);
  }
  return out->count || refuse(why, "%s must have a community", where);
}

static bool parse_match(const struct json *value, const char *where, const struct policy *policy, struct map_entry *out, struct reason *why) {
  static const char *const keys[] = {"prefixList", "community", NULL};
  const struct json *named = json_get(value, "prefixList");
  char path[128];
  if (!value) return true;
  if (!only_keys(value, where, keys, why)) return false;
  for (unsigned i = 0; named && json_string(named) && i < policy->listCount; i++)
    if (!strcmp(policy->lists[i].name, json_string(named))) out->prefixList = &policy->lists[i];
  if (named && !out->prefixList)
    return refuse(why, "%s.prefixList: there is no prefix list named \"%.60s\"", where, json_string(named) ? json_string(named) : "");
  snprintf(path, sizeof path, "%s.community", where);
  return parse_communities(json_get(value, "community"), path, &out->matched, why);
}

static bool parse_set(const struct json *value, const char *where, struct map_entry *out, struct reason *why) {
  static const char *const keys[] = {"localPreference", "med", "community", "addCommunity", "prepend", NULL};
  const struct json *replaces = json_get(value, "community"), *adds = json_get(value, "addCommunity");
  char path[128];
  if (!value) return true;
  if (!only_keys(value, where, keys, why)) return false;
  out->setsPreference = json_get(value, "localPreference") != NULL;
  out->setsMed = json_get(value, "med") != NULL;
  if (!number_in(value, where, "localPreference", 0, UINT32_MAX, &out->preference, why) ||
      !number_in(value, where, "med", 0, UINT32_MAX, &out->med, why) || !number_in(value, where, "prepend", 1, MOST_PREPENDS, &out->prepend, why))
    return false;
  if (replaces && adds) return refuse(why, "%s has community and addCommunity; one of them is allowed", where);
  out->adds = adds != NULL;
  snprintf(path, sizeof path, "%s.%s", where, adds ? "addCommunity" : "community");
  return parse_communities(adds ? adds : replaces, path, &out->set, why);
}

static bool parse_map_entry(const struct json *entry, const char *where, const struct policy *policy, struct map_entry *out, struct reason *why) {
  static const char *const keys[] = {"action", "match", "set", NULL};
  char path[96];
  if (!only_keys(entry, where, keys, why) || !parse_action(entry, where, &out->deny, why)) return false;
  snprintf(path, sizeof path, "%s.match", where);
  if (!parse_match(json_get(entry, "match"), path, policy, out, why)) return false;
  snprintf(path, sizeof path, "%s.set", where);
  if (out->deny && json_get(entry, "set")) return refuse(why, "%s means nothing where the action is deny", path);
  return parse_set(json_get(entry, "set"), path, out, why);
}

static bool parse_route_map(const struct json *list, const struct policy *policy, struct route_map *out, struct reason *why) {
  unsigned count;
  char where[80];
  if (!is_name(list->key)) return refuse(why, "routeMaps: \"%.60s\" is not 1 to 40 letters, digits, dots, hyphens and underscores", list->key);
  strcpy(out->name, list->key);
  snprintf(where, sizeof where, "routeMaps.%s", out->name);
  if (!list_of(list, where, MOST_MAP_ENTRIES, &count, why)) return false;
  if (!count) return refuse(why, "%s must have an entry", where);
  out->entries = calloc(count, sizeof *out->entries);
  if (!out->entries) abort();
  for (const struct json *each = list->child; each; each = each->next, out->count++) {
    snprintf(where, sizeof where, "routeMaps.%s[%u]", out->name, out->count);
    if (!parse_map_entry(each, where, policy, &out->entries[out->count], why)) return false;
  }
  return true;
}

static bool parse_map(const struct json *object, const char *where, unsigned most, unsigned *count, struct reason *why) {
  *count = 0;
  if (object && object->kind != JSON_OBJECT) return refuse(why, "%s must be an object, not %s", where, json_kind_name(object->kind));
  for (const struct json *each = object ? object->child : NULL; each; each = each->next) ++*count;
  return *count <= most || refuse(why, "%s has %u entries; %u are allowed", where, *count, most);
}

bool policy_parse(const struct json *root, struct policy *out, struct reason *why) {
  const struct json *lists = json_get(root, "prefixLists"), *maps = json_get(root, "routeMaps");
  unsigned count;
  if (!parse_map(lists, "prefixLists", MOST_PREFIX_LISTS, &count, why)) return false;
  out->lists = calloc(count + 1, sizeof *out->lists);
  if (!out->lists) abort();
  for (const struct json *each = lists ? lists->child : NULL; each; each = each->next)
    if (!parse_prefix_list(each, &out->lists[out->listCount++], why)) return false;
  if (!parse_map(maps, "routeMaps", MOST_ROUTE_MAPS, &count, why)) return false;
  out->maps = calloc(count + 1, sizeof *out->maps);
  if (!out->maps) abort();
  for (const struct json *each = maps ? maps->child : NULL; each; each = each->next)
    if (!parse_route_map(each, out, &out->maps[out->mapCount++], why)) return false;
  return true;
}
