#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "configure.h"
#include "json.h"
#include "status.h"
#include "trace.h"

enum { CLIENTS = 8, LINE = 512, TRACE_SECONDS = 60, LISTENER = CLIENTS };

struct client {
  int fd;                     /* -1: free */
  char line[LINE];
  size_t used;
  uint64_t number;            /* how many came before */
};

struct control {
  struct agent *agent;
  int epoll, listener;
  char path[sizeof((struct sockaddr_un *)0)->sun_path];
  struct client clients[CLIENTS];
  uint64_t welcomed;
  int tracing;                /* the client of a trace; -1: none */
  uint32_t trace_left;
  uint64_t trace_until_ns;
};

static bool watch(struct control *control, int fd, uint32_t which) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = which};
  return epoll_ctl(control->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool listen_at(struct control *control, struct reason *why) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  memcpy(at.sun_path, control->path, sizeof at.sun_path);
  unlink(control->path);
  control->epoll = epoll_create1(EPOLL_CLOEXEC);
  control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (control->epoll < 0 || control->listener < 0) return refuse(why, "the control socket could not be made: %s", strerror(errno));
  if (bind(control->listener, (struct sockaddr *)&at, sizeof at) || listen(control->listener, CLIENTS) || !watch(control, control->listener, LISTENER))
    return refuse(why, "%s could not be made: %s", control->path, strerror(errno));
  return true;
}

static void hang_up(struct control *control, unsigned which) {
  struct client *client = &control->clients[which];
  close(client->fd);
  *client = (struct client){.fd = -1};
  if (control->tracing != (int)which) return;
  control->tracing = -1;
  control->agent->traced = NULL;
  dp_trace(control->agent->dp, UINT32_MAX, 0);
}

/* What does not fit into the socket's buffer of somebody who does not read is lost. */
static void say(int fd, const char *text, size_t length) {
  int room = 1 << 20;
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  if (send(fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) fprintf(stderr, "an answer of %zu octets was not taken\n", length);
}

static void say_status(struct control *control, int fd) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) return;
  status_write(control->agent, out);
  fclose(out);
  say(fd, text, length);
  free(text);
}

static void say_outcome(int fd, bool done, const struct reason *why) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) return;
  if (done) fputs("{\"ok\":true}\n", out);
  else fputs("{\"error\":", out), json_write_string(out, why->text), fputs("}\n", out);
  fclose(out);
  say(fd, text, length);
  free(text);
}

static void take_trace(void *context, const struct dp_event *event) {
  struct control *control = context;
  char text[1024];
  size_t length = trace_text(control->agent, event, text, sizeof text);
  if (control->tracing < 0) return;
  if (length) say(control->clients[control->tracing].fd, text, length);
  if (--control->trace_left == 0) hang_up(control, (unsigned)control->tracing);
}

static bool begin_trace(struct control *control, unsigned which, char *words, struct reason *why) {
  char *rest = NULL, *whom = strtok_r(words, " ", &rest), *many = strtok_r(NULL, " ", &rest);
  unsigned long count = many ? strtoul(many, NULL, 10) : 10;
  uint32_t index = whom ? trace_whom(control->agent, whom) : NO_INDEX;
  if (control->tracing >= 0) return refuse(why, "a trace is going on already");
  if (!whom || count < 1 || count > 1000) return refuse(why, "trace takes a SEID or the address of a UE, and a number of packets from 1 to 1000");
  if (index == NO_INDEX) return refuse(why, "no session has the SEID or the UE address %.100s", whom);
  if (!dp_trace(control->agent->dp, index, (uint32_t)count)) return refuse(why, "the data path does not trace");
  control->tracing = (int)which;
  control->trace_left = (uint32_t)count;
  control->trace_until_ns = control->agent->now_ns + TRACE_SECONDS * 1000000000ull;
  control->agent->traced = take_trace;
  control->agent->traced_context = control;
  return true;
}

static enum control_wish obey(struct control *control, unsigned which) {
  struct client *client = &control->clients[which];
  enum control_wish wish = CONTROL_NOTHING;
  struct reason why = {""};
  bool done = true;
  if (!strcmp(client->line, "status")) {
    say_status(control, client->fd);
    hang_up(control, which);
    return wish;
  }
  if (!strncmp(client->line, "trace ", 6) && (done = begin_trace(control, which, client->line + 6, &why))) return wish;
  if (!strncmp(client->line, "reload ", 7)) done = reconfigure(control->agent, client->line + 7, &why);
  else if (!strcmp(client->line, "stop")) wish = CONTROL_STOP;
  else if (!strcmp(client->line, "leave")) wish = CONTROL_LEAVE;
  else if (strncmp(client->line, "trace ", 6)) done = refuse(&why, "the commands are status, reload FILE, trace WHOM COUNT, stop and leave");
  say_outcome(client->fd, done, &why);
  hang_up(control, which);
  return wish;
}

/* A free one, or that of the client that has said nothing for longest; a trace goes on. */
static unsigned place_for_one(struct control *control) {
  unsigned oldest = CLIENTS;
  for (unsigned i = 0; i < CLIENTS; i++) {
    if (control->clients[i].fd < 0) return i;
    if (control->tracing != (int)i && (oldest == CLIENTS || control->clients[i].number < control->clients[oldest].number)) oldest = i;
  }
  hang_up(control, oldest);
  return oldest;
}

static void welcome(struct control *control) {
  int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  unsigned place = place_for_one(control);
  if (watch(control, fd, place)) control->clients[place] = (struct client){.fd = fd, .number = control->welcomed++};
  else close(fd);
}

static enum control_wish hear(struct control *control, unsigned which) {
  struct client *client = &control->clients[which];
  if (client->fd < 0) return CONTROL_NOTHING;
  ssize_t got = read(client->fd, client->line + client->used, LINE - 1 - client->used);
  if (got < 0 && errno == EAGAIN) return CONTROL_NOTHING;
  if (got <= 0 || control->tracing == (int)which) return hang_up(control, which), CONTROL_NOTHING;
  client->used += (size_t)got;
  char *end = memchr(client->line, '\n', client->used);
  if (!end && client->used < LINE - 1) return CONTROL_NOTHING;
  if (!end) return hang_up(control, which), CONTROL_NOTHING;
  *end = 0;
  return obey(control, which);
}

struct control *control_open(struct agent *agent, const char *path, struct reason *why) {
  struct control *control = calloc(1, sizeof *control);
  if (!control || strlen(path) >= sizeof control->path) return free(control), refuse(why, "the path %.200s is too long", path), NULL;
  strcpy(control->path, path);
  control->agent = agent;
  control->tracing = control->epoll = control->listener = -1;
  for (unsigned i = 0; i < CLIENTS; i++) control->clients[i].fd = -1;
  if (listen_at(control, why)) return control;
  control_close(control);
  return NULL;
}

void control_close(struct control *control) {
  for (unsigned i = 0; i < CLIENTS; i++)
    if (control->clients[i].fd >= 0) hang_up(control, i);
  if (control->listener >= 0) close(control->listener);
  if (control->epoll >= 0) close(control->epoll);
  unlink(control->path);
  free(control);
}

int control_fd(const struct control *control) { return control->epoll; }

uint64_t control_next(const struct control *control) { return control->tracing >= 0 ? control->trace_until_ns : UINT64_MAX; }

enum control_wish control_turn(struct control *control) {
  struct epoll_event events[CLIENTS + 1];
  enum control_wish wish = CONTROL_NOTHING;
  int count = epoll_wait(control->epoll, events, CLIENTS + 1, 0);
  for (int i = 0; i < count && wish == CONTROL_NOTHING; i++) {
    if (events[i].data.u32 == LISTENER) welcome(control);
    else wish = hear(control, events[i].data.u32);
  }
  if (control->tracing >= 0 && control->trace_until_ns <= control->agent->now_ns) hang_up(control, (unsigned)control->tracing);
  return wish;
}
