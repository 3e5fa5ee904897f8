#include "volume.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

enum { WAIT_MS = 10000, POLL_MS = 20, DESCRIPTOR_AT = 16 * 2048, LABEL_AT = 40, LABEL_LENGTH = 32 };

#define MOUNTED "/run/cidata"

bool volume_is_day0(const char start[VOLUME_START]) {
  static const char spaces[LABEL_LENGTH] = "                         "; /* the last octet may be anything */
  const char *label = start + LABEL_AT;
  return !memcmp(start, "\1CD001", 6) && !strncasecmp(label, "cidata", 6) && !memcmp(label + 6, spaces, LABEL_LENGTH - 6 - 1);
}

static bool is_day0(const char *device) {
  char start[VOLUME_START];
  int fd = open(device, O_RDONLY | O_CLOEXEC);
  bool read = fd >= 0 && pread(fd, start, sizeof start, DESCRIPTOR_AT) == (ssize_t)sizeof start;
  if (fd >= 0) close(fd);
  return read && volume_is_day0(start);
}

static bool find(char device[300]) {
  DIR *all = opendir("/sys/class/block");
  struct dirent *each;
  bool found = false;
  while (!found && all && (each = readdir(all))) {
    if (each->d_name[0] == '.') continue;
    snprintf(device, 300, "/dev/%.200s", each->d_name);
    found = is_day0(device);
  }
  if (all) closedir(all);
  return found;
}

static bool wait_for_volume(char device[300]) {
  const struct timespec pause = {0, POLL_MS * 1000000L};
  for (int waited = 0; waited < WAIT_MS; waited += POLL_MS) {
    if (find(device)) return true;
    nanosleep(&pause, NULL);
  }
  return false;
}

static bool copy(const char *name, const char *to, struct reason *why) {
  char from[80];
  size_t length = 0;
  snprintf(from, sizeof from, MOUNTED "/%s", name);
  char *text = read_file(from, &length);
  if (!text) return refuse(why, "the cidata volume has no readable file %s", name);
  bool done = write_file(to, text, length);
  free(text);
  return done || refuse(why, "%s could not be written", to);
}

bool volume_read(struct reason *why) {
  char device[300];
  if (!wait_for_volume(device)) return refuse(why, "no volume labelled cidata was found");
  mkdir(MOUNTED, 0700);
  if (mount(device, MOUNTED, "iso9660", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
    return refuse(why, "the cidata volume on %.60s could not be mounted", device);
  bool done = copy("meta-data", DAY0_INSTANCE, why) && copy("network-config", DAY0_NETWORK, why) &&
              copy("user-data", DAY0_CONFIGURATION, why);
  umount(MOUNTED);
  return done;
}
