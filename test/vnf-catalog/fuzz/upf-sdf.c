/* Flow descriptions. */
#include "pfcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void check_filter(const struct dp_filter *filter) {
  unsigned most = filter->family == 4 ? 32 : filter->family == 6 ? 128 : 0;
  if (filter->remote.length > most || filter->ue.length > most) __builtin_trap();
  if (filter->remote_ports.low > filter->remote_ports.high || filter->ue_ports.low > filter->ue_ports.high) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  struct dp_filter filters[DP_FILTERS];
  struct pfcp_fault fault = {.cause = 0};
  unsigned count = 0;
  if (sdf_list_parse((const char *)data, length, filters, DP_FILTERS, &count, &fault)) {
    if (!count || count > DP_FILTERS) __builtin_trap();
    for (unsigned i = 0; i < count; i++) check_filter(filters + i);
  } else if (!fault.cause || !*fault.text) {
    __builtin_trap();
  }
  sdf_text_parse((const char *)data, length, filters, &fault);
  arena_clear();
  return 0;
}
