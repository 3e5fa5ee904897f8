/*
 * The control socket: one line in, JSON out, closed. `status`; `reload FILE`; `trace SEID|UE-ADDRESS COUNT`, which goes on until that
 * many packets came or for a minute; `stop`, as SIGTERM; `leave`, which ends the process and leaves everything in place.
 */
#ifndef UPF_CONTROL_H
#define UPF_CONTROL_H

#include "agent.h"

struct control;

enum control_wish { CONTROL_NOTHING, CONTROL_STOP, CONTROL_LEAVE };

struct control *control_open(struct agent *agent, const char *path, struct reason *why);
void control_close(struct control *control);
/* For epoll: all that the control waits for becomes readable there. */
int control_fd(const struct control *control);
enum control_wish control_turn(struct control *control);
/* When a trace ends for lack of packets. */
uint64_t control_next(const struct control *control);

#endif
