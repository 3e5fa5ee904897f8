/*
 * Sessions that end together: those of a node or of a set. They are marked at once, so that no message finds them any more, and are
 * taken away in slices between which everybody else is served. The answer to the request that wanted it waits for the last one: an SMF
 * that has it can use the addresses again.
 */
#ifndef UPF_ENDINGS_H
#define UPF_ENDINGS_H

#include "agent.h"
#include "csids.h"

struct endings *endings_new(void);

/* Ends the sessions of a node, with `csids` only those that belong to one of these sets; `why` for the log. How many they are. */
uint32_t endings_begin(struct agent *agent, uint32_t node, const struct csids *csids, const char *why);
/* Some are left, or an answer waits for them. */
bool endings_wait(const struct agent *agent);
/* One slice. */
void endings_tick(struct agent *agent);
/* Keeps an answer until then; false: there is no reason to, or no room, and it is to be sent now. */
bool endings_hold(struct agent *agent, const struct n4_peer *to, uint32_t sequence, const uint8_t *bytes, size_t length);

#endif
