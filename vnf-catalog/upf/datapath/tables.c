/* The tables by which packets find a slot: TEIDs, whole addresses, prefixes. */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

bool teid_free(const struct dp *dp, uint32_t teid, uint32_t slot, struct reason *why) {
  uint32_t other;
  if (bpf_map_lookup_elem(dp->teids, &teid, &other) || other == slot) return true;
  return refuse(why, "TEID %#x is in use by the session in slot %u", teid, other);
}

bool teid_add(struct dp *dp, uint32_t teid, uint32_t slot, struct reason *why) {
  if (bpf_map_update_elem(dp->teids, &teid, &slot, BPF_NOEXIST)) {
    if (errno == EEXIST) return true;
    return refuse(why, "TEID %#x: %s, with %u of %u in use", teid, strerror(errno), dp->teids_used, dp->config.teids);
  }
  dp->teids_used++;
  return true;
}

void teid_remove(struct dp *dp, uint32_t teid) {
  near_take_teid(dp, teid);
  if (!bpf_map_delete_elem(dp->teids, &teid)) dp->teids_used--;
}

static bool is_whole(const struct flat_prefix *route) {
  return route->address.high == ~0ULL ? route->length == 128 : route->length == 64;
}

static struct prefix_key key_of(const struct flat_prefix *route) {
  struct prefix_key key = {.length = route->length};
  const uint64_t parts[2] = {htobe64(route->address.high), htobe64(route->address.low)};
  memcpy(key.bytes, parts, sizeof key.bytes);
  return key;
}

static const char *text_of(const struct flat_prefix *route, char out[64]) {
  const struct prefix_key key = key_of(route);
  const bool four = route->address.high == ~0ULL;
  inet_ntop(four ? AF_INET : AF_INET6, key.bytes + (four ? 12 : 0), out, 48);
  snprintf(out + strlen(out), 8, "/%u", four ? route->length - 96u : route->length);
  return out;
}

/* The slot of exactly this route, in *slot. A tree answers with the longest prefix, so the length is compared. */
static bool route_slot(const struct dp *dp, const struct flat_prefix *route, uint32_t *slot) {
  const struct prefix_key key = key_of(route);
  uint64_t value;
  if (is_whole(route)) return !bpf_map_lookup_elem(dp->addresses, &route->address, slot);
  if (bpf_map_lookup_elem(dp->prefixes, &key, &value) || value >> 32 != route->length) return false;
  *slot = (uint32_t)value;
  return true;
}

bool route_free(const struct dp *dp, const struct flat_prefix *route, uint32_t slot, struct reason *why) {
  uint32_t other;
  char text[64];
  if (!route_slot(dp, route, &other) || other == slot) return true;
  return refuse(why, "the UE route %s is in use by the session in slot %u", text_of(route, text), other);
}

bool ue_route_add(struct dp *dp, const struct flat_prefix *route, uint32_t slot, struct reason *why) {
  const struct prefix_key key = key_of(route);
  const uint64_t value = (uint64_t)route->length << 32 | slot;
  char text[64];
  uint32_t other;
  if (route_slot(dp, route, &other)) return true;
  const int failed = is_whole(route) ? bpf_map_update_elem(dp->addresses, &route->address, &slot, BPF_NOEXIST)
                                     : bpf_map_update_elem(dp->prefixes, &key, &value, BPF_NOEXIST);
  if (failed)
    return refuse(why, "the UE route %s: %s, with %u of %u in use", text_of(route, text), strerror(errno), dp->routes_used,
                  dp->config.ue_routes);
  if (!is_whole(route)) __atomic_fetch_add(&dp->shared->prefixes, 1, __ATOMIC_RELEASE);
  dp->routes_used++;
  return true;
}

void ue_route_remove(struct dp *dp, const struct flat_prefix *route) {
  const struct prefix_key key = key_of(route);
  const bool whole = is_whole(route);
  near_take_route(dp, route);
  if (whole ? bpf_map_delete_elem(dp->addresses, &route->address) : bpf_map_delete_elem(dp->prefixes, &key)) return;
  if (!whole) __atomic_fetch_sub(&dp->shared->prefixes, 1, __ATOMIC_RELEASE);
  dp->routes_used--;
}

/* Calls `keep` for each entry and takes out those that it does not want. Returns how many stay. */
static uint32_t sift(struct dp *dp, int map, size_t key_octets, bool (*keep)(struct dp *, int, const void *)) {
  uint8_t key[64], next[64];
  uint32_t kept = 0;
  int more = bpf_map_get_next_key(map, NULL, next);
  while (!more) {
    memcpy(key, next, key_octets);
    more = bpf_map_get_next_key(map, key, next);
    if (keep(dp, map, key)) kept++;
    else bpf_map_delete_elem(map, key);
  }
  return kept;
}

static void owned_of_slot(const struct dp *dp, uint32_t slot, struct owned *out) {
  out->teid_count = out->route_count = 0;
  if (slot < dp->config.sessions && dp->slots[slot].seid) owned_of(dp, dp->slots[slot].rules, out);
}

static bool keep_teid(struct dp *dp, int map, const void *key) {
  static struct owned owned;
  uint32_t teid, slot;
  memcpy(&teid, key, sizeof teid);
  if (bpf_map_lookup_elem(map, key, &slot)) return false;
  owned_of_slot(dp, slot, &owned);
  return owns_teid(&owned, teid);
}

static bool keep_address(struct dp *dp, int map, const void *key) {
  static struct owned owned;
  struct flat_prefix route = {.length = 128};
  uint32_t slot;
  memcpy(&route.address, key, sizeof route.address);
  if (route.address.high != ~0ULL) route.length = 64;
  if (bpf_map_lookup_elem(map, key, &slot)) return false;
  owned_of_slot(dp, slot, &owned);
  return owns_route(&owned, &route);
}

static bool keep_prefix(struct dp *dp, int map, const void *key) {
  static struct owned owned;
  const struct prefix_key *at = key;
  uint64_t parts[2], value;
  memcpy(parts, at->bytes, sizeof parts);
  const struct flat_prefix route = {{be64toh(parts[0]), be64toh(parts[1])}, (uint8_t)at->length};
  if (bpf_map_lookup_elem(map, key, &value)) return false;
  owned_of_slot(dp, (uint32_t)value, &owned);
  return owns_route(&owned, &route);
}

/* A rule's counts or bucket, and the limits that counts name. */
static void mark_lasting(const struct dp *dp, const struct slot *slot, uint8_t *used) {
  for (unsigned i = 0; i < MAX_RULES; i++) {
    if (slot->buckets[i] < dp->cells.size) used[slot->buckets[i]] = 1;
    if (!slot->urrs[i] || slot->urrs[i] >= dp->cells.size) continue;
    const struct urr_cell *urr = cell_of(&dp->cells, slot->urrs[i]);
    used[slot->urrs[i]] = 1;
    if (urr->limits < dp->cells.size) used[urr->limits] = 1;
  }
}

bool tables_resume(struct dp *dp, struct reason *why) {
  static struct owned owned;
  uint8_t *used = calloc(dp->cells.size, 1);
  if (!used) return refuse(why, "no memory to find the sessions in the maps again");
  dp->sessions = 0;
  for (uint32_t slot = 0; slot < dp->config.sessions; slot++) {
    if (!dp->slots[slot].seid) continue;
    owned_of(dp, dp->slots[slot].rules, &owned);
    for (unsigned i = 0; i < owned.cell_count; i++) used[owned.cells[i]] = 1;
    mark_lasting(dp, &dp->slots[slot], used);
    near_put(dp, slot, &owned);
    dp->sessions++;
  }
  cells_reset(&dp->cells, used, dp->cells.size);
  free(used);
  dp->teids_used = sift(dp, dp->teids, sizeof(uint32_t), keep_teid);
  dp->routes_used = sift(dp, dp->addresses, sizeof(struct flat), keep_address);
  const uint32_t trees = sift(dp, dp->prefixes, sizeof(struct prefix_key), keep_prefix);
  __atomic_store_n(&dp->shared->prefixes, trees, __ATOMIC_RELEASE);
  dp->routes_used += trees;
  return true;
}
