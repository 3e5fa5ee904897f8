#include "status.h"

#include <inttypes.h>
#include <string.h>

#include "buffering.h"
#include "json.h"
#include "nodes.h"
#include "numbers.h"

/* A list of members; the comma goes before all but the first. */
struct list {
  FILE *out;
  bool begun;
};

static void key(struct list *list, const char *name) {
  if (list->begun) fputc(',', list->out);
  list->begun = true;
  json_write_string(list->out, name);
  fputc(':', list->out);
}

static void number(struct list *list, const char *name, uint64_t value) {
  key(list, name);
  fprintf(list->out, "%" PRIu64, value);
}

static struct list open_in(struct list *list, const char *name) {
  key(list, name);
  fputc('{', list->out);
  return (struct list){list->out, false};
}

static void shut(struct list *list) { fputc('}', list->out); }

static uint64_t dropped(const struct dp_totals *totals, unsigned direction) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < DP_REASONS; i++) sum += totals->dropped[direction][i];
  return sum;
}

static void traffic(struct list *list, const struct dp_totals *totals) {
  static const char *const names[2][5] = {
    {"up_in_packets", "up_in_bytes", "up_forwarded_packets", "up_forwarded_bytes", "up_dropped_packets"},
    {"down_in_packets", "down_in_bytes", "down_forwarded_packets", "down_forwarded_bytes", "down_dropped_packets"},
  };
  for (unsigned d = 0; d < 2; d++) {
    number(list, names[d][0], totals->in[d]);
    number(list, names[d][1], totals->in_bytes[d]);
    number(list, names[d][2], totals->forwarded[d]);
    number(list, names[d][3], totals->forwarded_bytes[d]);
    number(list, names[d][4], dropped(totals, d));
  }
  number(list, "end_markers_sent", totals->end_markers);
  number(list, "events_lost", totals->events_lost);
}

static void n4_counters(struct list *list, const struct agent *agent) {
  const struct counters *c = agent->counters;
  struct transactions_numbers n4;
  transactions_numbers(agent->n4, &n4);
  number(list, "n4_retransmissions", n4.sent_again);
  number(list, "n4_stranger_datagrams", c->strangers);
  number(list, "n4_malformed_datagrams", c->malformed);
  number(list, "n4_version_refused_messages", c->version_refused);
  number(list, "n4_stray_responses", c->stray_responses);
  number(list, "n4_duplicate_requests", c->duplicates);
  number(list, "n4_requests_for_foreign_nodes", c->foreign_nodes);
  number(list, "n4_datagrams_cut", c->bundles_cut);
  number(list, "n4_messages_not_sent", c->n4_not_sent);
  number(list, "n4_requests_dropped", c->requests_refused);
  number(list, "log_sentences_left_out", c->log_suppressed);
}

static void session_counters(struct list *list, const struct counters *c) {
  number(list, "session_files_set_aside", c->files_set_aside);
  number(list, "sessions_established", c->sessions_made);
  number(list, "sessions_deleted", c->sessions_deleted);
  number(list, "sessions_ended_with_their_smf", c->sessions_lost_to_restart);
  number(list, "usage_reports", c->usage_reports);
  number(list, "downlink_data_reports", c->downlink_reports);
  number(list, "error_indication_reports", c->error_reports);
  number(list, "reports_failed", c->reports_failed);
  number(list, "buffer_packets", c->packets_buffered);
  number(list, "buffer_drained_packets", c->packets_drained);
  number(list, "buffer_given_up_packets", c->packets_given_up);
  number(list, "gtpu_messages_received", c->gtpu_received);
  number(list, "gtpu_malformed_messages", c->gtpu_malformed);
  number(list, "gtpu_errors_sent", c->errors_sent);
  number(list, "gtpu_errors_not_sent", c->errors_not_sent);
  number(list, "gtpu_errors_received", c->errors_received);
  number(list, "gtpu_errors_of_no_session", c->errors_unmatched);
  number(list, "gtpu_errors_not_believed", c->errors_disbelieved);
  number(list, "gtpu_messages_not_sent", c->gtpu_not_sent);
  number(list, "gtpu_path_failures", c->path_failures);
  number(list, "gtpu_path_recoveries", c->path_recoveries);
}

static void gauges(struct list *list, struct agent *agent, const struct dp_totals *totals) {
  struct paths_numbers paths;
  uint32_t all, used = store_chunks(agent->store, &all);
  paths_numbers(agent->paths, &paths);
  number(list, "associations", nodes_associated(agent));
  number(list, "sessions", store_used(agent->store));
  number(list, "sessions_limit", store_size(agent->store));
  number(list, "pdrs", agent->pdrs);
  number(list, "session_memory_used_bytes", (uint64_t)used * 128);
  number(list, "session_memory_limit_bytes", (uint64_t)all * 128);
  number(list, "teids", teids_used(agent->teids));
  number(list, "data_path_sessions", totals->sessions);
  number(list, "data_path_teids", totals->teids);
  number(list, "data_path_ue_routes", totals->ue_routes);
  number(list, "up_buffered_packets", totals->buffered[0]);
  number(list, "down_buffered_packets", totals->buffered[1]);
  number(list, "buffer_held_packets", buffering_held(agent));
  number(list, "gtpu_peers", paths.peers);
  number(list, "gtpu_peers_failed", paths.failed);
}

static void drop_reasons(struct list *list, const char *label, const uint64_t *counts) {
  struct list reasons = open_in(list, label);
  for (unsigned i = 1; i < DP_REASONS && dp_reason_name(i); i++) {
    if (!counts[i]) continue;
    struct list one = open_in(&reasons, dp_reason_name(i));
    number(&one, "packets", counts[i]);
    shut(&one);
  }
  shut(&reasons);
}

static void messages(struct list *list, const struct counters *c) {
  struct list types = open_in(list, "n4message");
  for (unsigned i = 1; i < N4_TYPES; i++) {
    const char *name = pfcp_message_name(i);
    uint64_t received = c->requests_in[i] + c->responses_in[i], sent = c->requests_out[i] + c->responses_out[i];
    if (!name || !(received + sent + c->timeouts[i])) continue;
    struct list one = open_in(&types, name);
    if (received) number(&one, "received", received);
    if (sent) number(&one, "sent", sent);
    if (c->timeouts[i]) number(&one, "unanswered", c->timeouts[i]);
    shut(&one);
  }
  shut(&types);
  struct list causes = open_in(list, "n4cause");
  for (unsigned i = 1; i < N4_CAUSES; i++) {
    const char *name = pfcp_cause_name(i);
    if (!c->causes[i]) continue;
    struct list one = open_in(&causes, name ? name : "other");
    number(&one, "responses", c->causes[i]);
    shut(&one);
  }
  shut(&causes);
}

static void instances(struct list *list, const struct agent *agent, const struct dp_totals *totals) {
  struct list all = open_in(list, "networkinstance");
  for (unsigned i = 0; i < agent->config.interface_count; i++) {
    const struct dp_interface *interface = &agent->config.interfaces[i];
    char name[96];
    snprintf(name, sizeof name, "%s/%s", *interface->network_instance ? interface->network_instance : "-", interface->link);
    struct list one = open_in(&all, name);
    number(&one, "received_bytes", totals->interface_bytes[i][0]);
    number(&one, "sent_bytes", totals->interface_bytes[i][1]);
    shut(&one);
  }
  shut(&all);
}

static void pools(struct list *list, const struct agent *agent) {
  struct pool_numbers numbers[DP_INTERFACES];
  unsigned count = pools_numbers(agent->pools, numbers, DP_INTERFACES);
  struct list all = open_in(list, "pool");
  for (unsigned i = 0; i < count; i++) {
    struct list one = open_in(&all, *numbers[i].instance ? numbers[i].instance : "-");
    if (numbers[i].size4) number(&one, "ipv4_addresses", numbers[i].size4), number(&one, "ipv4_used", numbers[i].used4);
    if (numbers[i].size6) number(&one, "ipv6_prefixes", numbers[i].size6), number(&one, "ipv6_used", numbers[i].used6);
    shut(&one);
  }
  shut(&all);
}

/* Ready: it can take part in the network. That no SMF has an association yet is the SMFs' affair. */
static void readiness(struct list *list, const struct agent *agent) {
  key(list, "ready");
  fputs(agent->stopping ? "false" : "true", list->out);
  key(list, "reason");
  json_write_string(list->out, agent->stopping ? "the UPF is being stopped" : "");
}

void status_write(struct agent *agent, FILE *out) {
  static struct dp_totals totals;
  struct list all = {out, false};
  memset(&totals, 0, sizeof totals);
  dp_totals_read(agent->dp, &totals);
  fputc('{', out);
  readiness(&all, agent);
  struct list counters = open_in(&all, "counters");
  traffic(&counters, &totals);
  n4_counters(&counters, agent);
  session_counters(&counters, agent->counters);
  shut(&counters);
  struct list now = open_in(&all, "gauges");
  gauges(&now, agent, &totals);
  shut(&now);
  struct list labelled = open_in(&all, "labelled");
  drop_reasons(&labelled, "updropreason", totals.dropped[0]);
  drop_reasons(&labelled, "downdropreason", totals.dropped[1]);
  messages(&labelled, agent->counters);
  instances(&labelled, agent, &totals);
  shut(&labelled);
  struct list momentary = open_in(&all, "labelledGauges");
  pools(&momentary, agent);
  shut(&momentary);
  fputs("}\n", out);
}
