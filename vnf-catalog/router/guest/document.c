#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "document-checks.h"

static bool parse_forwarding(const struct json *value, struct router *out, struct reason *why) {
  out->forwarding = value ? value->truth : true;
  return !value || value->kind == JSON_BOOLEAN || refuse(why, "forwarding must be true or false");
}

static bool parse_frr(const struct json *value, struct routing *out, struct reason *why) {
  if (value && value->kind != JSON_STRING) return refuse(why, "frr must be a string of FRR configuration lines");
  const char *text = json_string(value);
  out->raw = text && text[strspn(text, " \t\r\n")] ? text : NULL;
  return true;
}

struct router *document_parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  static const char *const keys[] = {"hostname", "forwarding", NETWORK_KEYS, "ha", "prefixLists", "routeMaps",
                                     "bgp", "ospf", "ospf6", "frr", NULL};
  struct router *out = calloc(1, sizeof *out);
  struct json *root = document_root(text, length, why);
  if (!out) abort();
  if (!root || !only_keys(root, "the configuration", keys, why)) return NULL;
  const struct links *interfaces = &out->network.interfaces;
  struct routing *to = &out->routing;
  bool good = hostname_parse(json_get(root, "hostname"), out->hostname, why) &&
              parse_forwarding(json_get(root, "forwarding"), out, why) &&
              network_document(root, links, &out->network, why) &&
              ha_document(json_get(root, "ha"), links, false, &out->ha, why) && policy_parse(root, &to->policy, why) &&
              bgp_parse(json_get(root, "bgp"), &to->policy, &to->bgp, why) &&
              ospf_parse(json_get(root, "ospf"), "ospf", interfaces, &to->ospf, why) &&
              ospf_parse(json_get(root, "ospf6"), "ospf6", interfaces, &to->ospf6, why) &&
              parse_frr(json_get(root, "frr"), to, why);
  return good ? out : NULL;
}
