/* `staticRoutes` of a document: [{"to": "10.9.0.0/16", "via": "10.1.0.254"}]. */
#ifndef BERTH_STATIC_ROUTES_H
#define BERTH_STATIC_ROUTES_H

#include "json.h"
#include "netlink.h"

struct static_routes {
  struct route *all;
  unsigned count;
};

bool static_routes_parse(const struct json *list, struct static_routes *out, struct reason *why);
/* Puts the wanted routes and removes every other static one. */
bool static_routes_apply(const struct static_routes *wanted, struct reason *why);

#endif
