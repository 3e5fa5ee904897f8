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
#define LINE "upfd 1 - " UPF_SOCKET " /usr/sbin/upfd --document " DOCUMENT " --run " RUN " --pins /sys/fs/bpf/upf --object /usr/lib/berth/upf.bpf.o\n"

enum { START_LIMIT_MS = 20000, RELOAD_LIMIT_MS = 20000, STATUS_LIMIT_MS = 2000, POLL_MS = 20 };

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

static bool wish(struct reason *why) {
  char *base = read_file("/lib/berth/services", NULL), *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  fprintf(out, "%s" LINE, base ? base : "");
  fclose(out);
  if (!write_file(SERVICES_WISH, text, length)) return refuse(why, "the list of daemons could not be written");
  return kill(1, SIGHUP) == 0 || refuse(why, "process 1 could not be told of upfd");
}

static bool start(struct reason *why) {
  if (rename(DRAFT, DOCUMENT)) return refuse(why, "the document could not be written to " DOCUMENT);
  return wish(why) && await_start(why);
}

/* {"ok":true}, or {"error":"why not"}. */
static bool reload(struct reason *why) {
  size_t length = 0;
  char *answer = control_ask("reload " DRAFT, RELOAD_LIMIT_MS, &length, why);
  const struct json *said = answer ? json_parse(answer, length, why) : NULL;
  if (!said) return false;
  const char *error = json_string(json_get(said, "error"));
  if (error) return refuse(why, "%.300s", error);
  return rename(DRAFT, DOCUMENT) == 0 || refuse(why, "the document could not be written to " DOCUMENT);
}

bool daemon_follow(const struct upf_document *wanted, struct reason *why) {
  if (!write_file(DRAFT, wanted->text, wanted->length)) return refuse(why, "the document could not be written to " DRAFT);
  return access(DOCUMENT, F_OK) == 0 && service_alive("upfd") ? reload(why) : start(why);
}

bool daemon_follows(const struct upf_document *wanted) {
  size_t length = 0;
  char *now = read_file(DOCUMENT, &length);
  bool same = now && length == wanted->length && !memcmp(now, wanted->text, length);
  free(now);
  return same;
}
