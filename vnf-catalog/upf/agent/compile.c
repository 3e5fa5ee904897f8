#include "compile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numbers.h"

bool fault_of_rule(struct pfcp_fault *fault, uint8_t cause, uint16_t offending, uint8_t kind, uint32_t id, const char *format, ...) {
  va_list arguments;
  *fault = (struct pfcp_fault){.cause = cause, .offending = offending, .has_rule = true, .rule_kind = kind, .rule_id = id};
  va_start(arguments, format);
  vsnprintf(fault->text, sizeof fault->text, format, arguments);
  va_end(arguments);
  return false;
}

bool fault_of(struct pfcp_fault *fault, uint8_t cause, uint16_t offending, const char *format, ...) {
  va_list arguments;
  *fault = (struct pfcp_fault){.cause = cause, .offending = offending};
  va_start(arguments, format);
  vsnprintf(fault->text, sizeof fault->text, format, arguments);
  va_end(arguments);
  return false;
}

/* User data of the control plane function comes and goes in tunnels like the radio's; it has no link of its own. */
static uint8_t side_here(uint8_t side) { return side == DP_CP_FUNCTION ? DP_ACCESS : side; }

static uint8_t find(const struct interfaces *interfaces, uint8_t side, const char *instance) {
  for (unsigned i = 0; i < interfaces->count; i++) {
    const struct dp_interface *one = &interfaces->all[i];
    if ((side == DP_NONE || one->side == side) && (!*instance || !strcmp(one->network_instance, instance))) return (uint8_t)i;
  }
  return DP_NONE;
}

uint8_t interface_of(const struct interfaces *interfaces, uint8_t side, const char *instance) {
  uint8_t here = side_here(side), found = find(interfaces, here, instance);
  if (found != DP_NONE || here != DP_ACCESS) return found;
  return find(interfaces, DP_NONE, instance) == DP_NONE ? DP_NONE : find(interfaces, here, "");
}

struct job {
  const struct session *from;
  const struct interfaces *interfaces;
  struct dp_session *to;
  struct pfcp_fault *fault;
};

static bool pdr_source(const struct job *job, const struct pdr_rule *rule, struct dp_pdr *out) {
  uint8_t found = interface_of(job->interfaces, rule->source, rule->has_instance ? rule->instance : "");
  if (found == DP_NONE && rule->has_instance)
    return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, IE_NETWORK_INSTANCE, RULE_PDR, rule->id,
                         "PDR %u: no interface of side %u has the network instance \"%s\"", rule->id, rule->source, rule->instance);
  if (found == DP_NONE)
    return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, IE_SOURCE_INTERFACE, RULE_PDR, rule->id, "PDR %u: no interface has side %u", rule->id, rule->source);
  out->side = side_here(rule->source);
  out->interface = rule->has_instance ? found : DP_NONE;
  return true;
}

static struct dp_prefix route4(const struct ue_ip *ue) {
  struct dp_prefix route = {{4, {0}}, 32};
  memcpy(route.address.bytes, ue->address4, 4);
  return route;
}

static struct dp_prefix route6(const struct ue_ip *ue) {
  struct dp_prefix route = {{6, {0}}, ue->prefix6 ? ue->prefix6 : 64};
  memcpy(route.address.bytes, ue->address6, 16);
  for (unsigned bit = route.length; bit < 128; bit++) route.address.bytes[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
  return route;
}

static bool pdr_routes(const struct job *job, const struct pdr_rule *rule, struct dp_pdr *out) {
  unsigned wanted = rule->framed_count + (unsigned)(rule->has_ue && rule->ue.v4) + (rule->has_ue && rule->ue.v6);
  if (wanted > DP_UE_ROUTES)
    return fault_of_rule(job->fault, CAUSE_NO_RESOURCES, IE_FRAMED_ROUTE, RULE_PDR, rule->id, "PDR %u has %u UE addresses and framed routes, and %d is the most", rule->id, wanted, DP_UE_ROUTES);
  if (rule->has_ue && rule->ue.v4) out->ue_routes[out->ue_route_count++] = route4(&rule->ue);
  if (rule->has_ue && rule->ue.v6) out->ue_routes[out->ue_route_count++] = route6(&rule->ue);
  for (unsigned i = 0; i < rule->framed_count; i++) out->ue_routes[out->ue_route_count++] = rule->framed[i];
  return true;
}

/* A bidirectional filter that was sent with its text in one PDR serves others by its id (8.2.5). */
static const struct dp_filter *filter_of(const struct session *session, const struct sdf *sdf) {
  if (sdf->has_text) return &sdf->filter;
  for (unsigned i = 0; sdf->id && i < session->pdr_count; i++)
    for (unsigned k = 0; k < session->pdrs[i].sdf_count; k++) {
      const struct sdf *other = &session->pdrs[i].sdfs[k];
      if (other->has_text && other->id == sdf->id) return &other->filter;
    }
  return NULL;
}

static bool pdr_filters(const struct job *job, const struct pdr_rule *rule, struct dp_pdr *out) {
  for (unsigned i = 0; i < rule->sdf_count; i++) {
    const struct dp_filter *filter = filter_of(job->from, &rule->sdfs[i]);
    if (!filter)
      return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, IE_SDF_FILTER, RULE_PDR, rule->id, "PDR %u names the SDF filter %u, which no PDR of the session describes", rule->id, rule->sdfs[i].id);
    out->filters[out->filter_count++] = *filter;
  }
  return true;
}

static bool pdr_far(const struct job *job, const struct pdr_rule *rule, struct dp_pdr *out) {
  out->far = DP_NONE;
  if (!(rule->present & PDR_FAR)) return true;
  for (unsigned i = 0; i < job->from->far_count; i++)
    if (job->from->fars[i].id == rule->far_id) out->far = (uint8_t)i;
  if (out->far != DP_NONE) return true;
  return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, IE_FAR_ID, RULE_PDR, rule->id, "PDR %u names FAR %u, which the session does not have", rule->id, rule->far_id);
}

static bool pdr_measures(const struct job *job, const struct pdr_rule *rule, struct dp_pdr *out) {
  for (unsigned i = 0; i < rule->qer_count; i++) {
    const struct qer_rule *qer = session_qer((struct session *)job->from, rule->qer_ids[i]);
    if (!qer) return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, IE_QER_ID, RULE_PDR, rule->id, "PDR %u names QER %u, which the session does not have", rule->id, rule->qer_ids[i]);
    out->qers[out->qer_count++] = (uint8_t)(qer - job->from->qers);
  }
  for (unsigned i = 0; i < rule->urr_count; i++) {
    const struct urr_rule *urr = session_urr((struct session *)job->from, rule->urr_ids[i]);
    if (!urr) return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, IE_URR_ID, RULE_PDR, rule->id, "PDR %u names URR %u, which the session does not have", rule->id, rule->urr_ids[i]);
    out->urrs[out->urr_count++] = (uint8_t)(urr - job->from->urrs);
  }
  return true;
}

static bool compile_pdr(const struct job *job, const struct pdr_rule *rule) {
  struct dp_pdr *out = &job->to->pdrs[job->to->pdr_count++];
  out->id = rule->id;
  out->precedence = rule->precedence;
  out->teid = rule->has_fteid ? rule->fteid.teid : 0;
  out->removal = rule->present & PDR_REMOVAL ? rule->removal : DP_NONE;
  out->qfi_count = rule->qfi_count;
  memcpy(out->qfis, rule->qfis, sizeof out->qfis);
  return pdr_source(job, rule, out) && pdr_routes(job, rule, out) && pdr_filters(job, rule, out) && pdr_far(job, rule, out) && pdr_measures(job, rule, out);
}

/* Of two addresses of the peer the one counts that the interface has a family for, IPv4 before IPv6. */
static bool far_peer(const struct job *job, const struct far_rule *rule, const struct dp_interface *interface, struct dp_far *out) {
  const struct dp_address *peers[] = {&rule->peer, &rule->peer6};
  out->teid = rule->teid;
  for (unsigned i = 0; i < 2; i++) {
    uint8_t family = peers[i]->family;
    if ((family == 4 && interface->local4.family) || (family == 6 && interface->local6.family)) return out->peer = *peers[i], true;
  }
  return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, IE_OUTER_HEADER_CREATION, RULE_FAR, rule->id, "FAR %u: the interface %s has no IPv%u address to send GTP-U from", rule->id, interface->link, rule->peer.family);
}

static bool far_destination(const struct job *job, const struct far_rule *rule, struct dp_far *out) {
  bool named = rule->present & FAR_INSTANCE;
  uint8_t found = interface_of(job->interfaces, rule->destination, named ? rule->instance : "");
  if (found == DP_NONE)
    return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, named ? IE_NETWORK_INSTANCE : IE_DESTINATION_INTERFACE, RULE_FAR, rule->id,
                         "FAR %u: no interface of side %u%s%s%s", rule->id, rule->destination, named ? " has the network instance \"" : "", named ? rule->instance : "", named ? "\"" : "");
  out->side = side_here(rule->destination);
  out->interface = named ? found : DP_NONE;
  if (!(rule->present & FAR_OUTER)) return true;
  return far_peer(job, rule, &job->interfaces->all[found], out);
}

static bool compile_far(const struct job *job, const struct far_rule *rule) {
  struct dp_far *out = &job->to->fars[job->to->far_count++];
  out->id = rule->id;
  out->action = rule->action;
  out->interface = DP_NONE;
  if (rule->action & DP_FORW && !(rule->present & FAR_FORWARDING))
    return fault_of_rule(job->fault, CAUSE_CONDITIONAL_MISSING, IE_FORWARDING_PARAMETERS, RULE_FAR, rule->id, "FAR %u forwards and has no forwarding parameters", rule->id);
  if (rule->present & FAR_BAR && rule->bar_id && !session_bar((struct session *)job->from, rule->bar_id))
    return fault_of_rule(job->fault, CAUSE_RULE_FAILURE, IE_BAR_ID, RULE_FAR, rule->id, "FAR %u names BAR %u, which the session does not have", rule->id, rule->bar_id);
  out->transport_marking = rule->present & FAR_MARKING;
  out->tos = rule->tos;
  out->tos_mask = rule->tos_mask;
  return !(rule->present & FAR_FORWARDING) || far_destination(job, rule, out);
}

/* An id of 0 is the data path's gap, and PFCP's is a number like others. */
static uint32_t dp_id(uint32_t id) { return id ? id : UINT32_MAX; }

static void compile_qer(const struct qer_rule *rule, struct dp_qer *out) {
  out->id = dp_id(rule->id);
  out->closed_up = rule->closed_up;
  out->closed_down = rule->closed_down;
  out->qfi = rule->present & QER_QFI ? rule->qfi : 0;
  out->reflective = rule->present & QER_RQI && rule->reflective;
  out->has_mbr_up = out->has_mbr_down = rule->present & QER_MBR;
  out->mbr_up_bps = rule->mbr_up_kbps * 1000;
  out->mbr_down_bps = rule->mbr_down_kbps * 1000;
}

bool compile(const struct session *session, const struct interfaces *interfaces, struct dp_session *out, struct pfcp_fault *fault) {
  const struct job job = {session, interfaces, out, fault};
  memset(out, 0, sizeof *out);
  out->index = session->index;
  out->seid = session->seid;
  for (unsigned i = 0; i < session->far_count; i++)
    if (!compile_far(&job, &session->fars[i])) return false;
  for (unsigned i = 0; i < session->pdr_count; i++)
    if (!compile_pdr(&job, &session->pdrs[i])) return false;
  for (unsigned i = 0; i < DP_QERS; i++) {
    if (!session->qers[i].present) continue;
    compile_qer(&session->qers[i], &out->qers[i]);
    out->qer_count = (uint8_t)(i + 1);
  }
  for (unsigned i = 0; i < DP_URRS; i++) {
    if (!session->urrs[i].present) continue;
    out->urrs[i].id = dp_id(session->urrs[i].id);
    out->urr_count = (uint8_t)(i + 1);
  }
  return true;
}
