#include <stdlib.h>
#include <string.h>

#include "document-checks.h"
#include "parts.h"
#include "values.h"

/* One entry of a list of the document, the path that names it, and the names that NAT has so far. */
struct entry {
  const struct json *json;
  char at[32];
  struct names *names;
};

struct names {
  struct {
    const char *name;
    char at[32];
  } all[3 * MOST_NAT];
  unsigned count;
};

static const struct json *field(const struct entry *entry, const char *key, char where[64]) {
  snprintf(where, 64, "%s.%s", entry->at, key);
  return json_get(entry->json, key);
}

static bool parse_name(const struct entry *entry, char out[NAME_ROOM], struct reason *why) {
  char where[64];
  const struct json *value = field(entry, "name", where);
  struct names *names = entry->names;
  if (!name_parse(value, where, NAME_ROOM, out, why)) return false;
  for (unsigned i = 0; i < names->count; i++)
    if (!strcmp(names->all[i].name, out)) return refuse(why, "%s: \"%s\" is the name of %s already", where, out, names->all[i].at);
  names->all[names->count].name = out;
  strcpy(names->all[names->count++].at, entry->at);
  return true;
}

static bool parse_zones(const struct entry *entry, const char *key, const struct firewall *in, uint32_t *out, struct reason *why) {
  char where[64];
  const struct json *value = field(entry, key, where);
  return zones_of(value, in, where, false, out, why);
}

static bool parse_addresses(const struct entry *entry, const char *key, const struct firewall *in, struct match *out, struct reason *why) {
  char where[64];
  const struct json *value = field(entry, key, where);
  return addresses_parse(value, in, where, out, why);
}

static bool parse_ports(const struct entry *entry, const char *key, bool *given, struct range *out, struct reason *why) {
  char where[64];
  const struct json *value = field(entry, key, where);
  *given = value != NULL;
  return !value || range_of_ports(value, out) || refuse(why, "%s must be a port such as 80 or a range such as \"8000-8100\"", where);
}

static bool parse_address(const struct entry *entry, const char *key, struct address *out, struct reason *why) {
  char where[64];
  const char *text = json_string(field(entry, key, where));
  return (text && address_parse(text, out)) || refuse(why, "%s must be an address in quotes", where);
}

/* Where the packets go out of one address or a range of them, of the family that they have themselves. */
static bool parse_source_address(const struct entry *entry, struct source_nat *out, struct reason *why) {
  char where[64], flag[64];
  const struct json *value = field(entry, "address", where), *masquerade = field(entry, "masquerade", flag);
  if (!flag_parse(masquerade, flag, false, &out->masquerade, why)) return false;
  if (out->masquerade == (value != NULL)) return refuse(why, "%s needs one of masquerade and address", entry->at);
  if (out->masquerade) return true;
  const char *text = json_string(value);
  if (!text || strchr(text, '/') || !range_of_addresses(text, &out->address, &out->kind))
    return refuse(why, "%s must be an address such as 192.0.2.1 or a range such as 192.0.2.1-192.0.2.4", where);
  for (enum kind kind = V4; kind <= V6; kind++)
    if ((out->source.given && match_is_of(&out->source, kind) && kind != out->kind) || !match_is_of(&out->source, out->kind))
      return refuse(why, "%s is of another address family than the source", where);
  return true;
}

static bool parse_source(const struct entry *entry, struct firewall *in, struct reason *why) {
  static const char *const keys[] = {"name", "from", "to", "source", "destination", "masquerade", "address", "ports", NULL};
  struct source_nat *out = &in->sources[in->sourceCount];
  bool good = only_keys(entry->json, entry->at, keys, why) && parse_name(entry, out->name, why) &&
              parse_zones(entry, "from", in, &out->from, why) && parse_zones(entry, "to", in, &out->to, why) &&
              parse_addresses(entry, "source", in, &out->source, why) &&
              parse_addresses(entry, "destination", in, &out->destination, why) && parse_source_address(entry, out, why) &&
              parse_ports(entry, "ports", &out->hasPorts, &out->ports, why);
  if (!good) return false;
  for (enum kind kind = V4; kind <= V6; kind++)
    if (match_is_of(&out->source, kind) && match_is_of(&out->destination, kind)) return true;
  return refuse(why, "%s mixes IPv4 and IPv6 addresses, so that no packet matches it", entry->at);
}

static unsigned width(const struct range *ports) { return range_number(ports->high) - range_number(ports->low) + 1; }

static bool target_fits(const struct entry *entry, bool hasTarget, struct destination_nat *out, struct reason *why) {
  if (out->address.family != out->toAddress.family)
    return refuse(why, "%s: address and toAddress are of different address families", entry->at);
  if (out->hasPorts && !has_ports(out->protocol)) return refuse(why, "%s has ports, so its protocol must be tcp, udp or sctp", entry->at);
  if (hasTarget && !out->hasPorts) return refuse(why, "%s.toPorts needs ports", entry->at);
  if (!hasTarget) return out->toPorts = out->ports, true;
  if (width(&out->toPorts) != 1 && width(&out->toPorts) != width(&out->ports))
    return refuse(why, "%s.toPorts must be one port, or as many as ports: %u, not %u", entry->at, width(&out->ports), width(&out->toPorts));
  if (width(&out->toPorts) > MOST_MAPPED_PORTS && memcmp(&out->ports, &out->toPorts, sizeof out->ports))
    return refuse(why, "%s.toPorts moves %u ports; %d are allowed", entry->at, width(&out->toPorts), MOST_MAPPED_PORTS);
  return true;
}

static bool parse_destination(const struct entry *entry, struct firewall *in, struct reason *why) {
  static const char *const keys[] = {"name", "from", "address", "protocol", "ports", "toAddress", "toPorts", "hairpin", NULL};
  struct destination_nat *out = &in->destinations[in->destinationCount];
  char where[64], flag[64];
  bool hasTarget;
  if (!only_keys(entry->json, entry->at, keys, why)) return false;
  const struct json *protocol = field(entry, "protocol", where), *hairpin = field(entry, "hairpin", flag);
  return parse_name(entry, out->name, why) && parse_zones(entry, "from", in, &out->from, why) &&
         parse_address(entry, "address", &out->address, why) && parse_address(entry, "toAddress", &out->toAddress, why) &&
         protocol_parse(protocol, where, &out->protocol, why) && flag_parse(hairpin, flag, false, &out->hairpin, why) &&
         parse_ports(entry, "ports", &out->hasPorts, &out->ports, why) &&
         parse_ports(entry, "toPorts", &hasTarget, &out->toPorts, why) && target_fits(entry, hasTarget, out, why);
}

static bool parse_network6(const struct entry *entry, const char *key, struct prefix *out, struct reason *why) {
  char where[64];
  const char *text = json_string(field(entry, key, where));
  return (text && network_parse(text, out) && out->base.family == AF_INET6) ||
         refuse(why, "%s must be an IPv6 network such as fd00:1::/64", where);
}

static bool parse_prefix(const struct entry *entry, struct firewall *in, struct reason *why) {
  static const char *const keys[] = {"name", "zone", "inside", "outside", NULL};
  struct prefix_nat *out = &in->prefixes[in->prefixCount];
  bool good = only_keys(entry->json, entry->at, keys, why) && parse_name(entry, out->name, why) &&
              parse_zones(entry, "zone", in, &out->zone, why) && parse_network6(entry, "inside", &out->inside, why) &&
              parse_network6(entry, "outside", &out->outside, why);
  if (!good) return false;
  return out->inside.length == out->outside.length ||
         refuse(why, "%s: inside and outside must be of the same length", entry->at);
}

static bool sources_meet(const struct source_nat *a, const struct source_nat *b) {
  return a->from & b->from && a->to & b->to && match_meets(&a->source, &b->source) && match_meets(&a->destination, &b->destination);
}

static bool destinations_meet(const struct destination_nat *a, const struct destination_nat *b) {
  bool zones = a->from & b->from || a->hairpin || b->hairpin;
  bool protocols = a->protocol == b->protocol || a->protocol == ANY_PROTOCOL || b->protocol == ANY_PROTOCOL;
  const struct ranges one = {(struct range *)&a->ports, 1}, other = {(struct range *)&b->ports, 1};
  bool ports = !a->hasPorts || !b->hasPorts || ranges_meet(&one, &other);
  return zones && protocols && ports && a->address.family == b->address.family &&
         !memcmp(a->address.bytes, b->address.bytes, 16);
}

static bool networks_meet(const struct prefix *a, const struct prefix *b) {
  unsigned length = a->length < b->length ? a->length : b->length;
  for (unsigned bit = 0; bit < length; bit++)
    if ((a->base.bytes[bit / 8] ^ b->base.bytes[bit / 8]) & (0x80 >> bit % 8)) return false;
  return true;
}

static bool prefixes_meet(const struct prefix_nat *a, const struct prefix_nat *b) {
  return a->zone & b->zone && (networks_meet(&a->inside, &b->inside) || networks_meet(&a->outside, &b->outside));
}

static bool overlap(const char *what, const char *one, const char *other, struct reason *why) {
  return refuse(why, "nat.%s: \"%s\" and \"%s\" overlap; a packet must match one of them at most", what, one, other);
}

static bool nothing_overlaps(const struct firewall *in, struct reason *why) {
  for (unsigned i = 0; i < in->sourceCount; i++)
    for (unsigned n = 0; n < i; n++)
      if (sources_meet(&in->sources[n], &in->sources[i])) return overlap("source", in->sources[n].name, in->sources[i].name, why);
  for (unsigned i = 0; i < in->destinationCount; i++)
    for (unsigned n = 0; n < i; n++)
      if (destinations_meet(&in->destinations[n], &in->destinations[i])) return overlap("destination", in->destinations[n].name, in->destinations[i].name, why);
  for (unsigned i = 0; i < in->prefixCount; i++)
    for (unsigned n = 0; n < i; n++)
      if (prefixes_meet(&in->prefixes[n], &in->prefixes[i])) return overlap("prefix", in->prefixes[n].name, in->prefixes[i].name, why);
  return true;
}

static bool parse_list(const struct json *nat, const char *key, struct names *names, struct firewall *out, unsigned *count,
                       bool (*parse)(const struct entry *, struct firewall *, struct reason *), struct reason *why) {
  char where[32];
  unsigned length;
  const struct json *list = json_get(nat, key);
  snprintf(where, sizeof where, "nat.%s", key);
  if (!list_of(list, where, MOST_NAT, &length, why)) return false;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    struct entry entry = {each, "", names};
    snprintf(entry.at, sizeof entry.at, "nat.%.12s[%u]", key, *count % 1000);
    if (!parse(&entry, out, why)) return false;
    ++*count;
  }
  return true;
}

bool nat_parse(const struct json *value, struct firewall *out, struct reason *why) {
  static const char *const keys[] = {"source", "destination", "prefix", NULL};
  out->sources = calloc(MOST_NAT, sizeof *out->sources);
  out->destinations = calloc(MOST_NAT, sizeof *out->destinations);
  out->prefixes = calloc(MOST_NAT, sizeof *out->prefixes);
  struct names *names = calloc(1, sizeof *names);
  if (!value) return true;
  return only_keys(value, "nat", keys, why) && parse_list(value, "source", names, out, &out->sourceCount, parse_source, why) &&
         parse_list(value, "destination", names, out, &out->destinationCount, parse_destination, why) &&
         parse_list(value, "prefix", names, out, &out->prefixCount, parse_prefix, why) && nothing_overlaps(out, why);
}
