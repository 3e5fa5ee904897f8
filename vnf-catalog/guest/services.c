#include "services.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

enum { MOST = 12, WORDS = 32, POLL_MS = 10, SLOW_POLL_MS = 1000, PATIENCE_MS = 30000, FIRST_PAUSE_MS = 500, LONGEST_PAUSE_MS = 30000, HEALTHY_MS = 60000 };

struct service {
  char name[24];
  char line[512];  /* as wished */
  char running[512]; /* as started */
  pid_t pid;
  bool wished, stopping;
  long wishedMs, startedMs, dueMs, pauseMs;
};

static struct service all[MOST];

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct service *find(const char *name) {
  struct service *free = NULL;
  for (struct service *each = all; each < all + MOST; each++) {
    if (!strcmp(each->name, name)) return each;
    if (!free && !each->name[0]) free = each;
  }
  if (free) snprintf(free->name, sizeof free->name, "%s", name);
  return free;
}

static void wish(char *line) {
  char name[24] = "";
  sscanf(line, "%23s", name);
  struct service *service = name[0] ? find(name) : NULL;
  if (!service) return;
  service->wished = true;
  if (!strcmp(service->line, line)) return;
  snprintf(service->line, sizeof service->line, "%s", line);
  service->dueMs = service->pauseMs = 0;
  service->wishedMs = now_ms();
}

static void stop(struct service *service) {
  if (!service->pid || service->stopping) return;
  service->stopping = true;
  kill(service->pid, SIGTERM);
}

static void wish_all(const char *path) {
  char *text = read_file(path, NULL), *line, *rest = text;
  while (rest && (line = strsep(&rest, "\n"))) wish(line);
  free(text);
}

void services_read(void) {
  for (struct service *each = all; each < all + MOST; each++) each->wished = false;
  wish_all(SERVICES_WISH);
  wish_all(SERVICES_MORE);
  wish_all(SERVICES_FRR);
  for (struct service *each = all; each < all + MOST; each++)
    if (!each->wished || strcmp(each->line, each->running)) stop(each);
}

static void alive_path(const char *name, char path[64]) { snprintf(path, 64, SERVICES_ALIVE "/%.23s", name); }

static void become(char **words) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setsid();
  execv(words[4], words + 4);
  printf("berth: %s could not be started\n", words[4]);
  _exit(127);
}

static void start(struct service *service, char **words) {
  char path[64], pid[16];
  if (strcmp(words[3], "-")) unlink(words[3]);
  service->pid = fork();
  if (service->pid == 0) become(words);
  strcpy(service->running, service->line);
  service->startedMs = now_ms();
  alive_path(service->name, path);
  write_file(path, pid, (size_t)snprintf(pid, sizeof pid, "%d\n", service->pid));
}

/* Milliseconds until this service wants attention, -1 for none. */
static int step(struct service *service) {
  char line[512], *words[WORDS + 1] = {0}, *rest = line;
  long wait = service->dueMs - now_ms();
  int count = 0;
  if (!service->wished || service->pid) return -1;
  if (wait > 0) return (int)wait;
  strcpy(line, service->line);
  while (count < WORDS && (words[count] = strsep(&rest, " "))) count++;
  if (count < 5) return -1;
  if (strcmp(words[2], "-") && access(words[2], F_OK))
    return now_ms() - service->wishedMs < PATIENCE_MS ? POLL_MS : SLOW_POLL_MS;
  start(service, words);
  return -1;
}

int services_step(void) {
  int soonest = -1;
  for (struct service *each = all; each < all + MOST; each++) {
    int wait = step(each);
    if (wait >= 0 && (soonest < 0 || wait < soonest)) soonest = wait;
  }
  return soonest;
}

/* A daemon that was told to stop starts again at once when wished; one that fell over waits longer each time. */
static void ended(struct service *service) {
  char path[64];
  long lasted = now_ms() - service->startedMs;
  alive_path(service->name, path);
  unlink(path);
  service->pid = 0;
  if (!service->stopping) {
    service->pauseMs = service->pauseMs && lasted < HEALTHY_MS ? service->pauseMs * 2 : FIRST_PAUSE_MS;
    if (service->pauseMs > LONGEST_PAUSE_MS) service->pauseMs = LONGEST_PAUSE_MS;
    service->dueMs = now_ms() + service->pauseMs;
    printf("berth: %s ended; next start in %ld ms\n", service->name, service->pauseMs);
  }
  service->stopping = false;
  if (!service->wished) memset(service, 0, sizeof *service);
}

void services_reaped(pid_t child) {
  for (struct service *each = all; each < all + MOST; each++)
    if (each->pid == child) ended(each);
}

bool service_alive(const char *name) {
  char path[64];
  alive_path(name, path);
  long pid = read_number_file(path, 0);
  return pid > 0 && kill((pid_t)pid, 0) == 0;
}
