/* Whole files in and out. */
#ifndef BERTH_FILES_H
#define BERTH_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* Where the running guest keeps what it was told and what it did. */
#define RUN "/run/berth"

enum { MOST_FILE_BYTES = 1 << 20 };

/* The content with a NUL after it, or NULL. `length` may be NULL. Refuses more than MOST_FILE_BYTES. */
char *read_file(const char *path, size_t *length);
/* Replaces the file in one step, so that a reader sees the old text or the new. */
bool write_file(const char *path, const void *data, size_t length);
/* For /proc and /sys, which take a write but no rename. */
bool write_knob(const char *path, const char *value);
long read_number_file(const char *path, long otherwise);

#endif
