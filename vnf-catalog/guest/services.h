/*
 * Keeps the guest's daemons running. The wish is a file, one daemon per line:
 *   <name> <serial> <after> <provides> <program> <argument>...
 * Further files of the same form have the daemons of a pair (ha.h) and those of FRR.
 * `after` and `provides` are paths or "-": a daemon starts once `after` exists, and what it `provides`
 * is removed before it starts. A line that changes (the serial is there to change) restarts its daemon.
 */
#ifndef BERTH_SERVICES_H
#define BERTH_SERVICES_H

#include <stdbool.h>
#include <sys/types.h>

#define SERVICES_WISH RUN "/services"
#define SERVICES_MORE RUN "/services-ha"
#define SERVICES_FRR RUN "/services-frr"
#define SERVICES_ALIVE RUN "/alive" /* a directory: <name> holds the process id */

void services_read(void);          /* the wish changed */
int services_step(void);           /* starts what is due; milliseconds until it wants to be called again, or -1 */
void services_reaped(pid_t child); /* a process ended */
bool service_alive(const char *name);

#endif
