/* TEIDs and UE addresses of sessions: chosen, taken, given back. */
#ifndef UPF_RESOURCES_H
#define UPF_RESOURCES_H

#include "change.h"

void holdings_of(const struct session *session, struct holdings *out);
/* Fills in what the PDRs of `after` want to have chosen. False with the fault. */
bool resources_choose(struct change *change);
/* Takes what `after` has beyond `before`. False with the fault; nothing is taken then. */
bool resources_take(struct change *change);
/* Gives back what resources_take took. */
void resources_undo(struct change *change);
/* Gives back what `before` had and `after` has no more. */
void resources_release(struct change *change);
bool holdings_take(struct agent *agent, const struct holdings *holdings);
void holdings_free(struct agent *agent, const struct holdings *holdings);

#endif
