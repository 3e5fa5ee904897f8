#include "binding.h"

#include <arpa/inet.h>
#include <string.h>

#include "nodes.h"
#include "octets.h"

static const char *text_of(const struct dp_address *address, char out[INET6_ADDRSTRLEN]) {
  return inet_ntop(address->family == 4 ? AF_INET : AF_INET6, address->bytes, out, INET6_ADDRSTRLEN) ? out : "?";
}

static bool same(const struct dp_address *a, const struct dp_address *b) { return !memcmp(a, b, sizeof *a); }

static bool acts(const struct node *node, const struct dp_address *from) {
  bool found = same(&node->address, from);
  for (unsigned i = 0; i < NODE_ALTERNATIVES; i++) found |= node->alternatives[i].family && same(&node->alternatives[i], from);
  return found;
}

/* The document's word: `bound`, it has one about the node or the address; then whether the two belong together. */
static bool document_says(const struct agent_config *config, const struct dp_address *from, const char *id, bool *bound) {
  *bound = false;
  for (unsigned i = 0; i < config->peer_count; i++) {
    if (!*config->peer_ids[i]) continue;
    bool address = same(&config->peers[i], from), node = !strcmp(config->peer_ids[i], id);
    if (address && node) return *bound = true;
    *bound |= address || node;
  }
  return false;
}

static bool foreign(struct agent *agent, const struct n4_peer *from, const char *id, uint8_t cause, struct pfcp_fault *fault) {
  char address[INET6_ADDRSTRLEN];
  agent->counters->foreign_nodes++;
  return fault_of(fault, cause, 0, "%s does not act for the node %.60s", text_of(&from->address, address), id);
}

bool binding_find(struct agent *agent, const struct n4_peer *from, const char *id, uint32_t *place, struct pfcp_fault *fault) {
  *place = node_of_id(agent, id);
  const struct node *node = *place == NO_INDEX ? NULL : store_node(agent->store, *place);
  bool bound, said = document_says(&agent->config, &from->address, id, &bound);
  if (node && node->associated && (bound ? said : acts(node, &from->address))) return true;
  if (node && node->associated) return foreign(agent, from, id, CAUSE_NO_ASSOCIATION, fault);
  agent->counters->no_association++;
  return fault_of(fault, CAUSE_NO_ASSOCIATION, 0, "%.100s has no association", id);
}

static bool is_of_fseid(const struct fseid *cp, const struct dp_address *from) {
  return from->family == 4 ? cp->v4 && !memcmp(cp->address4, from->bytes, 4) : cp->v6 && !memcmp(cp->address6, from->bytes, 16);
}

bool binding_controls(struct agent *agent, const struct n4_peer *from, const struct session *session) {
  const struct node *node = store_node(agent->store, session->node);
  bool bound, said = document_says(&agent->config, &from->address, node->id, &bound);
  if (is_of_fseid(&session->cp, &from->address) || (bound ? said : acts(node, &from->address))) return true;
  agent->counters->foreign_nodes++;
  return false;
}

bool binding_allows(struct agent *agent, const struct n4_peer *from, const char *id, struct pfcp_fault *fault) {
  bool bound;
  if (document_says(&agent->config, &from->address, id, &bound)) return true;
  uint32_t place = bound ? NO_INDEX : node_of_id(agent, id);
  const struct node *node = place == NO_INDEX ? NULL : store_node(agent->store, place);
  if (!bound && (!node || !node->associated || acts(node, &from->address) || node_is_silent(agent, place))) return true;
  return foreign(agent, from, id, CAUSE_REJECTED, fault);
}

/* Flags, then an address of each family that they name. */
static bool read_alternative(const struct ie *ie, struct dp_address out[2], unsigned *count) {
  struct octets in = octets_of(ie);
  uint8_t flags = take8(&in);
  *count = 0;
  if (flags & 2) out[*count] = (struct dp_address){.family = 4}, take_bytes(&in, out[(*count)++].bytes, 4);
  if (flags & 1) out[*count] = (struct dp_address){.family = 6}, take_bytes(&in, out[(*count)++].bytes, 16);
  return !in.over && *count;
}

bool binding_alternatives(struct agent *agent, uint32_t place, const struct pfcp_message *message, bool first, struct pfcp_fault *fault) {
  struct dp_address all[NODE_ALTERNATIVES + 2] = {{0, {0}}};
  struct ies list = ies_of(message);
  struct ie ie;
  unsigned count = 0, more;
  bool bad, any = first;
  while (ie_next(&list, &ie, &bad)) {
    if (ie.type != IE_ALTERNATIVE_SMF_IP_ADDRESS || ie.enterprise) continue;
    if (!read_alternative(&ie, all + count, &more)) return fault_of(fault, CAUSE_MANDATORY_INCORRECT, ie.type, "an Alternative SMF IP Address has no address");
    any = true;
    if ((count += more) > NODE_ALTERNATIVES) return fault_of(fault, CAUSE_NO_RESOURCES, ie.type, "more than %d Alternative SMF IP Addresses are not kept", NODE_ALTERNATIVES);
  }
  if (any && place != NO_INDEX) memcpy(store_node(agent->store, place)->alternatives, all, sizeof store_node(agent->store, place)->alternatives);
  return true;
}

bool binding_of_session(const struct agent_config *config, const struct fseid *cp, struct n4_peer *out) {
  bool four = cp->v4 && config->n4_local4.family, six = cp->v6 && config->n4_local6.family;
  *out = (struct n4_peer){.address.family = four ? 4 : 6, .port = 8805};
  if (four) memcpy(out->address.bytes, cp->address4, 4);
  else if (six) memcpy(out->address.bytes, cp->address6, 16);
  return four || six;
}

static bool is_link_local(const struct dp_address *address) {
  return address->family == 6 && address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

bool binding_takes(const struct agent_config *config, const struct fseid *cp, struct pfcp_fault *fault) {
  char address[INET6_ADDRSTRLEN];
  struct n4_peer peer;
  if (!binding_of_session(config, cp, &peer))
    return fault_of(fault, CAUSE_MANDATORY_INCORRECT, IE_F_SEID, "the CP F-SEID has no address of a family that N4 has");
  if (is_link_local(&peer.address))
    return fault_of(fault, CAUSE_MANDATORY_INCORRECT, IE_F_SEID, "the CP F-SEID has a link-local address, which N4 does not use");
  if (n4_may_speak(config, &peer.address)) return true;
  return fault_of(fault, CAUSE_MANDATORY_INCORRECT, IE_F_SEID, "the CP F-SEID has the address %s, which may not speak N4", text_of(&peer.address, address));
}
