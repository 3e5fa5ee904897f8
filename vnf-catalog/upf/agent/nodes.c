#include "nodes.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"
#include "endings.h"
#include "numbers.h"

static const uint64_t second = 1000000000ull;
enum { ASK_AGAIN_SECONDS = 5 };

struct peers {
  uint64_t heartbeat_ns[STORE_NODES];   /* the next one; 0: not set yet */
  bool silent[STORE_NODES];             /* the last heartbeat had no response */
  uint64_t ask_ns[AGENT_PEERS];         /* the next attempt to begin an association */
  bool asking[AGENT_PEERS];
  struct dp_address asked[AGENT_PEERS]; /* a reload may put another one into the place meanwhile */
};

struct peers *peers_new(void) { return calloc(1, sizeof(struct peers)); }

uint32_t node_of_id(struct agent *agent, const char *id) {
  for (uint32_t i = 0; i < STORE_NODES; i++)
    if (*id && !strcmp(store_node(agent->store, i)->id, id)) return i;
  return NO_INDEX;
}

uint32_t node_of_address(struct agent *agent, const struct dp_address *address) {
  for (uint32_t i = 0; i < STORE_NODES; i++) {
    const struct node *node = store_node(agent->store, i);
    if (*node->id && !memcmp(&node->address, address, sizeof *address)) return i;
  }
  return NO_INDEX;
}

bool node_is_silent(const struct agent *agent, uint32_t place) { return agent->peers->silent[place]; }

unsigned nodes_associated(struct agent *agent) {
  unsigned count = 0;
  for (uint32_t i = 0; i < STORE_NODES; i++) count += store_node(agent->store, i)->associated;
  return count;
}

/*
 * SMFs may come with another Node ID each time they start. One that does not answer and has no sessions loses nothing: should it come
 * back, it is told that it has no association.
 */
static uint32_t silent_place(struct agent *agent) {
  for (uint32_t i = 0; i < STORE_NODES; i++) {
    if (!agent->peers->silent[i] || store_owned(agent->store, i)) continue;
    agent_log(agent, "%.200s is silent and has no sessions: another node takes its place", store_node(agent->store, i)->id);
    node_forget(agent, i, "another node takes its place");
    return i;
  }
  return NO_INDEX;
}

static uint32_t free_place(struct agent *agent) {
  for (uint32_t i = 0; i < STORE_NODES; i++)
    if (!*store_node(agent->store, i)->id) return i;
  return silent_place(agent);
}

uint32_t node_associate(struct agent *agent, const char *id, const struct n4_peer *peer, uint32_t recovery, uint32_t features) {
  uint32_t place = node_of_id(agent, id);
  if (place == NO_INDEX) place = free_place(agent);
  if (place == NO_INDEX) return place;
  struct node *node = store_node(agent->store, place);
  strncpy(node->id, id, sizeof node->id - 1);
  node->address = peer->address;
  node->recovery = recovery;
  node->features = features;
  node->associated = true;
  agent->peers->silent[place] = false;
  agent->peers->heartbeat_ns[place] = agent->now_ns + agent->config.heartbeat_seconds * second;
  return place;
}

void node_forget(struct agent *agent, uint32_t place, const char *why) {
  struct node *node = store_node(agent->store, place);
  endings_begin(agent, place, NULL, why);
  const struct dp_address address = node->address;
  node->associated = false;
  memset(node, 0, sizeof *node);
  if (node_of_address(agent, &address) == NO_INDEX) transactions_forget(agent->n4, &address);
}

void node_recovery(struct agent *agent, uint32_t place, uint32_t recovery) {
  struct node *node = store_node(agent->store, place);
  if (node->recovery == recovery) return;
  agent->counters->sessions_lost_to_restart += endings_begin(agent, place, NULL, "its SMF has restarted");
  memset(node, 0, sizeof *node);
}

static uint32_t recovery_of(const struct pfcp_message *message) {
  struct ie ie;
  if (!ie_find(ies_of(message), IE_RECOVERY_TIME_STAMP, &ie) || ie.length < 4) return 0;
  return (uint32_t)ie.value[0] << 24 | (uint32_t)ie.value[1] << 16 | (uint32_t)ie.value[2] << 8 | ie.value[3];
}

/* The place may be another node's by now, or the node may have restarted: the recovery time stamp that it had tells. */
static uint64_t heartbeat_tag(const struct node *node, uint32_t place) { return (uint64_t)node->recovery << 32 | place; }

static void heartbeat_done(void *context, uint64_t tag, const struct pfcp_message *response) {
  struct agent *agent = context;
  uint32_t place = (uint32_t)tag;
  struct node *node = store_node(agent->store, place);
  if (!*node->id || tag != heartbeat_tag(node, place)) return;
  bool silent = !response;
  if (silent && !agent->peers->silent[place]) agent_log(agent, "%.200s does not answer heartbeats", node->id);
  if (silent) agent->counters->timeouts[MSG_HEARTBEAT_REQUEST]++;
  agent->peers->silent[place] = silent;
  if (response && recovery_of(response)) node_recovery(agent, place, recovery_of(response));
}

static struct n4_peer peer_of(const struct node *node) { return (struct n4_peer){node->address, 8805}; }

static void heartbeat(struct agent *agent, uint32_t place) {
  uint8_t bytes[64];
  struct pfcp_writer out;
  struct n4_peer peer = peer_of(store_node(agent->store, place));
  pfcp_begin(&out, bytes, sizeof bytes, MSG_HEARTBEAT_REQUEST, NULL, 0);
  put_u32(&out, IE_RECOVERY_TIME_STAMP, store_recovery(agent->store));
  n4_ask(agent, &peer, &out, heartbeat_done, heartbeat_tag(store_node(agent->store, place), place));
}

static void setup_done(void *context, uint64_t which, const struct pfcp_message *response) {
  struct agent *agent = context;
  char id[NODE_ID];
  struct ie ie;
  uint8_t cause = 0;
  agent->peers->asking[which] = false;
  if (!response) agent->counters->timeouts[MSG_SETUP_REQUEST]++;
  if (!response || memcmp(&agent->config.peers[which], &agent->peers->asked[which], sizeof agent->config.peers[which])) return;
  if (!cause_parse(ies_of(response), &cause) || cause != CAUSE_ACCEPTED || !recovery_of(response) || !ie_find(ies_of(response), IE_NODE_ID, &ie) || !node_id_parse(&ie, id)) {
    agent_log(agent, "an SMF refuses the association by cause %u", cause);
    return;
  }
  struct n4_peer peer = {agent->config.peers[which], 8805};
  struct pfcp_fault fault;
  if (!binding_allows(agent, &peer, id, &fault) || !binding_alternatives(agent, NO_INDEX, response, true, &fault)) {
    agent_log(agent, "an association that the UPF began is not made: %s", fault.text);
    return;
  }
  uint32_t place = node_of_id(agent, id);
  if (place != NO_INDEX) node_recovery(agent, place, recovery_of(response));
  place = node_associate(agent, id, &peer, recovery_of(response), 0);
  if (place == NO_INDEX) agent_log(agent, "an association that the UPF began is not made: all %d places of nodes are taken", STORE_NODES);
  else binding_alternatives(agent, place, response, true, &fault);
}

static void ask_association(struct agent *agent, unsigned which) {
  uint8_t bytes[512];
  struct pfcp_writer out;
  struct n4_peer peer = {agent->config.peers[which], 8805};
  pfcp_begin(&out, bytes, sizeof bytes, MSG_SETUP_REQUEST, NULL, 0);
  put_node_id(&out, agent->config.node_id);
  put_u32(&out, IE_RECOVERY_TIME_STAMP, store_recovery(agent->store));
  put_features(&out);
  agent->peers->asked[which] = peer.address;
  agent->peers->asking[which] = n4_ask(agent, &peer, &out, setup_done, which);
}

static bool is_associated(struct agent *agent, const struct dp_address *address) {
  uint32_t place = node_of_address(agent, address);
  return place != NO_INDEX && store_node(agent->store, place)->associated;
}

void nodes_tick(struct agent *agent) {
  struct peers *peers = agent->peers;
  uint64_t now = agent->now_ns;
  for (uint32_t i = 0; agent->config.heartbeat_seconds && i < STORE_NODES; i++) {
    if (!store_node(agent->store, i)->associated || peers->heartbeat_ns[i] > now) continue;
    if (peers->heartbeat_ns[i]) heartbeat(agent, i);
    peers->heartbeat_ns[i] = now + agent->config.heartbeat_seconds * second;
  }
  for (unsigned i = 0; !agent->stopping && i < agent->config.peer_count; i++) {
    if (peers->asking[i] || peers->ask_ns[i] > now) continue;
    peers->ask_ns[i] = now + ASK_AGAIN_SECONDS * second;
    if (!is_associated(agent, &agent->config.peers[i])) ask_association(agent, i);
  }
}

uint64_t nodes_next(const struct agent *agent) {
  uint64_t next = UINT64_MAX;
  for (uint32_t i = 0; agent->config.heartbeat_seconds && i < STORE_NODES; i++)
    if (store_node(agent->store, i)->associated && agent->peers->heartbeat_ns[i] < next) next = agent->peers->heartbeat_ns[i];
  for (unsigned i = 0; !agent->stopping && i < agent->config.peer_count; i++)
    if (!agent->peers->asking[i] && agent->peers->ask_ns[i] < next) next = agent->peers->ask_ns[i];
  return next;
}

static void told(void *context, uint64_t type, const struct pfcp_message *response) {
  struct agent *agent = context;
  if (!response && type < N4_TYPES) agent->counters->timeouts[type]++;
}

/* The UPF cannot release an association by itself: it asks for it (6.2.8.3), and says how long it goes on. */
bool nodes_release(struct agent *agent) {
  bool any = false;
  for (uint32_t i = 0; i < STORE_NODES; i++) {
    uint8_t bytes[512];
    struct pfcp_writer out;
    const struct node *node = store_node(agent->store, i);
    if (!node->associated) continue;
    struct n4_peer peer = peer_of(node);
    pfcp_begin(&out, bytes, sizeof bytes, MSG_UPDATE_REQUEST, NULL, 0);
    put_node_id(&out, agent->config.node_id);
    put_u8(&out, IE_RELEASE_REQUEST_FLAGS, RELEASE_SARR);
    any |= n4_ask(agent, &peer, &out, told, MSG_UPDATE_REQUEST);
  }
  return any;
}

static void put_path_report(struct pfcp_writer *out, const struct dp_address *peer, bool failed) {
  uint8_t value[17] = {peer->family == 4 ? 2 : 1};
  size_t length = peer->family == 4 ? 4 : 16;
  memcpy(value + 1, peer->bytes, length);
  put_u8(out, IE_NODE_REPORT_TYPE, failed ? NODE_REPORT_UPFR : NODE_REPORT_UPRR);
  size_t group = put_group(out, failed ? IE_USER_PLANE_PATH_FAILURE_REPORT : IE_USER_PLANE_PATH_RECOVERY_REPORT);
  put_ie(out, IE_REMOTE_GTPU_PEER, value, length + 1);
  end_group(out, group);
}

void nodes_report_path(struct agent *agent, const struct dp_address *path, bool failed) {
  (failed ? agent->counters->path_failures++ : agent->counters->path_recoveries++);
  for (uint32_t i = 0; i < STORE_NODES; i++) {
    uint8_t bytes[512];
    struct pfcp_writer out;
    const struct node *node = store_node(agent->store, i);
    if (!node->associated) continue;
    struct n4_peer peer = peer_of(node);
    pfcp_begin(&out, bytes, sizeof bytes, MSG_NODE_REPORT_REQUEST, NULL, 0);
    put_node_id(&out, agent->config.node_id);
    put_path_report(&out, path, failed);
    n4_ask(agent, &peer, &out, told, MSG_NODE_REPORT_REQUEST);
  }
}
