#include "resume.h"

#include <string.h>

#include "buffering.h"
#include "change.h"
#include "usage.h"

static struct session session, interrupted;
static struct dp_session compiled, pending;

/* A request that was not answered comes again: the old rules are put back. */
static void undo(struct agent *agent, uint32_t index) {
  struct pfcp_fault fault;
  struct reason why;
  if (!store_interrupted(agent->store, index, &interrupted)) return;
  bool known = store_get(agent->store, index, &session) && compile(&session, &agent->interfaces, &compiled, &fault);
  if (compile(&interrupted, &agent->interfaces, &pending, &fault)) {
    if (known) dp_session_set(agent->dp, &pending, &compiled, &why);
    else dp_session_delete(agent->dp, &pending, &why);
  }
  store_rollback(agent->store, index);
}

/* The data path begins its counts at 0. */
static bool set_again(struct agent *agent, struct session *again, struct reason *why) {
  struct pfcp_fault fault;
  if (!compile(again, &agent->interfaces, &compiled, &fault)) return refuse(why, "%s", fault.text);
  for (unsigned i = 0; i < DP_URRS; i++) {
    struct urr_state *state = &again->states[i];
    state->up = state->down = state->packets_up = state->packets_down = state->quota_up = state->quota_down = 0;
    if (again->urrs[i].present) usage_limits(again, i, &compiled.urrs[i].limits);
  }
  return store_put(agent->store, again) ? dp_session_set(agent->dp, NULL, &compiled, why) : refuse(why, "the store is full");
}

/* Packets that waited in the memory of the earlier process are lost. */
static void discard_buffered(struct agent *agent) {
  enum { MOST_EVENTS = 4096, TURNS = 64 };
  struct dp_totals totals;
  for (unsigned i = 0; i < TURNS && dp_events(agent->dp, MOST_EVENTS, agent_event, agent) > 0; i++) continue;
  if (!dp_totals_read(agent->dp, &totals)) return;
  uint64_t held = buffering_held(agent);
  for (uint8_t direction = 2; direction-- > 0;)
    for (uint64_t left = totals.buffered[direction]; left > 0; left--) {
      if (held) held--;
      else dp_discard(agent->dp, 0, direction, "buffer_discarded");
    }
}

void resume(struct agent *agent, bool kept) {
  uint32_t size = store_size(agent->store), lost = 0, found = 0;
  if (kept) discard_buffered(agent);
  for (uint32_t i = 0; i < size; i++) {
    struct reason why = {""};
    undo(agent, i);
    /* One that was to end holds what it holds until endings.c takes it away. */
    bool condemned = store_get_condemned(agent->store, i, &session);
    if (!condemned && !store_get(agent->store, i, &session)) continue;
    found += !condemned;
    if ((kept || set_again(agent, &session, &why)) && session_resume(agent, &session, &why)) continue;
    agent_log(agent, "session %llx of the earlier process is given up: %s", (unsigned long long)session.seid, why.text);
    session_end(agent, &session);
    lost += !condemned;
  }
  agent_log(agent, "%u sessions of an earlier process go on, %u are given up", found - lost, lost);
}
