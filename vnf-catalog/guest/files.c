#include "files.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *read_file(const char *path, size_t *length) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NULL;
  size_t room = 4096, used = 0;
  char *text = malloc(room + 1);
  ssize_t got = 0;
  while (text && used <= MOST_FILE_BYTES && (got = read(fd, text + used, room - used)) > 0) {
    used += (size_t)got;
    if (used == room) text = realloc(text, (room *= 2) + 1);
  }
  close(fd);
  if (!text || got < 0 || used > MOST_FILE_BYTES) return free(text), NULL;
  text[used] = 0;
  if (length) *length = used;
  return text;
}

static bool write_all(int fd, const char *data, size_t length) {
  while (length > 0) {
    ssize_t put = write(fd, data, length);
    if (put <= 0) return false;
    data += put;
    length -= (size_t)put;
  }
  return true;
}

bool write_file(const char *path, const void *data, size_t length) {
  char draft[256];
  snprintf(draft, sizeof draft, "%s.%d", path, getpid());
  int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  bool done = write_all(fd, data, length);
  close(fd);
  done = done && rename(draft, path) == 0;
  if (!done) unlink(draft);
  return done;
}

bool write_knob(const char *path, const char *value) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool done = write_all(fd, value, strlen(value));
  close(fd);
  return done;
}

long read_number_file(const char *path, long otherwise) {
  char *text = read_file(path, NULL), *end = text;
  long value = text ? strtol(text, &end, 10) : otherwise;
  if (end == text) value = otherwise;
  free(text);
  return value;
}
