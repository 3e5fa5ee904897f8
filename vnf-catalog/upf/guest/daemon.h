/* upfd: started by process 1, which also starts it again when it dies; the data path goes on without it. */
#ifndef BERTH_UPF_DAEMON_H
#define BERTH_UPF_DAEMON_H

#include "document.h"
#include "json.h"

/*
 * Starts it with the document, or has the running one take it. What it refuses leaves the old document in force. `known`: the
 * guest followed upfd's document until now.
 */
bool daemon_follow(const struct upf_document *wanted, bool known, struct reason *why);
/* Is this the document that it was given last? */
bool daemon_follows(const struct upf_document *wanted);
/* Its own status; NULL, with the reason, when it gives none. */
const struct json *daemon_status(struct reason *why);

#endif
