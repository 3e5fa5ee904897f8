/*
 * upfd, the UPF's agent: upfd --document FILE --run FOLDER --pins FOLDER --object FILE
 *
 * SIGTERM: it asks the SMFs to release their associations, serves on until they did or for a few seconds, then takes everything
 * away: programs, maps, sessions. A process that ends in any other way leaves all of it in place, and the next one goes on from there.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "configure.h"
#include "control.h"
#include "endings.h"
#include "far-ends.h"
#include "link-rules.h"
#include "nodes.h"
#include "sockets.h"
#include "ue-routes.h"

enum { DRAIN_SECONDS = 10, DATAGRAMS = 64, EVENTS = 1024, LARGEST = 65536 };
enum source { FROM_SIGNALS = 1, FROM_CONTROL, FROM_N4, FROM_DATA_PATH, FROM_GTPU };

struct options {
  const char *document, *run, *pins, *object;
};

struct daemon {
  struct agent agent;
  struct sockets sockets;
  struct control *control;
  int epoll, signals;
  uint64_t stop_ns;             /* when a stop is over, at the latest */
  bool ended, keep;
};

static struct daemon daemon_;

static void look_at_clocks(struct agent *agent) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  agent->now_ns = (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
  agent->now_wall = (uint32_t)time(NULL) + 2208988800u;
}

static bool watch(struct daemon *d, int fd, enum source source, uint32_t which, struct reason *why) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)source << 32 | which};
  if (fd < 0 || epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &event) == 0) return true;
  return refuse(why, "epoll does not take a file: %s", strerror(errno));
}

static bool watch_all(struct daemon *d, struct reason *why) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGINT);
  sigprocmask(SIG_BLOCK, &wanted, NULL);
  signal(SIGPIPE, SIG_IGN);
  d->signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  d->epoll = epoll_create1(EPOLL_CLOEXEC);
  bool done = watch(d, d->signals, FROM_SIGNALS, 0, why) && watch(d, control_fd(d->control), FROM_CONTROL, 0, why) &&
              watch(d, d->sockets.n4[0], FROM_N4, 0, why) && watch(d, d->sockets.n4[1], FROM_N4, 1, why) &&
              watch(d, dp_event_fd(d->agent.dp), FROM_DATA_PATH, 0, why);
  for (uint32_t i = 0; done && i < 2 * DP_INTERFACES; i++) done = watch(d, d->sockets.gtpu[i / 2][i % 2], FROM_GTPU, i, why);
  return done;
}

static void stop(struct daemon *d) {
  if (d->agent.stopping) return;
  d->agent.stopping = true;
  d->stop_ns = d->agent.now_ns + DRAIN_SECONDS * 1000000000ull;
  if (!nodes_release(&d->agent)) d->ended = true;
}

static void leave(struct daemon *d) {
  d->ended = true;
  d->keep = true;
}

static void take_signal(struct daemon *d) {
  struct signalfd_siginfo signal;
  while (read(d->signals, &signal, sizeof signal) == (ssize_t)sizeof signal) {
    if (signal.ssi_signo == SIGTERM) stop(d);
    else leave(d);
  }
}

static void take_datagrams(struct daemon *d, int socket, int interface) {
  static uint8_t bytes[LARGEST];
  struct n4_peer from;
  for (unsigned i = 0; i < DATAGRAMS; i++) {
    ssize_t got = sockets_receive(socket, &from, bytes, sizeof bytes);
    if (got < 0) return;
    if (interface < 0) agent_n4(&d->agent, &from, bytes, (size_t)got);
    else far_end_message(&d->agent, (uint8_t)interface, &from, bytes, (size_t)got);
  }
}

static void take(struct daemon *d, uint64_t what) {
  uint32_t which = (uint32_t)what;
  enum control_wish wish;
  switch ((enum source)(what >> 32)) {
    case FROM_SIGNALS: take_signal(d); break;
    case FROM_N4: take_datagrams(d, d->sockets.n4[which], -1); break;
    case FROM_GTPU: take_datagrams(d, d->sockets.gtpu[which / 2][which % 2], (int)(which / 2)); break;
    case FROM_DATA_PATH: dp_events(d->agent.dp, EVENTS, agent_event, &d->agent); break;
    case FROM_CONTROL:
      wish = control_turn(d->control);
      if (wish == CONTROL_STOP) stop(d);
      if (wish == CONTROL_LEAVE) leave(d);
      break;
  }
}

static int patience(const struct daemon *d) {
  uint64_t next = agent_next(&d->agent), other = control_next(d->control);
  if (other < next) next = other;
  if (d->agent.stopping && d->stop_ns < next) next = d->stop_ns;
  if (next == UINT64_MAX) return -1;
  if (next <= d->agent.now_ns) return 0;
  uint64_t ms = (next - d->agent.now_ns + 999999) / 1000000;
  return ms > 60000 ? 60000 : (int)ms;
}

static void serve(struct daemon *d) {
  struct epoll_event events[32];
  while (!d->ended) {
    int count = epoll_wait(d->epoll, events, 32, patience(d));
    look_at_clocks(&d->agent);
    for (int i = 0; i < count; i++) take(d, events[i].data.u64);
    agent_tick(&d->agent);
    if (control_next(d->control) <= d->agent.now_ns) control_turn(d->control);
    if (d->agent.stopping && (d->stop_ns <= d->agent.now_ns || !(nodes_associated(&d->agent) || endings_wait(&d->agent)))) d->ended = true;
  }
}

static bool read_options(int count, char **words, struct options *out) {
  const struct { const char *name; const char **value; } known[] = {
    {"--document", &out->document}, {"--run", &out->run}, {"--pins", &out->pins}, {"--object", &out->object}};
  for (int i = 1; i < count; i += 2) {
    unsigned k = 0;
    while (k < 4 && strcmp(known[k].name, words[i])) k++;
    if (k == 4 || i + 1 == count) return false;
    *known[k].value = words[i + 1];
  }
  return out->document && out->run && out->pins && out->object;
}

static bool begin(struct daemon *d, const struct options *options, struct reason *why) {
  char path[4096];
  bool resumed = false;
  look_at_clocks(&d->agent);
  snprintf(path, sizeof path, "%s/upf", options->run);
  if (mkdir(path, 0700) && errno != EEXIST) return refuse(why, "the folder %.200s could not be made: %s", path, strerror(errno));
  if (!configure(options->document, &d->agent.config, why) || !link_rules_follow(&d->agent.config, why)) return false;
  if (!sockets_open(&d->sockets, &d->agent.config, why)) return false;
  d->agent.send = sockets_send_n4;
  d->agent.send_gtpu = sockets_send_gtpu;
  d->agent.send_context = &d->sockets;
  if (!agent_begin(&d->agent, path, options->pins, options->object, &resumed, why)) return false;
  if (!ue_routes_follow(&d->agent.config, UE_LINK, why)) return false;
  snprintf(path, sizeof path, "%s/upf.sock", options->run);
  d->control = control_open(&d->agent, path, why);
  return d->control && watch_all(d, why);
}

int main(int count, char **words) {
  struct daemon *d = &daemon_;
  struct options options = {NULL, NULL, NULL, NULL};
  struct reason why = {""};
  if (!read_options(count, words, &options)) return fputs("usage: upfd --document FILE --run FOLDER --pins FOLDER --object FILE\n", stderr), 2;
  if (!begin(d, &options, &why)) return fprintf(stderr, "upfd: %s\n", why.text), 1;
  serve(d);
  control_close(d->control);
  agent_end(&d->agent, d->keep);
  sockets_close(&d->sockets);
  return 0;
}
