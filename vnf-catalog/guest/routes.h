/* Routes of the kernel's main table, with one next hop or several, or none: a black hole. */
#ifndef BERTH_ROUTES_H
#define BERTH_ROUTES_H

#include <linux/netlink.h>
#include <net/if.h>

#include "address.h"
#include "reason.h"

enum { MOST_NEXT_HOPS = 16, MOST_WEIGHT = 256, DAY0_METRIC = 100, IPV6_METRIC = 1024 /* the kernel's, when none is said */ };

struct next_hop {
  struct address via;
  char interface[IFNAMSIZ]; /* empty: the kernel finds the link whose network has `via` */
  unsigned index;           /* of the link, in a route that the kernel has */
  uint16_t weight;
};

struct route {
  struct prefix to;
  bool blackhole;
  struct next_hop hops[MOST_NEXT_HOPS];
  unsigned hopCount;
  uint8_t protocol; /* RTPROT_*: who put it there, hence who may take it away */
  uint32_t metric;
};

/* Adds the route, or replaces the one with the same destination and metric. */
bool route_put(const struct route *route, struct reason *why);
bool route_remove(const struct route *route, struct reason *why);
/* By destination and metric, which is what makes a route another one. */
int route_order(const struct route *a, const struct route *b);
/* Do both lead to the same places? An interface counts where `wanted` names one. */
bool route_leads(const struct route *installed, const struct route *wanted);
/* Calls back for every route of the main table that `protocol` put there. */
bool routes_visit(uint8_t protocol, void (*visit)(const struct route *route, void *context), void *context,
                  struct reason *why);
unsigned routes_installed(void); /* IPv4 and IPv6, main table */
/* False for a message that is no route of the main table, or a cached one. */
bool route_read(const struct nlmsghdr *message, struct route *out);

#endif
