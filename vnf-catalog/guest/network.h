/* The parts of a document that every VNF takes for its network: `links`, `vlans` and `staticRoutes`. */
#ifndef BERTH_NETWORK_H
#define BERTH_NETWORK_H

#include "static-routes.h"
#include "vlans.h"

#define NETWORK_KEYS "links", "vlans", "staticRoutes"

struct network {
  const struct links *day0;
  unsigned *mtus; /* of each link of day 0; 0: day 0's own */
  struct vlans vlans;
  struct links interfaces; /* the links of day 0, then the VLANs: whatever another part may name */
  struct static_routes routes;
};

bool network_document(const struct json *root, const struct links *day0, struct network *out, struct reason *why);
bool network_apply(const struct network *wanted, struct reason *why);
/* Are the VLANs there and up? */
bool network_is(const struct network *wanted, struct reason *why);

#endif
