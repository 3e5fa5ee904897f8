/*
 * The whole agent but for sockets and eBPF: a script of messages, events, time and restarts. After each step the data path has exactly
 * the sessions of the store; after all of them, and after every node has gone, nothing is left of anything.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "buffering.h"
#include "far-ends.h"
#include "gtpu.h"
#include "nodes.h"
#include "upf-path.h"
#include "upf-script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerInitialize(int *count, char ***arguments);

static struct agent agent;
static struct agent_config config;
static char folder[64];
static uint64_t now_ns;
static uint32_t sequence;
static uint16_t echoed; /* the number of the last echo request */
static uint32_t live[PATH_SESSIONS]; /* slots in use */
static unsigned live_count;
static uint8_t asked[MESSAGE_MOST], said[MESSAGE_MOST];
static size_t asked_length, said_length;
static struct n4_peer asked_peer, said_peer;

static bool is_request(uint8_t type) { return type < 11 ? type & 1 : type != 11 && !(type & 1); }

/* What the agent sends is a whole message. */
static bool send_n4(void *context, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  struct pfcp_message message;
  struct ie ie;
  size_t used;
  bool bad = false;
  MUST(context == &agent && length <= sizeof asked && pfcp_read(bytes, length, &message, &used) == PFCP_OK && used == length);
  for (struct ies list = ies_of(&message); ie_next(&list, &ie, &bad);) continue;
  MUST(!bad);
  if (!is_request(message.type)) return true;
  memcpy(asked, bytes, length);
  asked_length = length;
  asked_peer = *to;
  return true;
}

static bool send_gtpu(void *context, uint8_t interface, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  MUST(context == &agent && interface < config.interface_count && to->port && length >= 12);
  if (bytes[1] == GTPU_ECHO_REQUEST) echoed = (uint16_t)(bytes[8] << 8 | bytes[9]);
  return true;
}

static struct dp_address v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) { return (struct dp_address){4, {a, b, c, d}}; }

static void configure(void) {
  strcpy(config.node_id, "upf.example");
  config.n4_local4 = v4(10, 4, 0, 1);
  config.t1_ms = 1000, config.n1 = 3, config.heartbeat_seconds = 60;
  config.interfaces[0] = (struct dp_interface){.link = "n3", .network_instance = "access", .side = DP_ACCESS, .local4 = v4(10, 3, 0, 1)};
  config.interfaces[1] = (struct dp_interface){.link = "n6", .network_instance = "internet", .side = DP_CORE};
  config.interfaces[2] = (struct dp_interface){.link = "n9", .network_instance = "n9", .side = DP_CORE, .local4 = v4(10, 3, 0, 2)};
  config.interface_count = 3;
  config.pool_count = 2;
  strcpy(config.pools[0].instance, "internet");
  config.pools[0].prefix = (struct dp_prefix){v4(10, 60, 0, 0), 28};
  strcpy(config.pools[1].instance, "internet");
  config.pools[1].prefix = (struct dp_prefix){{6, {0x20, 1, 0xd, 0xb8, 0, 0x60}}, 61};
  config.sessions = config.sessions_per_node = PATH_SESSIONS;
  config.buffer_session = 2, config.buffer_packets = 3, config.buffer_seconds = 5, config.echo_seconds = 60;
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
  MUST(count && arguments);
  strcpy(folder, access("/dev/shm", W_OK) ? "/tmp/upf-fuzz.XXXXXX" : "/dev/shm/upf-fuzz.XXXXXX");
  MUST(mkdtemp(folder));
  configure();
  return 0;
}

static void set_clock(void) {
  agent.now_ns = now_ns;
  agent.now_wall = 3900000000u + (uint32_t)(now_ns / 1000000000);
}

static void begin(void) {
  struct reason why;
  bool resumed;
  memset(&agent, 0, sizeof agent);
  agent.config = config;
  agent.send = send_n4;
  agent.send_gtpu = send_gtpu;
  agent.send_context = &agent;
  set_clock();
  MUST(agent_begin(&agent, folder, "", "", &resumed, &why));
}

static void say(const uint8_t *bytes, size_t length, const struct n4_peer *from) {
  uint8_t *copy = malloc(length ? length : 1);
  MUST(copy);
  if (length) memcpy(copy, bytes, length);
  agent_n4(&agent, from, copy, length);
  free(copy);
}

static struct n4_peer peer_of(struct script *script) {
  return (struct n4_peer){v4(10, 4, 0, (uint8_t)(2 + script_take(script) % 2)), 8805};
}

static void say_made(struct script *script, struct pfcp_writer *out) {
  said_peer = peer_of(script);
  said_length = pfcp_end(out);
  if (said_length) say(said, said_length, &said_peer);
}

/* One in use mostly. */
static uint32_t slot_of(struct script *script) {
  uint8_t which = script_take(script);
  return live_count && which < 240 ? live[which % live_count] : which % PATH_SESSIONS;
}

static uint64_t seid_of(struct script *script) {
  uint32_t slot = slot_of(script);
  return path_session(slot) ? path_session(slot)->seid : slot;
}

static void begin_message(struct pfcp_writer *out, uint8_t type, const uint64_t *seid) {
  pfcp_begin(out, said, sizeof said, type, seid, ++sequence);
}

static void node_message(struct script *script, uint8_t type) {
  struct pfcp_writer out;
  uint8_t how = script_take(script);
  begin_message(&out, type, NULL);
  if (type != MSG_HEARTBEAT_REQUEST) script_node(script, &out);
  if (how & 1) put_u32(&out, IE_RECOVERY_TIME_STAMP, 1 + (how >> 1 & 1));
  if (how & 4) put_bits(&out, IE_CP_FUNCTION_FEATURES, script_take(script), 1);
  if (how & 8) put_ie(&out, IE_SESSION_RETENTION_INFORMATION, "", 0);
  if (how & 16) put_ie(&out, IE_FQ_CSID, "\1\12\4\0\2\0\1", 7);
  say_made(script, &out);
}

static void establish(struct script *script) {
  struct pfcp_writer out;
  begin_message(&out, MSG_ESTABLISHMENT_REQUEST, &(const uint64_t){0});
  script_node(script, &out);
  script_fseid(script, &out);
  script_rules(script, &out, false);
  say_made(script, &out);
}

static void session_message(struct script *script, uint8_t type) {
  struct pfcp_writer out;
  const uint64_t seid = seid_of(script);
  begin_message(&out, type, &seid);
  if (type == MSG_MODIFICATION_REQUEST && script_take(script) % 8 == 0) script_fseid(script, &out);
  if (type == MSG_MODIFICATION_REQUEST) script_rules(script, &out, true);
  say_made(script, &out);
}

/* To what the agent asked last. */
static void respond_to(struct script *script) {
  static const uint8_t causes[] = {CAUSE_ACCEPTED, CAUSE_NO_SESSION, CAUSE_REJECTED, 0};
  struct pfcp_message message;
  struct pfcp_writer out;
  size_t used;
  uint8_t how = script_take(script);
  if (!asked_length || pfcp_read(asked, asked_length, &message, &used) != PFCP_OK) return;
  pfcp_begin(&out, said, sizeof said, (uint8_t)(message.type + 1), message.has_seid ? &(const uint64_t){seid_of(script)} : NULL, message.sequence);
  if (how & 4) script_node(script, &out);
  if (causes[how & 3]) put_u8(&out, IE_CAUSE, causes[how & 3]);
  if (how & 8) put_u32(&out, IE_RECOVERY_TIME_STAMP, 1 + (how >> 7));
  if (how & 16) script_bar_update(script, &out);
  if (how & 32) put_u8(&out, IE_PFCPSRRSP_FLAGS, 1);
  said_length = pfcp_end(&out);
  say(said, said_length, &asked_peer);
}

static void raw(struct script *script) {
  uint8_t bytes[256];
  size_t length = script_take(script);
  const struct n4_peer from = peer_of(script);
  for (size_t i = 0; i < length; i++) bytes[i] = script_take(script);
  say(bytes, length, &from);
}

/* Mostly whole; the last octet is cut off at times. */
static void gtpu(struct script *script) {
  uint8_t bytes[GTPU_ROOM], how = script_take(script);
  const struct dp_address far = v4(10, 3, 0, how >> 4 & 1 ? 9 : script_take(script) % 4);
  const struct n4_peer from = {far, GTPU_PORT};
  size_t length = 0;
  switch (how & 3) {
    case 0: length = gtpu_echo_request(bytes, script_take(script)); break;
    case 1: length = gtpu_echo_response(bytes, (uint16_t)(echoed - script_take(script) % 2)); break;
    case 2: length = gtpu_error_indication(bytes, script_take(script), &far); break;
    default: while (length < GTPU_ROOM) bytes[length++] = script_take(script);
  }
  far_end_message(&agent, how >> 5 & 1 ? 2 : 0, &from, bytes, length - (how >> 7));
}

static void event(struct script *script) {
  struct dp_event event = {.kind = 1 + script_take(script) % 7, .direction = 1};
  event.session = slot_of(script);
  const struct dp_session *session = path_session(event.session);
  event.generation = dp_session_generation(agent.dp, event.session) - (script_take(script) == 255);
  event.peer = v4(10, 3, 0, 9);
  event.teid = script_take(script);
  event.pdr = script_take(script) % 4;
  event.length = event.packet_length = 40;
  if (!session && event.kind != DP_EVENT_UNKNOWN_TEID) return;
  event.far = session && session->far_count ? script_take(script) % session->far_count : 0;
  event.urr = script_take(script) % DP_URRS;
  if (session && !session->far_count && (event.kind == DP_EVENT_BUFFER || event.kind == DP_EVENT_NOTIFY)) return;
  agent_event(&agent, &event);
}

static void pass_time(struct script *script) {
  if (script_take(script) == 255) agent.stopping = true, nodes_release(&agent);
  now_ns += (uint64_t)script_take(script) * (script_take(script) & 1 ? 1000000 : 1000000000);
  set_clock();
  agent_tick(&agent);
  MUST(agent_next(&agent) > now_ns);
}

static void use(struct script *script) {
  uint32_t index = slot_of(script);
  uint8_t urr = script_take(script), bytes = script_take(script);
  if (path_session(index)) path_use(index, urr, bytes & 1, bytes, now_ns);
}

static void restart(void) {
  agent_end(&agent, true);
  begin();
}

/* What the store has, the data path has, and compiled alike. */
static void check(void) {
  static struct session session;
  static struct dp_session compiled;
  struct pfcp_fault fault;
  unsigned count = 0;
  for (uint32_t i = 0; i < PATH_SESSIONS; i++) {
    const struct dp_session *known = path_session(i);
    if (!store_get(agent.store, i, &session)) {
      MUST(!known);
      continue;
    }
    live[count++] = i;
    MUST(known && compile(&session, &agent.interfaces, &compiled, &fault));
    for (unsigned k = 0; k < DP_URRS; k++) compiled.urrs[k].limits = known->urrs[k].limits;
    MUST(!memcmp(known, &compiled, sizeof compiled));
  }
  live_count = count;
  MUST(count == path_sessions() && count == store_used(agent.store));
}

static void step(struct script *script) {
  static const uint8_t others[] = {MSG_RELEASE_REQUEST, MSG_UPDATE_REQUEST, MSG_PFD_REQUEST, MSG_SET_MODIFICATION_REQUEST};
  switch (script_take(script) % 20) {
    case 0: case 1: node_message(script, MSG_SETUP_REQUEST); break;
    case 2: case 3: case 4: establish(script); break;
    case 5: case 6: case 7: session_message(script, MSG_MODIFICATION_REQUEST); break;
    case 8: session_message(script, MSG_DELETION_REQUEST); break;
    case 9: node_message(script, MSG_HEARTBEAT_REQUEST); break;
    case 10: node_message(script, others[script_take(script) % 4]); break;
    case 11: node_message(script, MSG_SET_DELETION_REQUEST); break;
    case 12: respond_to(script); break;
    case 13: script_take(script) & 1 ? gtpu(script) : raw(script); break;
    case 14: case 15: event(script); break;
    case 16: pass_time(script); break;
    case 17: use(script); break;
    case 18: script_take(script) % 16 ? path_refuse() : restart(); break;
    default: if (said_length) say(said, said_length, &said_peer); break;
  }
  check();
}

static void check_empty(void) {
  struct pool_numbers numbers[4];
  struct paths_numbers paths;
  struct transactions_numbers n4;
  uint32_t all;
  unsigned pools = pools_numbers(agent.pools, numbers, 4);
  paths_numbers(agent.paths, &paths);
  transactions_numbers(agent.n4, &n4);
  for (unsigned i = 0; i < pools; i++) MUST(!numbers[i].used4 && !numbers[i].used6);
  MUST(!path_sessions() && !store_used(agent.store) && !store_chunks(agent.store, &all) && !teids_used(agent.teids));
  MUST(!tunnels_used(agent.tunnels) && !paths.peers && !buffering_held(&agent) && !agent.pdrs);
  MUST(n4.waiting <= config.peer_count && !n4.being_answered && !n4.kept);
}

/* All nodes go, and requests that wait are given up. */
static void clear(void) {
  agent.stopping = false;
  for (uint32_t i = 0; i < STORE_NODES; i++)
    if (*store_node(agent.store, i)->id) node_forget(&agent, i, "the run ends");
  for (unsigned i = 0; i < 5; i++) {
    now_ns += 20000000000;
    set_clock();
    agent_tick(&agent);
  }
}

/* To begin costs much more than a script: an agent serves many of them, which is a test of what they leave behind. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  static unsigned runs;
  struct script script = {data, data + length};
  if (!now_ns) now_ns = 1000000000000;
  said_length = asked_length = 0;
  if (runs++ % 512 == 0) {
    if (agent.store) agent_end(&agent, false);
    path_clear();
    config.peers[0] = v4(10, 4, 0, 2);
    config.peer_count = !config.peer_count;
    begin();
  }
  check();
  for (unsigned steps = 0; script.at < script.end && steps < 256; steps++) step(&script);
  clear();
  check();
  check_empty();
  return 0;
}
