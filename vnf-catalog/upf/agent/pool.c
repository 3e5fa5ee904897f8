#include "pool.h"

#include <stdlib.h>
#include <string.h>

enum { IN_USE = 1, WAITING = 2, RESERVED = 4, TAKEN = IN_USE | RESERVED };

/* Units are addresses (IPv4) or prefixes of 64 bits (IPv6), counted from the prefix's begin. */
struct pool {
  char instance[NI_LENGTH];
  struct dp_prefix prefix;
  uint32_t size, used, fresh; /* from `fresh` on none was given */
  uint32_t usable;            /* without network, broadcast and own addresses */
  uint8_t *states;
  uint32_t *queue;           /* a ring of those that were given back */
  uint32_t queue_size, queue_first, queue_count;
};

struct pools {
  unsigned count;
  struct pool pools[POOL_PREFIXES];
};

struct pools *pools_new(void) { return calloc(1, sizeof(struct pools)); }

void pools_end(struct pools *pools) {
  if (!pools) return;
  for (unsigned i = 0; i < pools->count; i++) {
    free(pools->pools[i].states);
    free(pools->pools[i].queue);
  }
  free(pools);
}

static unsigned unit_bits(uint8_t family) { return family == 4 ? 32 : 64; }

static uint64_t number_of(const struct dp_address *address) {
  uint64_t number = 0;
  for (unsigned i = 0; i < unit_bits(address->family) / 8; i++) number = number << 8 | address->bytes[i];
  return number;
}

static void bytes_of(uint64_t number, uint8_t family, uint8_t *out) {
  unsigned octets = unit_bits(family) / 8;
  for (unsigned i = 0; i < octets; i++) out[i] = (uint8_t)(number >> 8 * (octets - 1 - i));
}

/* The unit of an address in a pool; false: it lies elsewhere. */
static bool unit_of(const struct pool *pool, const struct dp_address *address, uint32_t *out) {
  if (address->family != pool->prefix.address.family) return false;
  uint64_t at = number_of(address) - number_of(&pool->prefix.address);
  *out = (uint32_t)at;
  return at < pool->size;
}

static bool overlap(const struct dp_prefix *a, const struct dp_prefix *b) {
  if (a->address.family != b->address.family) return false;
  unsigned length = a->length < b->length ? a->length : b->length;
  uint64_t differing = number_of(&a->address) ^ number_of(&b->address);
  return !length || !(differing >> (unit_bits(a->address.family) - length));
}

static void reserve(struct pool *pool, uint32_t unit) {
  if (pool->states[unit] & RESERVED) return;
  pool->states[unit] |= RESERVED;
  pool->usable--;
}

static bool pool_begin(struct pool *pool, const char *instance, const struct dp_prefix *prefix) {
  unsigned bits = unit_bits(prefix->address.family) - prefix->length;
  *pool = (struct pool){.prefix = *prefix, .size = 1u << (bits < POOL_MOST_BITS ? bits : POOL_MOST_BITS)};
  strcpy(pool->instance, instance);
  uint64_t base = number_of(&prefix->address);
  bytes_of(bits == 64 ? 0 : base >> bits << bits, prefix->address.family, pool->prefix.address.bytes);
  pool->usable = pool->size;
  pool->states = calloc(pool->size, 1);
  if (!pool->states) return false;
  if (prefix->address.family != 4 || bits < 2) return true;
  reserve(pool, 0);
  if (bits <= POOL_MOST_BITS) reserve(pool, pool->size - 1);
  return true;
}

bool pools_add(struct pools *pools, const char *instance, const struct dp_prefix *prefix, struct reason *why) {
  unsigned most = unit_bits(prefix->address.family);
  if (prefix->address.family != 4 && prefix->address.family != 6) return refuse(why, "a pool of %s is of no IP version", instance);
  if (prefix->length > most) return refuse(why, "a pool of %s is longer than /%u: UEs get whole prefixes of 64 bits", instance, most);
  if (pools->count == POOL_PREFIXES) return refuse(why, "there are more than %d pools: join some to longer prefixes", POOL_PREFIXES);
  if (strlen(instance) >= NI_LENGTH) return refuse(why, "the network instance %.80s is longer than %d letters", instance, NI_LENGTH - 1);
  for (unsigned i = 0; i < pools->count; i++)
    if (overlap(prefix, &pools->pools[i].prefix))
      return refuse(why, "two pools overlap, of %s and of %s", pools->pools[i].instance, instance);
  if (!pool_begin(&pools->pools[pools->count], instance, prefix)) return refuse(why, "no memory for a pool of %s", instance);
  pools->count++;
  return true;
}

void pools_reserve(struct pools *pools, const struct dp_address *own) {
  uint32_t unit;
  for (unsigned i = 0; i < pools->count; i++)
    if (unit_of(&pools->pools[i], own, &unit)) reserve(&pools->pools[i], unit);
}

static bool take_fresh(struct pool *pool, uint32_t *out) {
  while (pool->fresh < pool->size && pool->states[pool->fresh]) pool->fresh++;
  *out = pool->fresh;
  return pool->fresh < pool->size;
}

/* One that was taken by name while it waited is passed over. */
static bool take_released(struct pool *pool, uint32_t *out) {
  while (pool->queue_count) {
    *out = pool->queue[pool->queue_first];
    pool->queue_first = (pool->queue_first + 1) % pool->queue_size;
    pool->queue_count--;
    pool->states[*out] &= (uint8_t)~WAITING;
    if (!(pool->states[*out] & TAKEN)) return true;
  }
  return false;
}

static bool is_of(const struct pool *pool, const char *instance, uint8_t family) {
  return pool->prefix.address.family == family && (!*instance || !strcmp(pool->instance, instance));
}

static const struct pool *pool_of(const struct pools *pools, const char *instance, uint8_t family) {
  for (unsigned i = 0; i < pools->count; i++)
    if (is_of(&pools->pools[i], instance, family)) return &pools->pools[i];
  return NULL;
}

bool pools_have(const struct pools *pools, const char *instance, uint8_t family) { return pool_of(pools, instance, family); }

static bool give(struct pool *pool, struct dp_prefix *out) {
  uint8_t family = pool->prefix.address.family;
  uint32_t unit;
  if (!take_fresh(pool, &unit) && !take_released(pool, &unit)) return false;
  pool->states[unit] |= IN_USE;
  pool->used++;
  *out = (struct dp_prefix){.address.family = family, .length = (uint8_t)unit_bits(family)};
  bytes_of(number_of(&pool->prefix.address) + unit, family, out->address.bytes);
  return true;
}

bool pools_give(struct pools *pools, const char *instance, uint8_t family, struct dp_prefix *out) {
  const struct pool *first = pool_of(pools, instance, family);
  if (!first) first = pool_of(pools, "", family);
  for (unsigned i = 0; first && i < pools->count; i++)
    if (is_of(&pools->pools[i], first->instance, family) && give(&pools->pools[i], out)) return true;
  return false;
}

/* The units of a pool that a prefix covers, or in which it lies; false: none. */
static bool units_of(const struct pool *pool, const struct dp_prefix *prefix, uint32_t *from, uint32_t *count) {
  uint8_t family = pool->prefix.address.family;
  unsigned bits = prefix->length < unit_bits(family) ? unit_bits(family) - prefix->length : 0;
  if (prefix->address.family != family) return false;
  uint64_t begin = bits == 64 ? 0 : number_of(&prefix->address) >> bits << bits, last = begin + (bits == 64 ? UINT64_MAX : (1ull << bits) - 1);
  uint64_t base = number_of(&pool->prefix.address), end = base + pool->size - 1;
  if (last < base || begin > end) return false;
  *from = begin < base ? 0 : (uint32_t)(begin - base);
  *count = (last > end ? pool->size - 1 : (uint32_t)(last - base)) - *from + 1;
  return true;
}

static bool have_state(const struct pool *pool, uint32_t from, uint32_t count, uint8_t states) {
  for (uint32_t i = from; i < from + count; i++)
    if (pool->states[i] & states) return true;
  return false;
}

bool pools_take(struct pools *pools, const struct dp_prefix *prefix) {
  uint32_t from, count;
  for (unsigned i = 0; i < pools->count; i++)
    if (units_of(&pools->pools[i], prefix, &from, &count) && have_state(&pools->pools[i], from, count, TAKEN)) return false;
  for (unsigned i = 0; i < pools->count; i++) {
    struct pool *pool = &pools->pools[i];
    if (!units_of(pool, prefix, &from, &count)) continue;
    for (uint32_t unit = from; unit < from + count; unit++) pool->states[unit] |= IN_USE;
    pool->used += count;
  }
  return true;
}

static bool queue_grow(struct pool *pool) {
  uint32_t size = pool->queue_size ? pool->queue_size * 2 : 64;
  uint32_t *queue = calloc(size, sizeof *queue);
  if (!queue) return false;
  for (uint32_t i = 0; i < pool->queue_count; i++) queue[i] = pool->queue[(pool->queue_first + i) % pool->queue_size];
  free(pool->queue);
  pool->queue = queue;
  pool->queue_size = size;
  pool->queue_first = 0;
  return true;
}

/* The ring never holds one twice, so it is never longer than the pool. One that does not fit for want of memory is lost until the next start. */
static void unit_free(struct pool *pool, uint32_t unit) {
  pool->states[unit] &= (uint8_t)~IN_USE;
  pool->used--;
  if (pool->states[unit] & WAITING) return;
  if (pool->queue_count == pool->queue_size && !queue_grow(pool)) return;
  pool->queue[(pool->queue_first + pool->queue_count++) % pool->queue_size] = unit;
  pool->states[unit] |= WAITING;
}

bool pools_free(struct pools *pools, const struct dp_prefix *prefix) {
  bool all = true;
  for (unsigned i = 0; i < pools->count; i++) {
    struct pool *pool = &pools->pools[i];
    uint32_t from, count;
    if (!units_of(pool, prefix, &from, &count)) continue;
    for (uint32_t unit = from; unit < from + count; unit++) {
      bool used = pool->states[unit] & IN_USE;
      if (used) unit_free(pool, unit);
      all &= used;
    }
  }
  return all;
}

unsigned pools_numbers(const struct pools *pools, struct pool_numbers *out, unsigned most) {
  unsigned count = 0;
  for (unsigned i = 0; i < pools->count; i++) {
    const struct pool *pool = &pools->pools[i];
    unsigned at = 0;
    while (at < count && strcmp(out[at].instance, pool->instance)) at++;
    if (at == most) continue;
    if (at == count) strcpy(memset(&out[count++], 0, sizeof *out), pool->instance);
    *(pool->prefix.address.family == 4 ? &out[at].size4 : &out[at].size6) += pool->usable;
    *(pool->prefix.address.family == 4 ? &out[at].used4 : &out[at].used6) += pool->used;
  }
  return count;
}
