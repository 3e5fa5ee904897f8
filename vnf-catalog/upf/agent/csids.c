#include "csids.h"

#include "octets.h"

/* The octets of a node by its type: an IPv4 address, an IPv6 address, or MCC, MNC and a number. */
static size_t node_octets(uint8_t type) { return type == 1 ? 16 : type == 0 || type == 2 ? 4 : 0; }

static uint64_t digest_of(uint8_t type, const uint8_t *node, size_t octets, uint16_t number) {
  uint64_t digest = 0xcbf29ce484222325 ^ type;
  for (size_t i = 0; i < octets; i++) digest = (digest ^ node[i]) * 0x100000001b3;
  digest = (digest ^ number >> 8) * 0x100000001b3;
  return (digest ^ (number & 0xff)) * 0x100000001b3;
}

static bool has(const struct csids *csids, uint64_t digest) {
  for (unsigned i = 0; i < csids->count; i++)
    if (csids->digests[i] == digest) return true;
  return false;
}

bool csids_add(struct csids *csids, const struct ie *ie, struct pfcp_fault *fault) {
  struct octets in = octets_of(ie);
  uint8_t head = take8(&in), node[16] = {0};
  size_t octets = node_octets(head >> 4);
  take_bytes(&in, node, octets);
  if (!octets && !in.over) return pfcp_refuse(fault, CAUSE_MANDATORY_INCORRECT, ie->type, "FQ-CSID has a node of no known type");
  for (unsigned left = head & 0x0f; left && !in.over; left--) {
    uint64_t digest = digest_of(head >> 4, node, octets, take16(&in));
    if (in.over || has(csids, digest)) continue;
    if (csids->count == SESSION_CSIDS)
      return pfcp_refuse(fault, CAUSE_NO_RESOURCES, ie->type, "more than %d FQ-CSIDs are not kept", SESSION_CSIDS);
    csids->digests[csids->count++] = digest;
  }
  return !in.over || pfcp_refuse(fault, CAUSE_INVALID_LENGTH, ie->type, "FQ-CSID is shorter than it says");
}

bool csids_of(const struct pfcp_message *message, struct csids *out, struct pfcp_fault *fault) {
  struct ies list = ies_of(message);
  struct ie ie;
  bool bad;
  out->count = 0;
  while (ie_next(&list, &ie, &bad))
    if (ie.type == IE_FQ_CSID && !csids_add(out, &ie, fault)) return false;
  return true;
}

bool session_has_csid(const struct session *session, const struct csids *csids) {
  for (unsigned i = 0; i < session->csid_count; i++)
    if (has(csids, session->csids[i])) return true;
  return false;
}
