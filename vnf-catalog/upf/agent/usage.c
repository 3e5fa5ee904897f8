#include "usage.h"

#include <string.h>

#include "numbers.h"
#include "reports.h"

static const uint64_t second = 1000000000ull;
enum { IDLE_SECONDS = 30 };   /* traffic has stopped after this, when no Inactivity Detection Time was given */

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

/*
 * Each event is told by its time, so no more of them than a report has room for may come before it: the sooner of threshold and quota.
 */
static bool events_fit(const struct urr_rule *rule, struct pfcp_fault *fault) {
  bool threshold = rule->present & URR_EVENT_THRESHOLD && rule->triggers & TRIGGER_EVETH, quota = rule->present & URR_EVENT_QUOTA;
  if ((threshold && rule->event_threshold <= EVENTS_MOST) || (quota && rule->event_quota <= EVENTS_MOST) || !(threshold || quota)) return true;
  return fault_of_rule(fault, CAUSE_NO_RESOURCES, threshold ? IE_EVENT_THRESHOLD : IE_EVENT_QUOTA, RULE_URR, rule->id,
                       "URR %u has more than %d events in a report: it takes a threshold of no more", rule->id, EVENTS_MOST);
}

bool usage_check(const struct session *session, const struct urr_rule *rule, struct pfcp_fault *fault) {
  for (unsigned i = 0; i < rule->linked_count; i++)
    if (rule->linked[i] == rule->id || !session_urr((struct session *)session, rule->linked[i]))
      return fault_of_rule(fault, CAUSE_RULE_FAILURE, IE_LINKED_URR_ID, RULE_URR, rule->id, "URR %u is linked to URR %u, which is not another one of the session", rule->id, rule->linked[i]);
  const uint16_t lacks = urr_lacks(rule);
  if (lacks) return fault_of_rule(fault, CAUSE_CONDITIONAL_MISSING, lacks, RULE_URR, rule->id, "URR %u has a reporting trigger that needs IE %u", rule->id, lacks);
  return events_fit(rule, fault);
}

/* Time counts from the first packet on, unless it was to count at once (ISTM, 8.2.68). */
static bool counts_time(const struct urr_rule *rule) { return rule->by_duration || rule->present & URR_TIME_QUOTA; }

bool usage_counts_events(const struct urr_rule *rule) { return rule->present & (URR_EVENT_THRESHOLD | URR_EVENT_QUOTA); }

static bool watches_traffic(const struct urr_rule *rule) {
  return rule->triggers & TRIGGER_STOPT || usage_counts_events(rule) || (counts_time(rule) && rule->present & URR_INACTIVITY);
}

static uint64_t idle_after(const struct urr_rule *rule) {
  return (rule->present & URR_INACTIVITY && rule->inactivity_s ? rule->inactivity_s : IDLE_SECONDS) * second;
}

static void begin_clocks(struct agent *agent, const struct urr_rule *rule, struct urr_state *state) {
  if (rule->information & MEASURE_ISTM && counts_time(rule) && !state->running_ns) state->running_ns = agent->now_ns;
  state->period_ns = rule->triggers & TRIGGER_PERIO && rule->period_s ? agent->now_ns + rule->period_s * second : 0;
}

static bool has_quota(const struct urr_rule *rule) { return rule->present & (URR_VOLUME_QUOTA | URR_TIME_QUOTA | URR_EVENT_QUOTA); }

void usage_begin(struct agent *agent, struct session *session, unsigned place) {
  const struct urr_rule *rule = &session->urrs[place];
  struct urr_state *state = &session->states[place];
  memset(state, 0, sizeof *state);
  state->begun_wall = agent->now_wall;
  begin_clocks(agent, rule, state);
  if (has_quota(rule) && rule->holding_s) state->holding_ns = agent->now_ns + rule->holding_s * second;
}

void usage_settle(struct urr_state *state, uint64_t now) {
  if (!state->running_ns || now < state->running_ns) return;
  state->spent_ns += now - state->running_ns;
  state->quota_spent_ns += now - state->running_ns;
  state->running_ns = now;
}

/* Traffic that goes on when the update comes has begun already: no start is told of it that would begin to watch or to count time. */
static void watch_from_now(struct agent *agent, const struct urr_rule *rule, struct urr_state *state, unsigned changed) {
  if (!state->traffic) return;
  if (counts_time(rule) && !state->running_ns) state->running_ns = agent->now_ns;
  if (watches_traffic(rule) && (!state->idle_ns || changed & URR_INACTIVITY)) state->idle_ns = agent->now_ns;
}

/* A new threshold or quota is counted from the last report on, so that what was used meanwhile is not given away. */
void usage_change(struct agent *agent, struct session *session, unsigned place, unsigned changed) {
  const struct urr_rule *rule = &session->urrs[place];
  struct urr_state *state = &session->states[place];
  usage_settle(state, agent->now_ns);
  if (changed & URR_VOLUME_QUOTA) {
    state->quota_up = state->up;
    state->quota_down = state->down;
    state->exhausted = false;
  }
  if (changed & URR_TIME_QUOTA) state->quota_spent_ns = state->spent_ns;
  if (changed & URR_EVENT_QUOTA) {
    state->quota_events = state->events;
    state->events_exhausted = false;
  }
  if (changed & (URR_TIME_QUOTA | URR_VOLUME_QUOTA | URR_EVENT_QUOTA)) {
    state->blocked = false;
    state->holding_ns = rule->holding_s ? agent->now_ns + rule->holding_s * second : 0;
  }
  if (changed & (URR_PERIOD | URR_TRIGGERS)) begin_clocks(agent, rule, state);
  watch_from_now(agent, rule, state, changed);
}

/* The traffic of the last event that the quota pays for goes on until it stops. */
static bool events_spent(const struct urr_rule *rule, const struct urr_state *state) {
  return rule->present & URR_EVENT_QUOTA && state->quota_events >= rule->event_quota && !state->traffic;
}

static uint64_t sum(uint64_t base, uint64_t more) { return more > UINT64_MAX - base ? UINT64_MAX : base + more; }

static bool wants_start(const struct urr_rule *rule, const struct urr_state *state) {
  return !state->traffic && (rule->triggers & TRIGGER_START || watches_traffic(rule) || (counts_time(rule) && !state->running_ns));
}

void usage_limits(const struct session *session, unsigned place, struct dp_urr_limits *out) {
  const struct urr_rule *rule = &session->urrs[place];
  const struct urr_state *state = &session->states[place];
  memset(out, 0xff, sizeof *out);
  if (rule->present & URR_VOLUME_THRESHOLD && rule->triggers & TRIGGER_VOLTH) {
    out->event_total = sum(state->up + state->down, rule->threshold.total);
    out->event_up = sum(state->up, rule->threshold.up);
    out->event_down = sum(state->down, rule->threshold.down);
  }
  if (rule->present & URR_VOLUME_QUOTA) {
    out->quota_total = sum(state->quota_up + state->quota_down, rule->quota.total);
    out->quota_up = sum(state->quota_up, rule->quota.up);
    out->quota_down = sum(state->quota_down, rule->quota.down);
  }
  if (events_spent(rule, state)) out->quota_total = 0;
  out->blocked = state->blocked;
  out->tell_start = wants_start(rule, state);
}

bool usage_arm(struct agent *agent, const struct session *session, unsigned place) {
  struct dp_urr_limits limits;
  usage_limits(session, place, &limits);
  return dp_urr_arm(agent->dp, session->index, (uint8_t)place, &limits);
}

static uint64_t threshold_ns(const struct urr_rule *rule) { return (rule->time_threshold_s ? rule->time_threshold_s : 1) * second; }

static uint64_t time_due(const struct urr_rule *rule, const struct urr_state *state) {
  uint64_t due = UINT64_MAX;
  if (!state->running_ns) return due;
  if (rule->present & URR_TIME_THRESHOLD && rule->triggers & TRIGGER_TIMTH)
    due = earlier(due, state->running_ns + threshold_ns(rule) - earlier(state->spent_ns, threshold_ns(rule)));
  if (rule->present & URR_TIME_QUOTA && !state->blocked)
    due = earlier(due, state->running_ns + rule->time_quota_s * second - earlier(state->quota_spent_ns, rule->time_quota_s * second));
  return due;
}

static uint64_t stop_due(const struct session *session) {
  uint64_t due = UINT64_MAX;
  for (unsigned i = 0; i < DP_URRS; i++)
    if (session->urrs[i].present && session->states[i].idle_ns) due = earlier(due, session->states[i].idle_ns);
  return due;
}

void usage_schedule(struct agent *agent, const struct session *session) {
  uint64_t due = stop_due(session);
  for (unsigned i = 0; i < DP_URRS; i++) {
    const struct urr_state *state = &session->states[i];
    if (!session->urrs[i].present) continue;
    due = earlier(due, time_due(&session->urrs[i], state));
    if (state->period_ns) due = earlier(due, state->period_ns);
    if (state->holding_ns) due = earlier(due, state->holding_ns);
    if (state->pending) due = agent->now_ns;
  }
  /* While a report waits for its response, nothing is told: usage_reported looks again. Stops of traffic are noted all the same. */
  if (agent->reporting[session->index] == REPORT_WAITS) due = stop_due(session);
  if (agent->reporting[session->index] == REPORT_DELAYED) due = agent->now_ns + second;
  deadlines_set(agent->usage_due, session->index, due);
}

void usage_link(const struct session *session, uint32_t triggers[DP_URRS]) {
  uint32_t found[DP_URRS] = {0};
  for (unsigned i = 0; i < DP_URRS; i++) {
    const struct urr_rule *rule = &session->urrs[i];
    if (!rule->present || !(rule->triggers & TRIGGER_LIUSA)) continue;
    for (unsigned k = 0; k < DP_URRS; k++)
      for (unsigned n = 0; n < rule->linked_count; n++)
        if (session->urrs[k].present && triggers[k] && session->urrs[k].id == rule->linked[n]) found[i] = USAGE_LIUSA;
  }
  for (unsigned i = 0; i < DP_URRS; i++) triggers[i] |= found[i];
}

static bool reached(uint64_t count, uint64_t base, uint64_t limit) { return limit != UINT64_MAX && count - base >= limit; }

static bool volume_reached(const struct volume *limit, const struct dp_usage *usage, uint64_t up, uint64_t down) {
  return reached(usage->bytes_up + usage->bytes_down, up + down, limit->total) || reached(usage->bytes_up, up, limit->up) ||
         reached(usage->bytes_down, down, limit->down);
}

static uint32_t volume_triggers(const struct urr_rule *rule, struct urr_state *state, const struct dp_usage *usage, bool stopped) {
  uint32_t triggers = 0;
  bool used = usage->bytes_up != state->up || usage->bytes_down != state->down; /* a threshold of 0 would be told without end */
  if (used && rule->present & URR_VOLUME_THRESHOLD && rule->triggers & TRIGGER_VOLTH && volume_reached(&rule->threshold, usage, state->up, state->down))
    triggers |= USAGE_VOLTH;
  if (!(rule->present & URR_VOLUME_QUOTA) || state->exhausted) return triggers;
  if (!stopped && !volume_reached(&rule->quota, usage, state->quota_up, state->quota_down)) return triggers;
  state->exhausted = true;
  return triggers | (rule->triggers & TRIGGER_VOLQU ? USAGE_VOLQU : 0);
}

static uint32_t time_triggers(const struct urr_rule *rule, struct urr_state *state) {
  uint32_t triggers = 0;
  if (rule->present & URR_TIME_THRESHOLD && rule->triggers & TRIGGER_TIMTH && state->spent_ns >= threshold_ns(rule))
    triggers |= USAGE_TIMTH;
  if (!(rule->present & URR_TIME_QUOTA) || state->blocked || state->quota_spent_ns < rule->time_quota_s * second) return triggers;
  state->blocked = true;
  return triggers | (rule->triggers & TRIGGER_TIMQU ? USAGE_TIMQU : 0);
}

static uint32_t event_triggers(const struct urr_rule *rule, struct urr_state *state) {
  uint32_t triggers = 0;
  if (rule->present & URR_EVENT_THRESHOLD && rule->triggers & TRIGGER_EVETH && state->events >= rule->event_threshold) triggers |= USAGE_EVETH;
  if (!(rule->present & URR_EVENT_QUOTA) || state->events_exhausted || state->quota_events < rule->event_quota) return triggers;
  state->events_exhausted = true;
  return triggers | (rule->triggers & TRIGGER_EVEQU ? USAGE_EVEQU : 0);
}

/* Traffic has stopped when the last packet is long enough ago; the time since then is not measured. */
static uint32_t idle_triggers(struct agent *agent, const struct urr_rule *rule, struct urr_state *state, const struct dp_usage *usage) {
  if (!state->idle_ns || state->idle_ns > agent->now_ns) return 0;
  /* A data path that was made anew knows no packet: there was one when the watch began. */
  uint64_t begun = state->idle_ns - earlier(idle_after(rule), state->idle_ns), last = usage->last_ns > begun ? usage->last_ns : begun;
  uint64_t stop = last + idle_after(rule), idle = agent->now_ns - earlier(last, agent->now_ns);
  state->idle_ns = stop > agent->now_ns ? stop : 0;
  if (state->idle_ns) return 0;
  state->traffic = false;
  if (rule->present & URR_INACTIVITY && !(rule->information & MEASURE_ISTM)) {
    state->spent_ns -= earlier(state->spent_ns, idle);
    state->quota_spent_ns -= earlier(state->quota_spent_ns, idle);
    state->running_ns = 0;
  }
  return rule->triggers & TRIGGER_STOPT ? USAGE_STOPT : 0;
}

static uint32_t clock_triggers(struct agent *agent, const struct urr_rule *rule, struct urr_state *state, const struct dp_usage *usage) {
  uint32_t triggers = 0;
  uint64_t now = agent->now_ns;
  if (state->period_ns && state->period_ns <= now) {
    triggers |= USAGE_PERIO;
    while (state->period_ns <= now) state->period_ns += rule->period_s * second;
  }
  if (!state->holding_ns || state->holding_ns > now) return triggers;
  uint64_t until = usage->last_ns + rule->holding_s * second;
  state->holding_ns = until > now ? until : 0;
  if (state->holding_ns) return triggers;
  state->blocked = true;
  return triggers | (rule->triggers & TRIGGER_QUHTI ? USAGE_QUHTI : 0);
}

static uint32_t triggers_of(struct agent *agent, struct session *session, unsigned place) {
  const struct urr_rule *rule = &session->urrs[place];
  struct urr_state *state = &session->states[place];
  struct dp_usage usage;
  if (!rule->present || !dp_usage_read(agent->dp, session->index, (uint8_t)place, &usage)) return 0;
  usage_settle(state, agent->now_ns);
  uint32_t triggers = (state->pending & ~(uint32_t)USAGE_VOLQU) | volume_triggers(rule, state, &usage, state->pending & USAGE_VOLQU);
  triggers |= idle_triggers(agent, rule, state, &usage) | clock_triggers(agent, rule, state, &usage) | time_triggers(rule, state) | event_triggers(rule, state);
  state->pending = 0;
  return triggers;
}

/* A report that cannot be sent yet takes nothing away: what it would have told is told later. */
static void evaluate(struct agent *agent, struct session *session) {
  struct urr_state before[DP_URRS];
  uint32_t triggers[DP_URRS] = {0}, any = 0;
  memcpy(before, session->states, sizeof before);
  for (unsigned i = 0; i < DP_URRS; i++) any |= triggers[i] = triggers_of(agent, session, i);
  usage_link(session, triggers);
  if (!any || report_usage(agent, session, triggers)) return;
  memcpy(session->states, before, sizeof before);
  agent->reporting[session->index] = REPORT_DELAYED;
}

/* Lest the next start be missed. The other limits are not set again: what they would tell cannot be told now. */
static void note_stops(struct agent *agent, struct session *session) {
  struct dp_usage usage;
  for (unsigned i = 0; i < DP_URRS; i++) {
    struct urr_state *state = &session->states[i];
    if (!session->urrs[i].present || !state->idle_ns || !dp_usage_read(agent->dp, session->index, (uint8_t)i, &usage)) continue;
    usage_settle(state, agent->now_ns);
    state->pending |= idle_triggers(agent, &session->urrs[i], state, &usage);
    if (!state->traffic) usage_arm(agent, session, i);
  }
}

void usage_evaluate(struct agent *agent, uint32_t index) {
  static struct session session;
  bool waits = agent->reporting[index] == REPORT_WAITS;
  if ((agent->reporting[index] && !waits) || !store_get(agent->store, index, &session)) return;
  if (waits) note_stops(agent, &session);
  else evaluate(agent, &session);
  if (!store_put(agent->store, &session)) agent_log(agent, "session %llx: no room to keep its usage", (unsigned long long)session.seid);
  for (unsigned i = 0; !waits && i < DP_URRS; i++)
    if (session.urrs[i].present) usage_arm(agent, &session, i);
  usage_schedule(agent, &session);
}

static void traffic_began(struct agent *agent, struct session *session, unsigned place) {
  const struct urr_rule *rule = &session->urrs[place];
  struct urr_state *state = &session->states[place];
  if (state->traffic) return;
  state->traffic = true;
  if (counts_time(rule) && !state->running_ns) state->running_ns = agent->now_ns;
  if (watches_traffic(rule)) state->idle_ns = agent->now_ns + idle_after(rule);
  if (rule->triggers & TRIGGER_START) state->pending |= USAGE_START;
  if (!usage_counts_events(rule)) return;
  session->event_walls[place][state->events++ % EVENTS_MOST] = agent->now_wall;
  state->quota_events++;
}

/* The packet that would have passed the quota was dropped, so the count may stay below it. False: that is told already. */
static bool quota_passed(const struct urr_rule *rule, struct urr_state *state) {
  if (events_spent(rule, state)) return !state->events_exhausted;
  if (state->exhausted) return false;
  state->pending |= USAGE_VOLQU;
  return true;
}

void usage_event(struct agent *agent, const struct dp_event *event) {
  static struct session session;
  if (event->urr >= DP_URRS || !store_get(agent->store, event->session, &session) || !session.urrs[event->urr].present) return;
  if (event->kind == DP_EVENT_QUOTA && !quota_passed(&session.urrs[event->urr], &session.states[event->urr])) return;
  if (event->kind == DP_EVENT_START) traffic_began(agent, &session, event->urr);
  if (event->kind != DP_EVENT_VOLUME && !store_put(agent->store, &session)) return;
  if (!agent->reporting[event->session] || event->kind == DP_EVENT_START) usage_evaluate(agent, event->session);
}

void usage_tick(struct agent *agent) {
  enum { MOST_IN_A_TURN = 256 };
  for (unsigned i = 0; i < MOST_IN_A_TURN; i++) {
    uint32_t index = deadlines_take(agent->usage_due, agent->now_ns);
    if (index == UINT32_MAX) return;
    if (agent->reporting[index] == REPORT_DELAYED) agent->reporting[index] = 0;
    usage_evaluate(agent, index);
  }
}

static bool has_urrs(const struct session *session) {
  for (unsigned i = 0; i < DP_URRS; i++)
    if (session->urrs[i].present) return true;
  return false;
}

void usage_sweep(struct agent *agent) {
  enum { IN_A_TURN = 512 };
  static struct session session;
  uint32_t size = store_size(agent->store);
  for (unsigned i = 0; i < IN_A_TURN && agent->swept < size; i++, agent->swept++)
    if (store_get(agent->store, agent->swept, &session) && has_urrs(&session)) usage_evaluate(agent, agent->swept);
}

void usage_reported(struct agent *agent, uint32_t index) {
  agent->reporting[index] = 0;
  usage_evaluate(agent, index);
}
