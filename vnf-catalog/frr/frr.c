#include "frr.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "neighbors.h"
#include "services.h"
#include "vty.h"

#define SETTINGS RUN "/frr"
#define RAW SETTINGS "/raw.conf"

enum { START_LIMIT_MS = 20000, POLL_MS = 20, ANSWER_LIMIT_MS = 5000, CHECK_LIMIT_S = 20 };

static void pause_ms(long ms) {
  const struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&pause, NULL);
}

/* Runs vtysh on the raw file and takes the last line it prints as the reason. */
static bool run_vtysh(const char *option, struct reason *why) {
  char command[160], line[200], last[200] = "vtysh did not say why";
  snprintf(command, sizeof command, "timeout %d /usr/bin/vtysh %s -f " RAW " 2>&1 </dev/null", CHECK_LIMIT_S, option);
  FILE *out = popen(command, "re");
  while (out && fgets(line, sizeof line, out)) {
    line[strcspn(line, "\n")] = 0;
    if (*line) strcpy(last, line);
  }
  int status = out ? pclose(out) : -1;
  return status == 0 || refuse(why, "frr: FRR refuses the raw lines: %.200s", last);
}

static bool write_raw(const struct routing *routing) {
  mkdir(SETTINGS, 0755);
  return write_file(RAW, routing->raw, strlen(routing->raw));
}

bool frr_check(const struct routing *routing, struct reason *why) {
  return !routing->raw || (write_raw(routing) && run_vtysh("-C", why));
}

/* A password is nobody's affair but the daemon's. */
static int shown_length(const char *command) {
  const char *secret = strstr(command, " password ");
  return secret ? (int)(secret - command + 9) : 80;
}

static bool change_running(const char *daemon, char *commands, struct reason *why) {
  int fd = *commands ? vty_open(daemon, ANSWER_LIMIT_MS) : -1, code = 0;
  char *command, *rest = commands;
  bool done = true;
  if (!*commands) return true;
  if (fd < 0) return refuse(why, "%s does not answer", daemon);
  free(vty_ask(fd, "configure terminal", &code));
  while (done && (command = strsep(&rest, "\n"))) {
    if (!*command) continue;
    char *answer = vty_ask(fd, command, &code);
    if (answer) answer[strcspn(answer, "\n")] = 0;
    if (!answer || code != 0) done = refuse(why, "%s refuses \"%.*s\": %.120s", daemon, shown_length(command), command, answer ? answer : "no answer");
    free(answer);
  }
  close(fd);
  return done;
}

static unsigned long serial_now(const char *wish, const char *daemon) {
  const size_t length = strlen(daemon);
  unsigned long serial = 0;
  for (const char *line = wish; line && *line; line = strchr(line, '\n'), line += line != NULL)
    if (!strncmp(line, daemon, length) && line[length] == ' ') sscanf(line + length, "%lu", &serial);
  return serial;
}

static unsigned long fresh_serial(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (unsigned long)now.tv_sec * 1000 + (unsigned long)now.tv_nsec / 1000000;
}

static void write_line(FILE *out, const char *daemon, unsigned long serial) {
  const char *provides = strcmp(daemon, "zebra") ? daemon : "zserv";
  fprintf(out, "%s %lu %s /run/frr/%s.%s /usr/lib/frr/%s -f " SETTINGS "/%s.conf -P 0 --log stdout --log-level warnings\n",
          daemon, serial, strcmp(daemon, "zebra") ? "/run/frr/zserv.api" : "-", provides,
          strcmp(daemon, "zebra") ? "vty" : "api", daemon, daemon);
}

/* Writes the daemons' files and the wish, then tells process 1. `again` restarts those that run. */
static bool wish(const struct routing *routing, bool again, struct reason *why) {
  char *now = read_file(SERVICES_FRR, NULL), *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  for (int i = 0; i < FRR_DAEMONS; i++) {
    const char *daemon = frr_daemons[i];
    unsigned long serial = again ? 0 : serial_now(now, daemon);
    char path[64], *settings = frr_render(routing, daemon);
    if (!frr_wanted(routing, daemon)) continue;
    snprintf(path, sizeof path, SETTINGS "/%s.conf", daemon);
    write_file(path, settings, strlen(settings));
    write_line(out, daemon, serial ? serial : fresh_serial());
  }
  fclose(out);
  if (!write_file(SERVICES_FRR, text, length)) return refuse(why, "the list of daemons could not be written");
  return kill(1, SIGHUP) == 0 || refuse(why, "process 1 could not be told of the daemons");
}

static bool answers(const char *daemon, long before) {
  char path[64];
  snprintf(path, sizeof path, SERVICES_ALIVE "/%s", daemon);
  if (read_number_file(path, 0) == before) return false;
  int fd = vty_open(daemon, ANSWER_LIMIT_MS);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static bool wait_for(const char *daemon, long before, struct reason *why) {
  for (int waited = 0; waited < START_LIMIT_MS; waited += POLL_MS) {
    if (answers(daemon, before)) return true;
    pause_ms(POLL_MS);
  }
  return refuse(why, "%s did not start within %d s", daemon, START_LIMIT_MS / 1000);
}

static bool start_all(const struct routing *wanted, bool again, struct reason *why) {
  long before[FRR_DAEMONS];
  char path[64], *now = read_file(SERVICES_FRR, NULL);
  for (int i = 0; i < FRR_DAEMONS; i++) {
    snprintf(path, sizeof path, SERVICES_ALIVE "/%s", frr_daemons[i]);
    bool keeps = !again && serial_now(now, frr_daemons[i]);
    before[i] = keeps ? -1 : read_number_file(path, 0);
  }
  if (!wish(wanted, again, why)) return false;
  for (int i = 0; i < FRR_DAEMONS; i++)
    if (frr_wanted(wanted, frr_daemons[i]) && !wait_for(frr_daemons[i], before[i], why)) return false;
  return !wanted->raw || (write_raw(wanted) && run_vtysh("", why));
}

static bool same_raw(const struct routing *a, const struct routing *b) {
  return !strcmp(a->raw ? a->raw : "", b->raw ? b->raw : "");
}

static const struct neighbor *neighbor_named(const struct bgp *bgp, const char *address) {
  for (unsigned i = 0; i < bgp->neighborCount; i++)
    if (!strcmp(bgp->neighbors[i].address, address)) return &bgp->neighbors[i];
  return NULL;
}

/* May it announce more than before? No limit is 0. */
static bool has_more_room(const struct neighbor *now, const struct neighbor *then) {
  for (enum family family = IPV4; family < FAMILIES; family++) {
    unsigned most = now->families[family].prefixes, before = then->families[family].prefixes;
    if (before && (!most || most > before)) return true;
  }
  return false;
}

/* A neighbour that announced too much stays shut, whatever its limit is by now, until it is cleared or its restart is due. */
static bool release_shut(const struct routing *wanted, const struct routing *before, struct reason *why) {
  char command[80];
  for (unsigned i = 0; i < wanted->bgp.neighborCount; i++) {
    const struct neighbor *now = &wanted->bgp.neighbors[i], *then = neighbor_named(&before->bgp, now->address);
    if (!then || !has_more_room(now, then) || !neighbor_is_shut(now->address)) continue;
    snprintf(command, sizeof command, "do clear bgp %s\n", now->address);
    if (!change_running("bgpd", command, why)) return false;
  }
  return true;
}

/*
 * Raw lines cannot be taken back one by one, so a change of theirs restarts the daemons. Otherwise a
 * running daemon gets only the difference, and its sessions stay up.
 */
bool frr_apply(const struct routing *wanted, const struct routing *before, struct reason *why) {
  bool again = !before || !same_raw(wanted, before);
  bool sameSet = before != NULL;
  mkdir(SETTINGS, 0755);
  for (int i = 0; i < FRR_DAEMONS; i++) {
    const char *daemon = frr_daemons[i];
    bool runs = before && frr_wanted(before, daemon);
    sameSet = sameSet && runs == frr_wanted(wanted, daemon);
    if (again || !runs || !frr_wanted(wanted, daemon)) continue;
    if (!change_running(daemon, frr_difference(frr_render(before, daemon), frr_render(wanted, daemon)), why)) return false;
  }
  if (before && !again && !release_shut(wanted, before, why)) return false;
  if (sameSet && !again) return wish(wanted, false, why);
  bool any = frr_wanted(wanted, "zebra") || !before || frr_wanted(before, "zebra");
  return !any || start_all(wanted, again, why);
}

bool frr_healthy(const struct routing *wanted, struct reason *why) {
  for (int i = 0; i < FRR_DAEMONS; i++)
    if (frr_wanted(wanted, frr_daemons[i]) && !service_alive(frr_daemons[i]))
      return refuse(why, "the daemon %s is not running", frr_daemons[i]);
  return true;
}

bool frr_tell(const struct routing *wanted, const char *comma, FILE *out) {
  bool any = false;
  for (int i = 0; i < FRR_DAEMONS; i++) {
    if (!frr_wanted(wanted, frr_daemons[i])) continue;
    fprintf(out, "%s\"%s\":%s", any ? "," : comma, frr_daemons[i], service_alive(frr_daemons[i]) ? "true" : "false");
    any = true;
  }
  return any;
}
