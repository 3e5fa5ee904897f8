#include "deadlines.h"

#include <stdlib.h>

struct deadlines {
  uint32_t count, slots;
  uint32_t *heap;      /* slots, the earliest first */
  uint32_t *place;     /* of a slot in the heap; UINT32_MAX: it has no deadline */
  uint64_t *due;
};

struct deadlines *deadlines_new(uint32_t slots) {
  struct deadlines *d = calloc(1, sizeof *d);
  if (!d) return NULL;
  d->slots = slots;
  d->heap = calloc(slots, sizeof *d->heap);
  d->place = calloc(slots, sizeof *d->place);
  d->due = calloc(slots, sizeof *d->due);
  if (!d->heap || !d->place || !d->due) return deadlines_free(d), NULL;
  for (uint32_t i = 0; i < slots; i++) d->place[i] = UINT32_MAX;
  return d;
}

void deadlines_free(struct deadlines *d) {
  free(d->heap);
  free(d->place);
  free(d->due);
  free(d);
}

static void put(struct deadlines *d, uint32_t at, uint32_t slot) {
  d->heap[at] = slot;
  d->place[slot] = at;
}

static void rise(struct deadlines *d, uint32_t at) {
  uint32_t slot = d->heap[at];
  while (at && d->due[d->heap[(at - 1) / 2]] > d->due[slot]) {
    put(d, at, d->heap[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  put(d, at, slot);
}

static void sink(struct deadlines *d, uint32_t at) {
  uint32_t slot = d->heap[at];
  for (uint32_t child = 2 * at + 1; child < d->count; child = 2 * at + 1) {
    if (child + 1 < d->count && d->due[d->heap[child + 1]] < d->due[d->heap[child]]) child++;
    if (d->due[d->heap[child]] >= d->due[slot]) break;
    put(d, at, d->heap[child]);
    at = child;
  }
  put(d, at, slot);
}

static void drop(struct deadlines *d, uint32_t slot) {
  uint32_t at = d->place[slot];
  d->place[slot] = UINT32_MAX;
  uint32_t last = d->heap[--d->count];
  if (last == slot) return;
  put(d, at, last);
  rise(d, at);
  sink(d, d->place[last]);
}

void deadlines_set(struct deadlines *d, uint32_t slot, uint64_t due) {
  if (d->place[slot] != UINT32_MAX) drop(d, slot);
  if (due == UINT64_MAX) return;
  d->due[slot] = due;
  put(d, d->count++, slot);
  rise(d, d->place[slot]);
}

uint64_t deadlines_next(const struct deadlines *d) { return d->count ? d->due[d->heap[0]] : UINT64_MAX; }

uint32_t deadlines_take(struct deadlines *d, uint64_t now) {
  if (deadlines_next(d) > now) return UINT32_MAX;
  uint32_t slot = d->heap[0];
  drop(d, slot);
  return slot;
}
