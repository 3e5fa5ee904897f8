/* N4: who may speak, which message goes where, responses. */
#ifndef UPF_N4_H
#define UPF_N4_H

#include "agent.h"

/* A request and the response that is being written. */
struct n4_request {
  struct agent *agent;
  const struct n4_peer *peer;
  const struct pfcp_message *message;
  struct pfcp_writer *out;
  uint8_t bytes[MESSAGE_MOST];
  uint8_t cause;            /* that was answered; 0: the response has none */
};

/* Begins the response. `seid`: of the peer's session, NULL for a message of nodes. */
void respond(struct n4_request *request, uint8_t type, const uint64_t *seid);
void respond_cause(struct n4_request *request, uint8_t cause);
void respond_fault(struct n4_request *request, const struct pfcp_fault *fault);
/* Whether N4 from there is listened to (n4.allow, n4.peers). */
bool n4_may_speak(const struct agent_config *config, const struct dp_address *who);
/* The Node ID of the request. False with the fault. */
bool requester(const struct n4_request *request, char id[NODE_ID], struct pfcp_fault *fault);

/* Messages of nodes (nodes.c, association.c) and of sessions (sessions.c). */
void heartbeat_request(struct n4_request *request);
void setup_request(struct n4_request *request);
void update_request(struct n4_request *request);
void release_request(struct n4_request *request);
void pfd_request(struct n4_request *request);
void set_deletion_request(struct n4_request *request);
void set_modification_request(struct n4_request *request);
void establishment_request(struct n4_request *request);
void modification_request(struct n4_request *request);
void deletion_request(struct n4_request *request);

/* Sends a request of the UPF; its sequence number is filled in. `done` is called once, with NULL when nobody answered. */
bool n4_ask(struct agent *agent, const struct n4_peer *peer, struct pfcp_writer *writer, transaction_done done, uint64_t tag);

#endif
