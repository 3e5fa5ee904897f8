/* The day-0 volume: found by its label, read once. */
#ifndef BERTH_VOLUME_H
#define BERTH_VOLUME_H

#include "reason.h"

#define DAY0_INSTANCE RUN "/meta-data"
#define DAY0_NETWORK RUN "/network-config"
#define DAY0_CONFIGURATION RUN "/day0-user-data"

/* Copies the three files of the volume labelled `cidata` below RUN. Waits a while for slow disks. */
bool volume_read(struct reason *why);

#endif
