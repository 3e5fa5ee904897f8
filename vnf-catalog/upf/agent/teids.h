/*
 * Tunnel endpoint identifiers: unique in the UPF, never 0, in an order that begins anywhere. A TEID that was given back comes
 * again only after all other numbers had their turn. Giving, taking and freeing cost the same whatever their number.
 */
#ifndef UPF_TEIDS_H
#define UPF_TEIDS_H

#include <stdbool.h>
#include <stdint.h>

struct teids;

/* For at most `most` at once, up to 2^24. NULL: too many, or no memory. `seed`: any number, another one after each start. */
struct teids *teids_new(uint32_t most, uint32_t seed);
void teids_end(struct teids *teids);

/* A new one. False: all are in use. */
bool teids_give(struct teids *teids, uint32_t *teid);
/* One that was given before (by an earlier process, or by the control plane). False: in use, 0, or no room. */
bool teids_take(struct teids *teids, uint32_t teid);
/* False: it is not in use. */
bool teids_free(struct teids *teids, uint32_t teid);
uint32_t teids_used(const struct teids *teids);

#endif
