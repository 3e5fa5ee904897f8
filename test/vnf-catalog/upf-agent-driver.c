/*
 * The agent without sockets and with a data path that only records, for upf-driver.ts:
 *   upf-agent-driver FOLDER SESSIONS ECHO-SECONDS
 * Lines in, each answered by lines and one with a dot:
 *   n4 ADDRESS HEX            a datagram to N4; answers and requests of the agent come as `sent ADDRESS PORT HEX`
 *   wait MS                   time passes, in steps of at most 10 ms
 *   use SEID URR WAY BYTES    a packet (WAY up or down) that the URR counts
 *   buffer SEID FAR PDR HEX   a packet that the data path gives to the agent, with a notification
 *   gtpu ADDRESS HEX [INTERFACE]  a GTP-U message to an interface, 0 by default; what is sent comes as `gtpu ADDRESS PORT HEX`
 *   teid ADDRESS TEID         a packet of an unknown tunnel
 *   refuse                    the data path refuses the next change
 *   peers ADDRESS[=NODE-ID]...  as by a reload: the SMFs with which the agent begins associations
 *   share COUNT               as by a reload: the sessions of a node
 *   deaf yes|no              events of the data path are lost
 *   die before|after          the process is killed at the next change of the data path, and another one begins
 *   again [lost]              the process is killed and another one begins; lost: the data path is, too
 *   spoil chain|node|bytes    the same, and meanwhile the file of sessions is damaged at the first slot
 *   mute yes|no               nothing can be sent
 *   stop                      SIGTERM
 *   status                    the JSON of the control socket
 *   session SEID              what the data path has: PDRs, FARs, QERs, URRs
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "far-ends.h"
#include "nodes.h"
#include "status.h"
#include "upf-record-path.h"
#include "upf-spoil.h"

static struct agent agent;
static struct agent_config config;
static const char *folder;
static uint64_t now_ns = 1000000000000ull;
static jmp_buf killed;
static bool muted;

static void print_sent(const char *what, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  char address[INET6_ADDRSTRLEN] = "";
  inet_ntop(to->address.family == 4 ? AF_INET : AF_INET6, to->address.bytes, address, sizeof address);
  printf("%s %s %u ", what, address, to->port);
  for (size_t i = 0; i < length; i++) printf("%02x", bytes[i]);
  putchar('\n');
}

static bool send_n4(void *context, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  (void)context;
  if (muted) return errno = ENETUNREACH, false;
  print_sent("sent", to, bytes, length);
  return true;
}

static bool send_gtpu(void *context, uint8_t interface, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  (void)context, (void)interface;
  if (muted) return errno = ENETUNREACH, false;
  print_sent("gtpu", to, bytes, length);
  return true;
}

static struct dp_address address_of(const char *text) {
  struct dp_address out = {strchr(text, ':') ? 6 : 4, {0}};
  if (inet_pton(out.family == 4 ? AF_INET : AF_INET6, text, out.bytes) != 1) abort();
  return out;
}

static void set_clock(void) {
  agent.now_ns = now_ns;
  agent.now_wall = 3900000000u + (uint32_t)(now_ns / 1000000000ull);
}

static void begin(void) {
  struct reason why = {""};
  bool resumed;
  memset(&agent, 0, sizeof agent);
  agent.config = config;
  agent.send = send_n4;
  agent.send_gtpu = send_gtpu;
  set_clock();
  if (!agent_begin(&agent, folder, "", "", &resumed, &why)) fprintf(stderr, "%s\n", why.text), exit(1);
}

static void configure_by_hand(uint32_t sessions, uint32_t echo_seconds) {
  strcpy(config.node_id, "upf.example");
  config.n4_local4 = address_of("10.4.0.1");
  config.bounded = true;
  config.allowed[0] = (struct dp_prefix){address_of("10.4.0.0"), 24};
  config.allowed_count = 1;
  config.t1_ms = 1000, config.n1 = 3, config.heartbeat_seconds = 60;
  config.interfaces[0] = (struct dp_interface){"n3", "access", DP_ACCESS, address_of("10.3.0.1"), {0, {0}}};
  config.interfaces[1] = (struct dp_interface){"n6", "internet", DP_CORE, address_of("10.6.0.1"), {0, {0}}};
  config.interface_count = 2;
  strcpy(config.pools[0].instance, "internet");
  config.pools[0].prefix = (struct dp_prefix){address_of("10.60.0.0"), 16};
  config.pool_count = 1;
  config.sessions = config.sessions_per_node = sessions;
  config.buffer_session = 4, config.buffer_packets = 8, config.buffer_seconds = 5;
  config.echo_seconds = echo_seconds;
}

static size_t bytes_of(const char *hex, uint8_t *out, size_t room) {
  size_t length = 0;
  for (; hex && hex[0] && hex[1] && length < room; hex += 2) out[length++] = (uint8_t)strtoul((char[]){hex[0], hex[1], 0}, NULL, 16);
  return length;
}

static void turn(void) {
  set_clock();
  dp_events(agent.dp, 64, agent_event, &agent);
  agent_tick(&agent);
}

static void wait_ms(uint64_t ms) {
  for (uint64_t end = now_ns + ms * 1000000; now_ns < end;) {
    now_ns += now_ns + 10000000 < end ? 10000000 : end - now_ns;
    turn();
  }
}

static uint32_t slot_of(const char *seid) { return store_find(agent.store, strtoull(seid, NULL, 0)); }

static void use(char **words) {
  uint32_t index = slot_of(words[1]);
  const struct dp_session *session = index == NO_INDEX ? NULL : record_session(index);
  for (uint8_t i = 0; session && i < session->urr_count; i++)
    if (session->urrs[i].id == strtoul(words[2], NULL, 10))
      record_use(index, i, !strcmp(words[3], "down"), (uint32_t)strtoul(words[4], NULL, 10), now_ns);
  turn();
}

static void buffer(char **words) {
  struct dp_event event = {.kind = DP_EVENT_BUFFER, .direction = 1, .session = slot_of(words[1])};
  const struct dp_session *session = record_session(event.session);
  for (uint8_t i = 0; session && i < session->far_count; i++)
    if (session->fars[i].id == strtoul(words[2], NULL, 10)) event.far = i;
  event.pdr = (uint16_t)strtoul(words[3], NULL, 10);
  event.length = event.packet_length = (uint16_t)bytes_of(words[4], event.bytes, sizeof event.bytes);
  record_event(&event);
  turn();
}

static void peers(char **words, unsigned count) {
  agent.config.peer_count = count - 1;
  for (unsigned i = 0; i + 1 < count; i++) {
    char *id = strchr(words[i + 1], '=');
    if (id) *id++ = 0;
    agent.config.peers[i] = address_of(words[i + 1]);
    snprintf(agent.config.peer_ids[i], sizeof agent.config.peer_ids[i], "%s", id ? id : "");
  }
}

static void end(bool lost) {
  agent_end(&agent, true);
  record.lost = lost;
  begin();
}

static void spoil(const char *what) {
  agent_end(&agent, true);
  spoil_file(folder, config.sessions, what);
  begin();
}

static void print_session(const char *seid) {
  uint32_t index = slot_of(seid);
  const struct dp_session *session = index == NO_INDEX ? NULL : record_session(index);
  if (session) printf("session %u %u %u %u\n", session->pdr_count, session->far_count, session->qer_count, session->urr_count);
  else puts("session none");
}

static void obey(char **words, unsigned count) {
  static uint8_t bytes[65536];
  struct n4_peer from = {{0, {0}}, 8805};
  if (!strcmp(words[0], "n4") && count == 3) from.address = address_of(words[1]), agent_n4(&agent, &from, bytes, bytes_of(words[2], bytes, sizeof bytes));
  else if (!strcmp(words[0], "wait") && count == 2) wait_ms(strtoull(words[1], NULL, 10));
  else if (!strcmp(words[0], "use") && count == 5) use(words);
  else if (!strcmp(words[0], "buffer") && count == 5) buffer(words);
  else if (!strcmp(words[0], "gtpu") && count >= 3) {
    from = (struct n4_peer){address_of(words[1]), 2152};
    far_end_message(&agent, words[3] ? (uint8_t)strtoul(words[3], NULL, 10) : 0, &from, bytes, bytes_of(words[2], bytes, sizeof bytes));
  } else if (!strcmp(words[0], "teid") && count == 3) {
    struct dp_event event = {.kind = DP_EVENT_UNKNOWN_TEID, .peer = address_of(words[1]), .teid = (uint32_t)strtoul(words[2], NULL, 0)};
    record_event(&event);
    turn();
  } else if (!strcmp(words[0], "refuse")) record.refusing = true;
  else if (!strcmp(words[0], "deaf") && count == 2) record.deaf = !strcmp(words[1], "yes");
  else if (!strcmp(words[0], "die") && count == 2) record.kill = &killed, record.kill_after = !strcmp(words[1], "after");
  else if (!strcmp(words[0], "peers")) peers(words, count);
  else if (!strcmp(words[0], "share") && count == 2) agent.config.sessions_per_node = (uint32_t)strtoul(words[1], NULL, 10);
  else if (!strcmp(words[0], "again")) end(count == 2);
  else if (!strcmp(words[0], "spoil") && count == 2) spoil(words[1]);
  else if (!strcmp(words[0], "mute") && count == 2) muted = !strcmp(words[1], "yes");
  else if (!strcmp(words[0], "stop")) agent.stopping = true, printf("asked %d\n", nodes_release(&agent));
  else if (!strcmp(words[0], "status")) status_write(&agent, stdout);
  else if (!strcmp(words[0], "session") && count == 2) print_session(words[1]);
  else puts("what?");
}

int main(int count, char **arguments) {
  static char line[200000];
  if (count != 4) return 2;
  folder = arguments[1];
  configure_by_hand((uint32_t)strtoul(arguments[2], NULL, 10), (uint32_t)strtoul(arguments[3], NULL, 10));
  begin();
  while (fgets(line, sizeof line, stdin)) {
    char *words[8] = {NULL}, *rest = NULL;
    unsigned n = 0;
    for (char *word = strtok_r(line, " \n", &rest); word && n < 8; word = strtok_r(NULL, " \n", &rest)) words[n++] = word;
    if (!n) continue;
    if (setjmp(killed)) end(false);
    else obey(words, n);
    puts(".");
    fflush(stdout);
  }
  agent_end(&agent, false);
  return 0;
}
