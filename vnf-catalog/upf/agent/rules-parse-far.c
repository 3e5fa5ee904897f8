/* Create and Update FAR: tables 7.5.2.3 and 7.5.4.3. */
#include "rules-parse.h"

static struct far_rule *far_of(struct group *group) { return group->rule; }

static bool destination_take(struct group *group, const struct ie *ie) {
  far_of(group)->present |= FAR_DESTINATION;
  far_of(group)->destination = ie->value[0] & 0x0f;
  if (far_of(group)->destination <= DP_CP_FUNCTION) return true;
  return group_unsupported(group, ie, "is none of access, core, SGi-LAN and CP function");
}

static bool far_instance_take(struct group *group, const struct ie *ie) {
  far_of(group)->present |= FAR_INSTANCE;
  return instance_take(group, ie, far_of(group)->instance);
}

/* GTP-U over IPv4, IPv6 or both; the other kinds of header (8.2.56) are refused. */
static bool outer_take(struct group *group, const struct ie *ie) {
  struct far_rule *far = far_of(group);
  struct octets in = octets_of(ie);
  uint16_t kind = take16(&in);
  struct dp_address v4 = {.family = 4}, v6 = {.family = 6}, none = {.family = 0};
  if (!kind) return group_incorrect(group, ie, "is of no kind");
  if (kind & ~0x0300u) return group_unsupported(group, ie, "is not GTP-U over IPv4 or IPv6");
  far->teid = take32(&in);
  if (kind & 0x0100) take_bytes(&in, v4.bytes, 4);
  if (kind & 0x0200) take_bytes(&in, v6.bytes, 16);
  if (in.over)
    return pfcp_refuse(group->fault, CAUSE_INVALID_LENGTH, ie->type, "%s: Outer Header Creation is too short for its kind", group->name);
  if (!far->teid) return group_incorrect(group, ie, "has TEID 0");
  far->peer = kind & 0x0100 ? v4 : v6;
  far->peer6 = (kind & 0x0300) == 0x0300 ? v6 : none;
  far->present |= FAR_OUTER;
  return true;
}

static bool marking_take(struct group *group, const struct ie *ie) {
  far_of(group)->present |= FAR_MARKING;
  far_of(group)->tos = ie->value[0];
  far_of(group)->tos_mask = ie->value[1];
  return true;
}

static bool flags_take(struct group *group, const struct ie *ie) {
  far_of(group)->end_marker = ie->value[0] & SMREQ_SNDEM;
  return true;
}

static const struct member forwarding_members[] = {
  {IE_DESTINATION_INTERFACE, 1, CREATE_ONLY, 0, destination_take},
  {IE_NETWORK_INSTANCE, 1, 0, 0, far_instance_take},
  {IE_OUTER_HEADER_CREATION, 2, 0, 0, outer_take},
  {IE_TRANSPORT_LEVEL_MARKING, 2, 0, 0, marking_take},
  {IE_PFCPSMREQ_FLAGS, 1, 0, 0, flags_take},
  {IE_INTERFACE_TYPE, 1, 0, 0, NULL},
  {IE_REDIRECT_INFORMATION, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_FORWARDING_POLICY, 0, 0, CAUSE_INVALID_FORWARDING_POLICY, NULL},
  {IE_HEADER_ENRICHMENT, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_TRAFFIC_ENDPOINT_ID, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_PROXYING, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_DATA_NETWORK_ACCESS_IDENTIFIER, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
};

static bool forwarding_take(struct group *group, const struct ie *ie) {
  far_of(group)->present |= FAR_FORWARDING;
  return group_read(group, ie, MEMBERS(forwarding_members));
}

/* One octet, or two from Release 16 on. Exactly one of drop, forward and buffer. */
static bool action_take(struct group *group, const struct ie *ie) {
  uint8_t action = ie->value[0], more = ie->length > 1 ? ie->value[1] : 0, way = action & (DP_DROP | DP_FORW | DP_BUFF);
  far_of(group)->present |= FAR_ACTION;
  far_of(group)->action = action & (DP_DROP | DP_FORW | DP_BUFF | DP_NOCP);
  if (action & 0xf0 || more) return group_unsupported(group, ie, "asks for more than drop, forward, buffer and notify");
  if (way != DP_DROP && way != DP_FORW && way != DP_BUFF) return group_incorrect(group, ie, "is not one of drop, forward and buffer");
  if (way == DP_FORW && action & DP_NOCP) return group_incorrect(group, ie, "forwards and notifies at once");
  return true;
}

static bool bar_id_take(struct group *group, const struct ie *ie) {
  far_of(group)->present |= FAR_BAR;
  far_of(group)->bar_id = ie->value[0];
  return true;
}

#define FAR_MEMBERS(parameters) \
  {IE_FAR_ID, 4, MANDATORY, 0, NULL}, \
  {IE_APPLY_ACTION, 1, CREATE_ONLY, 0, action_take}, \
  {parameters, 0, 0, 0, forwarding_take}, \
  {IE_BAR_ID, 1, 0, 0, bar_id_take}, \
  {IE_DUPLICATING_PARAMETERS, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL}, \
  {IE_UPDATE_DUPLICATING_PARAMETERS, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL}, \
  {IE_REDUNDANT_FORWARDING_PARAMETERS, 0, 0, CAUSE_NOT_SUPPORTED, NULL}

static const struct member create_members[] = {FAR_MEMBERS(IE_FORWARDING_PARAMETERS)};
static const struct member update_members[] = {FAR_MEMBERS(IE_UPDATE_FORWARDING_PARAMETERS)};

bool far_parse(const struct ie *ie, bool update, struct far_rule *out, struct pfcp_fault *fault) {
  struct group group = {.update = update, .rule = out, .fault = fault};
  memset(out, 0, sizeof *out);
  if (!rule_begin(&group, ie, &out->id)) return false;
  if (update) return group_read(&group, ie, MEMBERS(update_members));
  if (!group_read(&group, ie, MEMBERS(create_members))) return false;
  if (!(out->action & DP_FORW) || out->present & FAR_FORWARDING) return true;
  return group_condition(&group, IE_FORWARDING_PARAMETERS, "where packets are forwarded");
}
