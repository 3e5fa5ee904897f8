/*
 * Packets per second through the UPF beside those that the kernel routes, between links of one machine and by one thread: ratios to trust, not
 * absolutes. Arguments: the object, sessions, rounds.
 */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"

enum { FRAMES = 4096, BATCH = 64, PACKETS = 131072 };

static struct lab lab;
static struct frame frames[FRAMES];

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static unsigned long received(const char *link) {
  char path[128];
  unsigned long count = 0;
  snprintf(path, sizeof path, "/sys/class/net/%s/statistics/rx_packets", link);
  FILE *file = fopen(path, "r");
  if (!file || fscanf(file, "%lu", &count) != 1) exit(70);
  fclose(file);
  return count;
}

static void ue_of(uint32_t i, char out[32]) { snprintf(out, 32, "10.%u.%u.%u", 64 + (i >> 16), i >> 8 & 255, i & 255); }

static void address_frame(struct frame *frame, const char *link) {
  char path[128];
  unsigned mac[6];
  snprintf(path, sizeof path, "/sys/class/net/%s/address", link);
  FILE *file = fopen(path, "r");
  if (!file || fscanf(file, "%x:%x:%x:%x:%x:%x", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) != 6) exit(70);
  fclose(file);
  for (unsigned i = 0; i < 6; i++) frame->bytes[i] = (uint8_t)mac[i];
}

/* way 0: routed, from n3 to n6; 1: up, of sessions by chance; 2: down. */
static void make_frames(unsigned way, uint32_t sessions, uint16_t payload) {
  for (unsigned i = 0; i < FRAMES; i++) {
    const uint32_t of = (uint32_t)random() % sessions;
    char ue[32];
    ue_of(of, ue);
    const struct inner packet = {.from = way == 0 ? "10.3.0.9" : way == 1 ? ue : "10.6.0.9", .to = way == 2 ? ue : "10.6.0.9", .payload = payload};
    if (way == 1) {
      g_pdu(&frames[i], &packet, 0x100000 + of, 5);
    } else {
      put_inner(&frames[i], &packet);
      wrap_ethernet(&frames[i]);
    }
    address_frame(&frames[i], way == 2 ? "n6" : "n3");
    if (i == 0) continue;
    memcpy(frames[i].bytes, frames[0].bytes, 6);
  }
}

static double rate(const char *from, const char *to) {
  const struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(from)};
  const int fd = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;
  struct mmsghdr batch[BATCH];
  struct iovec parts[BATCH];
  memset(batch, 0, sizeof batch);
  if (bind(fd, (const void *)&at, sizeof at)) exit(70);
  setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  const unsigned long before = received(to);
  const double begun = now();
  for (unsigned sent = 0; sent < PACKETS; sent += BATCH) {
    for (unsigned i = 0; i < BATCH; i++) {
      struct frame *frame = &frames[(sent + i) % FRAMES];
      parts[i] = (struct iovec){frame->bytes, frame->length};
      batch[i].msg_hdr.msg_iov = &parts[i];
      batch[i].msg_hdr.msg_iovlen = 1;
    }
    if (sendmmsg(fd, batch, BATCH, 0) < 0) exit(70);
  }
  for (unsigned i = 0; i < 100 && received(to) - before < PACKETS; i++) usleep(1000);
  const double seconds = now() - begun;
  close(fd);
  return (double)(received(to) - before) / seconds;
}

static double best(unsigned way, uint32_t sessions, uint16_t payload, int rounds) {
  double most = 0;
  make_frames(way, sessions, payload);
  for (int i = 0; i < rounds; i++) {
    const double got = rate(way == 2 ? "far-n6" : "far-n3", way == 2 ? "far-n3" : "far-n6");
    if (got > most) most = got;
  }
  return most;
}

static void compare(uint32_t sessions, int rounds) {
  static const uint16_t payloads[] = {36, 1372};
  for (unsigned i = 0; i < 2; i++) {
    const double plain = best(0, 1, payloads[i], rounds), up = best(1, sessions, payloads[i], rounds), down = best(2, sessions, payloads[i], rounds);
    printf("%6u sessions, %4u octets: routed %.0f kpps, up %.2f of it, down %.2f\n", sessions, payloads[i] + 28, plain / 1000, up / plain, down / plain);
  }
}

int main(int count, char **arguments) {
  if (count < 4) return 64;
  const uint32_t sessions = (uint32_t)atoi(arguments[2]);
  lab_enter();
  lab_open(&lab, arguments[1], sessions);
  run("ip route replace 10.64.0.0/10 dev upf0");
  run("ip neigh replace 10.3.0.2 lladdr 02:00:00:00:00:99 dev n3; ip neigh replace 10.6.0.9 lladdr 02:00:00:00:00:99 dev n6");
  for (uint32_t i = 0; i < sessions; i++) {
    struct dp_session s;
    struct reason why;
    char ue[40];
    ue_of(i, ue);
    simple_session(&s, i, 0x100000 + i, strcat(ue, "/32"));
    s.qer_count = s.urr_count = 1;
    s.qers[0] = (struct dp_qer){.id = 1, .qfi = 5, .has_mbr_up = true, .has_mbr_down = true, .mbr_up_bps = 100000000000, .mbr_down_bps = 100000000000};
    s.urrs[0] = (struct dp_urr){.id = 1, .limits = {~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, false, false}};
    for (unsigned j = 0; j < 2; j++) s.pdrs[j].qer_count = s.pdrs[j].urr_count = 1;
    if (!dp_session_set(lab.dp, NULL, &s, &why)) return printf("%s\n", why.text), 1;
  }
  compare(1, atoi(arguments[3]));
  if (sessions > 1) compare(sessions, atoi(arguments[3]));
  return 0;
}
