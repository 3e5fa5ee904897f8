/* What FRR's daemons know of the neighbours, for the status. */
#ifndef BERTH_FRR_NEIGHBORS_H
#define BERTH_FRR_NEIGHBORS_H

#include <stdio.h>

#include "routing.h"

/* Did it announce more than it may? */
bool neighbor_is_shut(const char *address);
/* The totals, as members of `gauges`, each begun by a comma. BFD is told with BGP. */
void bgp_gauges(FILE *out);
void ospf_gauges(FILE *out);
/* The member bgpNeighbors of the status. */
void bgp_states(const struct bgp *in, FILE *out);
/* Members of labelledGauges. */
void bgp_numbers(const struct bgp *in, FILE *out);
void ospf_numbers(const struct routing *in, FILE *out);

#endif
