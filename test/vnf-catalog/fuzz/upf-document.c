/* Any octets as the UPF's document, as the role and as upfd read it. */
#include "document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void read_with(const uint8_t *data, size_t length, const struct links *links) {
  const struct address peer = {AF_INET, {10, 4, 0, 2}};
  struct reason why = {""};
  const struct upf_document *document = upf_document_parse((const char *)data, length, links, &why);
  if (!document && !*why.text) abort(); /* refused without a reason */
  if (document) upf_n4_allows(&document->n4, &peer);
  arena_clear();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  static struct link all[] = {{.name = "n4", .mtu = 1500}, {.name = "n3"}, {.name = "n6"}};
  const struct links links = {all, 3};
  read_with(data, length, &links);
  read_with(data, length, NULL);
  return 0;
}
