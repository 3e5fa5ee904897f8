/*
 * Sets of sessions (TS 29.244 8.2.45, TS 23.007 23): a control plane says with a session which of its parts, by node and number, would
 * lose it when they fail. Kept as digests of node and number, which is all that is needed to find the set again.
 */
#ifndef UPF_CSIDS_H
#define UPF_CSIDS_H

#include "pfcp.h"
#include "session.h"

struct csids {
  unsigned count;
  uint64_t digests[SESSION_CSIDS];
};

/* Adds what an FQ-CSID IE says. False with the fault: it is cut off, or says more than SESSION_CSIDS in all. */
bool csids_add(struct csids *csids, const struct ie *ie, struct pfcp_fault *fault);
/* All FQ-CSIDs of a message. */
bool csids_of(const struct pfcp_message *message, struct csids *out, struct pfcp_fault *fault);
bool session_has_csid(const struct session *session, const struct csids *csids);

#endif
