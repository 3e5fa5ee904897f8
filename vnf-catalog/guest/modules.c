#include "modules.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"

enum { MOST_DEVICES = 256 };

struct rule {
  char *pattern, *paths;
  bool used;
};

static struct rule *rules;
static unsigned ruleCount;
static char *devices[MOST_DEVICES];
static unsigned deviceCount;

static void load(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  bool done = fd >= 0 && syscall(SYS_finit_module, fd, "", 0) == 0;
  if (!done && errno != EEXIST && errno != ENODEV) /* ENODEV: an algorithm that this processor cannot do */
    printf("berth: module %s: %s\n", path, strerror(errno));
  if (fd >= 0) close(fd);
}

/* There are as many as the modules have aliases: a few hundred for every family of network cards. */
static void add_rule(char *pattern, char *paths) {
  struct rule *more = realloc(rules, (ruleCount + 1) * sizeof *rules);
  if (!more) {
    printf("berth: no memory for the module rule %s\n", pattern);
    return;
  }
  rules = more;
  rules[ruleCount++] = (struct rule){.pattern = pattern, .paths = paths ? paths : ""};
}

static void read_rules(char *text, bool boots) {
  char *line, *rest = text;
  while ((line = strsep(&rest, "\n"))) {
    char *verb = strsep(&line, " ");
    if (!strcmp(verb, "load") && line) {
      if (boots) load(line);
    } else if (!strcmp(verb, "for") && line) {
      char *pattern = strsep(&line, " ");
      add_rule(pattern, line);
    }
  }
}

static void note_device(const char *bus, const char *device) {
  char path[600], *text;
  snprintf(path, sizeof path, "/sys/bus/%s/devices/%s/modalias", bus, device);
  text = read_file(path, NULL);
  if (!text) return;
  if (deviceCount == MOST_DEVICES) {
    printf("berth: no room to look at the device %s of bus %s\n", device, bus);
    return;
  }
  text[strcspn(text, "\n")] = 0;
  devices[deviceCount++] = text;
}

static void find_devices(const char *bus) {
  char path[64];
  struct dirent *each;
  snprintf(path, sizeof path, "/sys/bus/%s/devices", bus);
  DIR *all = opendir(path);
  while (all && (each = readdir(all)))
    if (each->d_name[0] != '.') note_device(bus, each->d_name);
  if (all) closedir(all);
}

static bool wanted(const struct rule *rule) {
  for (unsigned i = 0; i < deviceCount; i++)
    if (fnmatch(rule->pattern, devices[i], 0) == 0) return true;
  return false;
}

static void load_all(const struct rule *rule) {
  char *paths = strdup(rule->paths), *path, *rest = paths;
  while ((path = strsep(&rest, " "))) load(path);
  free(paths);
}

static bool load_matching(void) {
  bool found = false;
  for (struct rule *rule = rules; rule < rules + ruleCount; rule++) {
    if (rule->used || !wanted(rule)) continue;
    rule->used = found = true;
    load_all(rule);
  }
  return found;
}

/* A driver may bring up a bus of its own (PCI, then virtio), so the search repeats until it finds nothing new. */
void modules_load(void) {
  static const char *buses[] = {"pci", "virtio", "acpi"};
  char *text = read_file("/lib/berth/modules", NULL);
  if (text) read_rules(text, true);
  do {
    deviceCount = 0;
    for (unsigned i = 0; i < sizeof buses / sizeof *buses; i++) find_devices(buses[i]);
  } while (load_matching());
}

void modules_load_for(const char *use) {
  char *text = ruleCount ? NULL : read_file("/lib/berth/modules", NULL);
  if (text) read_rules(text, false);
  for (const struct rule *rule = rules; rule < rules + ruleCount; rule++)
    if (!strcmp(rule->pattern, use)) load_all(rule);
}
