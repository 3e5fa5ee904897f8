#include "saved.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sha256.h"

/* The partition begins with this text, written by the image recipe. */
static const char mark[16] = "berth-vnf-state";

enum { SLOTS = 2, FIRST_SLOT_AT = 4096, SLOT_SIZE = (1 << 20) + 4096 };

struct slot {
  uint8_t sum[32]; /* of everything behind it */
  uint8_t owner[32];
  uint64_t generation;
  uint32_t length;
  char text[SLOT_SIZE - 80];
};

_Static_assert(sizeof(struct slot) == SLOT_SIZE, "a slot is written whole");

static struct slot slots[SLOTS];

static int open_marked(const char *name) {
  char path[300], start[sizeof mark];
  snprintf(path, sizeof path, "/dev/%.200s", name);
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return -1;
  if (pread(fd, start, sizeof start, 0) == (ssize_t)sizeof start && !memcmp(start, mark, sizeof mark)) return fd;
  close(fd);
  return -1;
}

static int open_partition(void) {
  DIR *all = opendir("/sys/class/block");
  struct dirent *each;
  int fd = -1;
  while (fd < 0 && all && (each = readdir(all)))
    if (each->d_name[0] != '.') fd = open_marked(each->d_name);
  if (all) closedir(all);
  return fd;
}

static size_t summed(const struct slot *slot) { return offsetof(struct slot, text) - sizeof slot->sum + slot->length; }

static bool sound(const struct slot *slot) {
  uint8_t sum[32];
  if (slot->generation == 0 || slot->length > sizeof slot->text) return false;
  sha256(slot->owner, summed(slot), sum);
  return !memcmp(sum, slot->sum, sizeof sum);
}

/* The sound slot of this owner with the highest generation, or -1. */
static int newest(int fd, const uint8_t owner[32]) {
  int best = -1;
  for (int i = 0; i < SLOTS; i++) {
    if (pread(fd, &slots[i], SLOT_SIZE, FIRST_SLOT_AT + i * SLOT_SIZE) != SLOT_SIZE || !sound(&slots[i])) continue;
    if (memcmp(slots[i].owner, owner, 32) != 0) continue;
    if (best < 0 || slots[i].generation > slots[best].generation) best = i;
  }
  return best;
}

bool saved_read(const uint8_t owner[32], struct saved *out) {
  int fd = open_partition();
  if (fd < 0) return false;
  int best = newest(fd, owner);
  close(fd);
  if (best < 0) return false;
  *out = (struct saved){slots[best].generation, strndup(slots[best].text, slots[best].length), slots[best].length};
  return true;
}

bool saved_write(const uint8_t owner[32], const struct saved *save) {
  int fd = open_partition();
  if (fd < 0 || save->length > sizeof slots->text) return fd >= 0 && (close(fd), false);
  int best = newest(fd, owner), at = best == 0 ? 1 : 0;
  struct slot *slot = &slots[at];
  memset(slot, 0, sizeof *slot);
  memcpy(slot->owner, owner, 32);
  slot->generation = save->generation;
  slot->length = (uint32_t)save->length;
  memcpy(slot->text, save->text, save->length);
  sha256(slot->owner, summed(slot), slot->sum);
  bool done = pwrite(fd, slot, SLOT_SIZE, FIRST_SLOT_AT + at * SLOT_SIZE) == SLOT_SIZE && fsync(fd) == 0;
  close(fd);
  return done;
}
