/* Requests of nodes: heartbeat, association, PFDs, sets of sessions. */
#include <string.h>

#include "binding.h"
#include "endings.h"
#include "nodes.h"
#include "numbers.h"

/* Exactly those that work; docs/upf.md has the test of each. */
static const uint64_t features = UP_DDND | UP_DLBD | UP_FTUP | UP_EMPU | UP_FRRT | UP_UEIP | UP_SSET | UP_MNOP | UP_BUNDL | UP_IP6PL;

void put_features(struct pfcp_writer *out) { put_bits(out, IE_UP_FUNCTION_FEATURES, features, 6); }

static bool recovery_parse(const struct n4_request *request, uint32_t *out, struct pfcp_fault *fault) {
  struct ie ie;
  if (!ie_find(ies_of(request->message), IE_RECOVERY_TIME_STAMP, &ie))
    return fault_of(fault, CAUSE_MANDATORY_MISSING, IE_RECOVERY_TIME_STAMP, "Recovery Time Stamp is missing");
  if (ie.length < 4) return fault_of(fault, CAUSE_INVALID_LENGTH, IE_RECOVERY_TIME_STAMP, "Recovery Time Stamp has %u octets, it takes 4", ie.length);
  *out = (uint32_t)ie.value[0] << 24 | (uint32_t)ie.value[1] << 16 | (uint32_t)ie.value[2] << 8 | ie.value[3];
  return true;
}

void heartbeat_request(struct n4_request *request) {
  struct agent *agent = request->agent;
  struct pfcp_fault fault;
  uint32_t recovery, place = node_of_address(agent, &request->peer->address);
  if (place != NO_INDEX && recovery_parse(request, &recovery, &fault)) node_recovery(agent, place, recovery);
  respond(request, MSG_HEARTBEAT_RESPONSE, NULL);
  put_u32(request->out, IE_RECOVERY_TIME_STAMP, store_recovery(agent->store));
}

static uint32_t cp_features(const struct n4_request *request) {
  struct ie ie;
  uint32_t features = 0;
  if (!ie_find(ies_of(request->message), IE_CP_FUNCTION_FEATURES, &ie)) return 0;
  for (unsigned i = 0; i < ie.length && i < 4; i++) features |= (uint32_t)ie.value[i] << 8 * i;
  return features;
}

/* An association that is set up again ends the sessions of the old one, unless they are to be retained (6.2.6.2.2). */
static bool set_up(struct n4_request *request, struct pfcp_fault *fault) {
  struct agent *agent = request->agent;
  char id[NODE_ID];
  uint32_t recovery;
  struct ie ie;
  if (!requester(request, id, fault) || !recovery_parse(request, &recovery, fault)) return false;
  if (agent->stopping) return fault_of(fault, CAUSE_CONGESTION, 0, "the UPF is being stopped");
  if (!binding_allows(agent, request->peer, id, fault) || !binding_alternatives(agent, NO_INDEX, request->message, true, fault)) return false;
  uint32_t place = node_of_id(agent, id);
  bool retain = ie_find(ies_of(request->message), IE_SESSION_RETENTION_INFORMATION, &ie);
  if (place != NO_INDEX && !retain) endings_begin(agent, place, NULL, "its association is set up again");
  place = node_associate(agent, id, request->peer, recovery, cp_features(request));
  if (place != NO_INDEX) return binding_alternatives(agent, place, request->message, true, fault);
  return fault_of(fault, CAUSE_NO_RESOURCES, 0, "all %d places of nodes are taken", STORE_NODES);
}

static void respond_node(struct n4_request *request, uint8_t type, bool accepted, const struct pfcp_fault *fault) {
  respond(request, type, NULL);
  put_node_id(request->out, request->agent->config.node_id);
  if (accepted) respond_cause(request, CAUSE_ACCEPTED);
  else respond_fault(request, fault);
}

void setup_request(struct n4_request *request) {
  struct pfcp_fault fault;
  bool accepted = set_up(request, &fault);
  respond_node(request, MSG_SETUP_RESPONSE, accepted, &fault);
  put_u32(request->out, IE_RECOVERY_TIME_STAMP, store_recovery(request->agent->store));
  put_features(request->out);
}

/* The place of the requesting node, which has an association. */
static bool associated(struct n4_request *request, uint32_t *place, struct pfcp_fault *fault) {
  char id[NODE_ID];
  return requester(request, id, fault) && binding_find(request->agent, request->peer, id, place, fault);
}

void update_request(struct n4_request *request) {
  struct pfcp_fault fault;
  struct ie ie;
  uint32_t place;
  bool accepted = associated(request, &place, &fault) && binding_alternatives(request->agent, place, request->message, false, &fault);
  if (accepted && ie_find(ies_of(request->message), IE_CP_FUNCTION_FEATURES, &ie)) store_node(request->agent->store, place)->features = cp_features(request);
  respond_node(request, MSG_UPDATE_RESPONSE, accepted, &fault);
  if (accepted) put_features(request->out);
}

void release_request(struct n4_request *request) {
  struct pfcp_fault fault;
  uint32_t place;
  bool accepted = associated(request, &place, &fault);
  if (accepted) node_forget(request->agent, place, "its association is released");
  respond_node(request, MSG_RELEASE_RESPONSE, accepted, &fault);
}

void pfd_request(struct n4_request *request) {
  struct pfcp_fault fault;
  fault_of(&fault, CAUSE_NOT_SUPPORTED, 0, "PFD management is not supported");
  respond(request, MSG_PFD_RESPONSE, NULL);
  respond_fault(request, &fault);
}

/* Of the node's sessions those of the FQ-CSIDs that are named, all when none is (7.4.6.1). */
void set_deletion_request(struct n4_request *request) {
  struct pfcp_fault fault = {.cause = 0};
  struct csids csids;
  uint32_t place;
  bool accepted = associated(request, &place, &fault) && csids_of(request->message, &csids, &fault);
  if (accepted) endings_begin(request->agent, place, csids.count ? &csids : NULL, "the set is deleted");
  respond_node(request, MSG_SET_DELETION_RESPONSE, accepted, &fault);
}

void set_modification_request(struct n4_request *request) {
  struct pfcp_fault fault;
  fault_of(&fault, CAUSE_NOT_SUPPORTED, 0, "session set modification is not supported");
  respond_node(request, MSG_SET_MODIFICATION_RESPONSE, false, &fault);
}
