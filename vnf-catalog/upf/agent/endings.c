#include "endings.h"

#include <stdlib.h>
#include <string.h>

#include "change.h"

/* A slice takes about two milliseconds. */
enum { SLICE = 128, HELD = 64, HELD_BYTES = 512 };

struct held {
  struct n4_peer to;
  uint32_t sequence;
  size_t length;
  uint8_t bytes[HELD_BYTES];
};

struct endings {
  uint32_t at;                  /* where the next slice looks first */
  unsigned held_count;
  struct held held[HELD];
};

struct endings *endings_new(void) { return calloc(1, sizeof(struct endings)); }

static void end_some(struct agent *agent) {
  static struct session session;
  struct endings *endings = agent->endings;
  uint32_t size = store_size(agent->store), ended = 0;
  for (uint32_t looked = 0; looked < size && ended < SLICE && store_condemned(agent->store); looked++) {
    uint32_t index = endings->at++ % size;
    endings->at %= size;
    if (!store_get_condemned(agent->store, index, &session)) continue;
    session_end(agent, &session);
    ended++;
  }
}

uint32_t endings_begin(struct agent *agent, uint32_t node, const struct csids *csids, const char *why) {
  static struct session session;
  uint32_t count = 0;
  for (uint32_t i = 0; store_owned(agent->store, node) && i < store_size(agent->store); i++) {
    if (store_owner(agent->store, i) != node) continue;
    if (csids && !(store_sets(agent->store, i, &session) && session_has_csid(&session, csids))) continue;
    store_condemn(agent->store, i);
    count++;
  }
  if (count) agent_log(agent, "%u sessions of %.200s are deleted: %s", count, store_node(agent->store, node)->id, why);
  if (count) end_some(agent);
  return count;
}

bool endings_wait(const struct agent *agent) { return store_condemned(agent->store) || agent->endings->held_count; }

void endings_tick(struct agent *agent) {
  struct endings *endings = agent->endings;
  if (store_condemned(agent->store)) end_some(agent);
  if (store_condemned(agent->store)) return;
  for (unsigned i = 0; i < endings->held_count; i++) {
    const struct held *held = &endings->held[i];
    transactions_answer(agent->n4, &held->to, held->sequence, held->bytes, held->length, agent->now_ns);
  }
  endings->held_count = 0;
}

bool endings_hold(struct agent *agent, const struct n4_peer *to, uint32_t sequence, const uint8_t *bytes, size_t length) {
  struct endings *endings = agent->endings;
  if (!store_condemned(agent->store) || endings->held_count == HELD || length > HELD_BYTES) return false;
  struct held *held = &endings->held[endings->held_count++];
  *held = (struct held){.to = *to, .sequence = sequence, .length = length};
  memcpy(held->bytes, bytes, length);
  return true;
}
