/* Session Report Requests (7.5.8): usage, downlink data, error indications. Each is sent again by T1 and N1 and then given up. */
#ifndef UPF_REPORTS_H
#define UPF_REPORTS_H

#include "agent.h"

/* One report of the URRs that have a trigger; until its response comes the session has no other one of usage. */
bool report_usage(struct agent *agent, struct session *session, const uint32_t triggers[DP_URRS]);
bool report_downlink(struct agent *agent, const struct session *session, uint16_t pdr, uint8_t qfi);
/* The peer has no tunnel with this TEID any more. */
bool report_error(struct agent *agent, const struct session *session, const struct dp_address *peer, uint32_t teid);

#endif
