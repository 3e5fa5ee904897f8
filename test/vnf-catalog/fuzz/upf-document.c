/* Any octets as the UPF's document, as the role and as upfd read it; what the role accepts for FRR is rendered. */
#include "bgp.h"
#include "frr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void read_bgp(struct upf_document *document) {
  struct reason why = {""};
  const bool good = upf_bgp_read(document, &why);
  if (!good && !*why.text) abort();
  for (int i = 0; good && document->routing && i < FRR_DAEMONS; i++) free(frr_render(document->routing, frr_daemons[i]));
}

static void read_with(const uint8_t *data, size_t length, const struct links *links) {
  const struct address peer = {AF_INET, {10, 4, 0, 2}};
  struct reason why = {""};
  struct upf_document *document = upf_document_parse((const char *)data, length, links, &why);
  if (!document && !*why.text) abort(); /* refused without a reason */
  if (document) upf_n4_allows(&document->n4, &peer);
  if (document && links) read_bgp(document);
  arena_clear();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  static struct prefix own = {{AF_INET, {10, 6, 0, 1}}, 24};
  static struct link all[] = {{.name = "n4", .mtu = 1500}, {.name = "n3"}, {.name = "n6", .addresses = &own, .addressCount = 1}};
  const struct links links = {all, 3};
  read_with(data, length, &links);
  read_with(data, length, NULL);
  return 0;
}
