/*
 * `vlans` of a document, the subinterfaces of connection points in trunk mode, and `links`, what is changed of the
 * connection points themselves.
 */
#ifndef BERTH_VLANS_H
#define BERTH_VLANS_H

#include <linux/netlink.h>

#include "links.h"

enum { MOST_VLANS = 64, MOST_VLAN_ADDRESSES = 16, LEAST_MTU = 1280, MOST_MTU = 65535 };

struct vlan {
  struct link link; /* its name, MTU (0: its parent's) and addresses */
  char parent[IFNAMSIZ];
  uint16_t id;
};

struct vlans {
  struct vlan *all;
  unsigned count;
};

/* Sets the MTU of links of day 0, as the document asks for it; `mtus` gets one number for each, 0: day 0's own. */
bool link_settings_parse(const struct json *list, const struct links *links, unsigned *mtus, struct reason *why);
bool link_settings_apply(const struct links *links, const unsigned *mtus, struct reason *why);

bool vlans_parse(const struct json *list, const struct links *links, const unsigned *mtus, struct vlans *out, struct reason *why);
/* Makes, changes and removes, until the kernel has these VLANs and no other. */
bool vlans_apply(const struct vlans *wanted, struct reason *why);

struct kernel_vlan {
  char name[IFNAMSIZ];
  unsigned index, parent, id;
};

/* False for a message that is no VLAN. */
bool vlan_read(const struct nlmsghdr *message, struct kernel_vlan *out);

#endif
