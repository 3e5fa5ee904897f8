/* What a packet costs with 1 session and with many, and what a session costs in memory. Arguments: the object, sessions. */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"
#include "state.h"

static struct lab lab;

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void session_of(struct dp_session *s, uint32_t i) {
  char ue[64];
  snprintf(ue, sizeof ue, "10.%u.%u.%u/32", 64 + (i >> 16), i >> 8 & 255, i & 255);
  simple_session(s, i, 0x100000 + i, ue);
  s->qer_count = s->urr_count = 1;
  s->qers[0] = (struct dp_qer){.id = 1, .qfi = 5, .has_mbr_up = true, .has_mbr_down = true, .mbr_up_bps = 100000000000, .mbr_down_bps = 100000000000};
  s->urrs[0] = (struct dp_urr){.id = 1, .limits = {~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, false, false}};
  for (unsigned j = 0; j < 2; j++) s->pdrs[j].qer_count = s->pdrs[j].urr_count = 1;
}

/* ns for a packet of each of `sessions` sessions, by turns in an order of chance. */
static double cost(uint32_t sessions, bool up, unsigned packets) {
  struct frame in, out;
  double spent = 0;
  const int program = bpf_program__fd(bpf_object__find_program_by_name(lab.dp->object, "upf_link"));
  for (unsigned n = 0; n < packets; n++) {
    const uint32_t i = (uint32_t)random() % sessions;
    char ue[64];
    snprintf(ue, sizeof ue, "10.%u.%u.%u", 64 + (i >> 16), i >> 8 & 255, i & 255);
    struct inner packet = {.from = up ? ue : "10.6.0.9", .to = up ? "10.6.0.9" : ue, .payload = 36};
    struct __sk_buff context = {.ifindex = up ? lab.n3 : lab.n6};
    if (up) {
      g_pdu(&in, &packet, 0x100000 + i, 5);
    } else {
      put_inner(&in, &packet);
      wrap_ethernet(&in);
    }
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = in.bytes, .data_size_in = (uint32_t)in.length, .data_out = out.bytes,
                .data_size_out = sizeof out.bytes, .ctx_in = &context, .ctx_size_in = sizeof context, .repeat = 1);
    if (bpf_prog_test_run_opts(program, &options)) exit(70);
    spent += options.duration;
  }
  return spent / packets;
}

static uint64_t memory_of(const char *map) {
  char path[64], line[256];
  uint64_t octets = 0;
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", bpf_object__find_map_fd_by_name(lab.dp->object, map));
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "memlock: %lu", &octets) == 1) break;
  if (file) fclose(file);
  return octets;
}

int main(int count, char **arguments) {
  static const char *const maps[] = {"slots", "cells", "teids", "addresses", "prefixes", "near_teids", "near_addresses"};
  struct dp_session s;
  struct reason why;
  uint64_t sum = 0;
  if (count < 3) return 64;
  const uint32_t sessions = (uint32_t)atoi(arguments[2]);
  lab_enter();
  lab_open(&lab, arguments[1], sessions);
  session_of(&s, 0);
  if (!dp_session_set(lab.dp, NULL, &s, &why)) printf("%s\n", why.text);
  cost(1, true, 2000);
  printf("1 session: up %.0f ns, down %.0f ns a packet\n", cost(1, true, 20000), cost(1, false, 20000));
  const double begun = now();
  for (uint32_t i = 1; i < sessions; i++) {
    session_of(&s, i);
    if (!dp_session_set(lab.dp, NULL, &s, &why)) {
      printf("%s\n", why.text);
      return 1;
    }
  }
  printf("%u sessions: %.0f a second\n", sessions, sessions / (now() - begun));
  printf("%u sessions: up %.0f ns, down %.0f ns a packet\n", sessions, cost(sessions, true, 20000), cost(sessions, false, 20000));
  for (unsigned i = 0; i < sizeof maps / sizeof *maps; i++) {
    printf("%s: %lu octets\n", maps[i], memory_of(maps[i]));
    sum += memory_of(maps[i]);
  }
  printf("%.0f octets a session; %u of %u cells used\n", (double)sum / sessions, lab.dp->cells.size - lab.dp->cells.waiting, lab.dp->cells.size);
  const double again = now();
  bool resumed = false;
  dp_close(lab.dp);
  lab.dp = dp_open(&lab.config, &resumed, &why);
  printf("resumed %d in %.2f s with %u sessions\n", resumed, now() - again, lab.dp ? lab.dp->sessions : 0);
  return failures ? 1 : 0;
}
