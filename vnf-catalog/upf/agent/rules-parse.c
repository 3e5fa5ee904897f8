#include "rules-parse.h"

#include <stdio.h>

static const char *ie_text(uint16_t type) {
  const char *name = pfcp_ie_name(type);
  return name ? name : "IE";
}

bool group_incorrect(struct group *group, const struct ie *ie, const char *what) {
  return pfcp_refuse(group->fault, CAUSE_MANDATORY_INCORRECT, ie->type, "%s: %s %s", group->name, ie_text(ie->type), what);
}

bool group_unsupported(struct group *group, const struct ie *ie, const char *what) {
  return pfcp_refuse(group->fault, CAUSE_NOT_SUPPORTED, ie->type, "%s: %s %s", group->name, ie_text(ie->type), what);
}

bool group_too_many(struct group *group, const struct ie *ie, unsigned most) {
  return pfcp_refuse(group->fault, CAUSE_NO_RESOURCES, ie->type, "%s has more than %u of %s", group->name, most, ie_text(ie->type));
}

bool group_condition(struct group *group, uint16_t missing, const char *when) {
  return pfcp_refuse(group->fault, CAUSE_CONDITIONAL_MISSING, missing, "%s: %s is missing %s", group->name, ie_text(missing), when);
}

static bool member_take(struct group *group, const struct ie *ie, const struct member *member) {
  if (member->refused)
    return pfcp_refuse(group->fault, member->refused, ie->type, "%s: %s is not supported", group->name, ie_text(ie->type));
  if (ie->length < member->least)
    return pfcp_refuse(group->fault, CAUSE_INVALID_LENGTH, ie->type, "%s: %s has %u octets, it takes %u", group->name,
                       ie_text(ie->type), ie->length, member->least);
  return !member->take || member->take(group, ie);
}

static bool are_complete(struct group *group, const struct member *members, unsigned count, uint64_t seen) {
  for (unsigned i = 0; i < count; i++) {
    bool wanted = members[i].flags & MANDATORY || (members[i].flags & CREATE_ONLY && !group->update);
    if (wanted && !(seen >> i & 1))
      return pfcp_refuse(group->fault, CAUSE_MANDATORY_MISSING, members[i].type, "%s: %s is missing", group->name,
                         ie_text(members[i].type));
  }
  return true;
}

bool group_read(struct group *group, const struct ie *ie, const struct member *members, unsigned count) {
  struct ies list = ies_within(ie);
  struct ie each;
  uint64_t seen = 0;
  bool bad;
  while (ie_next(&list, &each, &bad)) {
    unsigned i = 0;
    while (i < count && members[i].type != each.type) i++;
    if (i == count || (seen >> i & 1 && !(members[i].flags & REPEATED))) continue;
    if (!member_take(group, &each, &members[i])) return false;
    seen |= 1ull << i;
  }
  if (bad)
    return pfcp_refuse(group->fault, CAUSE_INVALID_LENGTH, ie->type, "%s: an IE in %s is longer than that", group->name,
                       ie_text(ie->type));
  return are_complete(group, members, count, seen);
}

bool instance_take(struct group *group, const struct ie *ie, char *out) {
  return name_value_parse(ie->value, ie->length, out, NI_LENGTH) || group_incorrect(group, ie, "is no name of up to 63 octets");
}

struct rule_group {
  uint16_t group, id;
  uint8_t kind, octets;
};

static const struct rule_group rule_groups[] = {
  {IE_CREATE_PDR, IE_PDR_ID, RULE_PDR, 2},   {IE_UPDATE_PDR, IE_PDR_ID, RULE_PDR, 2}, {IE_REMOVE_PDR, IE_PDR_ID, RULE_PDR, 2},
  {IE_CREATE_FAR, IE_FAR_ID, RULE_FAR, 4},   {IE_UPDATE_FAR, IE_FAR_ID, RULE_FAR, 4}, {IE_REMOVE_FAR, IE_FAR_ID, RULE_FAR, 4},
  {IE_CREATE_QER, IE_QER_ID, RULE_QER, 4},   {IE_UPDATE_QER, IE_QER_ID, RULE_QER, 4}, {IE_REMOVE_QER, IE_QER_ID, RULE_QER, 4},
  {IE_CREATE_URR, IE_URR_ID, RULE_URR, 4},   {IE_UPDATE_URR, IE_URR_ID, RULE_URR, 4}, {IE_REMOVE_URR, IE_URR_ID, RULE_URR, 4},
  {IE_QUERY_URR, IE_URR_ID, RULE_URR, 4},    {IE_CREATE_BAR, IE_BAR_ID, RULE_BAR, 1}, {IE_UPDATE_BAR, IE_BAR_ID, RULE_BAR, 1},
  {IE_UPDATE_BAR_REPORT, IE_BAR_ID, RULE_BAR, 1}, {IE_REMOVE_BAR, IE_BAR_ID, RULE_BAR, 1},
};

static const struct rule_group *rule_group_of(uint16_t type) {
  for (unsigned i = 0; i < sizeof rule_groups / sizeof *rule_groups; i++)
    if (rule_groups[i].group == type) return &rule_groups[i];
  return NULL;
}

bool rule_id_parse(const struct ie *ie, uint32_t *out, struct pfcp_fault *fault) {
  const struct rule_group *kind = rule_group_of(ie->type);
  struct ies list = ies_within(ie);
  struct ie each;
  bool bad = false;
  memset(fault, 0, sizeof *fault);
  if (!kind) return pfcp_refuse(fault, CAUSE_SYSTEM_FAILURE, 0, "IE %u is no group of a rule", ie->type);
  while (ie_next(&list, &each, &bad) && each.type != kind->id) continue;
  if (bad)
    return pfcp_refuse(fault, CAUSE_INVALID_LENGTH, ie->type, "an IE in %s is longer than that", ie_text(ie->type));
  if (!ie_find(ies_within(ie), kind->id, &each))
    return pfcp_refuse(fault, CAUSE_MANDATORY_MISSING, kind->id, "%s: %s is missing", ie_text(ie->type), ie_text(kind->id));
  if (each.length < kind->octets)
    return pfcp_refuse(fault, CAUSE_INVALID_LENGTH, kind->id, "%s: %s has %u octets, it takes %u", ie_text(ie->type),
                       ie_text(kind->id), each.length, kind->octets);
  struct octets in = octets_of(&each);
  *out = (uint32_t)take_number(&in, kind->octets);
  fault->has_rule = true;
  fault->rule_kind = kind->kind;
  fault->rule_id = *out;
  return true;
}

bool rule_begin(struct group *group, const struct ie *ie, uint32_t *id) {
  if (!rule_id_parse(ie, id, group->fault)) return false;
  snprintf(group->name, sizeof group->name, "%.30s %u", ie_text(ie->type), *id);
  return true;
}
