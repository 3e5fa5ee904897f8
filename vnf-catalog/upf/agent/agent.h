/* The agent's parts, as each of them finds the others. One process, one thread. */
#ifndef UPF_AGENT_H
#define UPF_AGENT_H

#include "compile.h"
#include "counters.h"
#include "datapath.h"
#include "deadlines.h"
#include "paths.h"
#include "pool.h"
#include "store.h"
#include "teids.h"
#include "transactions.h"
#include "tunnels.h"

enum { AGENT_PEERS = 8, AGENT_ALLOWED = 64, MESSAGE_MOST = 8192, MESSAGES_MOST = 64 /* of a datagram (BUNDL) */ };

/* The link that the kernel routes UE addresses to. */
#define UE_LINK "upf0"

struct agent_pool {
  char instance[NI_LENGTH];
  struct dp_prefix prefix;
};

struct agent_config {
  char node_id[NODE_ID];                  /* an address or a name */
  char n4_link[16];
  struct dp_address n4_local4, n4_local6; /* where N4 is received, and what F-SEIDs have; family 0: none */
  struct dp_address peers[AGENT_PEERS];   /* SMFs with which the UPF begins the association */
  char peer_ids[AGENT_PEERS][NODE_ID];    /* their Node IDs, which are then bound to these addresses; empty: not known */
  unsigned peer_count;
  struct dp_prefix allowed[AGENT_ALLOWED];
  unsigned allowed_count;
  bool bounded;                           /* only `allowed` and `peers` may speak N4 */
  unsigned t1_ms, n1, heartbeat_seconds;
  struct dp_interface interfaces[DP_INTERFACES]; /* their addresses: where GTP-U is spoken */
  unsigned interface_count;
  struct dp_address own[2 * DP_INTERFACES];      /* all addresses of these links */
  unsigned own_count;
  struct agent_pool pools[POOL_PREFIXES];
  unsigned pool_count;
  uint32_t sessions, sessions_per_node;
  unsigned ue_mtu;
  unsigned buffer_session, buffer_packets, buffer_seconds;
  unsigned echo_seconds;
};

/* A report of usage waits for its response; one could not be sent, and is tried again a second later. */
enum reporting { REPORT_WAITS = 1, REPORT_DELAYED = 2 };

struct buffers;
struct endings;
struct peers;

struct agent {
  struct agent_config config;
  struct interfaces interfaces;
  struct store *store;
  struct counters *counters;
  struct dp *dp;
  struct transactions *n4;
  struct teids *teids;
  struct pools *pools;
  struct deadlines *usage_due, *buffer_due;   /* by session */
  struct buffers *buffers;
  struct tunnels *tunnels;
  struct paths *paths;
  struct peers *peers;
  struct endings *endings;
  uint8_t *reporting;                         /* by session: 0, or enum reporting */
  uint64_t events_lost, look_ns;              /* of the data path, as last seen, and when to look again */
  uint32_t swept;                             /* slots below are looked at already, after events were lost */
  uint64_t now_ns;                            /* CLOCK_MONOTONIC, of this turn of the loop */
  uint32_t now_wall;                          /* seconds since 1900 */
  uint32_t pdrs;                              /* of all sessions */
  bool stopping;
  void (*traced)(void *context, const struct dp_event *event);
  void *traced_context;
  /* A GTP-U message from the interface's own address. False with errno, as `send`. */
  bool (*send_gtpu)(void *context, uint8_t interface, const struct n4_peer *to, const uint8_t *bytes, size_t length);
  bool (*send)(void *context, const struct n4_peer *peer, const uint8_t *bytes, size_t length);
  void *send_context;
};

/* Everything but sockets. `resumed`: sessions of an earlier process go on. */
bool agent_begin(struct agent *agent, const char *folder, const char *pins, const char *object, bool *resumed, struct reason *why);
void agent_end(struct agent *agent, bool keep);

/* A datagram that came to the N4 socket. */
void agent_n4(struct agent *agent, const struct n4_peer *peer, const uint8_t *bytes, size_t length);
/* What is due by `agent->now_ns`, and when the next is. */
void agent_tick(struct agent *agent);
uint64_t agent_next(const struct agent *agent);
void agent_event(void *agent, const struct dp_event *event);

/* What could not be sent is counted, and said. `agent` is the agent; as transactions have it. */
bool agent_send_n4(void *agent, const struct n4_peer *to, const uint8_t *bytes, size_t length);
bool agent_send_gtpu(struct agent *agent, uint8_t interface, const struct n4_peer *to, const uint8_t *bytes, size_t length);

/* One sentence to the log; of the same kind at most a few in a second. */
void agent_log(struct agent *agent, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
