/* Walks the chains of a slot: which cells, TEIDs and routes are its own. */
#include <string.h>

#include "state.h"

uint32_t slot_tunnel(const struct slot *slot) { return slot->rules >> 24 & 0xffffff; }
uint32_t slot_plain(const struct slot *slot) { return slot->rules & 0xffffff; }

bool owns_cell(const struct owned *owned, uint32_t place) {
  for (unsigned i = 0; i < owned->cell_count; i++)
    if (owned->cells[i] == place) return true;
  return false;
}

bool owns_teid(const struct owned *owned, uint32_t teid) {
  for (unsigned i = 0; i < owned->teid_count; i++)
    if (owned->teids[i] == teid) return true;
  return false;
}

static bool same_route(const struct flat_prefix *left, const struct flat_prefix *right) {
  return left->length == right->length && left->address.high == right->address.high && left->address.low == right->address.low;
}

bool owns_route(const struct owned *owned, const struct flat_prefix *route) {
  for (unsigned i = 0; i < owned->route_count; i++)
    if (same_route(&owned->routes[i], route)) return true;
  return false;
}

/* False when it was there already, when it is none of the array, or when there are too many. */
static bool own(const struct dp *dp, struct owned *out, uint32_t place) {
  if (place == 0 || place >= dp->cells.size || owns_cell(out, place) || out->cell_count == OWNED_LIMIT) return false;
  out->cells[out->cell_count++] = place;
  return true;
}

static void own_routes(const struct dp *dp, struct owned *out, uint32_t place, bool plain) {
  for (unsigned i = 0; i < MAX_ROUTE_CELLS && place && place < dp->cells.size; i++) {
    const struct route_cell *cell = cell_of(&dp->cells, place);
    own(dp, out, place);
    for (unsigned j = 0; plain && j < cell->count && j < ROUTES_OF_CELL; j++) {
      const struct flat_prefix route = {cell->addresses[j], cell->lengths[j]};
      if (out->route_count < OWNED_ROUTES && !owns_route(out, &route)) out->routes[out->route_count++] = route;
    }
    place = cell->next;
  }
}

static void own_pdr(const struct dp *dp, struct owned *out, const struct pdr_cell *pdr) {
  uint32_t filter = pdr->filters;
  if (pdr->teid && !owns_teid(out, pdr->teid) && out->teid_count < DP_PDRS) out->teids[out->teid_count++] = pdr->teid;
  own_routes(dp, out, pdr->routes, !pdr->teid);
  own(dp, out, pdr->far);
  for (unsigned i = 0; i < MAX_REFERENCES; i++) own(dp, out, pdr->qers[i]);
  while (own(dp, out, filter)) filter = ((const struct filter_cell *)cell_of(&dp->cells, filter))->next;
}

static void own_chain(const struct dp *dp, struct owned *out, uint32_t place) {
  while (own(dp, out, place)) {
    const struct pdr_cell *pdr = cell_of(&dp->cells, place);
    own_pdr(dp, out, pdr);
    place = pdr->next;
  }
}

void owned_of(const struct dp *dp, uint64_t rules, struct owned *out) {
  out->cell_count = out->teid_count = out->route_count = 0;
  own_chain(dp, out, rules >> 24 & 0xffffff);
  own_chain(dp, out, rules & 0xffffff);
}
