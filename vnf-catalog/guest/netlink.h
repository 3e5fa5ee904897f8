/* The few rtnetlink requests a guest needs: addresses on links, routes in the main table. */
#ifndef BERTH_NETLINK_H
#define BERTH_NETLINK_H

#include "address.h"
#include "reason.h"

struct route {
  struct prefix to;
  struct address via;
  uint8_t protocol; /* RTPROT_*: who put it there, hence who may take it away */
  uint32_t metric;
};

bool address_add(int link, const struct prefix *address, struct reason *why);
/* Adds the route, or replaces the one with the same destination and metric. */
bool route_put(const struct route *route, struct reason *why);
bool route_remove(const struct route *route, struct reason *why);
/* Calls back for every route of the main table that has a next hop. */
bool routes_visit(uint8_t protocol, void (*visit)(const struct route *route, void *context), void *context,
                  struct reason *why);
unsigned routes_installed(void); /* IPv4 and IPv6, main table */

#endif
