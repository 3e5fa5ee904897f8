#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST_ANSWER = 1 << 20 };

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int dial(struct reason *why) {
  const struct sockaddr_un address = {AF_UNIX, UPF_SOCKET};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) return fd;
  refuse(why, "upfd does not answer: %s", strerror(errno));
  if (fd >= 0) close(fd);
  return -1;
}

static bool say(int fd, const char *line, struct reason *why) {
  size_t length = strlen(line);
  if (send(fd, line, length, MSG_NOSIGNAL) == (ssize_t)length && send(fd, "\n", 1, MSG_NOSIGNAL) == 1) return true;
  return refuse(why, "upfd takes no command: %s", strerror(errno));
}

/* Until the other side closes. */
static char *hear(int fd, long until_ms, size_t *length, struct reason *why) {
  size_t room = 4096, used = 0;
  char *text = malloc(room + 1);
  for (;;) {
    struct pollfd readable = {fd, POLLIN, 0};
    long left = until_ms - now_ms();
    if (left <= 0 || poll(&readable, 1, (int)left) <= 0) return refuse(why, "upfd did not answer in time"), NULL;
    if (used == room) text = realloc(text, (room *= 2) + 1);
    if (!text || room > LARGEST_ANSWER) return refuse(why, "upfd answered more than 1 MiB"), NULL;
    ssize_t got = read(fd, text + used, room - used);
    if (got < 0) return refuse(why, "upfd does not answer: %s", strerror(errno)), NULL;
    if (got == 0) break;
    used += (size_t)got;
  }
  text[used] = 0;
  *length = used;
  return text;
}

char *control_ask(const char *line, unsigned limit_ms, size_t *length, struct reason *why) {
  long until_ms = now_ms() + (long)limit_ms;
  int fd = dial(why);
  char *answer = fd >= 0 && say(fd, line, why) ? hear(fd, until_ms, length, why) : NULL;
  if (fd >= 0) close(fd);
  return answer;
}
