/* TEIDs and pools of UE addresses. */
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "teids.h"
#include "upf-cases.h"

static void teids_are_unique(void) {
  enum { MOST = 200000 };
  struct teids *teids = teids_new(MOST, 0xfffffff0);
  uint32_t *given = malloc(MOST * sizeof *given), extra;
  struct teids *seen = teids_new(MOST, 0);
  for (unsigned i = 0; i < MOST; i++) {
    CHECK(teids_give(teids, &given[i]) && given[i]);
    CHECK(teids_take(seen, given[i]));
  }
  CHECK(teids_used(teids) == MOST && !teids_give(teids, &extra));
  for (unsigned i = 0; i < MOST; i += 2) CHECK(teids_free(teids, given[i]));
  for (unsigned i = 0; i < MOST; i++) CHECK(teids_free(teids, given[i]) == (i % 2 == 1));
  CHECK(!teids_used(teids));
  free(given);
  teids_end(seen);
  teids_end(teids);
}

static void teids_come_again_late(void) {
  struct teids *teids = teids_new(4, 7);
  uint32_t first, other;
  CHECK(teids_give(teids, &first) && teids_free(teids, first));
  for (unsigned i = 0; i < 1000000; i++) {
    CHECK(teids_give(teids, &other) && other != first);
    CHECK(teids_free(teids, other));
  }
  teids_end(teids);
}

static void teids_are_taken_by_name(void) {
  struct teids *teids = teids_new(2, 0), *same = teids_new(2, 0);
  uint32_t next, given;
  CHECK(teids_give(same, &next));
  CHECK(!teids_take(teids, 0) && teids_take(teids, next) && !teids_take(teids, next));
  CHECK(teids_give(teids, &given) && given != next && given);
  CHECK(!teids_take(teids, 77) && !teids_free(teids, 77) && !teids_free(teids, 0));
  CHECK(!teids_new((1u << 24) + 1, 0));
  teids_end(teids);
  teids_end(same);
}

static struct dp_prefix v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t length) {
  return (struct dp_prefix){{4, {a, b, c, d}}, length};
}

static struct dp_prefix v6(uint8_t third, uint8_t last, uint8_t length) {
  return (struct dp_prefix){{6, {0x20, 1, 0xd, 0xb8, third, [7] = last}}, length};
}

static struct pools *pools_with(const char *instance, struct dp_prefix prefix) {
  struct pools *pools = pools_new();
  struct reason why;
  CHECK(pools_add(pools, instance, &prefix, &why));
  return pools;
}

static void pool_has_no_edges(void) {
  struct pools *pools = pools_with("internet", v4(10, 60, 0, 5, 29));
  struct dp_address own = {4, {10, 60, 0, 3}};
  struct dp_prefix given;
  pools_reserve(pools, &own);
  const uint8_t wanted[] = {1, 2, 4, 5, 6};
  for (unsigned i = 0; i < sizeof wanted; i++) {
    CHECK(pools_give(pools, "internet", 4, &given) && given.length == 32);
    CHECK(given.address.bytes[3] == wanted[i] && given.address.bytes[1] == 60);
  }
  CHECK(!pools_give(pools, "internet", 4, &given) && !pools_give(pools, "internet", 6, &given));
  struct dp_prefix mine = v4(10, 60, 0, 3, 32), edge = v4(10, 60, 0, 7, 32);
  CHECK(!pools_take(pools, &mine) && !pools_free(pools, &mine) && !pools_take(pools, &edge) && !pools_free(pools, &edge));
  pools_end(pools);
}

static void pool_reuses_late(void) {
  struct pools *pools = pools_with("internet", v4(10, 60, 0, 0, 24));
  struct dp_prefix first, second, other;
  CHECK(pools_give(pools, "internet", 4, &first) && pools_give(pools, "internet", 4, &second));
  CHECK(pools_free(pools, &second) && pools_free(pools, &first) && !pools_free(pools, &first));
  for (unsigned i = 0; i < 252; i++) CHECK(pools_give(pools, "internet", 4, &other) && other.address.bytes[3] == i + 3);
  CHECK(pools_give(pools, "internet", 4, &other) && !memcmp(&other, &second, sizeof other));
  CHECK(pools_give(pools, "internet", 4, &other) && !memcmp(&other, &first, sizeof other));
  CHECK(!pools_give(pools, "internet", 4, &other));
  pools_end(pools);
}

static void pool_gives_prefixes(void) {
  struct pools *pools = pools_with("internet", v6(0, 0, 62));
  struct dp_prefix given, whole = v6(0, 0, 62), one = v6(0, 2, 64);
  CHECK(pools_take(pools, &one) && !pools_take(pools, &one) && !pools_take(pools, &whole));
  for (unsigned i = 0; i < 4; i++) {
    if (i == 2) continue;
    CHECK(pools_give(pools, "internet", 6, &given) && given.length == 64 && given.address.bytes[7] == i);
  }
  CHECK(!pools_give(pools, "internet", 6, &given));
  CHECK(pools_free(pools, &whole) && !pools_free(pools, &whole) && pools_take(pools, &whole) && !pools_give(pools, "internet", 6, &given));
  pools_end(pools);
}

static void pool_of_an_instance(void) {
  struct pools *pools = pools_with("internet", v4(10, 60, 0, 0, 30));
  struct reason why;
  struct dp_prefix more = v4(10, 61, 0, 0, 31), ims = v4(10, 70, 0, 0, 32), six = v6(1, 0, 48), given;
  CHECK(pools_add(pools, "internet", &more, &why) && pools_add(pools, "ims", &ims, &why) && pools_add(pools, "ims", &six, &why));
  for (unsigned i = 0; i < 4; i++) CHECK(pools_give(pools, "internet", 4, &given) && given.address.bytes[1] == (i < 2 ? 60 : 61));
  CHECK(!pools_give(pools, "internet", 4, &given) && !pools_give(pools, "", 4, &given));
  CHECK(pools_give(pools, "ims", 4, &given) && given.address.bytes[1] == 70 && !pools_give(pools, "ims", 4, &given));
  CHECK(!pools_have(pools, "internet", 6) && pools_have(pools, "", 6) && pools_give(pools, "internet", 6, &given));
  struct pool_numbers numbers[4];
  CHECK(pools_numbers(pools, numbers, 4) == 2 && pools_numbers(pools, numbers, 1) == 1 && pools_numbers(pools, numbers, 4) == 2);
  CHECK(numbers[0].size4 == 4 && numbers[0].used4 == 4 && numbers[1].used4 == 1 && numbers[1].size6 == 65536 && numbers[1].used6 == 1);
  pools_end(pools);
}

static void pool_refuses(void) {
  struct pools *pools = pools_with("internet", v4(10, 60, 0, 0, 16));
  struct reason why;
  struct dp_prefix within = v4(10, 60, 9, 0, 24), around = v4(10, 0, 0, 0, 8), longer = v6(0, 0, 65), none = {{0, {0}}, 8};
  CHECK(!pools_add(pools, "ims", &within, &why) && strstr(why.text, "overlap"));
  CHECK(!pools_add(pools, "ims", &around, &why) && strstr(why.text, "overlap"));
  CHECK(!pools_add(pools, "ims", &longer, &why) && strstr(why.text, "/64"));
  CHECK(!pools_add(pools, "ims", &none, &why));
  for (unsigned i = 1; i < POOL_PREFIXES; i++) {
    struct dp_prefix next = v4(10, (uint8_t)(100 + i), 0, 0, 30);
    CHECK(pools_add(pools, "ims", &next, &why));
  }
  struct dp_prefix last = v4(10, 200, 0, 0, 30);
  CHECK(!pools_add(pools, "ims", &last, &why) && strstr(why.text, "more than"));
  pools_end(pools);
}

static void pool_outside(void) {
  struct pools *pools = pools_with("internet", v4(10, 60, 0, 0, 16));
  struct dp_prefix far = v4(192, 0, 2, 1, 32), six = v6(0, 0, 64), all = v4(0, 0, 0, 0, 0);
  CHECK(pools_take(pools, &far) && pools_take(pools, &far) && pools_free(pools, &far) && pools_free(pools, &six) && pools_take(pools, &six));
  CHECK(!pools_take(pools, &all));
  pools_end(pools);
}

static void pool_is_bounded(void) {
  struct pools *pools = pools_with("internet", v4(10, 0, 0, 0, 8));
  struct dp_prefix given;
  for (unsigned i = 0; i < 1u << POOL_MOST_BITS; i++) CHECK(pools_give(pools, "", 4, &given) == (i + 1 < 1u << POOL_MOST_BITS));
  pools_end(pools);
}

const struct upf_case table_cases[] = {
  {"TEIDs are unique, never 0, and given back once", teids_are_unique},
  {"a TEID that was given back does not come again soon", teids_come_again_late},
  {"a TEID that was taken by name is not given", teids_are_taken_by_name},
  {"a pool never gives network, broadcast and own addresses", pool_has_no_edges},
  {"an address that was given back comes again last, and is given back once", pool_reuses_late},
  {"a pool of IPv6 gives prefixes of 64 bits, and none that was taken as part of a shorter one", pool_gives_prefixes},
  {"pools belong to network instances", pool_of_an_instance},
  {"a pool that overlaps or cannot be is refused with the reason", pool_refuses},
  {"addresses outside of all pools are nobody’s business", pool_outside},
  {"of a large pool a bounded part is used", pool_is_bounded},
};

CASES(table_case);
