/* The FRR daemons: which run, with what configuration, and how that changes while they run. */
#ifndef BERTH_ROUTER_FRR_H
#define BERTH_ROUTER_FRR_H

#include "document.h"

enum { FRR_DAEMONS = 4 };
extern const char *const frr_daemons[FRR_DAEMONS];

bool frr_wanted(const struct router *router, const char *daemon);
/* The daemon's configuration file. */
char *frr_render(const struct router *router, const char *daemon);
/* The commands that turn a running `before` into `after`, one per line, for `configure terminal`. */
char *frr_difference(const char *before, const char *after);

/* Offline check of the raw part. */
bool frr_check(const struct router *router, struct reason *why);
bool frr_apply(const struct router *wanted, const struct router *before, struct reason *why);

#endif
