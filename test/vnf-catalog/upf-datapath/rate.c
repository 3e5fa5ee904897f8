/*
 * What a packet costs through the UPF beside one that the kernel routes: between links of one machine, sent and forwarded by one thread, whose
 * processor time is taken. Arguments: the object, rounds, then numbers of sessions, rising. Prints one line of JSON: of each case the ns per
 * packet in each round, the work of sending it included.
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

enum { FRAMES = 4096, PORTIONS = 16, BATCH = 64, MOST_ROUNDS = 64, WAYS = 3, SIZES = 2 };

static const char *const way_names[WAYS] = {"plain", "up", "down"};
/* Of UDP, for inner packets of frames of 64 octets with their checksum, and of long ones. */
static const uint16_t payloads[SIZES] = {18, 1372};

static struct lab lab;
static struct frame frames[FRAMES];

static double processor_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
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

static void read_address(const char *link, uint8_t out[6]) {
  char path[128];
  unsigned mac[6];
  snprintf(path, sizeof path, "/sys/class/net/%s/address", link);
  FILE *file = fopen(path, "r");
  if (!file || fscanf(file, "%x:%x:%x:%x:%x:%x", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) != 6) exit(70);
  fclose(file);
  for (unsigned i = 0; i < 6; i++) out[i] = (uint8_t)mac[i];
}

/* Plain ones go from n4 to n5, links without a program; the others are of sessions by chance. */
static void make_frames(unsigned way, uint32_t sessions, uint16_t payload) {
  static const char *const in[WAYS] = {"n4", "n3", "n6"};
  uint8_t address[6];
  read_address(in[way], address);
  for (unsigned i = 0; i < FRAMES; i++) {
    const uint32_t of = (uint32_t)random() % sessions;
    char ue[32];
    ue_of(of, ue);
    const struct inner packet = {.from = way == 0 ? "10.4.0.9" : way == 1 ? ue : "10.6.0.9",
                                 .to = way == 0 ? "10.5.0.9" : way == 1 ? "10.6.0.9" : ue,
                                 .payload = payload};
    frames[i].length = 0;
    if (way == 1) {
      g_pdu(&frames[i], &packet, 0x100000 + of, 5);
    } else {
      put_inner(&frames[i], &packet);
      wrap_ethernet(&frames[i]);
    }
    memcpy(frames[i].bytes, address, sizeof address);
  }
}

static void send_frames(int fd) {
  struct mmsghdr batch[BATCH];
  struct iovec parts[BATCH];
  memset(batch, 0, sizeof batch);
  for (unsigned sent = 0; sent < FRAMES; sent += BATCH) {
    for (unsigned i = 0; i < BATCH; i++) {
      parts[i] = (struct iovec){frames[sent + i].bytes, frames[sent + i].length};
      batch[i].msg_hdr.msg_iov = &parts[i];
      batch[i].msg_hdr.msg_iovlen = 1;
    }
    if (sendmmsg(fd, batch, BATCH, 0) != BATCH) exit(70);
  }
}

/* ns per packet that arrived. */
static double cost(unsigned way, uint32_t sessions, uint16_t payload) {
  static const char *const from[WAYS] = {"far-n4", "far-n3", "far-n6"}, *const to[WAYS] = {"far-n5", "far-n6", "far-n3"};
  const struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(from[way])};
  const int fd = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;
  double spent = 0;
  if (bind(fd, (const void *)&at, sizeof at) || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes)) exit(70);
  const unsigned long before = received(to[way]);
  for (unsigned portion = 0; portion < PORTIONS; portion++) {
    make_frames(way, sessions, payload);
    const double begun = processor_ns();
    send_frames(fd);
    spent += processor_ns() - begun;
  }
  for (unsigned i = 0; i < 100 && received(to[way]) - before < FRAMES * PORTIONS; i++) usleep(1000);
  close(fd);
  const unsigned long came = received(to[way]) - before;
  if (came < FRAMES * PORTIONS / 2) {
    fprintf(stderr, "%s: of %u packets %lu arrived\n", way_names[way], FRAMES * PORTIONS, came);
    exit(1);
  }
  return spent / (double)came;
}

/* Every other round is run backwards, and what comes before the first one is not counted. */
static void take_turns(uint32_t sessions, unsigned rounds, bool first) {
  static double found[WAYS * SIZES][MOST_ROUNDS];
  for (unsigned i = 0; i < WAYS; i++) cost(i, sessions, payloads[0]);
  for (unsigned round = 0; round < rounds; round++)
    for (unsigned i = 0; i < WAYS * SIZES; i++) {
      const unsigned turn = round % 2 ? WAYS * SIZES - 1 - i : i;
      found[turn][round] = cost(turn % WAYS, sessions, payloads[turn / WAYS]);
    }
  for (unsigned turn = 0; turn < WAYS * SIZES; turn++) {
    printf("%s{\"sessions\":%u,\"way\":\"%s\",\"bytes\":%u,\"ns\":[", first && !turn ? "" : ",", sessions, way_names[turn % WAYS],
           payloads[turn / WAYS] + 28);
    for (unsigned round = 0; round < rounds; round++) printf("%s%.1f", round ? "," : "", found[turn][round]);
    printf("]}");
  }
}

static void establish(uint32_t i) {
  struct dp_session s;
  struct reason why;
  char ue[40];
  ue_of(i, ue);
  simple_session(&s, i, 0x100000 + i, strcat(ue, "/32"));
  s.qer_count = 1;
  s.qers[0] = (struct dp_qer){.id = 1, .qfi = 5};
  for (unsigned j = 0; j < 2; j++) s.pdrs[j].qer_count = 1;
  if (dp_session_set(lab.dp, NULL, &s, &why)) return;
  fprintf(stderr, "%s\n", why.text);
  exit(1);
}

static void link_plain(const char *name, const char *address) {
  run("ip link add %s type veth peer name far-%s; ip link set far-%s up; ip link set %s up; ip addr add %s/24 dev %s", name, name, name,
      name, address, name);
}

static void know(const char *address, const char *link) { run("ip neigh replace %s lladdr 02:00:00:00:00:99 dev %s", address, link); }

int main(int count, char **arguments) {
  const unsigned rounds = count < 4 ? 0 : (unsigned)atoi(arguments[2]);
  if (!rounds || rounds > MOST_ROUNDS) return fputs("usage: rate OBJECT ROUNDS SESSIONS...\n", stderr), 64;
  lab_enter();
  lab_open(&lab, arguments[1], (uint32_t)atoi(arguments[count - 1]));
  run("ip route replace 10.64.0.0/10 dev upf0");
  link_plain("n4", "10.4.0.1");
  link_plain("n5", "10.5.0.1");
  know("10.3.0.2", "n3");
  know("10.6.0.9", "n6");
  know("10.5.0.9", "n5");
  uint32_t made = 0;
  printf("[");
  for (int i = 3; i < count; i++) {
    for (; made < (uint32_t)atoi(arguments[i]); made++) establish(made);
    take_turns(made, rounds, i == 3);
  }
  puts("]");
  dp_remove(lab.dp);
  return 0;
}
