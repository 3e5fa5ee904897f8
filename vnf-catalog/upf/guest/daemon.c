#include "daemon.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "services.h"

#define DOCUMENT RUN "/upf.json"
#define DRAFT RUN "/upf-wanted.json"
#define ARGUMENTS "- " UPF_SOCKET " /usr/sbin/upfd --document " DOCUMENT " --run " RUN " --pins /sys/fs/bpf/upf --object /usr/lib/berth/upf.bpf.o"

enum { START_LIMIT_MS = 20000, END_LIMIT_MS = 15000, ASK_LIMIT_MS = 20000, STATUS_LIMIT_MS = 2000, POLL_MS = 20 };

static void pause_ms(long ms) {
  const struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&pause, NULL);
}

const struct json *daemon_status(struct reason *why) {
  size_t length = 0;
  char *answer = control_ask("status", STATUS_LIMIT_MS, &length, why);
  struct json *status = answer ? json_parse(answer, length, why) : NULL;
  if (!status || status->kind == JSON_OBJECT) return status;
  refuse(why, "the status of upfd is no JSON object");
  return NULL;
}

/* It has read its document once it answers; a fault of it ends the process, whose last words are on the console. */
static bool await_start(struct reason *why) {
  struct reason last = {""};
  for (int waited = 0; waited < START_LIMIT_MS; waited += POLL_MS) {
    if (daemon_status(&last)) return true;
    pause_ms(POLL_MS);
  }
  return refuse(why, "upfd did not start within %d s: %.200s", START_LIMIT_MS / 1000, last.text);
}

/* Another serial has process 1 start it at once, whatever pause it would make after an end. */
static unsigned long fresh_serial(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (unsigned long)now.tv_sec * 1000 + (unsigned long)now.tv_nsec / 1000000;
}

static bool wish(struct reason *why) {
  char *base = read_file("/lib/berth/services", NULL), *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  fprintf(out, "%supfd %lu " ARGUMENTS "\n", base ? base : "", fresh_serial());
  fclose(out);
  if (!write_file(SERVICES_WISH, text, length)) return refuse(why, "the list of daemons could not be written");
  return kill(1, SIGHUP) == 0 || refuse(why, "process 1 could not be told of upfd");
}

static bool start(struct reason *why) {
  if (rename(DRAFT, DOCUMENT)) return refuse(why, "the document could not be written to " DOCUMENT);
  return wish(why) && await_start(why);
}

/* {"ok":true}, or {"error":"why not"}. */
static bool ask(const char *line, struct reason *why) {
  size_t length = 0;
  char *answer = control_ask(line, ASK_LIMIT_MS, &length, why);
  const struct json *said = answer ? json_parse(answer, length, why) : NULL;
  if (!said) return false;
  const char *error = json_string(json_get(said, "error"));
  return !error || refuse(why, "%.300s", error);
}

static bool reload(struct reason *why) {
  if (!ask("reload " DRAFT, why)) return false;
  return rename(DRAFT, DOCUMENT) == 0 || refuse(why, "the document could not be written to " DOCUMENT);
}

/* `leave`: sessions stay, and the data path goes on meanwhile. `stop`: associations are released, and nothing stays. */
static bool restart(const char *how, struct reason *why) {
  if (!ask(how, why)) return false;
  for (int waited = 0; service_alive("upfd"); waited += POLL_MS) {
    if (waited >= END_LIMIT_MS) return refuse(why, "upfd did not end within %d s", END_LIMIT_MS / 1000);
    pause_ms(POLL_MS);
  }
  return start(why);
}

static const struct upf_document *document_now(const struct links *links) {
  struct reason ignored;
  size_t length = 0;
  char *text = read_file(DOCUMENT, &length);
  return text ? upf_document_parse(text, length, links, &ignored) : NULL;
}

bool daemon_follow(const struct upf_document *wanted, bool known, struct reason *why) {
  if (!write_file(DRAFT, wanted->text, wanted->length)) return refuse(why, "the document could not be written to " DRAFT);
  if (access(DOCUMENT, F_OK) || !service_alive("upfd")) return start(why);
  const char *how = upf_restart_for(document_now(wanted->network.day0), wanted);
  if (!how && !known && wanted->network.vlans.count) how = "stop"; /* they may have been made anew since upfd started */
  return how ? restart(how, why) : reload(why);
}

bool daemon_follows(const struct upf_document *wanted) {
  size_t length = 0;
  char *now = read_file(DOCUMENT, &length);
  bool same = now && length == wanted->length && !memcmp(now, wanted->text, length);
  free(now);
  return same;
}
