/* What an earlier process left: its sessions go on, what it was in the middle of is undone. */
#ifndef UPF_RESUME_H
#define UPF_RESUME_H

#include "agent.h"

/* `kept`: the data path still has its sessions; else they are set again, with counts of 0. */
void resume(struct agent *agent, bool kept);

#endif
