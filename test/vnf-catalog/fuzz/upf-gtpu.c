/* GTP-U messages that come up to the agent. */
#include "gtpu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  struct gtpu_message message;
  struct dp_address peer;
  uint32_t teid;
  if (gtpu_read(data, length, &message) == GTPU_OK) {
    if (message.body < data || message.body + message.length > data + length) __builtin_trap();
    if (gtpu_error_indication_read(&message, &teid, &peer) && peer.family != 4 && peer.family != 6) __builtin_trap();
    gtpu_body_is_whole(&message);
  }
  arena_clear();
  return 0;
}
