/* Usage reporting rules (5.2.2): what is counted by the data path against thresholds, quotas and clocks, and the reports of it. */
#ifndef UPF_USAGE_H
#define UPF_USAGE_H

#include "agent.h"

/* A new URR begins. */
void usage_begin(struct agent *agent, struct session *session, unsigned place);
/* After an Update URR brought `changed` (enum urr_present). */
void usage_change(struct agent *agent, struct session *session, unsigned place, unsigned changed);
/* False with the fault when the rule asks for what is not done. */
bool usage_check(const struct session *session, const struct urr_rule *rule, struct pfcp_fault *fault);

/* A start of traffic is an event: what can be told of a service data flow without knowing applications. */
bool usage_counts_events(const struct urr_rule *rule);
/* Counts the time up to now. */
void usage_settle(struct urr_state *state, uint64_t now);
/* What the data path has to watch for. */
void usage_limits(const struct session *session, unsigned place, struct dp_urr_limits *out);
bool usage_arm(struct agent *agent, const struct session *session, unsigned place);
/* Sets the deadline of the session. */
void usage_schedule(struct agent *agent, const struct session *session);

/* Writes one Usage Report of `type` with these triggers (8.2.41) and begins to count anew. */
void usage_write(struct agent *agent, struct session *session, unsigned place, uint32_t triggers, uint16_t type, struct pfcp_writer *out);
/* Adds to `triggers`, by place, those of URRs that are linked to the ones that have some. */
void usage_link(const struct session *session, uint32_t triggers[DP_URRS]);

/* Looks at all URRs of a session, and reports what is due, unless a report waits for its response. */
void usage_evaluate(struct agent *agent, uint32_t index);
void usage_event(struct agent *agent, const struct dp_event *event);
void usage_tick(struct agent *agent);
/* Events were lost: every session is looked at, a part of them in each turn. */
void usage_sweep(struct agent *agent);
/* The response to a report came, or none. */
void usage_reported(struct agent *agent, uint32_t index);

#endif
