/* Opens and closes the data path. */
#include "datapath.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "state.h"

static void *map_memory(const struct dp *dp, const char *name, size_t *octets, struct reason *why) {
  struct bpf_map *map = bpf_object__find_map_by_name(dp->object, name);
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), value = (bpf_map__value_size(map) + 7) & ~7ULL;
  *octets = (value * bpf_map__max_entries(map) + page - 1) / page * page;
  void *at = mmap(NULL, *octets, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
  if (at != MAP_FAILED) return at;
  refuse(why, "map %s: %s", name, strerror(errno));
  return NULL;
}

static int map_fd(const struct dp *dp, const char *name) { return bpf_object__find_map_fd_by_name(dp->object, name); }

static bool maps_open(struct dp *dp, bool resumed, struct reason *why) {
  size_t octets;
  dp->teids = map_fd(dp, "teids");
  dp->addresses = map_fd(dp, "addresses");
  dp->prefixes = map_fd(dp, "prefixes");
  dp->counts = map_fd(dp, "counts");
  dp->cpus = libbpf_num_possible_cpus();
  if (dp->cpus < 1) return refuse(why, "the number of CPUs is not known: %s", strerror(-dp->cpus));
  dp->of_cpus = calloc((size_t)dp->cpus, sizeof *dp->of_cpus);
  dp->slots = map_memory(dp, "slots", &dp->slots_octets, why);
  dp->shared = dp->slots ? map_memory(dp, "shared", &octets, why) : NULL;
  dp->near_teids = dp->shared ? map_memory(dp, "near_teids", &dp->near_octets, why) : NULL;
  dp->near_addresses = dp->near_teids ? map_memory(dp, "near_addresses", &dp->near_octets, why) : NULL;
  void *cells = dp->near_addresses ? map_memory(dp, "cells", &dp->cells_octets, why) : NULL;
  if (!cells) return false;
  if (!dp->of_cpus || !cells_begin(&dp->cells, cells, dp->config.sessions * CELLS_PER_SESSION + CELLS_MORE))
    return refuse(why, "no memory for a table of %u sessions", dp->config.sessions);
  dp->shared->layout = DP_LAYOUT;
  dp->shared->interfaces = interfaces_digest(&dp->config);
  if (!events_begin(dp, map_fd(dp, "events"))) return refuse(why, "the ring of events: %s", strerror(errno));
  return !resumed || tables_resume(dp, why);
}

static void face_put(struct face *face, const struct dp_interface *from) {
  face->link = if_nametoindex(from->link);
  face->side = from->side;
  face->has4 = from->local4.family == 4;
  face->has6 = from->local6.family == 6;
  memcpy(face->local4, from->local4.bytes, sizeof face->local4);
  memcpy(face->local6, from->local6.bytes, sizeof face->local6);
}

/* The largest inner packet that every way to the UEs takes. */
static unsigned way_mtu(const struct dp_config *config) {
  unsigned least = 65535;
  for (unsigned i = 0; i < config->interface_count; i++) {
    const struct dp_interface *at = &config->interfaces[i];
    const unsigned mtu = device_mtu(at->link), headers = (at->local6.family ? 40 : 20) + 8 + 16;
    if (at->side == DP_ACCESS && mtu > headers && mtu - headers < least) least = mtu - headers;
  }
  return config->ue_mtu ? config->ue_mtu : least;
}

static bool config_check(const struct dp_config *config, struct reason *why) {
  if (config->interface_count == 0 || config->interface_count > DP_INTERFACES)
    return refuse(why, "%u interfaces, where 1 to %u are possible", config->interface_count, DP_INTERFACES);
  if (!config->sessions || !config->teids || !config->ue_routes) return refuse(why, "a table for no session, TEID or UE route");
  if (config->sessions > (CELL_LIMIT - CELLS_MORE) / CELLS_PER_SESSION)
    return refuse(why, "%u sessions are more than the %u that the data path takes", config->sessions, (CELL_LIMIT - CELLS_MORE) / CELLS_PER_SESSION);
  for (unsigned i = 0; i < config->interface_count; i++)
    if (!if_nametoindex(config->interfaces[i].link)) return refuse(why, "there is no link %s", config->interfaces[i].link);
  return true;
}

/* GRO would make segments that are cut again at once; on the tunnels' side it does nothing for GTP-U. */
static bool links_prepare(const struct dp *dp, struct reason *why) {
  static const char *const receiving[] = {"rx-gro", "rx-lro", NULL};
  for (unsigned i = 0; i < dp->config.interface_count; i++) {
    const struct dp_interface *at = &dp->config.interfaces[i];
    if (at->side != DP_ACCESS && !features_set(at->link, receiving, false, why)) return false;
  }
  return true;
}

static bool settings_make(struct dp *dp, struct settings *settings, struct reason *why) {
  static const uint8_t address[6] = {2, 'U', 'P', 'F', 0, 1};
  const unsigned mtu = way_mtu(&dp->config);
  if (!devices_make(dp, (uint16_t)mtu, why) || !links_prepare(dp, why)) return false;
  settings->face_count = dp->config.interface_count;
  for (unsigned i = 0; i < dp->config.interface_count; i++) face_put(&settings->faces[i], &dp->config.interfaces[i]);
  settings->ue_link = dp->ue_link;
  settings->near_mask = near_places(&dp->config) - 1;
  settings->ue_mtu = (uint16_t)mtu;
  memcpy(settings->ue_address, address, sizeof address);
  return true;
}

static bool sockets_open(struct dp *dp, struct reason *why) {
  dp->packets = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  dp->raw4 = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
  dp->raw6 = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
  if (dp->packets < 0 || dp->raw4 < 0) return refuse(why, "sockets for packets: %s", strerror(errno));
  return true;
}

static void release(struct dp *dp) {
  if (dp->ring) ring_buffer__free(dp->ring);
  if (dp->slots) munmap(dp->slots, dp->slots_octets);
  if (dp->cells.all) munmap(dp->cells.all, dp->cells_octets);
  if (dp->near_teids) munmap(dp->near_teids, dp->near_octets);
  if (dp->near_addresses) munmap(dp->near_addresses, dp->near_octets);
  if (dp->shared) munmap(dp->shared, sizeof *dp->shared);
  cells_end(&dp->cells);
  free(dp->of_cpus);
  if (dp->object) bpf_object__close(dp->object);
  for (unsigned i = 0; i < 3; i++) {
    const int fd = (int[]){dp->packets, dp->raw4, dp->raw6}[i];
    if (fd >= 0) close(fd);
  }
  free(dp);
}

struct dp *dp_open(const struct dp_config *config, bool *resumed, struct reason *why) {
  struct settings settings = {0};
  if (!config_check(config, why)) return NULL;
  struct dp *dp = calloc(1, sizeof *dp);
  if (!dp) {
    refuse(why, "no memory");
    return NULL;
  }
  dp->config = *config;
  dp->packets = dp->raw4 = dp->raw6 = -1;
  if (settings_make(dp, &settings, why) && programs_load(dp, &settings, resumed, why) && maps_open(dp, *resumed, why) &&
      sockets_open(dp, why) && programs_attach(dp, why))
    return dp;
  release(dp);
  return NULL;
}

void dp_close(struct dp *dp) { release(dp); }

void dp_remove(struct dp *dp) {
  programs_detach(dp);
  devices_remove(dp);
  pins_remove(dp);
  release(dp);
}
