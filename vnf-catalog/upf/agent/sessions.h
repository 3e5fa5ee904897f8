/* PFCP sessions: establishment, modification, deletion (7.5). */
#ifndef UPF_SESSIONS_H
#define UPF_SESSIONS_H

#include "agent.h"
#include "csids.h"

/* Deletes the sessions of a node; `why` for the log. How many they were. */
uint32_t sessions_end_of(struct agent *agent, uint32_t node, const char *why);
/* Only those that belong to one of these sets; NULL: all. */
uint32_t sessions_end_set(struct agent *agent, uint32_t node, const struct csids *csids, const char *why);

#endif
