#include "agent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffering.h"
#include "endings.h"
#include "far-ends.h"
#include "nodes.h"
#include "resume.h"
#include "usage.h"

static const uint64_t look_again_ns = 1000000000ull;
enum { TEIDS_PER_SESSION = 2, ROUTES_PER_SESSION = 2, TABLE_LEAST = 64 };

void agent_log(struct agent *agent, const char *format, ...) {
  enum { A_SECOND = 10 };
  static uint64_t second;
  static unsigned said;
  va_list arguments;
  if (agent->now_ns / 1000000000ull != second) second = agent->now_ns / 1000000000ull, said = 0;
  if (said++ >= A_SECOND) {
    if (agent->counters) agent->counters->log_suppressed++;
    return;
  }
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}

static bool sent(struct agent *agent, bool done, uint64_t *failures, const char *what, const struct n4_peer *to) {
  char address[INET6_ADDRSTRLEN] = "";
  int code = errno;
  if (done) return true;
  ++*failures;
  inet_ntop(to->address.family == 4 ? AF_INET : AF_INET6, to->address.bytes, address, sizeof address);
  agent_log(agent, "%s to %s could not be sent: %s", what, address, strerror(code));
  return false;
}

bool agent_send_n4(void *context, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  struct agent *agent = context;
  return sent(agent, agent->send(agent->send_context, to, bytes, length), &agent->counters->n4_not_sent, "N4", to);
}

bool agent_send_gtpu(struct agent *agent, uint8_t interface, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  return sent(agent, agent->send_gtpu(agent->send_context, interface, to, bytes, length), &agent->counters->gtpu_not_sent, "GTP-U", to);
}

/* With another set of interfaces, or another number of sessions, places in rules mean something else. */
static size_t layout_of(const struct agent_config *config, uint8_t *out, size_t room) {
  size_t length = sizeof config->interfaces[0] * config->interface_count;
  if (length > room) length = room;
  memcpy(out, config->interfaces, length);
  return length;
}

static struct store *open_store(struct agent *agent, const char *folder, bool *resumed, struct reason *why) {
  static uint8_t layout[2048];
  size_t length = layout_of(&agent->config, layout, sizeof layout);
  const struct store_config config = {folder, agent->config.sessions, layout, length};
  return store_open(&config, resumed, why);
}

static uint32_t table(uint32_t sessions, uint32_t each) { return sessions < TABLE_LEAST ? TABLE_LEAST * each : sessions * each; }

static bool open_data_path(struct agent *agent, const char *pins, const char *object, bool resumed, bool *kept, struct reason *why) {
  struct dp_config config = {.interface_count = agent->config.interface_count, .sessions = agent->config.sessions};
  memcpy(config.interfaces, agent->config.interfaces, sizeof config.interfaces);
  config.teids = table(agent->config.sessions, TEIDS_PER_SESSION);
  config.ue_routes = table(agent->config.sessions, ROUTES_PER_SESSION);
  config.ue_mtu = (uint16_t)agent->config.ue_mtu;
  config.object = object;
  config.pins = pins;
  config.ue_link = UE_LINK;
  if (!(agent->dp = dp_open(&config, kept, why))) return false;
  if (!*kept || resumed) return true;
  /* Sessions that nobody knows any more are not to be served. */
  dp_remove(agent->dp);
  return (agent->dp = dp_open(&config, kept, why)) != NULL;
}

static bool open_pools(struct agent *agent, struct reason *why) {
  const struct agent_config *config = &agent->config;
  if (!(agent->pools = pools_new())) return refuse(why, "no memory for the pools of UE addresses");
  for (unsigned i = 0; i < config->pool_count; i++)
    if (!pools_add(agent->pools, config->pools[i].instance, &config->pools[i].prefix, why)) return false;
  for (unsigned i = 0; i < config->own_count; i++) pools_reserve(agent->pools, &config->own[i]);
  return true;
}

/*
 * Responses are kept for some seconds (N1 * T1), in which an SMF may make tens of thousands of sessions: a request that comes again
 * and whose response is gone would make another one.
 */
static bool open_tables(struct agent *agent, struct reason *why) {
  enum { REQUESTS = 1024, REQUESTS_PER_PEER = 256, ANSWERS = 65536, ANSWERS_PER_PEER = 49152, ANSWER_BYTES = 16 << 20 };
  const struct agent_config *config = &agent->config;
  const struct transactions_config n4 = {config->t1_ms, config->n1, REQUESTS, REQUESTS_PER_PEER, ANSWERS, ANSWERS_PER_PEER, ANSWER_BYTES, agent_send_n4, agent};
  agent->n4 = transactions_new(&n4, (uint32_t)agent->now_ns & 0xffffff);
  agent->teids = teids_new(table(config->sessions, TEIDS_PER_SESSION), (uint32_t)(agent->now_ns / 1000));
  agent->usage_due = deadlines_new(config->sessions);
  agent->buffer_due = deadlines_new(config->sessions);
  agent->buffers = buffers_new(config);
  agent->tunnels = tunnels_new(config->sessions);
  agent->peers = peers_new();
  agent->endings = endings_new();
  agent->reporting = calloc(config->sessions, 1);
  return (agent->n4 && agent->teids && agent->usage_due && agent->buffer_due && agent->buffers && agent->tunnels && agent->peers && agent->endings && agent->reporting && far_ends_begin(agent)) ||
         refuse(why, "no memory for %u sessions", config->sessions);
}

bool agent_begin(struct agent *agent, const char *folder, const char *pins, const char *object, bool *resumed, struct reason *why) {
  bool kept = false;
  agent->interfaces = (struct interfaces){agent->config.interfaces, agent->config.interface_count};
  if (!(agent->store = open_store(agent, folder, resumed, why))) return false;
  agent->counters = store_counters(agent->store);
  if (store_damage(agent->store)) {
    agent->counters->files_set_aside++;
    agent_log(agent, "%s: it is kept as sessions.damaged beside it, and upfd begins without sessions", store_damage(agent->store));
  }
  if (!open_data_path(agent, pins, object, *resumed, &kept, why) || !open_pools(agent, why) || !open_tables(agent, why)) return false;
  if (*resumed) resume(agent, kept);
  agent->swept = *resumed ? 0 : agent->config.sessions;
  return true;
}

void agent_end(struct agent *agent, bool keep) {
  transactions_end(agent->n4);
  teids_end(agent->teids);
  pools_end(agent->pools);
  deadlines_free(agent->usage_due);
  deadlines_free(agent->buffer_due);
  buffers_free(agent->buffers);
  tunnels_free(agent->tunnels);
  paths_end(agent->paths);
  free(agent->peers);
  free(agent->endings);
  free(agent->reporting);
  (keep ? dp_close : dp_remove)(agent->dp);
  (keep ? store_close : store_remove)(agent->store);
}

void agent_event(void *context, const struct dp_event *event) {
  struct agent *agent = context;
  bool of_session = event->kind == DP_EVENT_VOLUME || event->kind == DP_EVENT_QUOTA || event->kind == DP_EVENT_START;
  if (of_session && (event->session >= store_size(agent->store) || event->generation != dp_session_generation(agent->dp, event->session))) return;
  switch (event->kind) {
    case DP_EVENT_UNKNOWN_TEID: error_due(agent, event); break;
    case DP_EVENT_BUFFER: case DP_EVENT_NOTIFY: buffering_event(agent, event); break;
    case DP_EVENT_VOLUME: case DP_EVENT_QUOTA: case DP_EVENT_START: usage_event(agent, event); break;
    case DP_EVENT_TRACE: if (agent->traced) agent->traced(agent->traced_context, event); break;
    default: break;
  }
}

/* An event that the data path could not give away may have been a threshold's. */
static void look_for_lost_events(struct agent *agent) {
  static struct dp_totals totals;
  if (agent->swept < store_size(agent->store)) usage_sweep(agent);
  if (agent->look_ns > agent->now_ns) return;
  agent->look_ns = agent->now_ns + look_again_ns;
  if (!dp_totals_read(agent->dp, &totals) || totals.events_lost == agent->events_lost) return;
  agent_log(agent, "the data path has lost %llu events, every session is looked at", (unsigned long long)(totals.events_lost - agent->events_lost));
  agent->events_lost = totals.events_lost;
  agent->swept = 0;
}

void agent_tick(struct agent *agent) {
  look_for_lost_events(agent);
  endings_tick(agent);
  transactions_tick(agent->n4, agent->now_ns);
  nodes_tick(agent);
  paths_tick(agent->paths, agent->now_ns);
  usage_tick(agent);
  buffering_tick(agent);
}

uint64_t agent_next(const struct agent *agent) {
  if (agent->swept < store_size(agent->store) || endings_wait(agent)) return agent->now_ns;
  const uint64_t all[] = {transactions_next(agent->n4), nodes_next(agent), deadlines_next(agent->usage_due), deadlines_next(agent->buffer_due), paths_next(agent->paths), agent->look_ns};
  uint64_t next = UINT64_MAX;
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i] < next) next = all[i];
  return next;
}
