/* The status as the control socket says it: numbers as the guest contract has them. */
#ifndef UPF_STATUS_H
#define UPF_STATUS_H

#include <stdio.h>

#include "agent.h"

void status_write(struct agent *agent, FILE *out);

#endif
