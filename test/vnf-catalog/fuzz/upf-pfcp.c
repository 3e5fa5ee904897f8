/* PFCP messages as a peer may send them: the reader, and every parser on every group in them, however deep. */
#include "octets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void rules_of(const struct ie *ie) {
  struct pfcp_fault fault = {.cause = 0};
  struct fseid fseid;
  char name[256];
  uint32_t id;
  for (int update = 0; update < 2; update++) {
    struct pdr_rule pdr;
    struct far_rule far;
    struct qer_rule qer;
    struct urr_rule urr;
    struct bar_rule bar;
    if (pdr_parse(ie, update, &pdr, &fault) && (pdr.sdf_count > DP_FILTERS || pdr.qfi_count > DP_QFIS)) __builtin_trap();
    far_parse(ie, update, &far, &fault);
    qer_parse(ie, update, &qer, &fault);
    if (urr_parse(ie, update, &urr, &fault) && urr.linked_count > RULE_LINKED) __builtin_trap();
    bar_parse(ie, update, &bar, &fault);
  }
  if (!rule_id_parse(ie, &id, &fault) && !fault.cause) __builtin_trap();
  fseid_parse(ie, &fseid);
  if (node_id_parse(ie, name) && !*name) __builtin_trap();
}

/* What was refused can be said. */
static void fault_of(const struct ie *ie) {
  uint8_t bytes[64];
  struct pfcp_writer out;
  struct pfcp_fault fault = {.cause = 0};
  struct pdr_rule pdr;
  if (pdr_parse(ie, false, &pdr, &fault)) return;
  if (!fault.cause || !*fault.text) __builtin_trap();
  pfcp_begin(&out, bytes, sizeof bytes, MSG_ESTABLISHMENT_RESPONSE, NULL, 1);
  put_fault(&out, &fault);
  if (!pfcp_end(&out)) __builtin_trap();
}

static void list_walk(struct ies list, unsigned depth) {
  struct ie ie;
  bool bad;
  while (ie_next(&list, &ie, &bad)) {
    rules_of(&ie);
    fault_of(&ie);
    if (depth < 4) list_walk(ies_within(&ie), depth + 1);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  struct pfcp_message message;
  size_t used, at = 0;
  uint8_t cause;
  while (at < length && pfcp_read(data + at, length - at, &message, &used) == PFCP_OK) {
    if (!used || used > length - at) __builtin_trap();
    cause_parse(ies_of(&message), &cause);
    list_walk(ies_of(&message), 0);
    at += used;
  }
  if (length) {
    struct ie group = {.type = data[0], .value = data + 1, .length = (uint16_t)(length - 1 > UINT16_MAX ? UINT16_MAX : length - 1)};
    rules_of(&group);
    fault_of(&group);
  }
  arena_clear();
  return 0;
}
