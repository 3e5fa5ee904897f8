/* The FRR daemons: which run, with what configuration, and how that changes while they run. */
#ifndef BERTH_FRR_FRR_H
#define BERTH_FRR_FRR_H

#include <stdio.h>

#include "routing.h"

enum { FRR_DAEMONS = 6 };
extern const char *const frr_daemons[FRR_DAEMONS];

bool frr_wanted(const struct routing *routing, const char *daemon);
/* The daemon's configuration file. */
char *frr_render(const struct routing *routing, const char *daemon);
/* The commands that turn a running `before` into `after`, one per line, for `configure terminal`. */
char *frr_difference(const char *before, const char *after);

void render_policy(const struct routing *routing, FILE *out);
void render_bgp(const struct routing *routing, FILE *out);
void render_ospf(const struct ospf *ospf, FILE *out);
void render_ospf6(const struct ospf *ospf, FILE *out);
void render_bfd(const struct routing *routing, FILE *out);
/* The name of the profile that has these intervals. */
void write_profile_name(FILE *out, const struct bfd *bfd);

/* Offline check of the raw part. */
bool frr_check(const struct routing *routing, struct reason *why);
/* `before` NULL: not known, and everything is set anew. */
bool frr_apply(const struct routing *wanted, const struct routing *before, struct reason *why);
/* Do all daemons run that it takes? */
bool frr_healthy(const struct routing *wanted, struct reason *why);
/* The daemons as members of `daemons` in the status, the first one after `comma`. Were there any? */
bool frr_tell(const struct routing *wanted, const char *comma, FILE *out);

#endif
