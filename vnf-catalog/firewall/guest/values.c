#include "values.h"

#include <stdlib.h>
#include <string.h>

#include "document-checks.h"

bool name_parse(const struct json *value, const char *where, size_t room, char *out, struct reason *why) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  const char *text = json_string(value);
  if (!text || !*text || strlen(text) >= room || text[strspn(text, allowed)])
    return refuse(why, "%s must be a name of 1 to %u letters, digits, dots, hyphens and underscores", where,
                  (unsigned)room - 1);
  strcpy(out, text);
  return true;
}

bool flag_parse(const struct json *value, const char *where, bool otherwise, bool *out, struct reason *why) {
  *out = value ? value->truth : otherwise;
  return !value || value->kind == JSON_BOOLEAN || refuse(why, "%s must be true or false", where);
}

bool number_parse(const struct json *value, const char *where, unsigned low, unsigned high, unsigned *out, struct reason *why) {
  uint64_t number;
  if (!value) return true;
  if (!json_unsigned(value, high, &number) || number < low)
    return refuse(why, "%s must be a whole number between %u and %u", where, low, high);
  *out = (unsigned)number;
  return true;
}

const char *zone_name(const struct firewall *in, unsigned zone) { return zone == SELF ? "self" : in->zones[zone].name; }

static bool zone_of(const struct json *value, const struct firewall *in, const char *where, bool self, uint32_t *out, struct reason *why) {
  const char *text = json_string(value);
  if (!text) return refuse(why, "%s must be the name of a zone, or a list of names", where);
  if (!strcmp(text, "any")) return *out |= (1u << in->zoneCount) - 1, true;
  if (self && !strcmp(text, "self")) return *out |= 1u << SELF, true;
  for (unsigned i = 0; i < in->zoneCount; i++)
    if (!strcmp(in->zones[i].name, text)) return *out |= 1u << i, true;
  return refuse(why, "%s: there is no zone named \"%.60s\"", where, text);
}

bool zones_of(const struct json *value, const struct firewall *in, const char *where, bool self, uint32_t *out, struct reason *why) {
  unsigned count;
  *out = 0;
  if (!value) return refuse(why, "%s is missing: name a zone, or \"any\"", where);
  if (value->kind != JSON_ARRAY) return zone_of(value, in, where, self, out, why);
  if (!list_of(value, where, MOST_ZONES + 1, &count, why)) return false;
  if (!count) return refuse(why, "%s is an empty list: name a zone, or \"any\"", where);
  for (const struct json *each = value->child; each; each = each->next) {
    uint32_t found = 0;
    if (!zone_of(each, in, where, self, &found, why)) return false;
    if (*out & found) return refuse(why, "%s names %s twice", where, zone_name(in, (unsigned)__builtin_ctz(*out & found)));
    *out |= found;
  }
  return true;
}

static bool add_set(const char *name, const struct firewall *in, bool ports, const char *where, struct match *out, struct reason *why) {
  const struct set *found = NULL;
  for (unsigned i = 0; i < in->setCount; i++)
    if (!strcmp(in->sets[i].name, name)) found = &in->sets[i];
  if (!found) return refuse(why, "%s: there is no set named \"%.60s\"", where, name);
  if ((found->kind == PORT) != ports)
    return refuse(why, "%s: the set %s holds %s", where, name, ports ? "addresses, not ports" : "ports, not addresses");
  for (unsigned i = 0; i < out->namedCount; i++)
    if (out->named[i] == found) return refuse(why, "%s names the set %s twice", where, name);
  if (out->namedCount == MOST_NAMED) return refuse(why, "%s names more than %d sets", where, MOST_NAMED);
  out->named[out->namedCount++] = found;
  return true;
}

static bool add_value(const struct json *value, const struct firewall *in, bool ports, const char *where, struct match *out, struct reason *why) {
  const char *text = json_string(value);
  struct range range;
  enum kind kind = PORT;
  if (text && *text == '@') return add_set(text + 1, in, ports, where, out, why);
  if (ports && !range_of_ports(value, &range))
    return refuse(why, "%s: \"%.60s\" is no port such as 80, range such as \"8000-8100\" or @set", where,
                  value->text ? value->text : json_kind_name(value->kind));
  if (!ports && (!text || !range_of_addresses(text, &range, &kind)))
    return refuse(why, "%s: \"%.60s\" is no network such as 10.1.0.0/24, address, range such as 10.1.0.7-10.1.0.9 or @set",
                  where, text ? text : json_kind_name(value->kind));
  ranges_add(&out->own[kind], &range);
  return true;
}

static bool match_parse(const struct json *value, const struct firewall *in, bool ports, const char *where, struct match *out, struct reason *why) {
  unsigned count;
  if (!value) return true;
  out->given = true;
  if (value->kind != JSON_ARRAY) return add_value(value, in, ports, where, out, why);
  if (!list_of(value, where, MOST_ENTRIES, &count, why)) return false;
  if (!count) return refuse(why, "%s is an empty list, which nothing matches; leave it out to match everything", where);
  for (const struct json *each = value->child; each; each = each->next)
    if (!add_value(each, in, ports, where, out, why)) return false;
  for (enum kind kind = V4; kind < KINDS; kind++) ranges_settle(&out->own[kind], kind);
  return true;
}

bool addresses_parse(const struct json *value, const struct firewall *in, const char *where, struct match *out, struct reason *why) {
  return match_parse(value, in, false, where, out, why);
}

bool ports_parse(const struct json *value, const struct firewall *in, const char *where, struct match *out, struct reason *why) {
  return match_parse(value, in, true, where, out, why);
}

bool protocol_parse(const struct json *value, const char *where, int *out, struct reason *why) {
  static const struct {
    const char *name;
    int number;
  } known[] = {{"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP}, {"sctp", IPPROTO_SCTP}, {"icmp", IPPROTO_ICMP}, {"icmpv6", IPPROTO_ICMPV6}};
  const char *text = json_string(value);
  uint64_t number;
  *out = ANY_PROTOCOL;
  if (!value) return true;
  if (json_unsigned(value, 255, &number)) return *out = (int)number, true;
  for (unsigned i = 0; text && i < sizeof known / sizeof *known; i++)
    if (!strcmp(known[i].name, text)) return *out = known[i].number, true;
  return refuse(why, "%s must be tcp, udp, sctp, icmp, icmpv6 or a number between 0 and 255", where);
}

bool has_ports(int protocol) { return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP; }

static const struct {
  const char *name;
  int protocol;
} helpers[HELPERS] = {{"ftp", IPPROTO_TCP}, {"tftp", IPPROTO_UDP}};

bool helper_parse(const struct json *value, const char *where, enum helper *out, struct reason *why) {
  const char *text = json_string(value);
  for (*out = 0; text && *out < HELPERS; ++*out)
    if (!strcmp(text, helpers[*out].name)) return true;
  return refuse(why, "%s: \"%.40s\" is no helper of this firewall; there are ftp and tftp", where,
                text ? text : json_kind_name(value->kind));
}

const char *helper_name(enum helper helper) { return helpers[helper].name; }

int helper_protocol(enum helper helper) { return helpers[helper].protocol; }

static bool rate_field(const struct json *object, const char *where, const char *key, unsigned *out, struct reason *why) {
  enum { FASTEST = 10000000 };
  char path[96];
  snprintf(path, sizeof path, "%s.%s", where, key);
  return number_parse(json_get(object, key), path, 1, FASTEST, out, why);
}

bool rate_fields(const struct json *object, const char *where, const char *only, struct rate *out, struct reason *why) {
  out->packets = 0;
  out->burst = 5;
  if (!rate_field(object, where, only ? only : "packetsPerSecond", &out->packets, why)) return false;
  if (!only && !rate_field(object, where, "connectionsPerSecond", &out->connections, why)) return false;
  if (!rate_field(object, where, "burst", &out->burst, why)) return false;
  if (!out->packets != !out->connections) return true;
  return only ? refuse(why, "%s needs %s", where, only)
              : refuse(why, "%s needs one of packetsPerSecond and connectionsPerSecond", where);
}

bool rate_parse(const struct json *value, const char *where, const char *only, struct rate *out, struct reason *why) {
  static const char *const both[] = {"packetsPerSecond", "connectionsPerSecond", "burst", NULL};
  const char *const one[] = {only, "burst", NULL};
  return !value || (only_keys(value, where, only ? one : both, why) && rate_fields(value, where, only, out, why));
}

bool match_is_of(const struct match *match, enum kind kind) {
  bool found = !match->given || match->own[kind].count;
  for (unsigned i = 0; i < match->namedCount; i++) found |= match->named[i]->kind == kind;
  return found;
}

/* Covered by one part of the match alone; a union of two parts is not looked for. */
static bool part_covered(const struct match *whole, const struct ranges *part, enum kind kind) {
  if (!part->count || ranges_cover(&whole->own[kind], part)) return true;
  for (unsigned i = 0; i < whole->namedCount; i++)
    if (whole->named[i]->kind == kind && (&whole->named[i]->ranges == part || ranges_cover(&whole->named[i]->ranges, part)))
      return true;
  return false;
}

bool match_covers(const struct match *whole, const struct match *part) {
  if (!whole->given) return true;
  if (!part->given) return false;
  for (enum kind kind = V4; kind < KINDS; kind++)
    if (!part_covered(whole, &part->own[kind], kind)) return false;
  for (unsigned i = 0; i < part->namedCount; i++)
    if (!part_covered(whole, &part->named[i]->ranges, part->named[i]->kind)) return false;
  return true;
}

static bool part_meets(const struct match *match, const struct ranges *part, enum kind kind) {
  if (ranges_meet(&match->own[kind], part)) return true;
  for (unsigned i = 0; i < match->namedCount; i++)
    if (match->named[i]->kind == kind && ranges_meet(&match->named[i]->ranges, part)) return true;
  return false;
}

bool match_meets(const struct match *a, const struct match *b) {
  if (!a->given || !b->given) return true;
  for (enum kind kind = V4; kind < KINDS; kind++)
    if (part_meets(a, &b->own[kind], kind)) return true;
  for (unsigned i = 0; i < b->namedCount; i++)
    if (part_meets(a, &b->named[i]->ranges, b->named[i]->kind)) return true;
  return false;
}
