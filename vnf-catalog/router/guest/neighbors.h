/* What FRR's daemons know of the router's neighbours, for the status. */
#ifndef BERTH_ROUTER_NEIGHBORS_H
#define BERTH_ROUTER_NEIGHBORS_H

#include <stdio.h>

#include "document.h"

/* Did it announce more than it may? */
bool neighbor_is_shut(const char *address);
/* The totals, as members of `gauges`, each begun by a comma. */
void neighbors_gauges(FILE *out);
/* The members bgpNeighbors and labelledGauges, each begun by a comma. */
void neighbors_details(const struct router *in, FILE *out);

#endif
