/*
 * A configuration that was applied at run time outlives a reboot: it is kept in a small partition of
 * the root disk, and stands for as long as the day-0 volume still names the same instance and carries
 * the same document. Two slots, written in turn, each with its own digest: a torn write loses nothing.
 */
#ifndef BERTH_SAVED_H
#define BERTH_SAVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct saved {
  uint64_t generation;
  char *text;
  size_t length;
};

/* `owner` is what the configuration belongs to: the digest of the instance id and the day-0 document. */
bool saved_read(const uint8_t owner[32], struct saved *out);
bool saved_write(const uint8_t owner[32], const struct saved *save);

#endif
