#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "document-checks.h"

enum { BFD_LEAST_MS = 50, BFD_MOST_MS = 60000, BFD_MS = 300, BFD_MULTIPLIER = 3 };

bool router_id_parse(const struct json *object, const char *where, char out[INET_ADDRSTRLEN], struct reason *why) {
  const struct json *value = json_get(object, "routerId");
  struct address address;
  const char *text = json_string(value);
  if (!value) return true;
  if (!text || strlen(text) >= INET_ADDRSTRLEN || !address_parse(text, &address) || address.family != AF_INET)
    return refuse(why, "%s.routerId must be an IPv4 address in quotes", where);
  strcpy(out, text);
  return true;
}

bool bfd_parse(const struct json *object, const char *where, struct bfd *out, struct reason *why) {
  static const char *const keys[] = {"receiveMs", "transmitMs", "multiplier", NULL};
  const struct json *value = json_get(object, "bfd");
  char path[80];
  snprintf(path, sizeof path, "%s.bfd", where);
  *out = (struct bfd){value != NULL, BFD_MS, BFD_MS, BFD_MULTIPLIER};
  if (!value) return true;
  if (value->kind == JSON_BOOLEAN) return out->wanted = value->truth, true;
  return only_keys(value, path, keys, why) &&
         number_in(value, path, "receiveMs", BFD_LEAST_MS, BFD_MOST_MS, &out->receiveMs, why) &&
         number_in(value, path, "transmitMs", BFD_LEAST_MS, BFD_MOST_MS, &out->transmitMs, why) &&
         number_in(value, path, "multiplier", 2, 255, &out->multiplier, why);
}

static bool parse_forwarding(const struct json *value, struct router *out, struct reason *why) {
  out->forwarding = value ? value->truth : true;
  return !value || value->kind == JSON_BOOLEAN || refuse(why, "forwarding must be true or false");
}

static bool parse_frr(const struct json *value, struct router *out, struct reason *why) {
  if (value && value->kind != JSON_STRING) return refuse(why, "frr must be a string of FRR configuration lines");
  const char *text = json_string(value);
  out->frr = text && text[strspn(text, " \t\r\n")] ? text : NULL;
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
  bool good = hostname_parse(json_get(root, "hostname"), out->hostname, why) &&
              parse_forwarding(json_get(root, "forwarding"), out, why) &&
              network_document(root, links, &out->network, why) &&
              ha_document(json_get(root, "ha"), links, false, &out->ha, why) && policy_parse(root, &out->policy, why) &&
              bgp_parse(json_get(root, "bgp"), &out->policy, &out->bgp, why) &&
              ospf_parse(json_get(root, "ospf"), "ospf", interfaces, &out->ospf, why) &&
              ospf_parse(json_get(root, "ospf6"), "ospf6", interfaces, &out->ospf6, why) &&
              parse_frr(json_get(root, "frr"), out, why);
  return good ? out : NULL;
}
