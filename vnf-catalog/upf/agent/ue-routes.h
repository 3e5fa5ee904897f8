/* The kernel's routes to the UEs: each pool leads to the link of the data path, whether its addresses have sessions or not. */
#ifndef UPF_UE_ROUTES_H
#define UPF_UE_ROUTES_H

#include "agent.h"

/* Puts the route of each pool, and takes away those that an earlier process put for other pools. */
bool ue_routes_follow(const struct agent_config *config, const char *link, struct reason *why);

#endif
