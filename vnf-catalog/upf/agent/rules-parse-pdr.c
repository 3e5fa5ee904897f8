/* Create and Update PDR: tables 7.5.2.2 and 7.5.4.2. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "rules-parse.h"

static struct pdr_rule *pdr_of(struct group *group) { return group->rule; }

static bool interface_take(struct group *group, const struct ie *ie) {
  pdr_of(group)->source = ie->value[0] & 0x0f;
  if (pdr_of(group)->source <= DP_CP_FUNCTION) return true;
  return group_unsupported(group, ie, "is none of access, core, SGi-LAN and CP function");
}

static bool fteid_take(struct group *group, const struct ie *ie) {
  struct fteid *out = &pdr_of(group)->fteid;
  struct octets in = octets_of(ie);
  uint8_t flags = take8(&in);
  *out = (struct fteid){.v4 = flags & 1, .v6 = flags & 2, .choose = flags & 4};
  out->has_choose_id = out->choose && flags & 8;
  if (!out->v4 && !out->v6) return group_incorrect(group, ie, "is of no IP version");
  if (!out->choose) out->teid = take32(&in);
  if (!out->choose && out->v4) take_bytes(&in, out->address4, 4);
  if (!out->choose && out->v6) take_bytes(&in, out->address6, 16);
  if (out->has_choose_id) out->choose_id = take8(&in);
  if (in.over) return pfcp_refuse(group->fault, CAUSE_INVALID_LENGTH, ie->type, "%s: F-TEID is too short for its flags", group->name);
  if (!out->choose && !out->teid) return group_incorrect(group, ie, "has TEID 0");
  return pdr_of(group)->has_fteid = true;
}

static bool pdi_instance_take(struct group *group, const struct ie *ie) {
  pdr_of(group)->has_instance = true;
  return instance_take(group, ie, pdr_of(group)->instance);
}

/* The prefix is 64 bits long, less the delegated ones, or as long as is said. */
static bool prefix_length_take(struct group *group, const struct ie *ie, struct octets *in, uint8_t flags, struct ue_ip *out) {
  uint8_t delegated = flags & 8 ? take8(in) : 0, said = flags & 64 ? take8(in) : 0;
  if (delegated > 63) return group_incorrect(group, ie, "delegates more than 63 bits");
  out->prefix6 = (uint8_t)(64 - delegated);
  if (!(flags & 64)) return true;
  out->prefix6 = said;
  return in->over || (said > 0 && said <= 128) || group_incorrect(group, ie, "has a prefix of no length from 1 to 128");
}

static bool ue_take(struct group *group, const struct ie *ie) {
  struct ue_ip *out = &pdr_of(group)->ue;
  struct octets in = octets_of(ie);
  uint8_t flags = take8(&in);
  *out = (struct ue_ip){.v6 = flags & 1, .v4 = flags & 2, .destination = flags & 4, .choose4 = flags & 16, .choose6 = flags & 32};
  out->prefix6 = 64;
  if (!(flags & (1 | 2 | 16 | 32))) return group_incorrect(group, ie, "is of no IP version");
  if ((out->v4 && out->choose4) || (out->v6 && out->choose6)) return group_incorrect(group, ie, "is given and to be chosen at once");
  if (out->v4) take_bytes(&in, out->address4, 4);
  if (out->v6) take_bytes(&in, out->address6, 16);
  if ((out->v6 || out->choose6) && !prefix_length_take(group, ie, &in, flags, out)) return false;
  if (in.over)
    return pfcp_refuse(group->fault, CAUSE_INVALID_LENGTH, ie->type, "%s: UE IP Address is too short for its flags", group->name);
  return pdr_of(group)->has_ue = true;
}

/* What stands beside the flow description holds for all filters that its lists of ports became. */
static bool sdf_conditions_take(struct group *group, const struct ie *ie, struct octets *in, uint8_t flags, struct sdf *sdfs, unsigned count) {
  struct sdf said = {.id = 0};
  if (flags & 2) said.filter.tos = take8(in), said.filter.tos_mask = take8(in);
  if (flags & 4) said.filter.spi = take32(in);
  if (flags & 8) said.filter.flow_label = (uint32_t)take_number(in, 3) & 0xfffff;
  if (flags & 16) said.id = take32(in);
  if (in->over) return pfcp_refuse(group->fault, CAUSE_INVALID_LENGTH, ie->type, "%s: SDF Filter is too short for its flags", group->name);
  for (unsigned i = 0; i < count; i++) {
    struct dp_filter *out = &sdfs[i].filter;
    sdfs[i].id = said.id;
    sdfs[i].has_text = flags & 15;
    if (flags & 2) out->has_tos = true, out->tos = said.filter.tos, out->tos_mask = said.filter.tos_mask;
    if (flags & 4) out->has_spi = true, out->spi = said.filter.spi;
    if (!(flags & 8)) continue;
    if (out->family == 4) return group_incorrect(group, ie, "has a flow label with IPv4 addresses");
    out->has_flow_label = true, out->flow_label = said.filter.flow_label, out->family = 6;
  }
  return true;
}

static void sdf_any(struct dp_filter *out) {
  *out = (struct dp_filter){.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}};
}

static bool sdf_take(struct group *group, const struct ie *ie) {
  struct pdr_rule *pdr = pdr_of(group);
  struct sdf *first = pdr->sdfs + pdr->sdf_count;
  struct dp_filter filters[DP_FILTERS];
  struct octets in = octets_of(ie);
  uint8_t flags = take8(&in);
  unsigned count = 1, room = DP_FILTERS - pdr->sdf_count;
  in.at++;
  if (!(flags & 31)) return group_incorrect(group, ie, "says nothing");
  if (!room) return group_too_many(group, ie, DP_FILTERS);
  sdf_any(filters);
  if (flags & 1) {
    uint16_t length = take16(&in);
    if (length > in.end - in.at)
      return pfcp_refuse(group->fault, CAUSE_INVALID_LENGTH, ie->type, "%s: the flow description is longer than its SDF Filter", group->name);
    if (!sdf_list_parse((const char *)in.at, length, filters, room, &count, group->fault)) return false;
    in.at += length;
  }
  for (unsigned i = 0; i < count; i++) first[i] = (struct sdf){.filter = filters[i]};
  pdr->sdf_count = (uint8_t)(pdr->sdf_count + count);
  return sdf_conditions_take(group, ie, &in, flags, first, count);
}

static bool qfi_take(struct group *group, const struct ie *ie) {
  struct pdr_rule *pdr = pdr_of(group);
  if (pdr->qfi_count == DP_QFIS) return group_too_many(group, ie, DP_QFIS);
  pdr->qfis[pdr->qfi_count++] = ie->value[0] & 0x3f;
  return true;
}

static unsigned class_length(uint8_t first) { return first < 128 ? 8 : first < 192 ? 16 : 24; }

/* RFC 2865 5.22 and RFC 3162 2.5: a prefix, then perhaps a gateway and metrics, which have no meaning here. */
static bool framed_parse(const struct ie *ie, uint8_t family, struct dp_prefix *out) {
  char text[64];
  size_t length = 0;
  while (length < ie->length && ie->value[length] > ' ') length++;
  if (!length || length >= sizeof text) return false;
  memcpy(text, ie->value, length);
  text[length] = '\0';
  char *slash = strchr(text, '/'), *end;
  if (slash) *slash++ = '\0';
  *out = (struct dp_prefix){.address.family = family};
  if (inet_pton(family == 4 ? AF_INET : AF_INET6, text, out->address.bytes) != 1) return false;
  unsigned long bits = family == 4 ? class_length(out->address.bytes[0]) : 128;
  if (slash) {
    if (*slash < '0' || *slash > '9') return false;
    bits = strtoul(slash, &end, 10);
    if (*end || bits > (family == 4 ? 32 : 128)) return false;
  }
  out->length = (uint8_t)bits;
  for (unsigned i = out->length; i < 128; i++) out->address.bytes[i / 8] &= (uint8_t)~(0x80u >> i % 8);
  return true;
}

static bool framed_take(struct group *group, const struct ie *ie) {
  struct pdr_rule *pdr = pdr_of(group);
  if (pdr->framed_count == DP_UE_ROUTES) return group_too_many(group, ie, DP_UE_ROUTES);
  if (!framed_parse(ie, ie->type == IE_FRAMED_ROUTE ? 4 : 6, &pdr->framed[pdr->framed_count]))
    return group_incorrect(group, ie, "does not begin with a prefix");
  pdr->framed_count++;
  return true;
}

static const struct member pdi_members[] = {
  {IE_SOURCE_INTERFACE, 1, MANDATORY, 0, interface_take},
  {IE_F_TEID, 1, 0, 0, fteid_take},
  {IE_NETWORK_INSTANCE, 1, 0, 0, pdi_instance_take},
  {IE_UE_IP_ADDRESS, 1, 0, 0, ue_take},
  {IE_SDF_FILTER, 2, REPEATED, 0, sdf_take},
  {IE_QFI, 1, REPEATED, 0, qfi_take},
  {IE_FRAMED_ROUTE, 1, REPEATED, 0, framed_take},
  {IE_FRAMED_IPV6_ROUTE, 1, REPEATED, 0, framed_take},
  {IE_FRAMED_ROUTING, 1, 0, 0, NULL},
  {IE_INTERFACE_TYPE, 1, 0, 0, NULL},
  {IE_APPLICATION_ID, 0, 0, CAUSE_UNKNOWN_APPLICATION, NULL},
  {IE_TRAFFIC_ENDPOINT_ID, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_ETHERNET_PDU_SESSION_INFORMATION, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_ETHERNET_PACKET_FILTER, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_REDUNDANT_DETECTION_PARAMETERS, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_IP_MULTICAST_ADDRESSING_INFO, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_DNS_QUERY_FILTER, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_MBS_SESSION_IDENTIFIER, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
};

static bool pdi_take(struct group *group, const struct ie *ie) {
  pdr_of(group)->present |= PDR_PDI;
  return group_read(group, ie, MEMBERS(pdi_members));
}

static bool precedence_take(struct group *group, const struct ie *ie) {
  pdr_of(group)->present |= PDR_PRECEDENCE;
  pdr_of(group)->precedence = get32(ie->value);
  return true;
}

static bool removal_take(struct group *group, const struct ie *ie) {
  pdr_of(group)->present |= PDR_REMOVAL;
  pdr_of(group)->removal = ie->value[0];
  if (ie->value[0] == 7 || ie->value[0] == 8) return group_unsupported(group, ie, "is of VLAN tags");
  return ie->value[0] <= 6 || group_incorrect(group, ie, "is not from 0 to 8");
}

static bool far_id_take(struct group *group, const struct ie *ie) {
  pdr_of(group)->present |= PDR_FAR;
  pdr_of(group)->far_id = get32(ie->value);
  return true;
}

static bool ids_take(struct group *group, const struct ie *ie, uint32_t *ids, uint8_t *count, unsigned most) {
  uint32_t id = get32(ie->value);
  for (unsigned i = 0; i < *count; i++)
    if (ids[i] == id) return true;
  if (*count == most) return group_too_many(group, ie, most);
  ids[(*count)++] = id;
  return true;
}

static bool qer_id_take(struct group *group, const struct ie *ie) {
  pdr_of(group)->present |= PDR_QERS;
  return ids_take(group, ie, pdr_of(group)->qer_ids, &pdr_of(group)->qer_count, RULE_QER_IDS);
}

static bool urr_id_take(struct group *group, const struct ie *ie) {
  pdr_of(group)->present |= PDR_URRS;
  return ids_take(group, ie, pdr_of(group)->urr_ids, &pdr_of(group)->urr_count, RULE_URR_IDS);
}

static const struct member pdr_members[] = {
  {IE_PDR_ID, 2, MANDATORY, 0, NULL},
  {IE_PRECEDENCE, 4, CREATE_ONLY, 0, precedence_take},
  {IE_PDI, 0, CREATE_ONLY, 0, pdi_take},
  {IE_OUTER_HEADER_REMOVAL, 1, 0, 0, removal_take},
  {IE_FAR_ID, 4, 0, 0, far_id_take},
  {IE_URR_ID, 4, REPEATED, 0, urr_id_take},
  {IE_QER_ID, 4, REPEATED, 0, qer_id_take},
  {IE_ACTIVATE_PREDEFINED_RULES, 0, REPEATED, CAUSE_UNKNOWN_PREDEFINED_RULE, NULL},
  {IE_DEACTIVATE_PREDEFINED_RULES, 0, REPEATED, CAUSE_UNKNOWN_PREDEFINED_RULE, NULL},
  {IE_ACTIVATION_TIME, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_DEACTIVATION_TIME, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_PACKET_REPLICATION, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_IP_MULTICAST_ADDRESSING_INFO, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_UE_IP_ADDRESS_POOL_IDENTITY, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_MPTCP_APPLICABLE_INDICATION, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_TRANSPORT_DELAY_REPORTING, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
};

bool pdr_parse(const struct ie *ie, bool update, struct pdr_rule *out, struct pfcp_fault *fault) {
  struct group group = {.update = update, .rule = out, .fault = fault};
  uint32_t id;
  memset(out, 0, sizeof *out);
  out->removal = DP_NONE;
  if (!rule_begin(&group, ie, &id)) return false;
  out->id = (uint16_t)id;
  return group_read(&group, ie, MEMBERS(pdr_members));
}
