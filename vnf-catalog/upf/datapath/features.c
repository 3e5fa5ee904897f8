/* Offloads of a link, by their names (ethtool). */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "state.h"

enum { FEATURES = 256, BLOCKS = FEATURES / 32 };

struct names {
  struct ethtool_gstrings head;
  char text[FEATURES][ETH_GSTRING_LEN];
};

static bool ask(const char *link, void *what) {
  struct ifreq request = {0};
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", link);
  request.ifr_data = what;
  const int failed = fd < 0 || ioctl(fd, SIOCETHTOOL, &request) < 0 ? errno : 0;
  if (fd >= 0) close(fd);
  errno = failed;
  return !failed;
}

static uint32_t feature_count(const char *link) {
  struct {
    struct ethtool_sset_info head;
    uint32_t count;
  } info = {.head = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES}};
  return ask(link, &info) && info.head.sset_mask && info.count <= FEATURES ? info.count : 0;
}

static struct names *feature_names(const char *link, uint32_t *count) {
  struct names *names = calloc(1, sizeof *names);
  *count = feature_count(link);
  if (names) names->head = (struct ethtool_gstrings){.cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES, .len = *count};
  if (names && *count && ask(link, names)) return names;
  free(names);
  return NULL;
}

static bool begins(const char *name, const char *const *prefixes) {
  for (; *prefixes; prefixes++)
    if (strncmp(name, *prefixes, strlen(*prefixes)) == 0) return true;
  return false;
}

struct changes {
  struct ethtool_sfeatures head;
  struct ethtool_set_features_block blocks[BLOCKS];
};

struct states {
  struct ethtool_gfeatures head;
  struct ethtool_get_features_block blocks[BLOCKS];
};

static bool read_states(const char *link, uint32_t count, struct states *out) {
  *out = (struct states){.head = {.cmd = ETHTOOL_GFEATURES, .size = (count + 31) / 32}};
  return ask(link, out);
}

bool features_set(const char *link, const char *const *prefixes, bool on, struct reason *why) {
  uint32_t count;
  struct states states;
  struct names *names = feature_names(link, &count);
  struct changes changes = {.head = {.cmd = ETHTOOL_SFEATURES, .size = (count + 31) / 32}};
  if (!names || !read_states(link, count, &states)) {
    const int failed = errno;
    free(names);
    return refuse(why, "the offloads of %s cannot be read: %s", link, strerror(failed));
  }
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t block = i / 32, bit = 1u << i % 32;
    if (!begins(names->text[i], prefixes) || !(states.blocks[block].available & bit & ~states.blocks[block].never_changed)) continue;
    changes.blocks[block].valid |= bit;
    if (on) changes.blocks[block].requested |= bit;
  }
  free(names);
  return ask(link, &changes) || refuse(why, "the offloads of %s cannot be set: %s", link, strerror(errno));
}
