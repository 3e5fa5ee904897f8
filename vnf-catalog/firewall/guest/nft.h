/* What the kernel's nf_tables holds: scripts go in through nft, counters come out over netlink. */
#ifndef BERTH_FIREWALL_NFT_H
#define BERTH_FIREWALL_NFT_H

#include <stdint.h>

#include "reason.h"

/* One transaction: all of the script, or nothing of it. */
bool nft_load(const char *script, struct reason *why);
bool nft_load_file(const char *path, struct reason *why);

struct counter {
  char *name;
  uint64_t packets, bytes;
};

struct counters {
  struct counter *all; /* by name */
  unsigned count;
};

/* Every named counter of the table; none, and false, when there is no such table. */
bool counters_read(struct counters *out);
/* Zeros for a counter that is not there. */
struct counter counter_named(const struct counters *in, const char *name);
bool counter_exists(const struct counters *in, const char *name);

#endif
