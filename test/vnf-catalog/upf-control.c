/* The control socket with clients that say nothing: upf-control SOCKET, prints what one hears that asks. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "configure.h"
#include "control.h"
#include "status.h"
#include "trace.h"

enum { SILENT = 20 };

static struct agent agent;

void status_write(struct agent *of, FILE *out) { (void)of, fputs("{}\n", out); }
bool reconfigure(struct agent *of, const char *path, struct reason *why) { return (void)of, (void)path, (void)why, false; }
uint32_t trace_whom(struct agent *of, const char *whom) { return (void)of, (void)whom, 0; }
size_t trace_text(struct agent *of, const struct dp_event *event, char *out, size_t room) { return (void)of, (void)event, (void)out, (void)room, 0; }
bool dp_trace(struct dp *dp, uint32_t index, uint32_t packets) { return (void)dp, (void)index, (void)packets, true; }

static int dial(struct control *control, const char *path) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  strncpy(at.sun_path, path, sizeof at.sun_path - 1);
  if (connect(fd, (struct sockaddr *)&at, sizeof at)) perror(path);
  for (unsigned i = 0; i < 3; i++) control_turn(control);
  return fd;
}

static void ask(struct control *control, const char *who, int fd, const char *line) {
  char text[64] = "";
  if (send(fd, line, strlen(line), MSG_NOSIGNAL) < 0) perror(who);
  control_turn(control);
  ssize_t got = recv(fd, text, sizeof text - 1, MSG_DONTWAIT);
  printf("%s %s", who, got > 0 ? text : got == 0 ? "was hung up\n" : "hears nothing\n");
}

int main(int count, char **words) {
  struct reason why = {""};
  int silent[SILENT];
  struct control *control = count == 2 ? control_open(&agent, words[1], &why) : NULL;
  if (!control) return fprintf(stderr, "%s\n", why.text), 1;
  int tracing = dial(control, words[1]);
  ask(control, "trace", tracing, "trace 1 5\n");
  for (unsigned i = 0; i < SILENT; i++) silent[i] = dial(control, words[1]);
  ask(control, "status", dial(control, words[1]), "status\n");
  ask(control, "the last silent one", silent[SILENT - 1], "status\n");
  printf("a trace %s\n", agent.traced ? "goes on" : "has ended");
  control_close(control);
  return 0;
}
