#include "static-routes.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "document-checks.h"

/* Metrics of routes that others put there: FRR's, day 0's, and the kernel's own of connected IPv6 networks. */
static const uint32_t taken[] = {20, DAY0_METRIC, 256};

static bool parse_weight(const struct json *value, const char *where, struct next_hop *hop, struct reason *why) {
  uint64_t weight = 1;
  if (value && (!json_unsigned(value, MOST_WEIGHT, &weight) || !weight))
    return refuse(why, "%s.weight must be a number from 1 to %d", where, MOST_WEIGHT);
  hop->weight = (uint16_t)weight;
  return true;
}

static bool parse_interface(const struct json *value, const char *where, const struct links *links, struct next_hop *hop,
                            struct reason *why) {
  const char *name = json_string(value);
  const bool linkLocal = hop->via.family == AF_INET6 && hop->via.bytes[0] == 0xfe && (hop->via.bytes[1] & 0xc0) == 0x80;
  if (!value) return !linkLocal || refuse(why, "%s is link-local, so its interface must be named", where);
  if (!name || !links_find(links, name)) return refuse(why, "%s: there is no interface named \"%.60s\"", where, name ? name : "");
  strcpy(hop->interface, name);
  return true;
}

/* `10.1.0.254`, or {"address": "10.1.0.254", "weight": 2, "interface": "west"}. */
static bool parse_next_hop(const struct json *value, const char *where, const struct links *links, struct route *out,
                           struct reason *why) {
  static const char *const keys[] = {"address", "weight", "interface", NULL};
  const bool object = value && value->kind == JSON_OBJECT;
  struct next_hop *hop = &out->hops[out->hopCount];
  if (object && !only_keys(value, where, keys, why)) return false;
  const char *text = json_string(object ? json_get(value, "address") : value);
  if (!text || !address_parse(text, &hop->via)) return refuse(why, "%s \"%.60s\" is not the address of a next hop", where, text ? text : "");
  if (!parse_weight(object ? json_get(value, "weight") : NULL, where, hop, why)) return false;
  if (!parse_interface(object ? json_get(value, "interface") : NULL, where, links, hop, why)) return false;
  for (unsigned i = 0; i < out->hopCount; i++)
    if (!memcmp(&out->hops[i].via, &hop->via, sizeof hop->via) && !strcmp(out->hops[i].interface, hop->interface))
      return refuse(why, "%s names %.60s twice", where, text);
  out->hopCount++;
  return true;
}

static bool parse_via(const struct json *value, const char *where, const struct links *links, struct route *out, struct reason *why) {
  char path[64];
  unsigned count, at = 0;
  snprintf(path, sizeof path, "%s.via", where);
  if (!value || value->kind != JSON_ARRAY) return parse_next_hop(value, path, links, out, why);
  if (!list_of(value, path, MOST_NEXT_HOPS, &count, why)) return false;
  if (!count) return refuse(why, "%s must have a next hop", path);
  for (const struct json *each = value->child; each; each = each->next) {
    snprintf(path, sizeof path, "%s.via[%u]", where, at++);
    if (!parse_next_hop(each, path, links, out, why)) return false;
  }
  return true;
}

static bool parse_to(const struct json *value, const char *where, struct route *out, struct reason *why) {
  const char *to = json_string(value);
  if (!to || !network_parse_for(to, out->hopCount ? out->hops[0].via.family : AF_INET, &out->to))
    return refuse(why, "%s.to \"%.60s\" is not a network such as 10.9.0.0/16", where, to ? to : "");
  for (unsigned i = 0; i < out->hopCount; i++)
    if (out->hops[i].via.family != out->to.base.family)
      return refuse(why, "%s.via is not of the same family as %.60s", where, to);
  return true;
}

static bool parse_metric(const struct json *value, const char *where, struct route *out, struct reason *why) {
  uint64_t metric = out->to.base.family == AF_INET6 ? IPV6_METRIC : 0;
  if (value && (!json_unsigned(value, UINT32_MAX, &metric) || !metric))
    return refuse(why, "%s.metric must be a number from 1 to 4294967295", where);
  out->metric = (uint32_t)metric;
  for (unsigned i = 0; i < sizeof taken / sizeof *taken; i++)
    if (out->metric == taken[i]) return refuse(why, "%s.metric must not be %u, which routes of others have", where, taken[i]);
  return true;
}

static bool parse_route(const struct json *entry, const char *where, const struct links *links, struct route *out, struct reason *why) {
  static const char *const keys[] = {"to", "via", "metric", "blackhole", NULL};
  const struct json *hole = json_get(entry, "blackhole"), *via = json_get(entry, "via");
  if (!only_keys(entry, where, keys, why)) return false;
  if (hole && hole->kind != JSON_BOOLEAN) return refuse(why, "%s.blackhole must be true or false", where);
  out->protocol = RTPROT_STATIC;
  out->blackhole = hole && hole->truth;
  if (out->blackhole && via) return refuse(why, "%s is a black hole, so it has no via", where);
  if (!out->blackhole && !parse_via(via, where, links, out, why)) return false;
  return parse_to(json_get(entry, "to"), where, out, why) && parse_metric(json_get(entry, "metric"), where, out, why);
}

static int by_order(const void *a, const void *b) { return route_order(a, b); }

static bool refuse_twice(const struct static_routes *in, struct reason *why) {
  char text[INET6_ADDRSTRLEN + 4];
  for (unsigned i = 1; i < in->count; i++) {
    if (route_order(&in->all[i - 1], &in->all[i])) continue;
    prefix_text(&in->all[i].to, text);
    return refuse(why, "staticRoutes names %s twice", text);
  }
  return true;
}

/* A route like the one that the kernel keeps for the network of a link would take its place. */
static bool refuse_connected(const struct static_routes *in, const struct links *links, struct reason *why) {
  char text[INET6_ADDRSTRLEN + 4];
  for (unsigned i = 0; i < links->count; i++)
    for (unsigned n = 0; n < links->all[i].addressCount; n++) {
      struct route own = {.to = links->all[i].addresses[n]};
      network_of(&own.to);
      if (own.to.base.family != AF_INET || !bsearch(&own, in->all, in->count, sizeof own, by_order)) continue;
      prefix_text(&own.to, text);
      return refuse(why, "staticRoutes: %s is the network of %s itself; give the route a metric", text, links->all[i].name);
    }
  return true;
}

bool static_routes_parse(const struct json *list, const struct links *links, struct static_routes *out, struct reason *why) {
  unsigned count;
  char where[40];
  if (!list_of(list, "staticRoutes", MOST_ENTRIES, &count, why)) return false;
  out->all = calloc(count + 1, sizeof *out->all);
  if (!out->all) abort();
  for (const struct json *each = list ? list->child : NULL; each; each = each->next, out->count++) {
    snprintf(where, sizeof where, "staticRoutes[%u]", out->count);
    if (!parse_route(each, where, links, &out->all[out->count], why)) return false;
  }
  qsort(out->all, out->count, sizeof *out->all, by_order);
  return refuse_twice(out, why) && refuse_connected(out, links, why);
}
