#include <stdlib.h>
#include <string.h>

#include "document-checks.h"
#include "parts.h"
#include "values.h"

struct icmp_type {
  const char *name;
  unsigned number;
};

/* The ones that begin a flow, as the kernel's connection tracking sees it. */
static const struct icmp_type beginnings4[] = {
    {"echo-request", 8}, {"timestamp-request", 13}, {"info-request", 15}, {"address-mask-request", 17}, {NULL, 0}};
static const struct icmp_type beginnings6[] = {{"echo-request", 128}, {"node-information-query", 139}, {NULL, 0}};

static bool parse_icmp_type(const struct json *value, const char *where, struct rule *rule, struct reason *why) {
  const char *text = json_string(value);
  uint64_t number = 256;
  json_unsigned(value, 255, &number);
  for (const struct icmp_type *each = rule->protocol == IPPROTO_ICMP ? beginnings4 : beginnings6; each->name; each++) {
    if (text ? strcmp(text, each->name) : number != each->number) continue;
    const struct range range = range_of_numbers(each->number << 8, each->number << 8 | 255);
    for (unsigned i = 0; i < rule->icmpTypes.count; i++)
      if (!memcmp(&rule->icmpTypes.all[i], &range, sizeof range)) return refuse(why, "%s names %s twice", where, each->name);
    return ranges_add(&rule->icmpTypes, &range), true;
  }
  return refuse(why, "%s: \"%.40s\" begins no flow; answers and errors pass with the flow that they belong to", where,
                value->text ? value->text : json_kind_name(value->kind));
}

static bool parse_icmp_types(const struct json *list, const char *at, struct rule *rule, struct reason *why) {
  char where[40];
  unsigned count;
  snprintf(where, sizeof where, "%s.icmpTypes", at);
  if (!list) return true;
  if (rule->protocol != IPPROTO_ICMP && rule->protocol != IPPROTO_ICMPV6)
    return refuse(why, "%s needs the protocol icmp or icmpv6", where);
  if (!list_of(list, where, 256, &count, why)) return false;
  if (!count) return refuse(why, "%s is an empty list, which nothing matches; leave it out to match everything", where);
  for (const struct json *each = list->child; each; each = each->next)
    if (!parse_icmp_type(each, where, rule, why)) return false;
  ranges_settle(&rule->icmpTypes, PORT);
  return true;
}

/* "08:00" to minutes; 24:00 is an end, not a beginning. */
static bool parse_minutes(const struct json *value, unsigned most, unsigned *out) {
  const char *text = json_string(value);
  if (!text || strlen(text) != 5 || text[2] != ':' || strspn(text, "0123456789") != 2 || strspn(text + 3, "0123456789") != 2)
    return false;
  unsigned hours = (unsigned)atoi(text), minutes = (unsigned)atoi(text + 3);
  *out = hours * 60 + minutes;
  return minutes < 60 && *out <= most;
}

static bool parse_days(const struct json *list, const char *where, struct window *out, struct reason *why) {
  static const char *const names[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
  unsigned count, day;
  if (!list_of(list, where, 7, &count, why)) return false;
  if (list && !count) return refuse(why, "%s is an empty list; leave it out for every day", where);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *text = json_string(each);
    for (day = 0; day < 7 && (!text || strcmp(text, names[day])); day++) continue;
    if (day == 7) return refuse(why, "%s: \"%.40s\" is no day such as monday", where, text ? text : "");
    if (out->days >> day & 1) return refuse(why, "%s names %s twice", where, text);
    out->days |= (uint8_t)(1u << day);
  }
  return true;
}

static bool parse_window(const struct json *value, const char *at, struct window *out, struct reason *why) {
  static const char *const keys[] = {"from", "to", "days", NULL};
  char where[40], path[48];
  snprintf(where, sizeof where, "%s.time", at);
  snprintf(path, sizeof path, "%s.days", where);
  if (!value) return true;
  if (!only_keys(value, where, keys, why)) return false;
  const struct json *from = json_get(value, "from"), *to = json_get(value, "to");
  out->given = true;
  out->to = 24 * 60;
  if (from && !parse_minutes(from, 24 * 60 - 1, &out->from)) return refuse(why, "%s.from must be a time such as \"08:00\"", where);
  if (to && !parse_minutes(to, 24 * 60, &out->to)) return refuse(why, "%s.to must be a time such as \"17:00\"", where);
  if (out->from == out->to) return refuse(why, "%s begins and ends at the same minute", where);
  if (out->to == 0) out->to = 24 * 60;
  return parse_days(json_get(value, "days"), path, out, why);
}

static bool parse_connections(const struct json *value, const char *at, struct rule *rule, struct reason *why) {
  static const char *const keys[] = {"total", "perSource", NULL};
  enum { MOST_CONNECTIONS = 1000000 };
  char where[48], path[64];
  if (!value) return true;
  snprintf(where, sizeof where, "%s.connectionLimit", at);
  if (!only_keys(value, where, keys, why)) return false;
  snprintf(path, sizeof path, "%s.total", where);
  if (!number_parse(json_get(value, "total"), path, 1, MOST_CONNECTIONS, &rule->total, why)) return false;
  snprintf(path, sizeof path, "%s.perSource", where);
  if (!number_parse(json_get(value, "perSource"), path, 1, MOST_CONNECTIONS, &rule->perSource, why)) return false;
  return !rule->total != !rule->perSource || refuse(why, "%s needs one of total and perSource", where);
}

static bool parse_helper(const struct json *value, const char *at, const struct firewall *in, struct rule *rule, struct reason *why) {
  char where[40];
  snprintf(where, sizeof where, "%s.helper", at);
  rule->helper = NO_HELPER;
  if (!value) return true;
  if (!helper_parse(value, where, &rule->helper, why)) return false;
  if (!in->helpers[rule->helper]) return refuse(why, "%s: helpers does not name %s", where, helper_name(rule->helper));
  return rule->protocol == helper_protocol(rule->helper) ||
         refuse(why, "%s: %s needs the protocol %s", where, helper_name(rule->helper), helper_protocol(rule->helper) == IPPROTO_TCP ? "tcp" : "udp");
}

static bool parse_rule_action(const struct json *value, const char *at, enum action *out, struct reason *why) {
  static const char *const names[] = {"drop", "reject", "accept"};
  const char *text = json_string(value);
  for (*out = DROP; text && *out <= ACCEPT; ++*out)
    if (!strcmp(text, names[*out])) return true;
  return refuse(why, "%s.action must be accept, drop or reject", at);
}

static bool parse_matches(const struct json *entry, const char *at, const struct firewall *in, struct rule *rule, struct reason *why) {
  char where[48];
  snprintf(where, sizeof where, "%s.from", at);
  if (!zones_of(json_get(entry, "from"), in, where, true, &rule->from, why)) return false;
  snprintf(where, sizeof where, "%s.to", at);
  if (!zones_of(json_get(entry, "to"), in, where, true, &rule->to, why)) return false;
  snprintf(where, sizeof where, "%s.source", at);
  if (!addresses_parse(json_get(entry, "source"), in, where, &rule->source, why)) return false;
  snprintf(where, sizeof where, "%s.destination", at);
  if (!addresses_parse(json_get(entry, "destination"), in, where, &rule->destination, why)) return false;
  snprintf(where, sizeof where, "%s.protocol", at);
  if (!protocol_parse(json_get(entry, "protocol"), where, &rule->protocol, why)) return false;
  snprintf(where, sizeof where, "%s.sourcePorts", at);
  if (!ports_parse(json_get(entry, "sourcePorts"), in, where, &rule->sourcePorts, why)) return false;
  snprintf(where, sizeof where, "%s.destinationPorts", at);
  return ports_parse(json_get(entry, "destinationPorts"), in, where, &rule->destinationPorts, why) &&
         parse_icmp_types(json_get(entry, "icmpTypes"), at, rule, why);
}

static bool families_fit(const struct rule *rule, const char *at, struct reason *why) {
  bool v4 = match_is_of(&rule->source, V4) && match_is_of(&rule->destination, V4);
  bool v6 = match_is_of(&rule->source, V6) && match_is_of(&rule->destination, V6);
  if (!v4 && !v6) return refuse(why, "%s mixes IPv4 and IPv6 addresses, so that no packet matches it", at);
  if (rule->protocol == IPPROTO_ICMP && !v4) return refuse(why, "%s asks for icmp between IPv6 addresses; use icmpv6", at);
  if (rule->protocol == IPPROTO_ICMPV6 && !v6) return refuse(why, "%s asks for icmpv6 between IPv4 addresses; use icmp", at);
  return true;
}

static bool fits(const struct rule *rule, const char *at, struct reason *why) {
  bool limited = rule->rate.packets || rule->rate.connections || rule->total || rule->perSource;
  if (rule->from == 1u << SELF && rule->to == 1u << SELF) return refuse(why, "%s is from self to self, which is never filtered", at);
  if ((rule->sourcePorts.given || rule->destinationPorts.given) && !has_ports(rule->protocol))
    return refuse(why, "%s has ports, so its protocol must be tcp, udp or sctp", at);
  if (limited && rule->action != ACCEPT) return refuse(why, "%s limits what it does not accept; rateLimit and connectionLimit need the action accept", at);
  if (rule->helper != NO_HELPER && rule->action != ACCEPT) return refuse(why, "%s.helper needs the action accept", at);
  return families_fit(rule, at, why);
}

static bool parse_rule(const struct json *entry, struct firewall *out, struct reason *why) {
  static const char *const keys[] = {"name", "enabled", "from", "to", "source", "destination", "protocol", "sourcePorts",
                                     "destinationPorts", "icmpTypes", "time", "rateLimit", "connectionLimit", "helper", "log", "action", NULL};
  struct rule *rule = &out->rules[out->ruleCount];
  char at[24], where[48];
  snprintf(at, sizeof at, "rules[%u]", out->ruleCount);
  if (!only_keys(entry, at, keys, why)) return false;
  snprintf(where, sizeof where, "%s.name", at);
  if (!name_parse(json_get(entry, "name"), where, NAME_ROOM, rule->name, why)) return false;
  snprintf(where, sizeof where, "%s.enabled", at);
  if (!flag_parse(json_get(entry, "enabled"), where, true, &rule->enabled, why)) return false;
  snprintf(where, sizeof where, "%s.log", at);
  if (!flag_parse(json_get(entry, "log"), where, false, &rule->log, why)) return false;
  snprintf(where, sizeof where, "%s.rateLimit", at);
  return parse_matches(entry, at, out, rule, why) && parse_window(json_get(entry, "time"), at, &rule->time, why) &&
         rate_parse(json_get(entry, "rateLimit"), where, NULL, &rule->rate, why) &&
         parse_connections(json_get(entry, "connectionLimit"), at, rule, why) &&
         parse_helper(json_get(entry, "helper"), at, out, rule, why) &&
         parse_rule_action(json_get(entry, "action"), at, &rule->action, why) && fits(rule, at, why);
}

/* Of one name, the earlier rule comes first. */
static int by_name(const void *a, const void *b) {
  const struct rule *one = *(const struct rule *const *)a, *other = *(const struct rule *const *)b;
  int order = strcmp(one->name, other->name);
  return order ? order : (one > other) - (one < other);
}

static bool names_differ(const struct firewall *in, struct reason *why) {
  const struct rule **sorted = calloc(in->ruleCount + 1, sizeof *sorted);
  for (unsigned i = 0; i < in->ruleCount; i++) sorted[i] = &in->rules[i];
  qsort(sorted, in->ruleCount, sizeof *sorted, by_name);
  for (unsigned i = 1; i < in->ruleCount; i++)
    if (!strcmp(sorted[i - 1]->name, sorted[i]->name))
      return refuse(why, "rules[%u].name: \"%s\" is the name of rules[%u] already", (unsigned)(sorted[i] - in->rules), sorted[i]->name,
                    (unsigned)(sorted[i - 1] - in->rules));
  free(sorted);
  return true;
}

/* The alternatives of one list of one kind (alternatives.c makes them). */
static unsigned parts(const struct match *match, enum kind kind) {
  unsigned count = !match->given || match->own[kind].count;
  for (unsigned i = 0; i < match->namedCount; i++) count += match->named[i]->kind == kind;
  return count;
}

static unsigned lines_of(const struct rule *rule) {
  unsigned families = 0;
  for (enum kind kind = V4; kind <= V6; kind++) families += parts(&rule->source, kind) * parts(&rule->destination, kind);
  unsigned ports = parts(&rule->sourcePorts, PORT) * parts(&rule->destinationPorts, PORT);
  if (rule->helper != NO_HELPER) ports += 2;
  return families * ports * (rule->time.from > rule->time.to ? 2 : 1);
}

static bool places_fit(const struct firewall *in, struct reason *why) {
  unsigned places = 0, lines = 0;
  for (unsigned i = 0; i < in->ruleCount; i++) {
    const struct rule *rule = &in->rules[i];
    unsigned pairs = (unsigned)(__builtin_popcount(rule->from) * __builtin_popcount(rule->to));
    pairs -= (rule->from & rule->to) >> SELF & 1;
    places += pairs;
    lines += pairs * lines_of(rule);
    if (lines > MOST_LINES)
      return refuse(why, "rules[%u]: with it, the combinations of sets, address families and zones are more than %d", i, MOST_LINES);
  }
  return places <= MOST_PLACES || refuse(why, "the rules fill %u places, one for each pair of zones that a rule joins; %d are allowed", places, MOST_PLACES);
}

bool rules_parse(const struct json *list, struct firewall *out, struct reason *why) {
  unsigned count;
  if (!list_of(list, "rules", MOST_RULES, &count, why)) return false;
  out->rules = calloc(count + 1, sizeof *out->rules);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    if (!parse_rule(each, out, why)) return false;
    out->ruleCount++;
  }
  return names_differ(out, why) && places_fit(out, why);
}
