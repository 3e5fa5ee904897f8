/*
 * Two VNFCs that share addresses: one of them, the master, has all of them at a time. keepalived decides by VRRP
 * (RFC 5798, version 3) which one. There is one election for all links, on the first one that has shared addresses:
 * an election for each link could end differently on each when priorities are equal. It is lost with any such link
 * that has no carrier, and with a document that is not in force.
 *
 *   keepalived --FIFO--> vnf vrrp-follow   writes the state that `vnf status` tells, runs conntrackd's commands
 *              --script-> vnf ha-check     may this member be master?
 */
#ifndef BERTH_HA_H
#define BERTH_HA_H

#include "links.h"

#define HA_SYNC_GROUP "224.0.0.50" /* of the local network, so that no switch filters it */
enum { HA_SYNC_PORT = 3780 };

struct ha {
  bool on; /* day 0 gives shared addresses */
  unsigned routerId, advertisementMs, priority;
  bool preempt;
  const struct link *election; /* where VRRP is spoken */
  const struct link *sync;     /* where conntrackd speaks; NULL: the role keeps no states */
  const struct links *links;   /* of day 0 */
};

/* `keepsStates`: the document may name the link `sync`. `value` is the member `ha` of the document, or NULL. */
bool ha_document(const struct json *value, const struct links *day0, bool keepsStates, struct ha *out, struct reason *why);

const struct prefix *ha_vip(const struct ha *ha, const char *link, int family); /* the first one, or NULL */

char *ha_render_keepalived(const struct ha *ha);
char *ha_render_conntrackd(const struct ha *ha, unsigned entries);

/* To be called last: what the daemons find is the document in force. `entries` of connection tracking. */
bool ha_apply(const struct ha *ha, unsigned entries, struct reason *why);
bool ha_healthy(const struct ha *ha, struct reason *why);
/* Each begins with a comma, and with nothing in it when there is no peer. */
void ha_counters(const struct ha *ha, FILE *out);
void ha_gauges(const struct ha *ha, FILE *out);
/* Begins with `comma`. */
void ha_daemons(const struct ha *ha, const char *comma, FILE *out);

int ha_follow_main(void);
int ha_check_main(void);

#endif
