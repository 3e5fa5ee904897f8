#include "gtpu.h"

#include <string.h>

#include "octets.h"

enum {
  FLAG_EXTENSION = 4, FLAG_SEQUENCE = 2, FLAG_NUMBER = 1, HEADER = 8, LONG_HEADER = 12,
  IE_RECOVERY = 14, IE_TEID_I = 16, IE_PEER_ADDRESS = 133, IE_EXTENSION_TYPES = 141,
  EXTENSION_UDP_PORT = 0x40, EXTENSION_PDU_SESSION = 0x85, EXTENSION_PDCP_NUMBER = 0xc0,
};

/* The two highest bits of a type say who has to understand it (5.2.1): 2 and 3 an endpoint, which the UPF is. */
static bool is_unknown(uint8_t type) {
  return type >= 0x80 && type != EXTENSION_PDU_SESSION && type != EXTENSION_PDCP_NUMBER;
}

/* The chain of extension headers: each says its length in units of 4 octets first and the type of the next one last. */
static enum gtpu_verdict extensions_read(struct octets *in, uint8_t type, struct gtpu_message *out) {
  for (unsigned i = 0; type; i++) {
    size_t left = (size_t)(in->end - in->at), length = left ? in->at[0] * 4u : 0;
    if (i == GTPU_EXTENSIONS || !length || length > left) return GTPU_BAD_EXTENSION;
    if (is_unknown(type) && !out->unknown_extension) out->unknown_extension = type;
    type = in->at[length - 1];
    in->at += length;
  }
  return GTPU_OK;
}

enum gtpu_verdict gtpu_read(const uint8_t *bytes, size_t length, struct gtpu_message *out) {
  memset(out, 0, sizeof *out);
  if (length < HEADER) return GTPU_TOO_SHORT;
  uint8_t flags = bytes[0];
  size_t total = HEADER + (size_t)get16(bytes + 2);
  out->type = bytes[1];
  out->teid = get32(bytes + 4);
  if (flags >> 4 != 3) return GTPU_BAD_VERSION;
  if (total > length) return GTPU_BAD_LENGTH;
  struct octets in = {bytes + HEADER, bytes + total, false};
  if (flags & (FLAG_EXTENSION | FLAG_SEQUENCE | FLAG_NUMBER)) {
    if (total < LONG_HEADER) return GTPU_BAD_LENGTH;
    out->has_sequence = flags & FLAG_SEQUENCE;
    out->sequence = out->has_sequence ? get16(bytes + 8) : 0;
    in.at = bytes + LONG_HEADER;
    enum gtpu_verdict verdict = flags & FLAG_EXTENSION ? extensions_read(&in, bytes[11], out) : GTPU_OK;
    if (verdict != GTPU_OK) return verdict;
  }
  out->body = in.at;
  out->length = (size_t)(in.end - in.at);
  return GTPU_OK;
}

/* The value of the next IE (clause 8): types below 128 have a fixed length, which has to be known. */
static bool ie_take(struct octets *in, uint8_t *type, struct octets *value) {
  *type = take8(in);
  size_t length = *type == IE_RECOVERY ? 1 : *type == IE_TEID_I ? 4 : *type == IE_EXTENSION_TYPES ? take8(in) : take16(in);
  if ((*type < 128 && *type != IE_RECOVERY && *type != IE_TEID_I) || in->over || length > (size_t)(in->end - in->at)) return false;
  *value = (struct octets){in->at, in->at + length, false};
  in->at += length;
  return true;
}

bool gtpu_body_is_whole(const struct gtpu_message *message) {
  struct octets in = {message->body, message->body + message->length, false}, value;
  uint8_t type;
  while (in.at < in.end)
    if (!ie_take(&in, &type, &value)) return false;
  return true;
}

bool gtpu_error_indication_read(const struct gtpu_message *message, uint32_t *teid, struct dp_address *peer) {
  struct octets in = {message->body, message->body + message->length, false}, value;
  bool has_teid = false;
  uint8_t type;
  memset(peer, 0, sizeof *peer);
  while (in.at < in.end) {
    if (!ie_take(&in, &type, &value)) return false;
    size_t length = (size_t)(value.end - value.at);
    if (type == IE_TEID_I && !has_teid) *teid = take32(&value), has_teid = true;
    if (type != IE_PEER_ADDRESS || peer->family) continue;
    if (length != 4 && length != 16) return false;
    peer->family = length == 4 ? 4 : 6;
    take_bytes(&value, peer->bytes, length);
  }
  return has_teid && peer->family;
}

/* Signalling has a sequence number and TEID 0 (5.1), an end marker the tunnel's. */
static size_t message_put(uint8_t *out, uint8_t type, uint32_t teid, const uint16_t *sequence, const uint8_t *body, size_t length) {
  size_t header = sequence ? LONG_HEADER : HEADER, after = header - HEADER + length;
  const uint8_t head[LONG_HEADER] = {
    0x30 | (sequence ? FLAG_SEQUENCE : 0), type, (uint8_t)(after >> 8), (uint8_t)after,
    (uint8_t)(teid >> 24), (uint8_t)(teid >> 16), (uint8_t)(teid >> 8), (uint8_t)teid,
    sequence ? (uint8_t)(*sequence >> 8) : 0, sequence ? (uint8_t)*sequence : 0,
  };
  memcpy(out, head, header);
  if (length) memcpy(out + header, body, length);
  return header + length;
}

size_t gtpu_echo_request(uint8_t out[GTPU_ROOM], uint16_t sequence) {
  return message_put(out, GTPU_ECHO_REQUEST, 0, &sequence, NULL, 0);
}

/* The restart counter is always 0 (7.2.2). */
size_t gtpu_echo_response(uint8_t out[GTPU_ROOM], uint16_t sequence) {
  return message_put(out, GTPU_ECHO_RESPONSE, 0, &sequence, (const uint8_t[]){IE_RECOVERY, 0}, 2);
}

size_t gtpu_error_indication(uint8_t out[GTPU_ROOM], uint32_t teid, const struct dp_address *local) {
  uint8_t octets = local->family == 4 ? 4 : 16;
  uint8_t body[8 + 16] = {IE_TEID_I, (uint8_t)(teid >> 24), (uint8_t)(teid >> 16), (uint8_t)(teid >> 8), (uint8_t)teid, IE_PEER_ADDRESS, 0, octets};
  memcpy(body + 8, local->bytes, octets);
  return message_put(out, GTPU_ERROR_INDICATION, 0, &(const uint16_t){0}, body, 8u + octets);
}

size_t gtpu_supported_extensions(uint8_t out[GTPU_ROOM], uint16_t sequence) {
  const uint8_t body[] = {IE_EXTENSION_TYPES, 1, EXTENSION_PDU_SESSION};
  return message_put(out, GTPU_SUPPORTED_EXTENSIONS, 0, &sequence, body, sizeof body);
}

size_t gtpu_end_marker(uint8_t out[GTPU_ROOM], uint32_t teid) { return message_put(out, GTPU_END_MARKER, teid, NULL, NULL, 0); }
