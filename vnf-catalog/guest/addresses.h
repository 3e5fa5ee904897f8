/* Addresses on links. */
#ifndef BERTH_ADDRESSES_H
#define BERTH_ADDRESSES_H

#include <linux/netlink.h>

#include "address.h"
#include "reason.h"

bool address_add(unsigned link, const struct prefix *address, struct reason *why);
/* Leaves exactly these addresses on the link, and its link-local one. */
bool addresses_settle(unsigned link, const struct prefix *wanted, unsigned count, struct reason *why);
/* False for a message that is no address of the link. */
bool address_read(const struct nlmsghdr *message, unsigned link, struct prefix *out);

#endif
