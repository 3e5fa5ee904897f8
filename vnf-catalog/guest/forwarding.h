/* The kernel as a router of IPv4 and IPv6. */
#ifndef BERTH_FORWARDING_H
#define BERTH_FORWARDING_H

#include "reason.h"

bool forwarding_set(bool on, struct reason *why);
/* Says why when the kernel forwards and should not, or the other way round. */
bool forwarding_is(bool on, struct reason *why);
/* A router neither believes redirects and router advertisements nor follows source routes. */
void harden(void);

#endif
