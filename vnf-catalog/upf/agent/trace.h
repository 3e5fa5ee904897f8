/* What a traced packet met, for `vnf trace`. */
#ifndef UPF_TRACE_H
#define UPF_TRACE_H

#include "agent.h"

/* The slot of a SEID (decimal, or hexadecimal with 0x) or of a UE address; NO_INDEX: there is none. */
uint32_t trace_whom(struct agent *agent, const char *whom);
/* One line of JSON. */
size_t trace_text(struct agent *agent, const struct dp_event *event, char *out, size_t room);

#endif
