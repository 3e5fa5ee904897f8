#include "usage.h"

#include "numbers.h"

static uint32_t wall_of(const struct agent *agent, uint64_t ns) {
  return agent->now_wall - (uint32_t)((agent->now_ns - (ns < agent->now_ns ? ns : agent->now_ns)) / 1000000000ull);
}

static void put_times(struct agent *agent, const struct dp_usage *usage, struct pfcp_writer *out) {
  if (!usage->first_ns) return;
  put_u32(out, IE_TIME_OF_FIRST_PACKET, wall_of(agent, usage->first_ns));
  put_u32(out, IE_TIME_OF_LAST_PACKET, wall_of(agent, usage->last_ns));
}

/* One Event Time Stamp for each event (table 7.5.8.3-1), the latest ones when a report was long in coming. */
static void put_events(const struct session *session, unsigned place, struct pfcp_writer *out) {
  uint32_t end = session->states[place].events, count = end < EVENTS_MOST ? end : EVENTS_MOST;
  for (uint32_t i = end - count; i < end; i++) put_u32(out, IE_TIME_STAMP, session->event_walls[place][i % EVENTS_MOST]);
}

static void put_measured(struct agent *agent, const struct urr_rule *rule, struct urr_state *state, const struct dp_usage *usage, struct pfcp_writer *out) {
  uint64_t up = usage->bytes_up - state->up, down = usage->bytes_down - state->down;
  uint64_t packets_up = usage->packets_up - state->packets_up, packets_down = usage->packets_down - state->packets_down;
  const struct volume bytes = {up + down, up, down}, packets = {packets_up + packets_down, packets_up, packets_down};
  put_u32(out, IE_START_TIME, state->begun_wall);
  put_u32(out, IE_END_TIME, agent->now_wall);
  if (rule->by_volume) put_volume(out, IE_VOLUME_MEASUREMENT, &bytes, rule->information & MEASURE_MNOP ? &packets : NULL);
  if (rule->by_duration) put_u32(out, IE_DURATION_MEASUREMENT, (uint32_t)(state->spent_ns / 1000000000ull));
  if (up + down) put_times(agent, usage, out);
}

static void begin_anew(struct agent *agent, struct urr_state *state, const struct dp_usage *usage) {
  state->up = usage->bytes_up;
  state->down = usage->bytes_down;
  state->packets_up = usage->packets_up;
  state->packets_down = usage->packets_down;
  /* What is left of a second counts in the next report. */
  state->spent_ns %= 1000000000ull;
  state->begun_wall = agent->now_wall;
  state->events = 0;
}

void usage_write(struct agent *agent, struct session *session, unsigned place, uint32_t triggers, uint16_t type, struct pfcp_writer *out) {
  const struct urr_rule *rule = &session->urrs[place];
  struct urr_state *state = &session->states[place];
  struct dp_usage usage = {0};
  bool read = dp_usage_read(agent->dp, session->index, (uint8_t)place, &usage);
  usage_settle(state, agent->now_ns);
  size_t group = put_group(out, type);
  put_u32(out, IE_URR_ID, rule->id);
  put_u32(out, IE_UR_SEQN, state->sequence++);
  put_bits(out, IE_USAGE_REPORT_TRIGGER, triggers, 3);
  /* The start of traffic has nothing to measure yet (table 7.5.8.3-1). */
  if (read && triggers != USAGE_START) {
    put_measured(agent, rule, state, &usage, out);
    if (usage_counts_events(rule)) put_events(session, place, out);
    begin_anew(agent, state, &usage);
    dp_urr_begin(agent->dp, session->index, (uint8_t)place);
  }
  end_group(out, group);
  agent->counters->usage_reports++;
}
