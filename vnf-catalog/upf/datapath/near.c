/* The tables `near` of layout.h: copies of what the hash tables say, in which a packet finds its session and where its cells are. */
#include "state.h"

uint32_t near_places(const struct dp_config *config) {
  const uint32_t most = config->teids > config->ue_routes ? config->teids : config->ue_routes;
  uint32_t places = 1;
  while (places < most / 4) places *= 2;
  return places;
}

static struct near *near_of(const struct dp *dp, struct near *all, uint32_t key) {
  return &all[near_place(key, near_places(&dp->config) - 1)];
}

/* Key 0 is never in it: an entry of that key and of slot 0 would be a free one. */
static void put(const struct dp *dp, struct near *all, uint32_t key, uint32_t slot, uint32_t cell) {
  struct near *near = near_of(dp, all, key);
  unsigned at = NEAR_ENTRIES;
  if (!key) return;
  for (unsigned i = NEAR_ENTRIES; i > 0; i--)
    if (!near->entries[i - 1]) at = i - 1;
  for (unsigned i = 0; i < NEAR_ENTRIES; i++)
    if (near->entries[i] >> 32 == key) at = i;
  if (at == NEAR_ENTRIES) return;
  near->cells[at] = cell;
  __atomic_store_n(&near->entries[at], (uint64_t)key << 32 | slot, __ATOMIC_RELEASE);
}

static void take(const struct dp *dp, struct near *all, uint32_t key) {
  struct near *near = near_of(dp, all, key);
  for (unsigned i = 0; i < NEAR_ENTRIES; i++)
    if (key && near->entries[i] >> 32 == key) __atomic_store_n(&near->entries[i], 0, __ATOMIC_SEQ_CST);
}

static bool is_v4(const struct flat_prefix *route) { return route->address.high == ~0ULL && route->length == 128; }

void near_take_teid(const struct dp *dp, uint32_t teid) { take(dp, dp->near_teids, teid); }

void near_take_route(const struct dp *dp, const struct flat_prefix *route) {
  if (is_v4(route)) take(dp, dp->near_addresses, (uint32_t)route->address.low);
}

void near_put(const struct dp *dp, uint32_t slot, const struct owned *of) {
  uint32_t lowest = of->cell_count ? of->cells[0] : 0;
  for (unsigned i = 1; i < of->cell_count; i++)
    if (of->cells[i] < lowest) lowest = of->cells[i];
  for (unsigned i = 0; i < of->teid_count; i++) put(dp, dp->near_teids, of->teids[i], slot, lowest);
  for (unsigned i = 0; i < of->route_count; i++)
    if (is_v4(&of->routes[i])) put(dp, dp->near_addresses, (uint32_t)of->routes[i].address.low, slot, lowest);
}
