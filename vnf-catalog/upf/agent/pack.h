/* A session as bytes: fields without the unused parts of its arrays, in the order of the machine. */
#ifndef UPF_PACK_H
#define UPF_PACK_H

#include "session.h"

enum { PACK_MOST = 24576 };

/* The length; 0 when it does not fit into `size`. */
size_t session_pack(const struct session *session, uint8_t *bytes, size_t size);
/* False when the bytes are not what session_pack wrote. `index`, `seid` and `node` are the caller's to fill in. */
bool session_unpack(const uint8_t *bytes, size_t length, struct session *out);
/* Of what session_pack wrote only the begin, with the F-SEID and the sets of the session. */
bool session_unpack_sets(const uint8_t *bytes, size_t length, struct session *out);

#endif
