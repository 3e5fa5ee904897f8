/* A table by hash, with linear probing: a TEID that goes moves those behind it up, so there are no tombstones. */
#include "teids.h"

#include <stdlib.h>

struct teids {
  uint32_t most, used, next, mask;
  uint32_t places[]; /* 0: free */
};

/* Odd, so that multiples of it pass through all 32-bit numbers before one comes again. */
static const uint32_t stride = 0x9e3779b1;

struct teids *teids_new(uint32_t most, uint32_t seed) {
  uint32_t size = 16;
  if (most > 1u << 24) return NULL;
  while (size < most * 2) size *= 2;
  struct teids *teids = calloc(1, sizeof *teids + size * sizeof *teids->places);
  if (!teids) return NULL;
  teids->most = most;
  teids->mask = size - 1;
  teids->next = seed;
  return teids;
}

void teids_end(struct teids *teids) { free(teids); }

static uint32_t home_of(const struct teids *teids, uint32_t teid) {
  uint32_t mixed = teid * 0x85ebca6b;
  return (mixed ^ mixed >> 15) & teids->mask;
}

/* Its place, or the free one where it would stand. */
static uint32_t place_of(const struct teids *teids, uint32_t teid) {
  uint32_t at = home_of(teids, teid);
  while (teids->places[at] && teids->places[at] != teid) at = (at + 1) & teids->mask;
  return at;
}

bool teids_take(struct teids *teids, uint32_t teid) {
  uint32_t at = place_of(teids, teid);
  if (!teid || teids->places[at] || teids->used == teids->most) return false;
  teids->places[at] = teid;
  teids->used++;
  return true;
}

bool teids_give(struct teids *teids, uint32_t *teid) {
  if (teids->used == teids->most) return false;
  do teids->next += stride;
  while (!teids->next || teids->places[place_of(teids, teids->next)]);
  *teid = teids->next;
  return teids_take(teids, *teid);
}

bool teids_free(struct teids *teids, uint32_t teid) {
  uint32_t hole = place_of(teids, teid), at = hole;
  if (!teid || !teids->places[hole]) return false;
  for (;;) {
    at = (at + 1) & teids->mask;
    if (!teids->places[at]) break;
    uint32_t home = home_of(teids, teids->places[at]);
    if (((at - home) & teids->mask) < ((at - hole) & teids->mask)) continue;
    teids->places[hole] = teids->places[at];
    hole = at;
  }
  teids->places[hole] = 0;
  teids->used--;
  return true;
}

uint32_t teids_used(const struct teids *teids) { return teids->used; }
