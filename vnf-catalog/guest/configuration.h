/* The configuration document in force: its bytes, generation and digest, and how it changes. */
#ifndef BERTH_CONFIGURATION_H
#define BERTH_CONFIGURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "links.h"
#include "reason.h"

struct configuration {
  char *text; /* NULL: none is in force */
  size_t length;
  unsigned long generation;
  char digest[72];
};

int day0_main(void);
int configure_main(const char *path);

void configuration_in_force(struct configuration *out);
/* Why the guest could not follow its day-0 volume, or NULL. */
char *configuration_failure(void);
bool configuration_settled(void); /* day 0 is over, well or badly */
/* The links of the day-0 volume; false when there are none to read. */
bool configuration_links(struct links *out, struct reason *why);

/* Until the process ends no document is applied. -1 when one is being applied. */
int configuration_lock_now(void);

#endif
