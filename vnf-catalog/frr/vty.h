/*
 * An FRR daemon's own command socket, which vtysh uses too: a command ended by NUL goes in; text,
 * three NULs and a result octet come out. Milliseconds, where a vtysh process costs a second.
 */
#ifndef BERTH_FRR_VTY_H
#define BERTH_FRR_VTY_H

int vty_open(const char *daemon, int timeoutMs); /* a descriptor in enable mode, or -1 */
/* The answer as text, or NULL when the daemon does not answer. `code` is 0 for success. */
char *vty_ask(int fd, const char *command, int *code);

#endif
