/*
 * The guest's links, as the day-0 `network-config` asks for them: the netplan v2 subset of
 * docs/vnf-guest-contract.md (match by MAC address, set-name, addresses, mtu, routes).
 */
#ifndef BERTH_LINKS_H
#define BERTH_LINKS_H

#include <net/if.h>

#include "json.h"
#include "routes.h"

struct link {
  char name[IFNAMSIZ];
  char mac[18];
  unsigned mtu; /* 0: as it is */
  struct prefix *addresses;
  unsigned addressCount;
  struct route *routes;
  unsigned routeCount;
  struct prefix *vips; /* shared with the peer, which may have them now (vips.h) */
  unsigned vipCount;
};

struct links {
  struct link *all;
  unsigned count;
};

bool links_parse(const struct json *document, struct links *out, struct reason *why);
/* Names, addresses and raises every link. Waits a few seconds for cards that are still being found. */
bool links_apply(const struct links *links, struct reason *why);
bool link_is_up(const char *name);
const struct link *links_find(const struct links *links, const char *name); /* NULL: none has it */

#endif
