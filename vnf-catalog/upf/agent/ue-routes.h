/* The kernel's routes to the UEs: each pool leads to the link of the data path, whether its addresses have sessions or not. */
#ifndef UPF_UE_ROUTES_H
#define UPF_UE_ROUTES_H

#include "agent.h"

/* The table of the kernel that leads all packets to the UEs' link. */
enum { UE_TABLE = 655 };

/* Puts the route of each pool, and that table; takes away the routes that an earlier process put for other pools. */
bool ue_routes_follow(const struct agent_config *config, const char *link, struct reason *why);

#endif
