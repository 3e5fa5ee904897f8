/*
 * UE addresses that the UPF gives (TS 29.244 5.21): single IPv4 addresses and IPv6 prefixes of 64 bits, from the pools of a
 * network instance. Network and broadcast addresses and the UPF's own ones are never given. What was given back comes again after
 * everything that was never given, and after what was given back before.
 */
#ifndef UPF_POOL_H
#define UPF_POOL_H

#include "reason.h"
#include "rules.h"

enum { POOL_PREFIXES = 32, POOL_MOST_BITS = 20 /* of a pool, 2^20 addresses are used */ };

struct pools;

struct pools *pools_new(void);
void pools_end(struct pools *pools);
/* False with the reason: too many pools, one that overlaps another, IPv6 longer than /64. */
bool pools_add(struct pools *pools, const char *instance, const struct dp_prefix *prefix, struct reason *why);
/* The UPF's own address: in no matter which pool it lies, it is not given. */
void pools_reserve(struct pools *pools, const struct dp_address *own);

/* Whether a network instance has a pool of a family; "": any. */
bool pools_have(const struct pools *pools, const char *instance, uint8_t family);
/*
 * A free address as /32, or a prefix of 64 bits. "", or an instance that has no pool of that family: the first one that has.
 * False: none is free.
 */
bool pools_give(struct pools *pools, const char *instance, uint8_t family, struct dp_prefix *out);
/*
 * One that was given before (by an earlier process, or by the control plane), of whatever length: nobody else gets anything of it
 * from now on. False: something of it is in use, or the UPF's own. Outside of all pools: true, and nothing is to be done.
 */
bool pools_take(struct pools *pools, const struct dp_prefix *prefix);
/* False: it lies in a pool and was not in use. */
bool pools_free(struct pools *pools, const struct dp_prefix *prefix);

struct pool_numbers {
  char instance[NI_LENGTH];
  uint64_t size4, used4, size6, used6;
};

/* By instance, at most `most`; returns how many. */
unsigned pools_numbers(const struct pools *pools, struct pool_numbers *out, unsigned most);

#endif
