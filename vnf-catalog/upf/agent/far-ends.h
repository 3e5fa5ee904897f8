/*
 * The far ends of tunnels: GTP-U signalling with them (TS 29.281), error indications sent for packets of unknown tunnels and heeded
 * when a peer knows a tunnel no more, supervision of paths.
 */
#ifndef UPF_FAR_ENDS_H
#define UPF_FAR_ENDS_H

#include "agent.h"

/* DP_EVENT_UNKNOWN_TEID: a few in a second are sent, the rest is counted. */
void error_due(struct agent *agent, const struct dp_event *event);
/* From a peer: the sessions with a tunnel to there, by that interface, are reported to their SMFs. */
void error_heeded(struct agent *agent, uint8_t interface, const struct dp_address *peer, uint32_t teid);

/* A GTP-U message other than a G-PDU that came to the address of an interface. */
void far_end_message(struct agent *agent, uint8_t interface, const struct n4_peer *from, const uint8_t *bytes, size_t length);

bool far_ends_begin(struct agent *agent);
/* The tunnels and peers that the FARs of a session lead to. */
void far_ends_add(struct agent *agent, const struct dp_session *session);
void far_ends_remove(struct agent *agent, const struct dp_session *session);

#endif
