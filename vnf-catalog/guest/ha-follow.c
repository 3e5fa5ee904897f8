/* Follows what keepalived says of its state, in the order in which it says it; and tells it whether it may be master. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "configuration.h"
#include "files.h"
#include "ha-state.h"
#include "role.h"

#define STATE RUN "/vrrp-state"
#define CONNTRACKD "/usr/sbin/conntrackd"

struct ha_state ha_state_read(void) {
  struct ha_state out = {VRRP_FAULT, 0};
  char *text = read_file(STATE, NULL);
  int now = VRRP_FAULT;
  if (text && sscanf(text, "%d %lu", &now, &out.transitions) == 2) out.now = (enum vrrp_state)now;
  free(text);
  return out;
}

static void note(enum vrrp_state now) {
  char text[40];
  const struct ha_state before = ha_state_read();
  if (before.transitions && before.now == now) return;
  write_file(STATE, text, (size_t)snprintf(text, sizeof text, "%d %lu\n", (int)now, before.transitions + 1));
}

static bool run_conntrackd(const char *command) {
  int status = -1;
  pid_t child = fork();
  if (child == 0) {
    execl(CONNTRACKD, CONNTRACKD, "-C", CONNTRACKD_CONF, command, (char *)NULL);
    _exit(127);
  }
  if (child > 0) waitpid(child, &status, 0);
  if (status != 0) printf("berth: conntrackd %s failed\n", command);
  return status == 0;
}

/*
 * A new master takes the peer's connections as its own, then tells the peer of all it has; one that is no longer
 * master forgets its own after a while, and asks for the peer's.
 */
static void move_states(enum vrrp_state now) {
  static const char *const commands[][5] = {
      [VRRP_BACKUP] = {"-t", "-n", NULL}, [VRRP_MASTER] = {"-c", "-f", "-R", "-B", NULL}, [VRRP_FAULT] = {"-t", NULL}};
  for (const char *const *each = commands[now]; *each; each++) run_conntrackd(*each);
}

static bool read_state(const char *line, enum vrrp_state *out) {
  char kind[16], name[24], state[16];
  if (sscanf(line, "%15s %23s %15s", kind, name, state) != 3 || strcmp(kind, "INSTANCE")) return false;
  if (!strcmp(state, "MASTER")) *out = VRRP_MASTER;
  else if (!strcmp(state, "BACKUP")) *out = VRRP_BACKUP;
  else if (!strcmp(state, "FAULT") || !strcmp(state, "STOP")) *out = VRRP_FAULT;
  else return false;
  return true;
}

/* Counts every state that the lines tell; connections move for the last one only. keepalived writes whole lines. */
static void take(char *lines) {
  enum vrrp_state now;
  bool told = false;
  char *line, *rest = lines;
  while ((line = strsep(&rest, "\n"))) {
    if (!read_state(line, &now)) continue;
    note(now);
    told = true;
  }
  if (told && access(CONNTRACKD_CONF, F_OK) == 0) move_states(ha_state_read().now);
}

int ha_follow_main(void) {
  char lines[4096];
  ssize_t got;
  mkfifo(VRRP_FIFO, 0600);
  /* Open for writing too, so that it does not end with keepalived. */
  int fd = open(VRRP_FIFO, O_RDWR | O_CLOEXEC);
  if (fd < 0) return puts("berth: " VRRP_FIFO " could not be opened"), 1;
  while ((got = read(fd, lines, sizeof lines - 1)) > 0) {
    lines[got] = 0;
    take(lines);
  }
  return 1;
}

static bool may_lead(struct reason *why) {
  struct configuration now;
  struct links links;
  configuration_in_force(&now);
  char *failure = configuration_failure();
  if (failure) return refuse(why, "%s", failure);
  if (!now.text) return refuse(why, "no configuration is in force");
  if (!configuration_links(&links, why)) return false;
  void *wanted = role.parse(now.text, now.length, &links, why);
  return wanted && (!role.follows || role.follows(wanted, why)) && (!role.may_lead || role.may_lead(wanted, why));
}

/* While a document is being applied the old or the new one is in force, so nothing is to be said against it. */
int ha_check_main(void) {
  struct reason why = {""};
  int fd = configuration_lock_now();
  if (fd < 0 || may_lead(&why)) return 0;
  printf("berth: this member cannot be master: %s\n", why.text);
  return 1;
}
