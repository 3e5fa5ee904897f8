/* Tunnels that sessions send to: whose tunnel it was, when a peer says that it has none with a TEID. */
#ifndef UPF_TUNNELS_H
#define UPF_TUNNELS_H

#include "datapath.h"

struct tunnels;

struct tunnels *tunnels_new(uint32_t sessions);
void tunnels_free(struct tunnels *tunnels);
/* The FARs of a session that have a peer. */
void tunnels_add(struct tunnels *tunnels, const struct dp_session *session);
void tunnels_remove(struct tunnels *tunnels, const struct dp_session *session);
/* Slots of sessions with a tunnel to there, at most `most`. */
unsigned tunnels_find(const struct tunnels *tunnels, const struct dp_address *peer, uint32_t teid, uint32_t *slots, unsigned most);
uint32_t tunnels_used(const struct tunnels *tunnels);

#endif
