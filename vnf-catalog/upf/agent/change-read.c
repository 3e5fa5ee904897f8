/* What a Session Establishment or Modification Request says, carried out on the copy (tables 7.5.2 and 7.5.4). */
#include <string.h>

#include "binding.h"
#include "change.h"
#include "csids.h"
#include "numbers.h"
#include "usage.h"

struct verb {
  uint16_t type;
  bool (*take)(struct change *change, const struct ie *ie);
};

static bool twice(struct change *change, uint16_t offending, uint8_t kind, uint32_t id, const char *name) {
  return fault_of_rule(&change->fault, CAUSE_RULE_FAILURE, offending, kind, id, "%s %u is there already", name, id);
}

static bool full(struct change *change, uint16_t offending, uint8_t kind, uint32_t id, const char *name, unsigned most) {
  return fault_of_rule(&change->fault, CAUSE_NO_RESOURCES, offending, kind, id, "%s %u is one too many: a session has at most %u", name, id, most);
}

static bool unknown(struct change *change, uint16_t offending, uint8_t kind, uint32_t id, const char *name) {
  return fault_of_rule(&change->fault, CAUSE_RULE_FAILURE, offending, kind, id, "the session has no %s %u", name, id);
}

static bool pdr_create(struct change *change, const struct ie *ie) {
  struct session *to = &change->after;
  struct pdr_rule rule;
  if (!pdr_parse(ie, false, &rule, &change->fault)) return false;
  if (session_pdr(to, rule.id)) return twice(change, IE_PDR_ID, RULE_PDR, rule.id, "PDR");
  if (to->pdr_count == DP_PDRS) return full(change, IE_CREATE_PDR, RULE_PDR, rule.id, "PDR", DP_PDRS);
  to->pdrs[to->pdr_count++] = rule;
  return true;
}

static bool far_create(struct change *change, const struct ie *ie) {
  struct session *to = &change->after;
  struct far_rule rule;
  if (!far_parse(ie, false, &rule, &change->fault)) return false;
  if (session_far(to, rule.id)) return twice(change, IE_FAR_ID, RULE_FAR, rule.id, "FAR");
  if (to->far_count == DP_FARS) return full(change, IE_CREATE_FAR, RULE_FAR, rule.id, "FAR", DP_FARS);
  to->fars[to->far_count++] = rule;
  return true;
}

static bool qer_create(struct change *change, const struct ie *ie) {
  struct session *to = &change->after;
  struct qer_rule rule;
  if (!qer_parse(ie, false, &rule, &change->fault)) return false;
  if (session_qer(to, rule.id)) return twice(change, IE_QER_ID, RULE_QER, rule.id, "QER");
  for (unsigned i = 0; i < DP_QERS; i++)
    if (!to->qers[i].present) return to->qers[i] = rule, true;
  return full(change, IE_CREATE_QER, RULE_QER, rule.id, "QER", DP_QERS);
}

/* A place that `before` does not use is better: nothing that is still on its way can be counted for the new one. */
static int urr_place(const struct change *change) {
  for (int i = 0; i < DP_URRS; i++)
    if (!change->after.urrs[i].present && !change->before.urrs[i].present) return i;
  for (int i = 0; i < DP_URRS; i++)
    if (!change->after.urrs[i].present) return i;
  return -1;
}

static bool urr_create(struct change *change, const struct ie *ie) {
  struct urr_rule rule;
  if (!urr_parse(ie, false, &rule, &change->fault)) return false;
  if (session_urr(&change->after, rule.id)) return twice(change, IE_URR_ID, RULE_URR, rule.id, "URR");
  int place = urr_place(change);
  if (place < 0) return full(change, IE_CREATE_URR, RULE_URR, rule.id, "URR", DP_URRS);
  change->after.urrs[place] = rule;
  change->new_urrs |= 1u << place;
  return true;
}

static bool bar_create(struct change *change, const struct ie *ie) {
  struct session *to = &change->after;
  struct bar_rule rule;
  if (!bar_parse(ie, false, &rule, &change->fault)) return false;
  if (session_bar(to, rule.id)) return twice(change, IE_BAR_ID, RULE_BAR, rule.id, "BAR");
  if (to->bar_count == SESSION_BARS) return full(change, IE_CREATE_BAR, RULE_BAR, rule.id, "BAR", SESSION_BARS);
  to->bars[to->bar_count++] = rule;
  return true;
}

static void pdi_replace(struct pdr_rule *to, const struct pdr_rule *from) {
  struct pdr_rule old = *to;
  *to = *from;
  to->id = old.id;
  to->present = old.present;
  to->precedence = old.precedence;
  to->removal = old.removal;
  to->far_id = old.far_id;
  to->qer_count = old.qer_count;
  to->urr_count = old.urr_count;
  memcpy(to->qer_ids, old.qer_ids, sizeof to->qer_ids);
  memcpy(to->urr_ids, old.urr_ids, sizeof to->urr_ids);
}

static bool pdr_update(struct change *change, const struct ie *ie) {
  struct pdr_rule from, *to;
  if (!pdr_parse(ie, true, &from, &change->fault)) return false;
  if (!(to = session_pdr(&change->after, from.id))) return unknown(change, IE_PDR_ID, RULE_PDR, from.id, "PDR");
  if (from.present & PDR_PDI) pdi_replace(to, &from);
  if (from.present & PDR_PRECEDENCE) to->precedence = from.precedence;
  if (from.present & PDR_REMOVAL) to->removal = from.removal;
  if (from.present & PDR_FAR) to->far_id = from.far_id;
  if (from.present & PDR_QERS) to->qer_count = from.qer_count, memcpy(to->qer_ids, from.qer_ids, sizeof to->qer_ids);
  if (from.present & PDR_URRS) to->urr_count = from.urr_count, memcpy(to->urr_ids, from.urr_ids, sizeof to->urr_ids);
  to->present |= from.present;
  return true;
}

static bool far_update(struct change *change, const struct ie *ie) {
  struct far_rule from, *to;
  if (!far_parse(ie, true, &from, &change->fault)) return false;
  if (!(to = session_far(&change->after, from.id))) return unknown(change, IE_FAR_ID, RULE_FAR, from.id, "FAR");
  if (from.present & FAR_ACTION) to->action = from.action;
  if (from.present & FAR_DESTINATION) to->destination = from.destination;
  if (from.present & FAR_INSTANCE) memcpy(to->instance, from.instance, sizeof to->instance);
  if (from.present & FAR_OUTER) to->teid = from.teid, to->peer = from.peer, to->peer6 = from.peer6;
  if (from.present & FAR_MARKING) to->tos = from.tos, to->tos_mask = from.tos_mask;
  if (from.present & FAR_BAR) to->bar_id = from.bar_id;
  to->present |= from.present;
  if (from.end_marker) change->end_marker_fars |= 1u << (to - change->after.fars);
  return true;
}

static bool qer_update(struct change *change, const struct ie *ie) {
  struct qer_rule from, *to;
  if (!qer_parse(ie, true, &from, &change->fault)) return false;
  if (!(to = session_qer(&change->after, from.id))) return unknown(change, IE_QER_ID, RULE_QER, from.id, "QER");
  if (from.present & QER_GATE) to->closed_up = from.closed_up, to->closed_down = from.closed_down;
  if (from.present & QER_MBR) to->mbr_up_kbps = from.mbr_up_kbps, to->mbr_down_kbps = from.mbr_down_kbps;
  if (from.present & QER_QFI) to->qfi = from.qfi;
  if (from.present & QER_RQI) to->reflective = from.reflective;
  if (from.present & QER_CORRELATION) to->correlation = from.correlation;
  to->present |= from.present;
  return true;
}

static void urr_merge(struct urr_rule *to, const struct urr_rule *from) {
  if (from->present & URR_METHOD) to->by_duration = from->by_duration, to->by_volume = from->by_volume, to->by_event = from->by_event;
  if (from->present & URR_TRIGGERS) to->triggers = from->triggers;
  if (from->present & URR_PERIOD) to->period_s = from->period_s;
  if (from->present & URR_VOLUME_THRESHOLD) to->threshold = from->threshold;
  if (from->present & URR_VOLUME_QUOTA) to->quota = from->quota;
  if (from->present & URR_TIME_THRESHOLD) to->time_threshold_s = from->time_threshold_s;
  if (from->present & URR_TIME_QUOTA) to->time_quota_s = from->time_quota_s;
  if (from->present & URR_EVENT_THRESHOLD) to->event_threshold = from->event_threshold;
  if (from->present & URR_EVENT_QUOTA) to->event_quota = from->event_quota;
  if (from->present & URR_HOLDING) to->holding_s = from->holding_s;
  if (from->present & URR_INACTIVITY) to->inactivity_s = from->inactivity_s;
  if (from->present & URR_INFORMATION) to->information = from->information;
  if (from->present & URR_LINKED) to->linked_count = from->linked_count, memcpy(to->linked, from->linked, sizeof to->linked);
  to->present |= from->present;
}

static bool urr_update(struct change *change, const struct ie *ie) {
  struct urr_rule from, *to;
  if (!urr_parse(ie, true, &from, &change->fault)) return false;
  if (!(to = session_urr(&change->after, from.id))) return unknown(change, IE_URR_ID, RULE_URR, from.id, "URR");
  urr_merge(to, &from);
  change->updated_urrs |= 1u << (to - change->after.urrs);
  change->urr_changes[to - change->after.urrs] |= from.present;
  return true;
}

static bool bar_update(struct change *change, const struct ie *ie) {
  struct bar_rule from, *to;
  if (!bar_parse(ie, true, &from, &change->fault)) return false;
  if (!(to = session_bar(&change->after, from.id))) return unknown(change, IE_BAR_ID, RULE_BAR, from.id, "BAR");
  if (from.present & BAR_DELAY) to->delay_ms = from.delay_ms;
  if (from.present & BAR_COUNT) to->count = from.count;
  to->present |= from.present;
  return true;
}

/* Takes entry `found` out of an array of `*count`. */
#define TAKE_OUT(array, count, found) (memmove((found), (found) + 1, (size_t)((array) + --(count) - (found)) * sizeof *(found)), true)

static bool pdr_remove(struct change *change, const struct ie *ie) {
  uint32_t id;
  if (!rule_id_parse(ie, &id, &change->fault)) return false;
  struct pdr_rule *found = session_pdr(&change->after, id);
  return found ? TAKE_OUT(change->after.pdrs, change->after.pdr_count, found) : unknown(change, IE_PDR_ID, RULE_PDR, id, "PDR");
}

static bool far_remove(struct change *change, const struct ie *ie) {
  uint32_t id;
  if (!rule_id_parse(ie, &id, &change->fault)) return false;
  struct far_rule *found = session_far(&change->after, id);
  return found ? TAKE_OUT(change->after.fars, change->after.far_count, found) : unknown(change, IE_FAR_ID, RULE_FAR, id, "FAR");
}

static bool bar_remove(struct change *change, const struct ie *ie) {
  uint32_t id;
  if (!rule_id_parse(ie, &id, &change->fault)) return false;
  struct bar_rule *found = session_bar(&change->after, id);
  return found ? TAKE_OUT(change->after.bars, change->after.bar_count, found) : unknown(change, IE_BAR_ID, RULE_BAR, id, "BAR");
}

/* A rule that is removed leaves the PDRs that named it, too. */
static void forget_id(uint32_t *ids, uint8_t *count, uint32_t id) {
  uint8_t kept = 0;
  for (unsigned i = 0; i < *count; i++)
    if (ids[i] != id) ids[kept++] = ids[i];
  *count = kept;
}

static bool qer_remove(struct change *change, const struct ie *ie) {
  uint32_t id;
  if (!rule_id_parse(ie, &id, &change->fault)) return false;
  struct qer_rule *found = session_qer(&change->after, id);
  if (!found) return unknown(change, IE_QER_ID, RULE_QER, id, "QER");
  memset(found, 0, sizeof *found);
  for (unsigned i = 0; i < change->after.pdr_count; i++) forget_id(change->after.pdrs[i].qer_ids, &change->after.pdrs[i].qer_count, id);
  return true;
}

static bool urr_remove(struct change *change, const struct ie *ie) {
  uint32_t id;
  if (!rule_id_parse(ie, &id, &change->fault)) return false;
  struct urr_rule *found = session_urr(&change->after, id);
  if (!found) return unknown(change, IE_URR_ID, RULE_URR, id, "URR");
  unsigned place = (unsigned)(found - change->after.urrs);
  memset(found, 0, sizeof *found);
  memset(&change->after.states[place], 0, sizeof change->after.states[place]);
  for (unsigned i = 0; i < change->after.pdr_count; i++) forget_id(change->after.pdrs[i].urr_ids, &change->after.pdrs[i].urr_count, id);
  change->reports[place] |= USAGE_TERMR;
  return true;
}

static bool urr_query(struct change *change, const struct ie *ie) {
  uint32_t id;
  if (!rule_id_parse(ie, &id, &change->fault)) return false;
  struct urr_rule *found = session_urr(&change->before, id);
  if (!found) return unknown(change, IE_URR_ID, RULE_URR, id, "URR");
  change->reports[found - change->before.urrs] |= USAGE_IMMER;
  return true;
}

static bool flags_take(struct change *change, const struct ie *ie) {
  if (!ie->length) return fault_of(&change->fault, CAUSE_INVALID_LENGTH, ie->type, "PFCPSMReq-Flags are empty");
  change->drobu = ie->value[0] & SMREQ_DROBU;
  for (unsigned i = 0; ie->value[0] & SMREQ_QAURR && i < DP_URRS; i++)
    if (change->before.urrs[i].present) change->reports[i] |= USAGE_IMMER;
  return true;
}

static bool fseid_take(struct change *change, const struct ie *ie) {
  if (!fseid_parse(ie, &change->after.cp)) return fault_of(&change->fault, CAUSE_MANDATORY_INCORRECT, IE_F_SEID, "the CP F-SEID has no SEID or no address");
  return binding_takes(&change->agent->config, &change->after.cp, &change->fault);
}

/* Another SMF of the set goes on with the session (5.22); it has an association of its own. */
static bool node_take(struct change *change, const struct ie *ie) {
  char id[NODE_ID];
  if (!node_id_parse(ie, id)) return fault_of(&change->fault, CAUSE_MANDATORY_INCORRECT, IE_NODE_ID, "Node ID is no address and no name");
  uint32_t place;
  if (!binding_find(change->agent, change->from, id, &place, &change->fault)) return false;
  if (place != change->before.node && !change->is_new && !change_within_share(change->agent, place, &change->fault)) return false;
  change->after.node = place;
  return true;
}

/* 1: IP; the others are Ethernet and unstructured (8.2.79). */
static bool pdn_take(struct change *change, const struct ie *ie) {
  if (ie->length && (ie->value[0] & 7) >= 1 && (ie->value[0] & 7) <= 3) return true;
  return fault_of(&change->fault, CAUSE_NOT_SUPPORTED, IE_PDN_TYPE, "only IP sessions are supported");
}

static bool refuse_ie(struct change *change, const struct ie *ie) {
  const char *name = pfcp_ie_name(ie->type);
  return fault_of(&change->fault, CAUSE_NOT_SUPPORTED, ie->type, "%s is not supported", name ? name : "an IE");
}

static const struct verb refused[] = {
  {IE_CREATE_TRAFFIC_ENDPOINT, refuse_ie}, {IE_UPDATE_TRAFFIC_ENDPOINT, refuse_ie}, {IE_REMOVE_TRAFFIC_ENDPOINT, refuse_ie},
  {IE_CREATE_MAR, refuse_ie}, {IE_UPDATE_MAR, refuse_ie}, {IE_REMOVE_MAR, refuse_ie}, {IE_CREATE_SRR, refuse_ie},
  {IE_CREATE_BRIDGE_INFO, refuse_ie}, {IE_PROVIDE_ATSSS_CONTROL_INFORMATION, refuse_ie}, {IE_ETHERNET_INACTIVITY_TIMER, refuse_ie},
  {IE_USER_PLANE_INACTIVITY_TIMER, refuse_ie}, {IE_PDN_TYPE, pdn_take}, {IE_F_SEID, fseid_take}, {IE_NODE_ID, node_take}, {0, NULL},
};
static const struct verb removes[] = {
  {IE_REMOVE_PDR, pdr_remove}, {IE_REMOVE_FAR, far_remove}, {IE_REMOVE_QER, qer_remove}, {IE_REMOVE_URR, urr_remove},
  {IE_REMOVE_BAR, bar_remove}, {0, NULL},
};
static const struct verb creates[] = {
  {IE_CREATE_PDR, pdr_create}, {IE_CREATE_FAR, far_create}, {IE_CREATE_QER, qer_create}, {IE_CREATE_URR, urr_create},
  {IE_CREATE_BAR, bar_create}, {0, NULL},
};
static const struct verb updates[] = {
  {IE_UPDATE_PDR, pdr_update}, {IE_UPDATE_FAR, far_update}, {IE_UPDATE_QER, qer_update}, {IE_UPDATE_URR, urr_update},
  {IE_UPDATE_BAR, bar_update}, {IE_QUERY_URR, urr_query}, {IE_PFCPSMREQ_FLAGS, flags_take}, {0, NULL},
};

static bool pass(struct change *change, const struct pfcp_message *message, const struct verb *verbs) {
  struct ies list = ies_of(message);
  struct ie ie;
  bool bad;
  while (ie_next(&list, &ie, &bad))
    for (const struct verb *verb = verbs; verb->take; verb++)
      if (verb->type == ie.type && !ie.enterprise && !verb->take(change, &ie)) return false;
  return !bad || fault_of(&change->fault, CAUSE_INVALID_LENGTH, 0, "an IE is longer than the message");
}

/* The sets that a message names replace those of before (7.5.2, 7.5.4). */
static bool sets_read(struct change *change, const struct pfcp_message *message) {
  struct csids csids;
  if (!csids_of(message, &csids, &change->fault)) return false;
  if (!csids.count) return true;
  change->after.csid_count = (uint8_t)csids.count;
  memcpy(change->after.csids, csids.digests, csids.count * sizeof *csids.digests);
  return true;
}

bool change_read(struct change *change, const struct pfcp_message *message) {
  return sets_read(change, message) && pass(change, message, refused) && pass(change, message, removes) && pass(change, message, creates) &&
         (change->is_new || pass(change, message, updates));
}
