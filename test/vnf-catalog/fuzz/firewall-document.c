/* Any octets as the firewall's document; what is accepted is rendered, searched for shadows, and replaced by itself. */
#include "parts.h"
#include "render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  static struct link all[] = {{.name = "west", .mtu = 1500}, {.name = "east"}};
  const struct links links = {all, 2};
  struct reason why = {""};
  const struct firewall *document = document_parse((const char *)data, length, &links, &why);
  if (!document && !*why.text) abort(); /* refused without a reason */
  if (document) {
    free(ruleset_render(document, NULL));
    free(ruleset_render(document, document));
    for (unsigned i = 0; i < document->ruleCount; i++) shadow_of(document, i);
  }
  arena_clear();
  return 0;
}
