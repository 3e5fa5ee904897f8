/* The cells of all sessions' rules, and which of them are free. */
#include <stdlib.h>
#include <string.h>

#include "state.h"

bool cells_begin(struct cells *cells, void *all, uint32_t count) {
  *cells = (struct cells){.all = all, .size = count, .free = malloc(count * sizeof *cells->free)};
  if (!cells->free) return false;
  cells_reset(cells, NULL, count);
  return true;
}

void cells_end(struct cells *cells) { free(cells->free); }

void cells_reset(struct cells *cells, const uint8_t *used, uint32_t count) {
  cells->first = cells->waiting = 0;
  for (uint32_t place = 1; place < count; place++)
    if (!used || !used[place]) cells->free[cells->waiting++] = place;
}

uint32_t cell_take(struct cells *cells) {
  if (!cells->waiting) return 0;
  const uint32_t place = cells->free[cells->first];
  cells->first = (cells->first + 1) % cells->size;
  cells->waiting--;
  memset(cells->all[place], 0, CELL_BYTES);
  return place;
}

void cell_give(struct cells *cells, uint32_t place) {
  cells->free[(cells->first + cells->waiting) % cells->size] = place;
  cells->waiting++;
}
