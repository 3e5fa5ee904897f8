/* Create and Update URR: tables 7.5.2.4 and 7.5.4.4. */
#include "rules-parse.h"

static struct urr_rule *urr_of(struct group *group) { return group->rule; }

static bool method_take(struct group *group, const struct ie *ie) {
  struct urr_rule *urr = urr_of(group);
  urr->present |= URR_METHOD;
  urr->by_duration = ie->value[0] & 1;
  urr->by_volume = ie->value[0] & 2;
  urr->by_event = ie->value[0] & 4;
  return ie->value[0] & 7 || group_incorrect(group, ie, "is none of duration, volume and event");
}

/* Two octets, or three from Release 16 on; control planes of Release 14 send one. */
static bool triggers_take(struct group *group, const struct ie *ie) {
  const uint32_t unsupported = TRIGGER_DROTH | TRIGGER_ENVCL | TRIGGER_MACAR | TRIGGER_IPMJL | TRIGGER_QUVTI | TRIGGER_REEMR | TRIGGER_UPINT;
  uint32_t triggers = 0;
  for (unsigned i = 0; i < ie->length && i < 3; i++) triggers |= (uint32_t)ie->value[i] << 8 * i;
  urr_of(group)->present |= URR_TRIGGERS;
  urr_of(group)->triggers = triggers;
  if (triggers & unsupported) return group_unsupported(group, ie, "asks for reports that are not made");
  return true;
}

static bool number_take(struct group *group, const struct ie *ie) {
  struct urr_rule *urr = urr_of(group);
  const struct { uint16_t type; unsigned present; uint32_t *out; } places[] = {
    {IE_MEASUREMENT_PERIOD, URR_PERIOD, &urr->period_s},
    {IE_TIME_THRESHOLD, URR_TIME_THRESHOLD, &urr->time_threshold_s},
    {IE_TIME_QUOTA, URR_TIME_QUOTA, &urr->time_quota_s},
    {IE_QUOTA_HOLDING_TIME, URR_HOLDING, &urr->holding_s},
    {IE_INACTIVITY_DETECTION_TIME, URR_INACTIVITY, &urr->inactivity_s},
    {IE_EVENT_THRESHOLD, URR_EVENT_THRESHOLD, &urr->event_threshold},
    {IE_EVENT_QUOTA, URR_EVENT_QUOTA, &urr->event_quota},
  };
  for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
    if (places[i].type != ie->type) continue;
    urr->present |= places[i].present;
    *places[i].out = get32(ie->value);
  }
  return true;
}

/* A period of 0 would be a report without end. */
static bool period_take(struct group *group, const struct ie *ie) {
  return number_take(group, ie) && (urr_of(group)->period_s || group_incorrect(group, ie, "is 0"));
}

static bool events_take(struct group *group, const struct ie *ie) {
  return number_take(group, ie) && (urr_of(group)->event_threshold || group_incorrect(group, ie, "is 0"));
}

static bool volume_take(struct group *group, const struct ie *ie) {
  bool quota = ie->type == IE_VOLUME_QUOTA;
  struct volume *out = quota ? &urr_of(group)->quota : &urr_of(group)->threshold;
  struct octets in = octets_of(ie);
  uint8_t flags = take8(&in);
  urr_of(group)->present |= quota ? URR_VOLUME_QUOTA : URR_VOLUME_THRESHOLD;
  if (!(flags & 7)) return group_incorrect(group, ie, "has neither a total nor an uplink nor a downlink volume");
  out->total = flags & 1 ? take64(&in) : UINT64_MAX;
  out->up = flags & 2 ? take64(&in) : UINT64_MAX;
  out->down = flags & 4 ? take64(&in) : UINT64_MAX;
  if (!in.over) return true;
  return pfcp_refuse(group->fault, CAUSE_INVALID_LENGTH, ie->type, "%s: %s is too short for its flags", group->name,
                     pfcp_ie_name(ie->type));
}

static bool information_take(struct group *group, const struct ie *ie) {
  urr_of(group)->present |= URR_INFORMATION;
  urr_of(group)->information = ie->value[0];
  return true;
}

static bool linked_take(struct group *group, const struct ie *ie) {
  struct urr_rule *urr = urr_of(group);
  if (urr->linked_count == RULE_LINKED) return group_too_many(group, ie, RULE_LINKED);
  urr->present |= URR_LINKED;
  urr->linked[urr->linked_count++] = get32(ie->value);
  return true;
}

static const struct member urr_members[] = {
  {IE_URR_ID, 4, MANDATORY, 0, NULL},
  {IE_MEASUREMENT_METHOD, 1, CREATE_ONLY, 0, method_take},
  {IE_REPORTING_TRIGGERS, 1, CREATE_ONLY, 0, triggers_take},
  {IE_MEASUREMENT_PERIOD, 4, 0, 0, period_take},
  {IE_VOLUME_THRESHOLD, 1, 0, 0, volume_take},
  {IE_VOLUME_QUOTA, 1, 0, 0, volume_take},
  {IE_EVENT_THRESHOLD, 4, 0, 0, events_take},
  {IE_EVENT_QUOTA, 4, 0, 0, number_take},
  {IE_TIME_THRESHOLD, 4, 0, 0, number_take},
  {IE_TIME_QUOTA, 4, 0, 0, number_take},
  {IE_QUOTA_HOLDING_TIME, 4, 0, 0, number_take},
  {IE_INACTIVITY_DETECTION_TIME, 4, 0, 0, number_take},
  {IE_LINKED_URR_ID, 4, REPEATED, 0, linked_take},
  {IE_MEASUREMENT_INFORMATION, 1, 0, 0, information_take},
  {IE_DROPPED_DL_TRAFFIC_THRESHOLD, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_QUOTA_VALIDITY_TIME, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_MONITORING_TIME, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_ADDITIONAL_MONITORING_TIME, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_SUBSEQUENT_VOLUME_THRESHOLD, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_SUBSEQUENT_TIME_THRESHOLD, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_SUBSEQUENT_VOLUME_QUOTA, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_SUBSEQUENT_TIME_QUOTA, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_SUBSEQUENT_EVENT_THRESHOLD, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_SUBSEQUENT_EVENT_QUOTA, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_TIME_QUOTA_MECHANISM, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_AGGREGATED_URRS, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_FAR_ID, 0, 0, CAUSE_NOT_SUPPORTED, NULL}, /* for quota action */
  {IE_ETHERNET_INACTIVITY_TIMER, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_NUMBER_OF_REPORTS, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
  {IE_APPLICATION_ID, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL}, /* exempted from the quota action */
  {IE_SDF_FILTER, 0, REPEATED, CAUSE_NOT_SUPPORTED, NULL},
  {IE_USER_PLANE_INACTIVITY_TIMER, 0, 0, CAUSE_NOT_SUPPORTED, NULL},
};

uint16_t urr_lacks(const struct urr_rule *urr) {
  static const struct { uint32_t trigger; unsigned present; uint16_t type; } needs[] = {
    {TRIGGER_PERIO, URR_PERIOD, IE_MEASUREMENT_PERIOD},
    {TRIGGER_VOLTH, URR_VOLUME_THRESHOLD, IE_VOLUME_THRESHOLD},
    {TRIGGER_TIMTH, URR_TIME_THRESHOLD, IE_TIME_THRESHOLD},
    {TRIGGER_QUHTI, URR_HOLDING, IE_QUOTA_HOLDING_TIME},
    {TRIGGER_EVETH, URR_EVENT_THRESHOLD, IE_EVENT_THRESHOLD},
    {TRIGGER_LIUSA, URR_LINKED, IE_LINKED_URR_ID},
  };
  for (unsigned i = 0; i < sizeof needs / sizeof *needs; i++)
    if (urr->triggers & needs[i].trigger && !(urr->present & needs[i].present)) return needs[i].type;
  return 0;
}

bool urr_parse(const struct ie *ie, bool update, struct urr_rule *out, struct pfcp_fault *fault) {
  struct group group = {.update = update, .rule = out, .fault = fault};
  memset(out, 0, sizeof *out);
  out->threshold = out->quota = (struct volume){UINT64_MAX, UINT64_MAX, UINT64_MAX};
  if (!rule_begin(&group, ie, &out->id) || !group_read(&group, ie, MEMBERS(urr_members))) return false;
  const uint16_t lacks = update ? 0 : urr_lacks(out); /* of an update it may be there already */
  return !lacks || group_condition(&group, lacks, "for a reporting trigger");
}
