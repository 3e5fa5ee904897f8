#include "change.h"

#include <string.h>

#include "buffering.h"
#include "endings.h"
#include "far-ends.h"
#include "numbers.h"
#include "resources.h"
#include "usage.h"

static struct change only;

bool change_within_share(struct agent *agent, uint32_t node, struct pfcp_fault *fault) {
  const struct agent_config *config = &agent->config;
  if (store_owned(agent->store, node) < config->sessions_per_node) return true;
  return fault_of(fault, CAUSE_NO_RESOURCES, 0, "%.80s has its %u sessions (n4.sessionsPerNode)", store_node(agent->store, node)->id, config->sessions_per_node);
}

struct change *change_new(struct agent *agent, const struct n4_peer *from, uint32_t node, struct pfcp_fault *fault) {
  uint32_t index;
  uint64_t seid;
  if (!change_within_share(agent, node, fault)) return NULL;
  /* Those that are about to end make room. */
  if (store_used(agent->store) == store_size(agent->store)) endings_tick(agent);
  if (!store_new(agent->store, &index, &seid)) {
    fault_of(fault, CAUSE_NO_RESOURCES, 0, "all %u sessions are taken", store_size(agent->store));
    return NULL;
  }
  memset(&only, 0, sizeof only);
  only.agent = agent;
  only.from = from;
  only.is_new = true;
  only.before.index = only.after.index = index;
  only.before.seid = only.after.seid = seid;
  only.before.node = only.after.node = node;
  return &only;
}

struct change *change_of(struct agent *agent, const struct n4_peer *from, uint32_t index) {
  struct pfcp_fault fault;
  memset(&only, 0, sizeof only);
  only.agent = agent;
  only.from = from;
  if (!store_get(agent->store, index, &only.before)) return NULL;
  only.after = only.before;
  holdings_of(&only.before, &only.held);
  return compile(&only.before, &agent->interfaces, &only.dp_before, &fault) ? &only : NULL;
}

void change_cancel(struct change *change) {
  if (change->is_new) store_cancel(change->agent->store, change->after.index);
  else store_rollback(change->agent->store, change->after.index);
}

static bool check_urrs(struct change *change) {
  for (unsigned i = 0; i < DP_URRS; i++)
    if (change->after.urrs[i].present && !usage_check(&change->after, &change->after.urrs[i], &change->fault)) return false;
  return true;
}

/* Of removed URRs the last usage, before the data path forgets it; of others what is left when a new threshold begins. */
static void write_reports(struct change *change) {
  change->report = (struct pfcp_writer){.bytes = change->report_bytes, .size = sizeof change->report_bytes};
  usage_link(&change->before, change->reports);
  for (unsigned i = 0; i < DP_URRS; i++) {
    bool stays = change->after.urrs[i].present && !(change->new_urrs & 1u << i);
    if (change->before.urrs[i].present && change->reports[i])
      usage_write(change->agent, stays ? &change->after : &change->before, i, change->reports[i], IE_USAGE_REPORT_MODIFICATION, &change->report);
  }
}

static void begin_usage(struct change *change) {
  for (unsigned i = 0; i < DP_URRS; i++) {
    if (change->new_urrs & 1u << i) usage_begin(change->agent, &change->after, i);
    else if (change->updated_urrs & 1u << i) usage_change(change->agent, &change->after, i, change->urr_changes[i]);
    if (change->after.urrs[i].present) usage_limits(&change->after, i, &change->dp_after.urrs[i].limits);
  }
}

static bool set(struct change *change) {
  struct agent *agent = change->agent;
  struct reason why;
  if (!store_prepare(agent->store, &change->after)) return fault_of(&change->fault, CAUSE_NO_RESOURCES, 0, "the store of sessions is full");
  if (dp_session_set(agent->dp, change->is_new ? NULL : &change->dp_before, &change->dp_after, &why)) return true;
  store_rollback(agent->store, change->after.index);
  return fault_of(&change->fault, CAUSE_NO_RESOURCES, 0, "the data path: %.140s", why.text);
}

/* An end marker goes to where the FAR led before, once the data path sends nothing there any more (5.2.3.1). */
static void end_markers(struct change *change) {
  for (unsigned i = 0; i < change->dp_after.far_count; i++) {
    const struct dp_far *now = &change->dp_after.fars[i];
    if (!(change->end_marker_fars & 1u << i)) continue;
    for (unsigned k = 0; k < change->dp_before.far_count; k++) {
      const struct dp_far *old = &change->dp_before.fars[k];
      bool moved = old->teid != now->teid || memcmp(&old->peer, &now->peer, sizeof old->peer);
      if (old->id == now->id && old->peer.family && old->action & DP_FORW && moved) dp_end_marker(change->agent->dp, old);
    }
  }
}

static void arm(struct change *change) {
  for (unsigned i = 0; i < DP_URRS; i++) {
    bool touched = (change->updated_urrs | change->new_urrs) & 1u << i || change->reports[i];
    if (change->after.urrs[i].present && touched) usage_arm(change->agent, &change->after, i);
  }
  usage_schedule(change->agent, &change->after);
}

bool change_apply(struct change *change) {
  bool done = check_urrs(change) && resources_choose(change) && compile(&change->after, &change->agent->interfaces, &change->dp_after, &change->fault) &&
              resources_take(change);
  if (done) write_reports(change), begin_usage(change);
  if (!done || !set(change)) {
    resources_undo(change);
    change_cancel(change);
    return false;
  }
  store_commit(change->agent->store, change->after.index);
  far_ends_add(change->agent, &change->dp_after);
  change->agent->pdrs += change->dp_after.pdr_count - change->dp_before.pdr_count;
  if (!change->is_new) far_ends_remove(change->agent, &change->dp_before);
  resources_release(change);
  end_markers(change);
  arm(change);
  buffering_change(change);
  return true;
}

bool session_end(struct agent *agent, const struct session *session) {
  static struct dp_session compiled;
  struct holdings held;
  struct pfcp_fault fault;
  struct reason why = {""};
  buffering_forget(agent, session->index, "buffer_session_gone");
  bool known = compile(session, &agent->interfaces, &compiled, &fault), done = known && dp_session_delete(agent->dp, &compiled, &why);
  if (known) far_ends_remove(agent, &compiled);
  agent->pdrs -= session->pdr_count;
  if (!done) agent_log(agent, "session %llx: the data path did not delete it: %s", (unsigned long long)session->seid, why.text);
  holdings_of(session, &held);
  holdings_free(agent, &held);
  deadlines_set(agent->usage_due, session->index, UINT64_MAX);
  agent->reporting[session->index] = 0;
  store_delete(agent->store, session->index);
  return done;
}

bool session_resume(struct agent *agent, const struct session *session, struct reason *why) {
  static struct dp_session compiled;
  struct holdings held;
  struct pfcp_fault fault;
  if (!compile(session, &agent->interfaces, &compiled, &fault)) return refuse(why, "%s", fault.text);
  far_ends_add(agent, &compiled);
  agent->pdrs += session->pdr_count;
  usage_schedule(agent, session);
  holdings_of(session, &held);
  return holdings_take(agent, &held) || refuse(why, "its TEIDs or UE addresses are taken");
}
