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

enum { MOST_DEVICES = 256, MOST_LOADED = 128 };

struct rule {
  char *pattern, *paths;
  bool late, used;
};

static struct rule *rules;
static unsigned ruleCount;
static char *devices[MOST_DEVICES];
static unsigned deviceCount;
static char *loaded[MOST_LOADED];
static unsigned loadedCount;

/* Drivers share modules, and the kernel reads a whole one before it says that it has it. */
static bool load_begun(const char *path) {
  for (unsigned i = 0; i < loadedCount; i++)
    if (loaded[i] && !strcmp(loaded[i], path)) return true;
  if (loadedCount < MOST_LOADED) loaded[loadedCount++] = strdup(path);
  return false;
}

static void load(const char *path) {
  if (load_begun(path)) return;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  bool done = fd >= 0 && syscall(SYS_finit_module, fd, "", 0) == 0;
  if (!done && errno != EEXIST && errno != ENODEV) /* ENODEV: an algorithm that this processor cannot do */
    printf("berth: module %s: %s\n", path, strerror(errno));
  if (fd >= 0) close(fd);
}

/* There are as many as the modules have aliases: a few hundred for every family of network cards. */
static void add_rule(bool late, char *pattern, char *paths) {
  struct rule *more = realloc(rules, (ruleCount + 1) * sizeof *rules);
  if (!more) {
    printf("berth: no memory for the module rule %s\n", pattern);
    return;
  }
  rules = more;
  rules[ruleCount++] = (struct rule){.pattern = pattern, .paths = paths ? paths : "", .late = late};
}

static void read_rules(char *text, bool boots) {
  char *line, *rest = text;
  while ((line = strsep(&rest, "\n"))) {
    char *verb = strsep(&line, " ");
    if (!strcmp(verb, "load") && line) {
      if (boots) load(line);
    } else if ((!strcmp(verb, "for") || !strcmp(verb, "late")) && line) {
      char *pattern = strsep(&line, " ");
      add_rule(!strcmp(verb, "late"), pattern, line);
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

/* Most patterns differ from most devices before their first wildcard, and that is quickly seen. */
static bool wanted(const struct rule *rule) {
  size_t plain = strcspn(rule->pattern, "*?[");
  for (unsigned i = 0; i < deviceCount; i++)
    if (!strncmp(rule->pattern, devices[i], plain) && fnmatch(rule->pattern, devices[i], 0) == 0) return true;
  return false;
}

static void load_all(const struct rule *rule) {
  char *paths = strdup(rule->paths), *path, *rest = paths;
  while ((path = strsep(&rest, " "))) load(path);
  free(paths);
}

static bool load_matching(bool late) {
  bool found = false;
  for (struct rule *rule = rules; rule < rules + ruleCount; rule++) {
    if (rule->used || rule->late != late || !wanted(rule)) continue;
    rule->used = found = true;
    load_all(rule);
  }
  return found;
}

/* A driver may bring up a bus of its own (PCI, then virtio), so the search repeats until it finds nothing new. */
static void load_for_devices(bool late) {
  static const char *buses[] = {"pci", "virtio", "acpi"};
  do {
    deviceCount = 0;
    for (unsigned i = 0; i < sizeof buses / sizeof *buses; i++) find_devices(buses[i]);
  } while (load_matching(late));
}

void modules_load(void) {
  char *text = read_file("/lib/berth/modules", NULL);
  if (text) read_rules(text, true);
  load_for_devices(false);
}

void modules_load_late(void) { load_for_devices(true); }

void modules_load_for(const char *use) {
  char *text = ruleCount ? NULL : read_file("/lib/berth/modules", NULL);
  if (text) read_rules(text, false);
  for (const struct rule *rule = rules; rule < rules + ruleCount; rule++)
    if (!strcmp(rule->pattern, use)) load_all(rule);
}
