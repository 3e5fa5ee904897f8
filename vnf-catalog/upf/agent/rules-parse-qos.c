/* QER (tables 7.5.2.5 and 7.5.4.5) and BAR (tables 7.5.2.6, 7.5.4.11, and 7.5.9.2 of report responses). */
#include "rules-parse.h"

static struct qer_rule *qer_of(struct group *group) { return group->rule; }

static struct bar_rule *bar_of(struct group *group) { return group->rule; }

/* 1 is closed; 2 and 3 are to be read like 1 (8.2.7). */
static bool gate_take(struct group *group, const struct ie *ie) {
  qer_of(group)->present |= QER_GATE;
  qer_of(group)->closed_down = ie->value[0] & 3;
  qer_of(group)->closed_up = ie->value[0] >> 2 & 3;
  return true;
}

static bool mbr_take(struct group *group, const struct ie *ie) {
  struct octets in = octets_of(ie);
  qer_of(group)->present |= QER_MBR;
  qer_of(group)->mbr_up_kbps = take_number(&in, 5);
  qer_of(group)->mbr_down_kbps = take_number(&in, 5);
  return true;
}

static bool qfi_take(struct group *group, const struct ie *ie) {
  qer_of(group)->present |= QER_QFI;
  qer_of(group)->qfi = ie->value[0] & 0x3f;
  return true;
}

static bool rqi_take(struct group *group, const struct ie *ie) {
  qer_of(group)->present |= QER_RQI;
  qer_of(group)->reflective = ie->value[0] & 1;
  return true;
}

static bool correlation_take(struct group *group, const struct ie *ie) {
  qer_of(group)->present |= QER_CORRELATION;
  qer_of(group)->correlation = get32(ie->value);
  return true;
}

static const struct member qer_members[] = {
  {IE_QER_ID, 4, MANDATORY, 0, NULL},
  {IE_QER_CORRELATION_ID, 4, 0, 0, correlation_take},
  {IE_GATE_STATUS, 1, CREATE_ONLY, 0, gate_take},
  {IE_MBR, 10, 0, 0, mbr_take},
  {IE_QFI, 1, 0, 0, qfi_take},
  {IE_RQI, 1, 0, 0, rqi_take},
  /* Information: a guaranteed rate is the radio's to schedule; the user plane has the maximum one to enforce. */
  {IE_GBR, 10, 0, 0, NULL},
  {IE_AVERAGING_WINDOW, 4, 0, 0, NULL},
  {IE_PACKET_RATE, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_DL_FLOW_LEVEL_MARKING, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_PAGING_POLICY_INDICATOR, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_QER_CONTROL_INDICATIONS, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
};

bool qer_parse(const struct ie *ie, bool update, struct qer_rule *out, struct pfcp_fault *fault) {
  struct group group = {.update = update, .rule = out, .fault = fault};
  memset(out, 0, sizeof *out);
  return rule_begin(&group, ie, &out->id) && group_read(&group, ie, MEMBERS(qer_members));
}

/* In units of 50 ms (8.2.28). */
static bool delay_take(struct group *group, const struct ie *ie) {
  bar_of(group)->present |= BAR_DELAY;
  bar_of(group)->delay_ms = ie->value[0] * 50u;
  return true;
}

/* One octet, or two: of the older IE there are both. */
static bool count_take(struct group *group, const struct ie *ie) {
  bool two = ie->type == IE_DL_BUFFERING_SUGGESTED_PACKET_COUNT && ie->length > 1;
  bar_of(group)->present |= BAR_COUNT;
  bar_of(group)->count = two ? get16(ie->value) : ie->value[0];
  return true;
}

static uint32_t timer_seconds(uint8_t octet) {
  static const uint32_t units[] = {2, 60, 600, 3600, 36000, 60, 60};
  return octet >> 5 == 7 ? UINT32_MAX : units[octet >> 5] * (octet & 0x1f);
}

static bool duration_take(struct group *group, const struct ie *ie) {
  bar_of(group)->present |= BAR_DURATION;
  bar_of(group)->duration_s = timer_seconds(ie->value[0]);
  return true;
}

static const struct member bar_members[] = {
  {IE_BAR_ID, 1, MANDATORY, 0, NULL},
  {IE_DOWNLINK_DATA_NOTIFICATION_DELAY, 1, 0, 0, delay_take},
  {IE_SUGGESTED_BUFFERING_PACKETS_COUNT, 1, 0, 0, count_take},
  {IE_MT_EDT_CONTROL_INFORMATION, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
};

static const struct member report_members[] = {
  {IE_BAR_ID, 1, MANDATORY, 0, NULL},
  {IE_DOWNLINK_DATA_NOTIFICATION_DELAY, 1, 0, 0, delay_take},
  {IE_DL_BUFFERING_DURATION, 1, 0, 0, duration_take},
  {IE_DL_BUFFERING_SUGGESTED_PACKET_COUNT, 1, 0, 0, count_take},
  {IE_SUGGESTED_BUFFERING_PACKETS_COUNT, 1, 0, 0, count_take},
};

bool bar_parse(const struct ie *ie, bool update, struct bar_rule *out, struct pfcp_fault *fault) {
  struct group group = {.update = update, .rule = out, .fault = fault};
  uint32_t id;
  memset(out, 0, sizeof *out);
  if (!rule_begin(&group, ie, &id)) return false;
  out->id = (uint8_t)id;
  if (ie->type == IE_UPDATE_BAR_REPORT) return group_read(&group, ie, MEMBERS(report_members));
  return group_read(&group, ie, MEMBERS(bar_members));
}
