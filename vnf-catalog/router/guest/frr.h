/* The FRR daemons: which run, with what configuration, and how that changes while they run. */
#ifndef BERTH_ROUTER_FRR_H
#define BERTH_ROUTER_FRR_H

#include <stdio.h>

#include "document.h"

enum { FRR_DAEMONS = 6 };
extern const char *const frr_daemons[FRR_DAEMONS];

bool frr_wanted(const struct router *router, const char *daemon);
/* The daemon's configuration file. */
char *frr_render(const struct router *router, const char *daemon);
/* The commands that turn a running `before` into `after`, one per line, for `configure terminal`. */
char *frr_difference(const char *before, const char *after);

void render_policy(const struct router *router, FILE *out);
void render_bgp(const struct router *router, FILE *out);
void render_ospf(const struct ospf *ospf, FILE *out);
void render_ospf6(const struct ospf *ospf, FILE *out);
void render_bfd(const struct router *router, FILE *out);
/* The name of the profile that has these intervals. */
void write_profile_name(FILE *out, const struct bfd *bfd);

/* Offline check of the raw part. */
bool frr_check(const struct router *router, struct reason *why);
bool frr_apply(const struct router *wanted, const struct router *before, struct reason *why);

#endif
