#include "n4.h"

#include <string.h>

#include "endings.h"
#include "numbers.h"

void respond(struct n4_request *request, uint8_t type, const uint64_t *seid) {
  pfcp_begin(request->out, request->bytes, sizeof request->bytes, type, seid, request->message->sequence);
}

void respond_cause(struct n4_request *request, uint8_t cause) {
  request->cause = cause;
  put_u8(request->out, IE_CAUSE, cause);
}

void respond_fault(struct n4_request *request, const struct pfcp_fault *fault) {
  const char *name = pfcp_message_name(request->message->type);
  request->cause = fault->cause;
  put_fault(request->out, fault);
  agent_log(request->agent, "%s refused by cause %u: %s", name ? name : "message", fault->cause, fault->text);
}

bool requester(const struct n4_request *request, char id[NODE_ID], struct pfcp_fault *fault) {
  struct ie ie;
  if (!ie_find(ies_of(request->message), IE_NODE_ID, &ie)) return fault_of(fault, CAUSE_MANDATORY_MISSING, IE_NODE_ID, "Node ID is missing");
  return node_id_parse(&ie, id) || fault_of(fault, CAUSE_MANDATORY_INCORRECT, IE_NODE_ID, "Node ID is no address and no name");
}

static const struct {
  uint8_t type;
  void (*take)(struct n4_request *request);
} handlers[] = {
  {MSG_HEARTBEAT_REQUEST, heartbeat_request}, {MSG_PFD_REQUEST, pfd_request}, {MSG_SETUP_REQUEST, setup_request},
  {MSG_UPDATE_REQUEST, update_request}, {MSG_RELEASE_REQUEST, release_request}, {MSG_SET_DELETION_REQUEST, set_deletion_request},
  {MSG_SET_MODIFICATION_REQUEST, set_modification_request}, {MSG_ESTABLISHMENT_REQUEST, establishment_request},
  {MSG_MODIFICATION_REQUEST, modification_request}, {MSG_DELETION_REQUEST, deletion_request},
};

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits) {
  unsigned whole = bits / 8, rest = bits % 8;
  return !memcmp(a, b, whole) && (!rest || !((a[whole] ^ b[whole]) >> (8 - rest)));
}

bool n4_may_speak(const struct agent_config *config, const struct dp_address *who) {
  if (!config->bounded) return true;
  for (unsigned i = 0; i < config->allowed_count; i++)
    if (config->allowed[i].address.family == who->family && same_bits(config->allowed[i].address.bytes, who->bytes, config->allowed[i].length)) return true;
  for (unsigned i = 0; i < config->peer_count; i++)
    if (!memcmp(&config->peers[i], who, sizeof *who)) return true;
  return false;
}

/* An SMF that has the answer takes it that its sessions are gone. */
static bool ends_sessions(const struct n4_request *request) {
  uint8_t type = request->message->type;
  return request->cause == CAUSE_ACCEPTED && (type == MSG_SETUP_REQUEST || type == MSG_RELEASE_REQUEST || type == MSG_SET_DELETION_REQUEST);
}

static void answer(struct n4_request *request) {
  struct agent *agent = request->agent;
  size_t length = pfcp_end(request->out);
  if (!length) {
    agent_log(agent, "a response of type %u does not fit into %d octets", request->message->type + 1, MESSAGE_MOST);
    return;
  }
  if (request->bytes[1] < N4_TYPES) agent->counters->responses_out[request->bytes[1]]++;
  if (request->cause < N4_CAUSES) agent->counters->causes[request->cause]++;
  const struct n4_peer *to = request->peer;
  bool held = ends_sessions(request) && endings_hold(agent, to, request->message->sequence, request->bytes, length);
  if (!held) transactions_answer(agent->n4, to, request->message->sequence, request->bytes, length, agent->now_ns);
}

static void take_request(struct agent *agent, const struct n4_peer *peer, const struct pfcp_message *message) {
  static struct n4_request request;
  struct pfcp_writer out;
  request.agent = agent;
  request.peer = peer;
  request.message = message;
  request.out = &out;
  request.cause = 0;
  for (unsigned i = 0; i < sizeof handlers / sizeof *handlers; i++) {
    if (handlers[i].type != message->type) continue;
    handlers[i].take(&request);
    answer(&request);
    return;
  }
  agent->counters->malformed++;
  agent_log(agent, "a message of the type %u is ignored", message->type);
}

static void refuse_version(struct agent *agent, const struct n4_peer *peer, const struct pfcp_message *message) {
  uint8_t bytes[16];
  struct pfcp_writer out;
  agent->counters->version_refused++;
  pfcp_begin(&out, bytes, sizeof bytes, MSG_VERSION_NOT_SUPPORTED, NULL, message->sequence);
  size_t length = pfcp_end(&out);
  if (length) agent_send_n4(agent, peer, bytes, length);
}

static bool is_request(uint8_t type) {
  if (type == MSG_VERSION_NOT_SUPPORTED) return false;
  return type < MSG_VERSION_NOT_SUPPORTED ? type & 1 : !(type & 1);
}

static void take(struct agent *agent, const struct n4_peer *peer, const struct pfcp_message *message) {
  struct counters *counters = agent->counters;
  bool request = is_request(message->type);
  if (!pfcp_message_name(message->type)) {
    counters->malformed++;
    agent_log(agent, "a message of the unknown type %u is ignored", message->type);
    return;
  }
  if (message->type < N4_TYPES) (request ? counters->requests_in : counters->responses_in)[message->type]++;
  switch (transactions_receive(agent->n4, peer, message, request, agent->now_ns)) {
    case TX_NEW: take_request(agent, peer, message); break;
    case TX_DUPLICATE: case TX_PENDING: counters->duplicates++; break;
    case TX_TOO_MANY: counters->requests_refused++; break;
    case TX_STRAY:
      counters->stray_responses++;
      agent_log(agent, "a response (type %u, sequence %u) that nobody asked for is ignored", message->type, message->sequence);
      break;
    default: break;
  }
}

/* Each is a transaction of its own: what was left out comes again. */
static void left_out(struct agent *agent) {
  agent->counters->bundles_cut++;
  agent_log(agent, "an N4 datagram bundles more than %d messages: the rest of it is left out", MESSAGES_MOST);
}

void agent_n4(struct agent *agent, const struct n4_peer *peer, const uint8_t *bytes, size_t length) {
  struct pfcp_message message;
  size_t used = 0;
  unsigned taken = 0;
  if (!n4_may_speak(&agent->config, &peer->address)) {
    agent->counters->strangers++;
    agent_log(agent, "N4 from an address that is not allowed is ignored");
    return;
  }
  for (size_t at = 0; at < length; at += used) {
    if (taken++ == MESSAGES_MOST) return left_out(agent);
    enum pfcp_verdict verdict = pfcp_read(bytes + at, length - at, &message, &used);
    if (verdict == PFCP_BAD_VERSION) return refuse_version(agent, peer, &message);
    if (verdict != PFCP_OK || !used) {
      agent->counters->malformed++;
      agent_log(agent, "an N4 datagram of %zu octets is no whole PFCP message", length);
      return;
    }
    message.from = &peer->address;
    take(agent, peer, &message);
  }
}

bool n4_ask(struct agent *agent, const struct n4_peer *peer, struct pfcp_writer *writer, transaction_done done, uint64_t tag) {
  uint8_t type = writer->bytes[1];
  size_t length = pfcp_end(writer);
  if (!length || !transactions_request(agent->n4, peer, writer->bytes, length, done, agent, tag, agent->now_ns)) return false;
  if (type < N4_TYPES) agent->counters->requests_out[type]++;
  return true;
}
