/* Any octets as the router's document; what is accepted is rendered, and its difference from nothing and back. */
#include "document.h"
#include "frr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void render_all(const struct routing *document, const struct routing *empty) {
  for (int i = 0; i < FRR_DAEMONS; i++) {
    char *with = frr_render(document, frr_daemons[i]), *without = frr_render(empty, frr_daemons[i]);
    free(frr_difference(without, with));
    free(frr_difference(with, without));
    free(with);
    free(without);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  static struct link all[] = {{.name = "west", .mtu = 1500}, {.name = "east"}};
  const struct links links = {all, 2};
  struct reason why = {""};
  const struct router *document = document_parse((const char *)data, length, &links, &why);
  if (!document && !*why.text) abort(); /* refused without a reason */
  if (document) render_all(&document->routing, &document_parse("{}", 2, &links, &why)->routing);
  arena_clear();
  return 0;
}
