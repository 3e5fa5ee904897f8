#include "reports.h"

#include <string.h>

#include "binding.h"
#include "buffering.h"
#include "change.h"
#include "n4.h"
#include "nodes.h"
#include "numbers.h"
#include "usage.h"

static uint8_t bytes[MESSAGE_MOST];

static void begin(struct pfcp_writer *out, const struct session *session, uint8_t type) {
  pfcp_begin(out, bytes, sizeof bytes, MSG_REPORT_REQUEST, &session->cp.seid, 0);
  put_u8(out, IE_REPORT_TYPE, type);
}

/* Another SMF has taken the session over since it was asked: what the one before says of it means nothing any more (5.22). */
static bool is_of_former_smf(const struct agent *agent, const struct session *session, const struct pfcp_message *response) {
  struct n4_peer now;
  return response->from && binding_of_session(&agent->config, &session->cp, &now) && memcmp(response->from, &now.address, sizeof now.address);
}

/*
 * The session that was reported of, when it is still there. An SMF that does not know it has it no more (7.5.9). `*response` becomes
 * NULL when it is not to be heeded.
 */
static uint32_t heard(struct agent *agent, uint64_t seid, const struct pfcp_message **response) {
  static struct session session;
  uint32_t index = store_find(agent->store, seid);
  uint8_t cause = 0;
  if (!*response) agent->counters->timeouts[MSG_REPORT_REQUEST]++;
  if (!*response || !cause_parse(ies_of(*response), &cause) || cause != CAUSE_ACCEPTED) agent->counters->reports_failed++;
  if (index == NO_INDEX || !*response || !store_get(agent->store, index, &session)) return index;
  if (is_of_former_smf(agent, &session, *response)) return *response = NULL, index;
  if (cause != CAUSE_NO_SESSION) return index;
  session_end(agent, &session);
  agent->counters->sessions_deleted++;
  agent_log(agent, "session %llx is deleted: its SMF does not know it", (unsigned long long)seid);
  return NO_INDEX;
}

static void usage_heard(void *context, uint64_t seid, const struct pfcp_message *response) {
  uint32_t index = heard(context, seid, &response);
  if (index != NO_INDEX) usage_reported(context, index);
}

static void downlink_heard(void *context, uint64_t seid, const struct pfcp_message *response) {
  uint32_t index = heard(context, seid, &response);
  if (index != NO_INDEX) buffering_told(context, index, response);
}

static void error_heard(void *context, uint64_t seid, const struct pfcp_message *response) {
  heard(context, seid, &response);
}

static bool ask(struct agent *agent, const struct session *session, struct pfcp_writer *out, transaction_done done) {
  struct n4_peer peer;
  if (binding_of_session(&agent->config, &session->cp, &peer) && n4_ask(agent, &peer, out, done, session->seid)) return true;
  agent->counters->reports_failed++;
  agent_log(agent, "session %llx: a report cannot be sent: too many requests wait for a response", (unsigned long long)session->seid);
  return false;
}

bool report_usage(struct agent *agent, struct session *session, const uint32_t triggers[DP_URRS]) {
  struct pfcp_writer out;
  begin(&out, session, REPORT_USAR);
  for (unsigned i = 0; i < DP_URRS; i++)
    if (triggers[i]) usage_write(agent, session, i, triggers[i], IE_USAGE_REPORT, &out);
  if (!ask(agent, session, &out, usage_heard)) return false;
  agent->reporting[session->index] = REPORT_WAITS;
  return true;
}

bool report_downlink(struct agent *agent, const struct session *session, uint16_t pdr, uint8_t qfi) {
  struct pfcp_writer out;
  const uint8_t information[] = {2, qfi};
  begin(&out, session, REPORT_DLDR);
  size_t group = put_group(&out, IE_DOWNLINK_DATA_REPORT);
  put_u16(&out, IE_PDR_ID, pdr);
  if (qfi) put_ie(&out, IE_DOWNLINK_DATA_SERVICE_INFORMATION, information, sizeof information);
  end_group(&out, group);
  agent->counters->downlink_reports++;
  return ask(agent, session, &out, downlink_heard);
}

bool report_error(struct agent *agent, const struct session *session, const struct dp_address *peer, uint32_t teid) {
  struct pfcp_writer out;
  struct fteid remote = {.teid = teid, .v4 = peer->family == 4, .v6 = peer->family == 6};
  memcpy(remote.address4, peer->bytes, 4);
  memcpy(remote.address6, peer->bytes, 16);
  begin(&out, session, REPORT_ERIR);
  size_t group = put_group(&out, IE_ERROR_INDICATION_REPORT);
  put_fteid(&out, &remote);
  end_group(&out, group);
  agent->counters->error_reports++;
  return ask(agent, session, &out, error_heard);
}
