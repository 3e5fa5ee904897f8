/*
 * GTP-U signalling (TS 29.281): echo, error indication, supported extension headers, end marker. User data is the data path's. Reading
 * copies nothing and trusts nothing.
 */
#ifndef UPF_GTPU_H
#define UPF_GTPU_H

#include "datapath.h"

enum gtpu_type {
  GTPU_ECHO_REQUEST = 1,
  GTPU_ECHO_RESPONSE = 2,
  GTPU_ERROR_INDICATION = 26,
  GTPU_SUPPORTED_EXTENSIONS = 31,
  GTPU_END_MARKER = 254,
  GTPU_G_PDU = 255,
};

enum { GTPU_PORT = 2152, GTPU_ROOM = 64 /* the longest message that is written here */, GTPU_EXTENSIONS = 16 /* in a message */ };

struct gtpu_message {
  uint8_t type;
  uint32_t teid;
  bool has_sequence;
  uint16_t sequence;
  uint8_t unknown_extension; /* one that has to be understood and is not: it is to be told (7.2.3); 0: none */
  const uint8_t *body;
  size_t length;
};

enum gtpu_verdict { GTPU_OK, GTPU_TOO_SHORT, GTPU_BAD_VERSION, GTPU_BAD_LENGTH, GTPU_BAD_EXTENSION };

enum gtpu_verdict gtpu_read(const uint8_t *bytes, size_t length, struct gtpu_message *out);
/* False: a mandatory IE is missing or cut off. The peer's address is the one that packets were sent to. */
bool gtpu_error_indication_read(const struct gtpu_message *message, uint32_t *teid, struct dp_address *peer);
/* Whether the IEs of the message are whole, such as those of an echo. */
bool gtpu_body_is_whole(const struct gtpu_message *message);

/* All return the length. */
size_t gtpu_echo_request(uint8_t out[GTPU_ROOM], uint16_t sequence);
size_t gtpu_echo_response(uint8_t out[GTPU_ROOM], uint16_t sequence);
/* A G-PDU with a TEID that is not known came to `local` (7.3.1). */
size_t gtpu_error_indication(uint8_t out[GTPU_ROOM], uint32_t teid, const struct dp_address *local);
size_t gtpu_supported_extensions(uint8_t out[GTPU_ROOM], uint16_t sequence);
size_t gtpu_end_marker(uint8_t out[GTPU_ROOM], uint32_t teid);

#endif
