/*
 * `staticRoutes` of a document: [{"to": "10.9.0.0/16", "via": "10.1.0.254"}], with several next hops, weights,
 * a metric, or `"blackhole": true`.
 */
#ifndef BERTH_STATIC_ROUTES_H
#define BERTH_STATIC_ROUTES_H

#include "json.h"
#include "links.h"

struct static_routes {
  struct route *all; /* in route_order */
  unsigned count;
};

/* `links` has the interfaces that a next hop may name, and the networks that are the guest's own. */
bool static_routes_parse(const struct json *list, const struct links *links, struct static_routes *out, struct reason *why);
/* Puts the wanted routes and removes every other static one. */
bool static_routes_apply(const struct static_routes *wanted, struct reason *why);

#endif
