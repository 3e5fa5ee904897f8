/* upfd's control socket: one line there, JSON back. */
#ifndef BERTH_UPF_CONTROL_H
#define BERTH_UPF_CONTROL_H

#include <stddef.h>

#include "files.h"
#include "reason.h"

#define UPF_SOCKET RUN "/upf.sock"

/* The answer, with a NUL after it; NULL, with the reason, when there is none within `limit_ms`. */
char *control_ask(const char *line, unsigned limit_ms, size_t *length, struct reason *why);

#endif
