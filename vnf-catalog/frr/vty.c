#include "vty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { LONGEST_ANSWER = 4 << 20 };

char *vty_ask(int fd, const char *command, int *code) {
  size_t room = 4096, used = 0;
  char *answer = malloc(room + 1);
  if (!answer || write(fd, command, strlen(command) + 1) < 0) return free(answer), NULL;
  while (used < 4 || memcmp(answer + used - 4, "\0\0\0", 3) != 0) {
    if (used == room) answer = realloc(answer, (room *= 2) + 1);
    ssize_t got = answer && used < LONGEST_ANSWER ? read(fd, answer + used, room - used) : -1;
    if (got <= 0) return free(answer), NULL;
    used += (size_t)got;
  }
  *code = answer[used - 1];
  return answer;
}

int vty_open(const char *daemon, int timeoutMs) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  const struct timeval limit = {timeoutMs / 1000, timeoutMs % 1000 * 1000};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), code = 1;
  snprintf(at.sun_path, sizeof at.sun_path, "/run/frr/%s.vty", daemon);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  char *answer = connect(fd, (struct sockaddr *)&at, sizeof at) ? NULL : vty_ask(fd, "enable", &code);
  free(answer);
  if (answer && code == 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}
