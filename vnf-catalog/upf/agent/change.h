/*
 * A change of a session: made on a copy, and either done whole (resources, data path, store) or not at all. There is one at a time.
 */
#ifndef UPF_CHANGE_H
#define UPF_CHANGE_H

#include "agent.h"

/* What a session holds of the tables that all sessions share. */
struct holdings {
  uint32_t teids[DP_PDRS];
  struct dp_prefix routes[2 * DP_PDRS];
  unsigned teid_count, route_count;
};

struct change {
  struct agent *agent;
  const struct n4_peer *from;         /* who wants it */
  bool is_new;
  struct session before, after;       /* before: empty for a new session */
  struct dp_session dp_before, dp_after;
  struct holdings held, taken;        /* taken: what `after` has and `before` has not */
  uint16_t chosen[DP_PDRS];           /* ids of PDRs for which a TEID or an address was chosen */
  unsigned chosen_count;
  uint32_t drobu, end_marker_fars;    /* buffered packets are dropped; bits by place in `after` */
  uint32_t updated_urrs, new_urrs;    /* bits by place */
  unsigned urr_changes[DP_URRS];      /* enum urr_present */
  uint32_t reports[DP_URRS];          /* usage report triggers, of URRs in `before` */
  struct pfcp_writer report;          /* the usage reports that change_apply wrote */
  uint8_t report_bytes[4096];
  struct pfcp_fault fault;
};

/* A new session for an SMF; NULL with the fault when all slots are taken, or the SMF's share of them. */
struct change *change_new(struct agent *agent, const struct n4_peer *from, uint32_t node, struct pfcp_fault *fault);
/* NULL: there is none in that slot. */
struct change *change_of(struct agent *agent, const struct n4_peer *from, uint32_t index);
/* Creates, updates and removes what the message says in `after`. */
bool change_read(struct change *change, const struct pfcp_message *message);
/* Chooses, compiles, and puts into force. After false nothing has changed, and the change is over. */
bool change_apply(struct change *change);
/* Whether the node may have one session more. */
bool change_within_share(struct agent *agent, uint32_t node, struct pfcp_fault *fault);
void change_cancel(struct change *change);

/* Deletes a session with all that it holds. */
bool session_end(struct agent *agent, const struct session *session);
/* Takes again what a session of an earlier process holds. */
bool session_resume(struct agent *agent, const struct session *session, struct reason *why);

#endif
