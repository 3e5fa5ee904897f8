#include "static-routes.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "document-checks.h"

static bool parse_route(const struct json *entry, struct static_routes *out, struct reason *why) {
  static const char *const keys[] = {"to", "via", NULL};
  struct route *route = &out->all[out->count];
  if (!only_keys(entry, "a static route", keys, why)) return false;
  const char *to = json_string(json_get(entry, "to")), *via = json_string(json_get(entry, "via"));
  if (!to || !network_parse(to, &route->to))
    return refuse(why, "staticRoutes: to \"%.60s\" is not a network such as 10.9.0.0/16", to ? to : "");
  if (!via || !address_parse(via, &route->via) || route->via.family != route->to.base.family)
    return refuse(why, "staticRoutes: via \"%.60s\" is not the address of a next hop for %.60s", via ? via : "", to);
  route->protocol = RTPROT_STATIC;
  for (unsigned i = 0; i < out->count; i++)
    if (prefix_equal(&out->all[i].to, &route->to)) return refuse(why, "staticRoutes names %.60s twice", to);
  out->count++;
  return true;
}

bool static_routes_parse(const struct json *list, struct static_routes *out, struct reason *why) {
  unsigned count;
  if (!list_of(list, "staticRoutes", MOST_ENTRIES, &count, why)) return false;
  out->all = calloc(count + 1, sizeof *out->all);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next)
    if (!parse_route(each, out, why)) return false;
  return true;
}

struct sweep {
  const struct static_routes *wanted;
  struct route *gone;
  unsigned count, room;
};

static void note_gone(const struct route *installed, void *context) {
  struct sweep *sweep = context;
  for (unsigned i = 0; i < sweep->wanted->count; i++)
    if (prefix_equal(&sweep->wanted->all[i].to, &installed->to)) return;
  if (sweep->count == sweep->room) {
    sweep->room = sweep->room * 2 + 16;
    sweep->gone = realloc(sweep->gone, sweep->room * sizeof *sweep->gone);
  }
  if (sweep->gone) sweep->gone[sweep->count++] = *installed;
}

bool static_routes_apply(const struct static_routes *wanted, struct reason *why) {
  struct sweep sweep = {wanted, NULL, 0, 0};
  for (unsigned i = 0; i < wanted->count; i++)
    if (!route_put(&wanted->all[i], why)) return false;
  if (!routes_visit(RTPROT_STATIC, note_gone, &sweep, why)) return false;
  for (unsigned i = 0; i < sweep.count; i++)
    if (!route_remove(&sweep.gone[i], why)) return false;
  free(sweep.gone);
  return true;
}
