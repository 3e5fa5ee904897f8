#include "upf-script.h"

#include <string.h>

void script_node(struct script *script, struct pfcp_writer *out) {
  static const char *const nodes[] = {"smf.example", "10.4.0.2", "2001:db8::2", "other.example"};
  put_node_id(out, nodes[script_take(script) % 4]);
}

void script_fseid(struct script *script, struct pfcp_writer *out) {
  const struct fseid fseid = {.seid = script_take(script), .v4 = true, .address4 = {10, 4, 0, 2}};
  put_fseid(out, &fseid);
}

static void put_name(struct pfcp_writer *out, uint16_t type, uint8_t choice) {
  static const char *const names[] = {"access", "internet", "ims", "n9"};
  put_ie(out, type, names[choice % 4], strlen(names[choice % 4]));
}

static void put_random(struct script *script, struct pfcp_writer *out) {
  uint8_t bytes[16], type = script_take(script), length = script_take(script) % 16;
  for (unsigned i = 0; i < length; i++) bytes[i] = script_take(script);
  put_ie(out, type, bytes, length);
}

static void put_tunnel(struct script *script, struct pfcp_writer *out) {
  uint8_t how = script_take(script);
  struct fteid fteid = {.v4 = how & 1, .v6 = how & 2, .choose = how & 4, .has_choose_id = how & 8, .choose_id = how >> 4 & 1};
  fteid.teid = script_take(script) % 8;
  memcpy(fteid.address4, (const uint8_t[]){10, 3, 0, (uint8_t)(1 + (how >> 5 & 1))}, 4);
  put_fteid(out, &fteid);
}

static void put_address(struct script *script, struct pfcp_writer *out) {
  uint8_t how = script_take(script), which = script_take(script);
  struct ue_ip ue = {.v4 = how & 1, .v6 = how & 2, .choose4 = how & 4, .choose6 = how & 8, .destination = how & 16};
  ue.prefix6 = how & 32 ? which : 64;
  memcpy(ue.address4, (const uint8_t[]){10, 60, 0, which}, 4);
  memcpy(ue.address6, (const uint8_t[]){0x20, 1, 0xd, 0xb8, 0, 0x60, 0, which}, 8);
  put_ue_ip(out, &ue);
}

static void put_filter(struct script *script, struct pfcp_writer *out) {
  static const char *const flows[] = {
    "permit out ip from any to assigned", "permit out 17 from 10.9.0.0/16 53,123 to any 1-9",
    "permit out 6 from 2001:db8::/32 to assigned 443", "deny out ip from any to any",
  };
  uint8_t value[128] = {0}, how = script_take(script);
  const char *flow = flows[how >> 1 & 3];
  size_t length = strlen(flow), at = 2;
  value[0] = how & 1 ? 0x11 : 0x10;
  if (how & 1) {
    value[3] = (uint8_t)length;
    memcpy(value + 4, flow, length);
    at = 4 + length;
  }
  value[at + 3] = how >> 4 & 3;
  put_ie(out, IE_SDF_FILTER, value, at + 4);
}

static void put_pdi(struct script *script, struct pfcp_writer *out) {
  size_t group = put_group(out, IE_PDI);
  uint8_t parts = script_take(script);
  put_u8(out, IE_SOURCE_INTERFACE, parts & 3);
  if (parts & 4) put_tunnel(script, out);
  if (parts & 8) put_address(script, out);
  if (parts & 16) put_name(out, IE_NETWORK_INSTANCE, script_take(script));
  if (parts & 32) put_filter(script, out);
  if (parts & 64) put_u8(out, IE_QFI, script_take(script));
  if (parts & 128) put_ie(out, IE_FRAMED_ROUTE, "10.61.0.0/16", 12);
  end_group(out, group);
}

static void put_pdr(struct script *script, struct pfcp_writer *out, uint16_t type) {
  size_t group = put_group(out, type);
  uint8_t parts = script_take(script);
  bool whole = type == IE_CREATE_PDR;
  put_u16(out, IE_PDR_ID, parts & 3);
  if (whole || parts & 4) put_u32(out, IE_PRECEDENCE, script_take(script));
  if (whole || parts & 8) put_pdi(script, out);
  if (parts & 16) put_u8(out, IE_OUTER_HEADER_REMOVAL, script_take(script) % 8);
  if (parts & 32) put_u32(out, IE_FAR_ID, script_take(script) % 4);
  for (unsigned i = 0; i < (parts >> 6 & 1 ? 2 : 0); i++) put_u32(out, IE_QER_ID, script_take(script) % 4);
  for (unsigned i = 0; i < (parts >> 7 ? 2 : 0); i++) put_u32(out, IE_URR_ID, script_take(script) % 4);
  end_group(out, group);
}

static void put_parameters(struct script *script, struct pfcp_writer *out, uint16_t type) {
  size_t group = put_group(out, type);
  uint8_t parts = script_take(script), value[10] = {1, 0, 0, 0, 0, 7, 10, 3, 0, 9};
  put_u8(out, IE_DESTINATION_INTERFACE, parts & 3);
  if (parts & 4) put_name(out, IE_NETWORK_INSTANCE, script_take(script));
  if (parts & 8) value[5] = script_take(script), value[9] = script_take(script) % 4, put_ie(out, IE_OUTER_HEADER_CREATION, value, sizeof value);
  if (parts & 16) put_u8(out, IE_PFCPSMREQ_FLAGS, script_take(script));
  if (parts & 32) put_u16(out, IE_TRANSPORT_LEVEL_MARKING, 0xb8fc);
  end_group(out, group);
}

static void put_far(struct script *script, struct pfcp_writer *out, uint16_t type) {
  static const uint8_t actions[] = {DP_DROP, DP_FORW, DP_BUFF, DP_BUFF | DP_NOCP, DP_FORW, DP_DROP | DP_NOCP, DP_FORW, 0};
  size_t group = put_group(out, type);
  uint8_t parts = script_take(script);
  put_u32(out, IE_FAR_ID, parts & 3);
  if (type == IE_CREATE_FAR || parts & 4) put_u8(out, IE_APPLY_ACTION, actions[parts >> 5]);
  if (parts & 8) put_parameters(script, out, type == IE_CREATE_FAR ? IE_FORWARDING_PARAMETERS : IE_UPDATE_FORWARDING_PARAMETERS);
  if (parts & 16) put_u8(out, IE_BAR_ID, script_take(script) % 4);
  end_group(out, group);
}

static void put_qer(struct script *script, struct pfcp_writer *out, uint16_t type) {
  size_t group = put_group(out, type);
  uint8_t parts = script_take(script), rates[10] = {0};
  put_u32(out, IE_QER_ID, parts & 3);
  if (type == IE_CREATE_QER || parts & 4) put_u8(out, IE_GATE_STATUS, script_take(script));
  if (parts & 8) rates[4] = script_take(script), put_ie(out, IE_MBR, rates, sizeof rates);
  if (parts & 16) put_u8(out, IE_QFI, script_take(script));
  if (parts & 32) put_u8(out, IE_RQI, 1);
  end_group(out, group);
}

static void put_limits(struct script *script, struct pfcp_writer *out, uint8_t parts) {
  static const uint16_t times[] = {IE_MEASUREMENT_PERIOD, IE_TIME_THRESHOLD, IE_TIME_QUOTA, IE_QUOTA_HOLDING_TIME, IE_INACTIVITY_DETECTION_TIME};
  struct volume volume = {script_take(script), UINT64_MAX, UINT64_MAX};
  volume.down = script_take(script);
  if (parts & 4) put_volume(out, IE_VOLUME_THRESHOLD, &volume, NULL);
  if (parts & 8) put_volume(out, IE_VOLUME_QUOTA, &volume, NULL);
  for (unsigned i = 0; i < 5; i++)
    if (parts & 16) put_u32(out, times[i], script_take(script));
  if (parts & 32) put_u32(out, IE_LINKED_URR_ID, script_take(script) % 4);
  if (parts & 64) put_u32(out, IE_EVENT_THRESHOLD, 1), put_u32(out, IE_EVENT_QUOTA, 2);
  if (parts & 128) put_u8(out, IE_MEASUREMENT_INFORMATION, script_take(script));
}

static void put_urr(struct script *script, struct pfcp_writer *out, uint16_t type) {
  size_t group = put_group(out, type);
  uint8_t parts = script_take(script);
  put_u32(out, IE_URR_ID, parts & 3);
  if (type == IE_CREATE_URR || parts & 4) {
    put_u8(out, IE_MEASUREMENT_METHOD, script_take(script) & 7);
    put_bits(out, IE_REPORTING_TRIGGERS, script_take(script) | (uint64_t)script_take(script) << 8, 3);
  }
  put_limits(script, out, script_take(script));
  end_group(out, group);
}

static void put_bar(struct script *script, struct pfcp_writer *out, uint16_t type) {
  size_t group = put_group(out, type);
  uint8_t parts = script_take(script);
  put_u8(out, IE_BAR_ID, parts & 3);
  if (parts & 4) put_u8(out, IE_DOWNLINK_DATA_NOTIFICATION_DELAY, script_take(script));
  if (parts & 8) put_u8(out, IE_SUGGESTED_BUFFERING_PACKETS_COUNT, script_take(script));
  if (type == IE_UPDATE_BAR_REPORT && parts & 16) put_u8(out, IE_DL_BUFFERING_DURATION, script_take(script));
  end_group(out, group);
}

void script_bar_update(struct script *script, struct pfcp_writer *out) { put_bar(script, out, IE_UPDATE_BAR_REPORT); }

static void put_id(struct script *script, struct pfcp_writer *out, uint8_t which) {
  static const struct { uint16_t group, id; } kinds[] = {
    {IE_REMOVE_FAR, IE_FAR_ID}, {IE_REMOVE_QER, IE_QER_ID}, {IE_REMOVE_URR, IE_URR_ID}, {IE_QUERY_URR, IE_URR_ID},
  };
  size_t group = put_group(out, kinds[which % 4].group);
  put_u32(out, kinds[which % 4].id, script_take(script) % 4);
  end_group(out, group);
}

static void put_removal(struct script *script, struct pfcp_writer *out) {
  uint8_t which = script_take(script);
  if (which % 8 < 4) return put_id(script, out, which);
  size_t group = put_group(out, which % 8 == 4 ? IE_REMOVE_BAR : IE_REMOVE_PDR);
  if (which % 8 == 4) put_u8(out, IE_BAR_ID, script_take(script) % 4);
  else put_u16(out, IE_PDR_ID, script_take(script) % 4);
  end_group(out, group);
}

void script_rules(struct script *script, struct pfcp_writer *out, bool update) {
  for (unsigned count = script_take(script) % 12; count; count--) {
    uint8_t kind = script_take(script) % (update ? 14 : 6);
    switch (kind) {
      case 0: put_pdr(script, out, IE_CREATE_PDR); break;
      case 1: put_far(script, out, IE_CREATE_FAR); break;
      case 2: put_qer(script, out, IE_CREATE_QER); break;
      case 3: put_urr(script, out, IE_CREATE_URR); break;
      case 4: put_bar(script, out, IE_CREATE_BAR); break;
      case 5: put_random(script, out); break;
      case 6: put_pdr(script, out, IE_UPDATE_PDR); break;
      case 7: put_far(script, out, IE_UPDATE_FAR); break;
      case 8: put_qer(script, out, IE_UPDATE_QER); break;
      case 9: put_urr(script, out, IE_UPDATE_URR); break;
      case 10: put_bar(script, out, IE_UPDATE_BAR); break;
      case 11: put_u8(out, IE_PFCPSMREQ_FLAGS, script_take(script)); break;
      default: put_removal(script, out); break;
    }
  }
}
