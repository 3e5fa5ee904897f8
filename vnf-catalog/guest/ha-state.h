/* What a member's processes know of one another, below RUN. */
#ifndef BERTH_HA_STATE_H
#define BERTH_HA_STATE_H

#include "ha.h"

#define CONNTRACKD_CONF RUN "/conntrackd.conf"
#define VRRP_FIFO RUN "/vrrp.fifo"

enum vrrp_state { VRRP_BACKUP, VRRP_MASTER, VRRP_FAULT };

struct ha_state {
  enum vrrp_state now;
  unsigned long transitions;
};

/* In fault, before keepalived has said anything. */
struct ha_state ha_state_read(void);

#endif
