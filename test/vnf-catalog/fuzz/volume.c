/* What a guest reads of its day-0 volume: the first octets of a disk, and network-config. */
#include "links.h"
#include "volume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  char start[VOLUME_START];
  struct links links;
  struct reason why = {""};
  if (length >= sizeof start) {
    memcpy(start, data, sizeof start);
    volume_is_day0(start);
  }
  struct json *document = json_parse((const char *)data, length, &why);
  if (document) links_parse(document, &links, &why);
  arena_clear();
  return 0;
}
