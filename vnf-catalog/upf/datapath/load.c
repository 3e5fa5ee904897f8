/* Loads the programs, with the maps of an earlier process where they fit, and attaches them by tc. */
#define _GNU_SOURCE

#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "state.h"

enum { BPFFS = (int)0xcafe4a11 };

static const char *const pinned[] = {"slots", "cells", "teids", "addresses", "prefixes", "counts", "shared", "events", "peers", "fragments"};
enum { PINNED = sizeof pinned / sizeof *pinned };
/* Filled from the others when sessions go on. */
static const char *const unpinned[] = {"near_teids", "near_addresses"};

enum { SAID = 240 };

static char said[SAID]; /* what libbpf said first; of a verifier's log, its end */
static bool said_log;

static int hear(enum libbpf_print_level level, const char *format, va_list arguments) {
  char *text;
  if (level != LIBBPF_WARN || said_log || vasprintf(&text, format, arguments) < 0) return 0;
  said_log = strstr(text, "BEGIN PROG LOAD LOG") != NULL;
  if (said_log || !said[0]) {
    char *end = said_log ? strstr(text, "processed ") : NULL;
    if (end) *end = 0;
    const size_t length = strlen(text);
    snprintf(said, sizeof said, "%.*s", SAID - 1, said_log && length >= SAID ? text + length - SAID + 1 : text);
  }
  for (char *at = said; *at; at++)
    if (*at == '\n') *at = ' ';
  free(text);
  return 0;
}

static void pin_path(const struct dp *dp, const char *map, char out[256]) { snprintf(out, 256, "%s/%s", dp->config.pins, map); }

void pins_remove(const struct dp *dp) {
  char path[256];
  for (unsigned i = 0; i < PINNED; i++) {
    pin_path(dp, pinned[i], path);
    unlink(path);
  }
  rmdir(dp->config.pins);
}

static uint32_t entries_of(const struct dp *dp, const char *map) {
  if (strcmp(map, "slots") == 0) return dp->config.sessions;
  if (strcmp(map, "cells") == 0) return dp->config.sessions * CELLS_PER_SESSION + CELLS_MORE;
  if (strcmp(map, "teids") == 0) return dp->config.teids;
  if (strcmp(map, "addresses") == 0 || strcmp(map, "prefixes") == 0) return dp->config.ue_routes;
  return 0;
}

static bool same_shape(const struct bpf_map *map, const char *path) {
  struct bpf_map_info info = {0};
  uint32_t octets = sizeof info;
  const int fd = bpf_obj_get(path);
  if (fd < 0) return false;
  const bool read = !bpf_obj_get_info_by_fd(fd, &info, &octets);
  close(fd);
  return read && info.type == bpf_map__type(map) && info.key_size == bpf_map__key_size(map) &&
         info.value_size == bpf_map__value_size(map) && info.max_entries == bpf_map__max_entries(map) &&
         info.map_flags == bpf_map__map_flags(map);
}

static uint64_t digest_of(uint64_t digest, const char *text) {
  for (; *text; text++) digest = (digest ^ (uint8_t)*text) * 0x100000001b3ULL;
  return digest * 0x100000001b3ULL;
}

/* FNV-1a over links, network instances and sides in their order. */
uint64_t interfaces_digest(const struct dp_config *config) {
  uint64_t digest = 0xcbf29ce484222325ULL;
  for (unsigned i = 0; i < config->interface_count; i++) {
    const char side[2] = {(char)('a' + config->interfaces[i].side), 0};
    digest = digest_of(digest_of(digest_of(digest, config->interfaces[i].link), config->interfaces[i].network_instance), side);
  }
  return digest;
}

static bool same_layout(const struct dp *dp) {
  char path[256];
  const uint32_t zero = 0;
  struct shared shared = {0};
  pin_path(dp, "shared", path);
  const int fd = bpf_obj_get(path);
  if (fd < 0) return false;
  const bool read = !bpf_map_lookup_elem(fd, &zero, &shared);
  close(fd);
  return read && shared.layout == DP_LAYOUT && shared.interfaces == interfaces_digest(&dp->config);
}

static bool maps_fit(const struct dp *dp) {
  char path[256];
  for (unsigned i = 0; i < PINNED; i++) {
    pin_path(dp, pinned[i], path);
    if (!same_shape(bpf_object__find_map_by_name(dp->object, pinned[i]), path)) return false;
  }
  return same_layout(dp);
}

static bool near_prepare(const struct dp *dp, struct reason *why) {
  const uint32_t places = near_places(&dp->config);
  for (unsigned i = 0; i < sizeof unpinned / sizeof *unpinned; i++) {
    struct bpf_map *map = bpf_object__find_map_by_name(dp->object, unpinned[i]);
    if (!map) return refuse(why, "%s has no map %s: it is of another version", dp->config.object, unpinned[i]);
    if (bpf_map__set_max_entries(map, places)) return refuse(why, "map %s cannot have %u entries", unpinned[i], places);
  }
  return true;
}

static bool maps_prepare(struct dp *dp, struct reason *why) {
  char path[256];
  for (unsigned i = 0; i < PINNED; i++) {
    struct bpf_map *map = bpf_object__find_map_by_name(dp->object, pinned[i]);
    const uint32_t entries = entries_of(dp, pinned[i]);
    if (!map) return refuse(why, "%s has no map %s: it is of another version", dp->config.object, pinned[i]);
    if (entries && bpf_map__set_max_entries(map, entries)) return refuse(why, "map %s cannot have %u entries", pinned[i], entries);
    pin_path(dp, pinned[i], path);
    if (bpf_map__set_pin_path(map, path)) return refuse(why, "map %s cannot be pinned at %s", pinned[i], path);
  }
  return near_prepare(dp, why);
}

static bool settings_put(struct dp *dp, const struct settings *settings, struct reason *why) {
  struct bpf_map *map = bpf_object__find_map_by_name(dp->object, ".rodata.settings");
  if (!map || bpf_map__value_size(map) != sizeof *settings || bpf_map__set_initial_value(map, settings, sizeof *settings))
    return refuse(why, "%s does not take these settings: it is of another version", dp->config.object);
  return true;
}

static bool folder_make(const struct dp *dp, struct reason *why) {
  struct statfs about;
  const char *folder = dp->config.pins;
  if (mkdir(folder, 0700) && errno != EEXIST) return refuse(why, "%s: %s", folder, strerror(errno));
  if (statfs(folder, &about)) return refuse(why, "%s: %s", folder, strerror(errno));
  if ((int)about.f_type != BPFFS) return refuse(why, "%s is not below a bpffs: mount one (type bpf) there", folder);
  return true;
}

bool programs_load(struct dp *dp, const struct settings *settings, bool *resumed, struct reason *why) {
  libbpf_set_print(hear);
  said[0] = 0;
  said_log = false;
  if (!folder_make(dp, why)) return false;
  dp->object = bpf_object__open_file(dp->config.object, NULL);
  if (!dp->object) return refuse(why, "%s: %s", dp->config.object, strerror(errno));
  if (!maps_prepare(dp, why) || !settings_put(dp, settings, why)) return false;
  *resumed = maps_fit(dp);
  if (!*resumed) {
    pins_remove(dp);
    if (!folder_make(dp, why)) return false;
  }
  if (bpf_object__load(dp->object)) return refuse(why, "the programs of %s cannot be loaded: %s (%.230s)", dp->config.object, strerror(errno), said);
  return true;
}

static struct bpf_tc_hook hook_of(unsigned link) {
  return (struct bpf_tc_hook){.sz = sizeof(struct bpf_tc_hook), .ifindex = (int)link, .attach_point = BPF_TC_INGRESS};
}

static void detach(unsigned link) {
  struct bpf_tc_hook hook = hook_of(link);
  struct bpf_tc_opts which = {.sz = sizeof which, .handle = 1, .priority = TC_PRIORITY};
  if (bpf_tc_query(&hook, &which)) return;
  which.prog_fd = 0;
  which.prog_id = 0;
  which.flags = 0;
  bpf_tc_detach(&hook, &which);
}

/* The new program takes the place of an earlier one in one step. */
static bool attach(struct dp *dp, unsigned link, const char *name, const char *program, struct reason *why) {
  struct bpf_tc_hook hook = hook_of(link);
  struct bpf_tc_opts options = {.sz = sizeof options, .handle = 1, .priority = TC_PRIORITY, .flags = BPF_TC_F_REPLACE};
  options.prog_fd = bpf_program__fd(bpf_object__find_program_by_name(dp->object, program));
  const int made = bpf_tc_hook_create(&hook);
  if (made && made != -EEXIST) return refuse(why, "no ingress hook at link %s: %s (is sch_ingress there?)", name, strerror(-made));
  const int failed = bpf_tc_attach(&hook, &options);
  return !failed || refuse(why, "the program cannot be attached to link %s: %s (is cls_bpf there?)", name, strerror(-failed));
}

static bool is_ours(const struct dp *dp, const char *link) {
  if (strcmp(link, dp->peer_link) == 0) return true;
  for (unsigned i = 0; i < dp->config.interface_count; i++)
    if (strcmp(link, dp->config.interfaces[i].link) == 0) return true;
  return false;
}

/* From links that the UPF had before and has no more. */
static void detach_others(const struct dp *dp) {
  struct if_nameindex *all = if_nameindex();
  for (struct if_nameindex *at = all; at && at->if_index; at++)
    if (!is_ours(dp, at->if_name)) detach(at->if_index);
  if (all) if_freenameindex(all);
}

bool programs_attach(struct dp *dp, struct reason *why) {
  detach_others(dp);
  for (unsigned i = 0; i < dp->config.interface_count; i++) {
    const char *link = dp->config.interfaces[i].link;
    if (!attach(dp, if_nametoindex(link), link, "upf_link", why)) return false;
  }
  return attach(dp, dp->ue_peer, dp->peer_link, "upf_ue", why);
}

void programs_detach(struct dp *dp) {
  for (unsigned i = 0; i < dp->config.interface_count; i++) detach(if_nametoindex(dp->config.interfaces[i].link));
}
