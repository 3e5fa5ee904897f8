/*
 * Downlink packets that wait until their FAR forwards (5.2.3): bounded by session, in all and by time, drained in order; and
 * when the SMF is told about them.
 */
#ifndef UPF_BUFFERING_H
#define UPF_BUFFERING_H

#include "change.h"

struct buffers *buffers_new(const struct agent_config *config);
void buffers_free(struct buffers *buffers);

/* DP_EVENT_BUFFER, DP_EVENT_NOTIFY. */
void buffering_event(struct agent *agent, const struct dp_event *event);
/* After a modification: what is to be forwarded goes, what is to be dropped is given up, the rest stays. */
void buffering_change(struct change *change);
/* Gives up all packets of a session by that name. */
void buffering_forget(struct agent *agent, uint32_t index, const char *reason);
/* The response to a downlink data report; NULL: none came. */
void buffering_told(struct agent *agent, uint32_t index, const struct pfcp_message *response);
void buffering_tick(struct agent *agent);
uint32_t buffering_held(const struct agent *agent);

#endif
