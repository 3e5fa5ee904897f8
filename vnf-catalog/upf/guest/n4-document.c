/* `n4` of the document: the link towards the SMFs, the own node id, who may speak, and the timers of PFCP (TS 29.244 6.4). */
#include <ctype.h>
#include <string.h>

#include "document-checks.h"
#include "parts.h"

enum {
  T1_LEAST_MS = 100, T1_MOST_MS = 60000, T1_MS = 3000,
  N1_MOST = 10, N1 = 3,
  HEARTBEAT_MOST_S = 3600, HEARTBEAT_S = 60,
  NODE_NAME_MOST = 253, LABEL_MOST = 63,
};

bool link_name_parse(const struct json *value, const char *where, const struct links *links, char out[IFNAMSIZ], struct reason *why) {
  const char *name = json_string(value);
  bool good = name && *name && strlen(name) < IFNAMSIZ && (!links || links_find(links, name));
  if (!good) return refuse(why, "%s.link: there is no interface named \"%.60s\"", where, name ? name : "");
  strcpy(out, name);
  return true;
}

/* Labels of letters, digits and hyphens between dots (RFC 1123), since PFCP has it as a domain name. */
static bool is_domain_name(const char *text) {
  size_t label = 0;
  if (!*text || strlen(text) > NODE_NAME_MOST) return false;
  for (const char *c = text; *c; c++) {
    if (*c == '.' && (!label || c[-1] == '-')) return false;
    if (*c == '-' && !label) return false;
    if (*c != '.' && *c != '-' && !isalnum((unsigned char)*c)) return false;
    label = *c == '.' ? 0 : label + 1;
    if (label > LABEL_MOST) return false;
  }
  return label && text[strlen(text) - 1] != '-';
}

/* 10.4.0.300 would be a good name, and is meant as an address. */
static bool is_like_address(const char *text) { return strspn(text, "0123456789.") == strlen(text) || strchr(text, ':'); }

static bool node_id_read(const struct json *value, const char *where, char out[256], struct reason *why) {
  struct address address;
  const char *text = json_string(value);
  if (!value) return true;
  bool good = text && (is_like_address(text) ? address_parse(text, &address) : is_domain_name(text));
  if (!good) return refuse(why, "%s.nodeId must be an address or a domain name", where);
  strcpy(out, text);
  return true;
}

static bool is_unicast(const struct address *address) {
  static const uint8_t zero[16];
  if (!memcmp(address->bytes, zero, sizeof zero)) return false;
  return address->family == AF_INET ? address->bytes[0] < 224 && address->bytes[0] != 127 : address->bytes[0] != 0xff;
}

static bool is_link_local(const struct address *address) {
  return address->family == AF_INET6 && address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

/* An address, or {"address": ..., "nodeId": ...}. */
static bool peer_read(const struct json *value, struct upf_n4 *out, struct reason *why) {
  static const char *const keys[] = {"address", "nodeId", NULL};
  char where[24];
  snprintf(where, sizeof where, "n4.peers[%u]", out->peer_count);
  bool is_object = value->kind == JSON_OBJECT;
  const char *text = json_string(is_object ? json_get(value, "address") : value);
  struct address *peer = &out->peers[out->peer_count];
  if (is_object && !only_keys(value, where, keys, why)) return false;
  if (!text || !address_parse(text, peer) || !is_unicast(peer))
    return refuse(why, "%s \"%.60s\" is not the address of an SMF", where, text ? text : "");
  if (is_link_local(peer)) return refuse(why, "%s %.60s is link-local: N4 uses no such addresses", where, text);
  for (unsigned i = 0; i < out->peer_count; i++)
    if (!memcmp(&out->peers[i], peer, sizeof *peer)) return refuse(why, "n4.peers names %.60s twice", text);
  return !is_object || node_id_read(json_get(value, "nodeId"), where, out->peer_ids[out->peer_count], why);
}

static bool peers_read(const struct json *list, struct upf_n4 *out, struct reason *why) {
  unsigned count;
  if (!list_of(list, "n4.peers", UPF_PEERS, &count, why)) return false;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    if (!peer_read(each, out, why)) return false;
    out->peer_count++;
  }
  return true;
}

static bool allow_read(const struct json *list, struct upf_n4 *out, struct reason *why) {
  unsigned count;
  if (!list_of(list, "n4.allow", UPF_ALLOWED, &count, why)) return false;
  out->bounded = list != NULL;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *text = json_string(each);
    if (!text || !strcmp(text, "default") || !network_parse(text, &out->allowed[out->allowed_count]))
      return refuse(why, "n4.allow[%u] \"%.60s\" is not a network such as 10.4.0.0/24", out->allowed_count, text ? text : "");
    out->allowed_count++;
  }
  if (out->bounded && !out->allowed_count && !out->peer_count)
    return refuse(why, "n4.allow is empty and n4.peers too, so no SMF could speak to this UPF");
  return true;
}

bool n4_parse(const struct json *value, const struct links *links, struct upf_n4 *out, struct reason *why) {
  static const char *const keys[] = {"link", "nodeId", "peers", "allow", "t1Ms", "n1", "heartbeatSeconds", "sessionsPerNode", NULL};
  *out = (struct upf_n4){.t1_ms = T1_MS, .n1 = N1, .heartbeat_seconds = HEARTBEAT_S};
  if (!value) return refuse(why, "n4 is missing: it names the link towards the SMF, as in {\"link\": \"n4\"}");
  return only_keys(value, "n4", keys, why) && link_name_parse(json_get(value, "link"), "n4", links, out->link, why) &&
         node_id_read(json_get(value, "nodeId"), "n4", out->node_id, why) && peers_read(json_get(value, "peers"), out, why) &&
         allow_read(json_get(value, "allow"), out, why) && number_in(value, "n4", "t1Ms", T1_LEAST_MS, T1_MOST_MS, &out->t1_ms, why) &&
         number_in(value, "n4", "n1", 1, N1_MOST, &out->n1, why) &&
         number_in(value, "n4", "heartbeatSeconds", 0, HEARTBEAT_MOST_S, &out->heartbeat_seconds, why) &&
         number_in(value, "n4", "sessionsPerNode", 1, UPF_MOST_SESSIONS, &out->sessions_per_node, why);
}

bool prefix_has(const struct prefix *prefix, const struct address *address) {
  struct prefix masked = {*address, prefix->length};
  if (address->family != prefix->base.family) return false;
  network_of(&masked);
  return !memcmp(masked.base.bytes, prefix->base.bytes, address_size(address));
}

bool upf_n4_allows(const struct upf_n4 *n4, const struct address *peer) {
  if (!n4->bounded) return true;
  for (unsigned i = 0; i < n4->peer_count; i++)
    if (n4->peers[i].family == peer->family && !memcmp(n4->peers[i].bytes, peer->bytes, address_size(peer))) return true;
  for (unsigned i = 0; i < n4->allowed_count; i++)
    if (prefix_has(&n4->allowed[i], peer)) return true;
  return false;
}
