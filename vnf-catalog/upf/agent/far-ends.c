#include "far-ends.h"

#include <string.h>

#include "gtpu.h"
#include "nodes.h"
#include "reports.h"

enum { ERRORS_A_SECOND = 50, PEERS = 1024, T3_MS = 3000, N3 = 5 };

static uint8_t interface_to(const struct agent *agent, const struct dp_far *far) {
  return far->interface != DP_NONE ? far->interface : interface_of(&agent->interfaces, far->side, "");
}

static void echo(void *context, uint8_t interface, const struct dp_address *peer, uint16_t sequence) {
  struct agent *agent = context;
  uint8_t bytes[GTPU_ROOM];
  const struct n4_peer to = {*peer, GTPU_PORT};
  agent_send_gtpu(agent, interface, &to, bytes, gtpu_echo_request(bytes, sequence));
}

static void changed(void *context, uint8_t interface, const struct dp_address *peer, bool failed) {
  (void)interface;
  nodes_report_path(context, peer, failed);
}

bool far_ends_begin(struct agent *agent) {
  const struct paths_config config = {PEERS, agent->config.echo_seconds, T3_MS, N3, echo, changed, agent};
  return (agent->paths = paths_new(&config)) != NULL;
}

void far_ends_add(struct agent *agent, const struct dp_session *session) {
  tunnels_add(agent->tunnels, session);
  for (unsigned i = 0; i < session->far_count; i++)
    if (session->fars[i].peer.family) paths_use(agent->paths, interface_to(agent, &session->fars[i]), &session->fars[i].peer, agent->now_ns);
}

void far_ends_remove(struct agent *agent, const struct dp_session *session) {
  tunnels_remove(agent->tunnels, session);
  for (unsigned i = 0; i < session->far_count; i++)
    if (session->fars[i].peer.family) paths_unuse(agent->paths, interface_to(agent, &session->fars[i]), &session->fars[i].peer);
}

/* At most so many in a second are answered, and as many told: a flood costs a counter, and one of either kind leaves the other alone. */
struct rate {
  uint64_t second;
  unsigned done;
};

static bool within(struct rate *rate, const struct agent *agent) {
  uint64_t second = agent->now_ns / 1000000000ull;
  if (second != rate->second) *rate = (struct rate){second, 0};
  return rate->done++ < ERRORS_A_SECOND;
}

void error_due(struct agent *agent, const struct dp_event *event) {
  static struct rate answered;
  uint8_t bytes[GTPU_ROOM];
  const struct n4_peer to = {event->peer, GTPU_PORT};
  if (event->interface >= agent->config.interface_count || !within(&answered, agent)) {
    agent->counters->errors_not_sent++;
    return;
  }
  const struct dp_interface *at = &agent->config.interfaces[event->interface];
  size_t length = gtpu_error_indication(bytes, event->teid, event->peer.family == 6 ? &at->local6 : &at->local4);
  if (agent_send_gtpu(agent, event->interface, &to, bytes, length)) agent->counters->errors_sent++;
  else agent->counters->errors_not_sent++;
}

static bool leads_by(const struct agent *agent, const struct session *session, uint8_t interface, const struct dp_address *peer, uint32_t teid) {
  static struct dp_session compiled;
  struct pfcp_fault fault;
  if (!compile(session, &agent->interfaces, &compiled, &fault)) return false;
  for (unsigned i = 0; i < compiled.far_count; i++) {
    const struct dp_far *far = &compiled.fars[i];
    if (far->teid == teid && !memcmp(&far->peer, peer, sizeof *peer) && interface_to(agent, far) == interface) return true;
  }
  return false;
}

void error_heeded(struct agent *agent, uint8_t interface, const struct dp_address *peer, uint32_t teid) {
  enum { MOST = 8 };
  static struct session session;
  static struct rate told;
  uint32_t slots[MOST];
  unsigned count = tunnels_find(agent->tunnels, peer, teid, slots, MOST);
  agent->counters->errors_received++;
  if (!count) agent->counters->errors_unmatched++;
  for (unsigned i = 0; i < count && within(&told, agent); i++) {
    if (!store_get(agent->store, slots[i], &session)) continue;
    if (leads_by(agent, &session, interface, peer, teid)) report_error(agent, &session, peer, teid);
    else agent->counters->errors_disbelieved++;
  }
}

/* It says the address that the packet was sent to; only who has it knows of the tunnel. */
static void error_taken(struct agent *agent, uint8_t interface, const struct n4_peer *from, const struct gtpu_message *message) {
  struct dp_address peer;
  uint32_t teid;
  if (!gtpu_error_indication_read(message, &teid, &peer)) return;
  if (!memcmp(&from->address, &peer, sizeof peer)) {
    error_heeded(agent, interface, &peer, teid);
    return;
  }
  agent->counters->errors_received++;
  agent->counters->errors_disbelieved++;
  agent_log(agent, "an Error Indication about another peer's tunnel (TEID %08x) is ignored", teid);
}

static void answer(struct agent *agent, uint8_t interface, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  if (agent_send_gtpu(agent, interface, to, bytes, length)) agent->counters->gtpu_sent++;
}

static void take(struct agent *agent, uint8_t interface, const struct n4_peer *from, const struct gtpu_message *message) {
  uint8_t bytes[GTPU_ROOM];
  if (message->type == GTPU_ECHO_REQUEST) answer(agent, interface, from, bytes, gtpu_echo_response(bytes, message->sequence));
  else if (message->type == GTPU_ECHO_RESPONSE) paths_answer(agent->paths, interface, &from->address, message->sequence);
  else if (message->type == GTPU_ERROR_INDICATION) error_taken(agent, interface, from, message);
}

void far_end_message(struct agent *agent, uint8_t interface, const struct n4_peer *from, const uint8_t *bytes, size_t length) {
  uint8_t out[GTPU_ROOM];
  struct gtpu_message message;
  agent->counters->gtpu_received++;
  /* What stands behind an extension header that is not known may be anything, such as a UE's packet. */
  if (gtpu_read(bytes, length, &message) != GTPU_OK || (!message.unknown_extension && !gtpu_body_is_whole(&message))) {
    agent->counters->gtpu_malformed++;
    return;
  }
  if (message.unknown_extension) answer(agent, interface, from, out, gtpu_supported_extensions(out, message.sequence));
  else take(agent, interface, from, &message);
}
