/* PFCP sessions: establishment, modification, deletion (7.5). */
#include <string.h>

#include "binding.h"
#include "change.h"
#include "numbers.h"
#include "usage.h"

static void put_created(struct change *change, const struct pdr_rule *pdr, struct pfcp_writer *out) {
  bool is_new = change->is_new || !session_pdr(&change->before, pdr->id);
  size_t group = put_group(out, is_new ? IE_CREATED_PDR : IE_UPDATED_PDR);
  put_u16(out, IE_PDR_ID, pdr->id);
  if (pdr->has_fteid) put_fteid(out, &pdr->fteid);
  if (pdr->has_ue) put_ue_ip(out, &pdr->ue);
  end_group(out, group);
}

static void put_chosen(struct change *change, struct pfcp_writer *out) {
  for (unsigned i = 0; i < change->after.pdr_count; i++)
    for (unsigned k = 0; k < change->chosen_count; k++)
      if (change->chosen[k] == change->after.pdrs[i].id) put_created(change, &change->after.pdrs[i], out);
}

/* Of the family in which the SMF speaks. */
static void put_own_fseid(const struct n4_request *request, uint64_t seid) {
  bool six = request->peer->address.family == 6;
  struct fseid fseid = {.seid = seid, .v4 = !six, .v6 = six};
  memcpy(fseid.address4, request->agent->config.n4_local4.bytes, 4);
  memcpy(fseid.address6, request->agent->config.n4_local6.bytes, 16);
  put_fseid(request->out, &fseid);
}

static bool establishment_read(struct n4_request *request, uint32_t *node, struct fseid *cp, struct pfcp_fault *fault) {
  char id[NODE_ID];
  struct ie ie;
  if (!ie_find(ies_of(request->message), IE_F_SEID, &ie)) return fault_of(fault, CAUSE_MANDATORY_MISSING, IE_F_SEID, "CP F-SEID is missing");
  if (!fseid_parse(&ie, cp)) return fault_of(fault, CAUSE_MANDATORY_INCORRECT, IE_F_SEID, "the CP F-SEID has no SEID or no address");
  if (!binding_takes(&request->agent->config, cp, fault) || !requester(request, id, fault)) return false;
  if (!binding_find(request->agent, request->peer, id, node, fault)) return false;
  if (request->agent->stopping) return fault_of(fault, CAUSE_CONGESTION, 0, "the UPF is being stopped");
  if (!ie_find(ies_of(request->message), IE_CREATE_PDR, &ie)) return fault_of(fault, CAUSE_MANDATORY_MISSING, IE_CREATE_PDR, "Create PDR is missing");
  return ie_find(ies_of(request->message), IE_CREATE_FAR, &ie) || fault_of(fault, CAUSE_MANDATORY_MISSING, IE_CREATE_FAR, "Create FAR is missing");
}

static struct change *establish(struct n4_request *request, const struct fseid *cp, uint32_t node, struct pfcp_fault *fault) {
  struct change *change = change_new(request->agent, request->peer, node, fault);
  if (!change) return NULL;
  change->after.cp = *cp;
  if (!change_read(change, request->message)) {
    *fault = change->fault;
    change_cancel(change);
    return NULL;
  }
  if (change_apply(change)) return change;
  *fault = change->fault;
  return NULL;
}

void establishment_request(struct n4_request *request) {
  struct agent *agent = request->agent;
  struct pfcp_fault fault = {.cause = 0};
  struct fseid cp = {.seid = 0};
  struct change *change = NULL;
  uint32_t node = NO_INDEX;
  if (establishment_read(request, &node, &cp, &fault)) change = establish(request, &cp, node, &fault);
  respond(request, MSG_ESTABLISHMENT_RESPONSE, &cp.seid);
  put_node_id(request->out, agent->config.node_id);
  if (!change) {
    respond_fault(request, &fault);
    return;
  }
  agent->counters->sessions_made++;
  respond_cause(request, CAUSE_ACCEPTED);
  put_own_fseid(request, change->after.seid);
  put_chosen(change, request->out);
}

/* The session that a request is about; NULL after a response that there is none. */
static struct change *session_of(struct n4_request *request, uint8_t response) {
  const uint64_t none = 0;
  uint32_t index = request->message->has_seid ? store_find(request->agent->store, request->message->seid) : NO_INDEX;
  struct change *change = index == NO_INDEX ? NULL : change_of(request->agent, request->peer, index);
  struct pfcp_fault fault;
  /* Whoever else knows the SEID is told what it would be told of one that is not there. */
  if (change && binding_controls(request->agent, request->peer, &change->before)) return change;
  fault_of(&fault, CAUSE_NO_SESSION, 0, "%s session %llx", change ? "the sender does not act for the SMF of" : "there is no", (unsigned long long)request->message->seid);
  respond(request, response, &none);
  respond_fault(request, &fault);
  return NULL;
}

static void append(struct pfcp_writer *out, const struct pfcp_writer *more) {
  if (out->size - out->length < more->length || more->overflow) {
    out->overflow = true;
    return;
  }
  memcpy(out->bytes + out->length, more->bytes, more->length);
  out->length += more->length;
}

void modification_request(struct n4_request *request) {
  struct change *change = session_of(request, MSG_MODIFICATION_RESPONSE);
  if (!change) return;
  uint64_t cp = change->before.cp.seid;
  bool read = change_read(change, request->message);
  if (!read) change_cancel(change);
  if (!read || !change_apply(change)) {
    respond(request, MSG_MODIFICATION_RESPONSE, &cp);
    respond_fault(request, &change->fault);
    return;
  }
  respond(request, MSG_MODIFICATION_RESPONSE, &change->after.cp.seid);
  respond_cause(request, CAUSE_ACCEPTED);
  put_chosen(change, request->out);
  append(request->out, &change->report);
}

void deletion_request(struct n4_request *request) {
  struct change *change = session_of(request, MSG_DELETION_RESPONSE);
  if (!change) return;
  struct session *session = &change->before;
  respond(request, MSG_DELETION_RESPONSE, &session->cp.seid);
  respond_cause(request, CAUSE_ACCEPTED);
  for (unsigned i = 0; i < DP_URRS; i++)
    if (session->urrs[i].present) usage_write(request->agent, session, i, USAGE_TERMR, IE_USAGE_REPORT_DELETION, request->out);
  session_end(request->agent, session);
  request->agent->counters->sessions_deleted++;
}
