/*
 * Which address acts for which Node ID. An association is bound to the address it was made from, and to the further ones that
 * its SMF told (Alternative SMF IP Address, 8.2.142): whoever may speak N4 does so for itself alone. The document can bind a Node ID to
 * addresses beforehand (n4.peers[].nodeId).
 */
#ifndef UPF_BINDING_H
#define UPF_BINDING_H

#include "n4.h"

/* The place of the node that a request names, when it has an association and the sender acts for it. */
bool binding_find(struct agent *agent, const struct n4_peer *from, const char *id, uint32_t *place, struct pfcp_fault *fault);
/* Whether the sender may change or end a session: it acts for the session's node, or the CP F-SEID that this node gave has its address. */
bool binding_controls(struct agent *agent, const struct n4_peer *from, const struct session *session);
/* Whether the sender may have an association as that node. One that does not answer any more may come back from elsewhere. */
bool binding_allows(struct agent *agent, const struct n4_peer *from, const char *id, struct pfcp_fault *fault);
/* What a message says of further addresses, when it says anything; `first`: none otherwise. */
bool binding_alternatives(struct agent *agent, uint32_t place, const struct pfcp_message *message, bool first, struct pfcp_fault *fault);

/* Where the UPF asks about a session of this CP F-SEID: an address of a family that N4 has, IPv4 before IPv6. False: none. */
bool binding_of_session(const struct agent_config *config, const struct fseid *cp, struct n4_peer *out);
/* A CP F-SEID that is to be used: it has an address to which the UPF can speak, of somebody who may speak N4. */
bool binding_takes(const struct agent_config *config, const struct fseid *cp, struct pfcp_fault *fault);

#endif
