/* The day-0 volume: found by its label, read once. */
#ifndef BERTH_VOLUME_H
#define BERTH_VOLUME_H

#include "reason.h"

#define DAY0_INSTANCE RUN "/meta-data"
#define DAY0_NETWORK RUN "/network-config"
#define DAY0_CONFIGURATION RUN "/day0-user-data"

enum { VOLUME_START = 72 }; /* octets of a volume descriptor up to the end of its label */

/* Is this an ISO 9660 primary volume descriptor whose volume identifier is `cidata`, in any case? */
bool volume_is_day0(const char start[VOLUME_START]);
/* Copies the three files of the volume labelled `cidata` below RUN. Waits a while for slow disks. */
bool volume_read(struct reason *why);

#endif
