/*
 * Flow descriptions: "permit out ip from 10.1.0.0/16 80,443 to assigned 8000-8090" (RFC 6733 4.3.1, TS 29.212 5.4.2). The action is
 * permit; there is no "!" and there are no options. With "out" the source is the network's side, with "in" it is the UE's; "assigned"
 * is the UE's side wherever it stands, since some control planes turn descriptions round for the uplink.
 */
#include <arpa/inet.h>
#include <stdlib.h>

#include "pfcp.h"
#include "sdf-text.h"

enum { PORT_RANGES = 8 };

struct end {
  bool assigned;
  struct dp_prefix prefix;
  struct dp_ports ports[PORT_RANGES];
  unsigned port_count;
};

struct flow {
  struct words words;
  struct pfcp_fault *fault;
  bool in, any_protocol;
  uint8_t protocol;
  struct end from, to;
};

static bool flow_wrong(struct flow *flow, const char *what, const char *word) {
  return pfcp_refuse(flow->fault, CAUSE_MANDATORY_INCORRECT, IE_SDF_FILTER, "flow description: %s \"%.60s\"", what, word);
}

static bool number_of(const char *text, unsigned long most, unsigned long *out) {
  char *end;
  if (*text < '0' || *text > '9') return false;
  *out = strtoul(text, &end, 10);
  return !*end && *out <= most;
}

static bool protocol_parse(struct flow *flow, const char *word) {
  static const struct { const char *name; uint8_t number; } known[] = {
    {"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"gre", 47}, {"esp", 50}, {"ah", 51}, {"icmp6", 58}, {"ipv6-icmp", 58}, {"sctp", 132},
  };
  unsigned long number;
  flow->any_protocol = !strcmp(word, "ip");
  if (flow->any_protocol) return true;
  for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(word, known[i].name)) return flow->protocol = known[i].number, true;
  if (!number_of(word, 255, &number)) return flow_wrong(flow, "there is no protocol", word);
  flow->protocol = (uint8_t)number;
  return true;
}

static void prefix_mask(struct dp_prefix *prefix) {
  for (unsigned i = prefix->length; i < 128; i++) prefix->address.bytes[i / 8] &= (uint8_t)~(0x80u >> i % 8);
}

static bool address_parse_into(struct flow *flow, char *word, struct end *out) {
  unsigned long bits;
  out->assigned = !strcmp(word, "assigned");
  if (out->assigned || !strcmp(word, "any")) return true;
  char *slash = strchr(word, '/');
  if (slash) *slash = '\0';
  if (inet_pton(AF_INET, word, out->prefix.address.bytes) == 1)
    out->prefix.address.family = 4;
  else if (inet_pton(AF_INET6, word, out->prefix.address.bytes) == 1)
    out->prefix.address.family = 6;
  else
    return flow_wrong(flow, "there is no address", word);
  bits = out->prefix.address.family == 4 ? 32 : 128;
  if (slash && !number_of(slash + 1, bits, &bits)) return flow_wrong(flow, "there is no prefix length", slash + 1);
  out->prefix.length = (uint8_t)bits;
  prefix_mask(&out->prefix);
  return true;
}

static bool range_parse(struct flow *flow, char *text, struct dp_ports *out) {
  unsigned long low, high;
  char *dash = strchr(text, '-');
  if (dash) *dash = '\0';
  if (!number_of(text, 65535, &low)) return flow_wrong(flow, "there is no port", text);
  high = low;
  if (dash && (!number_of(dash + 1, 65535, &high) || high < low)) return flow_wrong(flow, "there is no range of ports up to", dash + 1);
  *out = (struct dp_ports){(uint16_t)low, (uint16_t)high};
  return true;
}

static bool have_ports(const struct flow *flow) {
  static const uint8_t with[] = {6, 17, 33, 132, 136};
  return flow->any_protocol || memchr(with, flow->protocol, sizeof with);
}

static bool ports_parse(struct flow *flow, char *word, struct end *out) {
  if (!have_ports(flow)) return flow_wrong(flow, "the protocol has no ports such as", word);
  for (char *next = word; next;) {
    char *text = next;
    next = strchr(text, ',');
    if (next) *next++ = '\0';
    if (out->port_count == PORT_RANGES)
      return pfcp_refuse(flow->fault, CAUSE_NO_RESOURCES, IE_SDF_FILTER, "flow description: more than %d ranges of ports", PORT_RANGES);
    if (!range_parse(flow, text, &out->ports[out->port_count++])) return false;
  }
  return true;
}

/* An address, then ports; `until` is the word that ends them, NULL: the text's end. */
static bool end_parse(struct flow *flow, struct end *out, const char *until) {
  char *word = word_next(&flow->words);
  if (!word) return flow_wrong(flow, "there is no address before", until ? until : "the end");
  if (*word == '!') return flow_wrong(flow, "an address may not be inverted, such as", word);
  if (!address_parse_into(flow, word, out)) return false;
  word = word_next(&flow->words);
  if (word && (*word == '!' || (*word >= '0' && *word <= '9'))) {
    if (!ports_parse(flow, word, out)) return false;
    word = word_next(&flow->words);
  }
  if (!until) return !word || flow_wrong(flow, "there is no option", word);
  return (word && !strcmp(word, until)) || flow_wrong(flow, "where \"to\" belongs there is", word ? word : "");
}

static bool head_parse(struct flow *flow) {
  char *word = word_next(&flow->words);
  if (!word || strcmp(word, "permit")) return flow_wrong(flow, "the action is not permit, but", word ? word : "");
  word = word_next(&flow->words);
  flow->in = word && !strcmp(word, "in");
  if (!word || (!flow->in && strcmp(word, "out"))) return flow_wrong(flow, "the direction is not in or out, but", word ? word : "");
  word = word_next(&flow->words);
  if (!word || !protocol_parse(flow, word)) return word ? false : flow_wrong(flow, "there is no protocol after", "out");
  word = word_next(&flow->words);
  return (word && !strcmp(word, "from")) || flow_wrong(flow, "where \"from\" belongs there is", word ? word : "");
}

static bool flow_parse(struct flow *flow) {
  if (!head_parse(flow) || !end_parse(flow, &flow->from, "to") || !end_parse(flow, &flow->to, NULL)) return false;
  if (flow->from.assigned && flow->to.assigned) return flow_wrong(flow, "both ends are", "assigned");
  uint8_t from = flow->from.prefix.address.family, to = flow->to.prefix.address.family;
  return !from || !to || from == to || flow_wrong(flow, "the ends are of different IP versions", "");
}

static struct dp_ports range_of(const struct end *end, unsigned i) {
  return end->port_count ? end->ports[i] : (struct dp_ports){0, 65535};
}

static unsigned ranges_of(const struct end *end) { return end->port_count ? end->port_count : 1; }

bool sdf_list_parse(const char *text, size_t length, struct dp_filter *out, unsigned most, unsigned *count, struct pfcp_fault *fault) {
  struct flow flow = {.fault = fault};
  if (!words_begin(&flow.words, text, length)) return flow_wrong(&flow, "it is empty, too long or not of printable letters", "");
  if (!flow_parse(&flow)) return false;
  bool turned = flow.to.assigned ? false : flow.from.assigned ? true : flow.in;
  const struct end *ue = turned ? &flow.from : &flow.to, *remote = turned ? &flow.to : &flow.from;
  *count = ranges_of(ue) * ranges_of(remote);
  if (*count > most)
    return pfcp_refuse(fault, CAUSE_NO_RESOURCES, IE_SDF_FILTER, "flow description: its ports are %u filters, there is room for %u", *count,
                       most);
  for (unsigned i = 0; i < *count; i++)
    out[i] = (struct dp_filter){
      .family = ue->prefix.address.family | remote->prefix.address.family,
      .protocol = flow.protocol,
      .any_protocol = flow.any_protocol,
      .remote = remote->prefix,
      .ue = ue->prefix,
      .remote_ports = range_of(remote, i % ranges_of(remote)),
      .ue_ports = range_of(ue, i / ranges_of(remote)),
    };
  return true;
}

bool sdf_text_parse(const char *text, size_t length, struct dp_filter *out, struct pfcp_fault *fault) {
  unsigned count;
  return sdf_list_parse(text, length, out, 1, &count, fault);
}
