#include "paths.h"

#include <stdlib.h>
#include <string.h>

struct path {
  struct path *chain;
  struct dp_address peer;
  uint64_t asked_ns, due_ns;
  uint32_t uses;
  uint16_t sequence;
  uint8_t interface;
  unsigned unanswered;
  bool failed, asking;
};

enum { BUCKETS = 256 };

struct paths {
  struct paths_config config;
  struct paths_numbers numbers;
  struct path *buckets[BUCKETS];
  uint16_t sequence;
};

struct paths *paths_new(const struct paths_config *config) {
  bool sound = !config->echo_s || (config->t3_ms && config->n3);
  struct paths *paths = sound ? calloc(1, sizeof *paths) : NULL;
  if (paths) paths->config = *config;
  return paths;
}

void paths_end(struct paths *paths) {
  for (unsigned i = 0; paths && i < BUCKETS; i++)
    while (paths->buckets[i]) {
      struct path *next = paths->buckets[i]->chain;
      free(paths->buckets[i]);
      paths->buckets[i] = next;
    }
  free(paths);
}

static size_t address_octets(const struct dp_address *address) { return address->family == 4 ? 4 : 16; }

/* Where the pointer to a peer's path is, or would be. */
static struct path **place_of(struct paths *paths, uint8_t interface, const struct dp_address *peer) {
  uint32_t hash = interface;
  for (size_t i = 0; i < address_octets(peer); i++) hash = (hash ^ peer->bytes[i]) * 0x01000193;
  struct path **at = &paths->buckets[(hash ^ hash >> 16) % BUCKETS];
  for (; *at; at = &(*at)->chain) {
    struct path *path = *at;
    if (path->interface == interface && path->peer.family == peer->family && !memcmp(path->peer.bytes, peer->bytes, address_octets(peer))) break;
  }
  return at;
}

/* The first request comes soon: a peer that is wrong from the start is told before long. */
bool paths_use(struct paths *paths, uint8_t interface, const struct dp_address *peer, uint64_t now_ns) {
  struct path **at = place_of(paths, interface, peer);
  if (*at) {
    (*at)->uses++;
    return true;
  }
  struct path *path = paths->numbers.peers < paths->config.most ? calloc(1, sizeof *path) : NULL;
  if (!path) {
    paths->numbers.unsupervised++;
    return false;
  }
  *path = (struct path){.peer = *peer, .interface = interface, .uses = 1, .due_ns = now_ns + 1000000000ull};
  *at = path;
  paths->numbers.peers++;
  return true;
}

bool paths_unuse(struct paths *paths, uint8_t interface, const struct dp_address *peer) {
  struct path **at = place_of(paths, interface, peer), *path = *at;
  if (!path) return false;
  if (--path->uses) return true;
  *at = path->chain;
  paths->numbers.peers--;
  if (path->failed) paths->numbers.failed--;
  free(path);
  return true;
}

static void path_set(struct paths *paths, struct path *path, bool failed) {
  const struct dp_address peer = path->peer;
  uint8_t interface = path->interface;
  if (path->failed == failed) return;
  path->failed = failed;
  paths->numbers.failed += failed ? 1 : -1u;
  *(failed ? &paths->numbers.failures : &paths->numbers.recoveries) += 1;
  if (paths->config.changed) paths->config.changed(paths->config.context, interface, &peer, failed);
}

bool paths_answer(struct paths *paths, uint8_t interface, const struct dp_address *peer, uint16_t sequence) {
  struct path *path = *place_of(paths, interface, peer);
  if (!path || !path->asking || path->sequence != sequence) return false;
  paths->numbers.answered++;
  path->asking = false;
  path->unanswered = 0;
  path->due_ns = path->asked_ns + paths->config.echo_s * 1000000000ull;
  path_set(paths, path, false);
  return true;
}

static void path_ask(struct paths *paths, struct path *path, uint64_t now_ns) {
  if (path->asking) path->unanswered++;
  bool failed = path->unanswered >= paths->config.n3;
  path->asking = true;
  path->sequence = ++paths->sequence;
  path->asked_ns = now_ns;
  /* One that has failed is asked as seldom as one that is well. */
  path->due_ns = now_ns + (path->failed || failed ? paths->config.echo_s * 1000000000ull : paths->config.t3_ms * 1000000ull);
  if (failed) path->unanswered = paths->config.n3;
  paths->numbers.asked++;
  paths->config.echo(paths->config.context, path->interface, &path->peer, path->sequence);
  if (failed) path_set(paths, path, true);
}

/* What is told of a change may take paths away: the bucket is looked through anew. */
static bool bucket_tick(struct paths *paths, struct path *path, uint64_t now_ns) {
  for (; path; path = path->chain) {
    if (path->due_ns > now_ns) continue;
    path_ask(paths, path, now_ns);
    return true;
  }
  return false;
}

void paths_tick(struct paths *paths, uint64_t now_ns) {
  for (unsigned i = 0; paths->config.echo_s && i < BUCKETS; i++)
    while (bucket_tick(paths, paths->buckets[i], now_ns)) continue;
}

uint64_t paths_next(const struct paths *paths) {
  uint64_t next = UINT64_MAX;
  for (unsigned i = 0; paths->config.echo_s && i < BUCKETS; i++)
    for (const struct path *path = paths->buckets[i]; path; path = path->chain)
      if (path->due_ns < next) next = path->due_ns;
  return next;
}

void paths_numbers(const struct paths *paths, struct paths_numbers *out) { *out = paths->numbers; }
