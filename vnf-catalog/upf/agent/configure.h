/* From the document and the addresses of the links to what the agent works with; and what of it may change while it runs. */
#ifndef UPF_CONFIGURE_H
#define UPF_CONFIGURE_H

#include "agent.h"

bool configure(const char *path, struct agent_config *out, struct reason *why);
/* Takes over what can change at run time; refuses the rest by its name, and changes nothing then. */
bool reconfigure(struct agent *agent, const char *path, struct reason *why);

#endif
