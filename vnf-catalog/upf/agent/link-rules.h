#ifndef UPF_LINK_RULES_H
#define UPF_LINK_RULES_H

#include "agent.h"

/* Closes the links as said in link-rules.c; rules of an earlier document go. They stay when upfd ends, in whatever way. */
bool link_rules_follow(const struct agent_config *config, struct reason *why);

#endif
