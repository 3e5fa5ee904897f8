/* Control plane functions: associations in both directions, heartbeats, restarts, node reports (6.2). */
#ifndef UPF_NODES_H
#define UPF_NODES_H

#include "agent.h"

struct peers *peers_new(void);

/* The place in the store; NO_INDEX: unknown. */
uint32_t node_of_id(struct agent *agent, const char *id);
uint32_t node_of_address(struct agent *agent, const struct dp_address *address);
/* The last heartbeat had no response. */
bool node_is_silent(const struct agent *agent, uint32_t place);
unsigned nodes_associated(struct agent *agent);

/* An association as it was told: a known node's old one is overwritten. NO_INDEX: all places are taken. */
uint32_t node_associate(struct agent *agent, const char *id, const struct n4_peer *peer, uint32_t recovery, uint32_t features);
/* The association and all sessions of the node go. */
void node_forget(struct agent *agent, uint32_t place, const char *why);
/* A recovery time stamp that is not the known one: the node has restarted and knows its sessions no more (6.2.2). */
void node_recovery(struct agent *agent, uint32_t place, uint32_t recovery);

/* Heartbeats and associations that the UPF begins. */
void nodes_tick(struct agent *agent);
uint64_t nodes_next(const struct agent *agent);
/* Asks every node to release its association; false: there is none. */
bool nodes_release(struct agent *agent);
/* User plane path failure or recovery of a GTP-U peer, to every node. */
void nodes_report_path(struct agent *agent, const struct dp_address *peer, bool failed);

/* Octets of what works (8.2.25); the response of an association has them. */
void put_features(struct pfcp_writer *out);

#endif
