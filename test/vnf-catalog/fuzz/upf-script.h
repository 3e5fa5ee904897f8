/* PFCP messages by choices of the fuzzer: whole ones mostly, with small ids, so that rules find each other. */
#ifndef UPF_SCRIPT_H
#define UPF_SCRIPT_H

#include "pfcp.h"

struct script {
  const uint8_t *at, *end;
};

/* 0 beyond the end. */
static inline uint8_t script_take(struct script *script) { return script->at < script->end ? *script->at++ : 0; }

void script_node(struct script *script, struct pfcp_writer *out);
void script_fseid(struct script *script, struct pfcp_writer *out);
/* Some rules to create (and with `update` to update, remove and query). */
void script_rules(struct script *script, struct pfcp_writer *out, bool update);
void script_bar_update(struct script *script, struct pfcp_writer *out);

#endif
