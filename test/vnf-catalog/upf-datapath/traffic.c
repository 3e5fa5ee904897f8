/*
 * Transfers through the data path with the offloads of the links on: a data network and a gNB with a UE, each in a namespace of its own.
 * What arrives must be what was sent. Arguments: the object, MiB of each transfer, 4 or 6 for the tunnel's family.
 */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"
#include "sha256.h"

enum { TEID = 0x11, PORT = 5001 };

static struct lab lab;

static void give_up(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(70);
}

/* A process in a new namespace that gets one end of a link, and what it does there. It ends with this one. */
static pid_t place(const char *link, const char *four, const char *six, void (*act)(int), int argument) {
  int ready[2], go[2];
  char octet = 0;
  if (pipe(ready) || pipe(go)) give_up("pipe");
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (unshare(CLONE_NEWNET) || write(ready[1], &octet, 1) != 1 || read(go[0], &octet, 1) != 1) _exit(70);
    run("ip link set lo up; ip link set %s up; ip addr add %s/24 dev %s; ip addr add %s/64 dev %s nodad", link, four, link, six, link);
    act(argument);
    _exit(0);
  }
  if (read(ready[0], &octet, 1) != 1) give_up("a namespace");
  run("ip link set %s netns %d", link, child);
  if (write(go[1], &octet, 1) != 1) give_up("pipe");
  return child;
}

static uint64_t state = 88172645463325252ULL;

static void fill(uint8_t *bytes, size_t octets) {
  for (size_t i = 0; i + 8 <= octets; i += 8) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    memcpy(bytes + i, &state, 8);
  }
}

static bool all(int fd, uint8_t *bytes, size_t octets, bool out) {
  while (octets) {
    const ssize_t did = out ? send(fd, bytes, octets, MSG_NOSIGNAL) : recv(fd, bytes, octets, 0);
    if (did <= 0) return false;
    bytes += did;
    octets -= (size_t)did;
  }
  return true;
}

/* Sends `mib` of chance and then its digest. */
static bool give(int fd, int mib) {
  const size_t octets = (size_t)mib << 20;
  uint8_t *bytes = malloc(octets), digest[32];
  if (!bytes) give_up("malloc");
  fill(bytes, octets);
  sha256(bytes, octets, digest);
  const bool sent = all(fd, bytes, octets, true) && all(fd, digest, sizeof digest, true);
  free(bytes);
  return sent;
}

/* Receives as much, and whether its digest is the one that comes with it. */
static bool get(int fd, int mib) {
  const size_t octets = (size_t)mib << 20;
  uint8_t *bytes = malloc(octets), digest[32], other[32];
  if (!bytes) give_up("malloc");
  const bool got = all(fd, bytes, octets, false) && all(fd, other, sizeof other, false);
  sha256(bytes, octets, digest);
  free(bytes);
  return got && memcmp(digest, other, sizeof digest) == 0;
}

/* The data network: takes what comes and sends as much back. */
static void serve(int mib) {
  struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  run("ip route add default via 10.6.0.1; ip -6 route add default via fd06::1");
  if (bind(fd, (void *)&at, sizeof at) || listen(fd, 8)) give_up("listen");
  for (;;) {
    const int one = accept(fd, NULL, NULL);
    const bool right = get(one, mib) && give(one, mib);
    if (!right) printf("the data network: a transfer is not what was sent\n");
    close(one);
  }
}

static int tun_open(void) {
  struct ifreq ask = {.ifr_name = "ue", .ifr_flags = IFF_TUN | IFF_NO_PI};
  const int fd = open("/dev/net/tun", O_RDWR);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &ask)) give_up("/dev/net/tun");
  run("ip link set ue addrgenmode none; ip link set ue mtu 1436 up; ip addr add 10.60.0.1/32 dev ue; ip addr add fd60:0:0:1::7/128 dev ue nodad");
  run("ip route add 10.6.0.0/24 dev ue src 10.60.0.1; ip -6 route add fd06::/64 dev ue src fd60:0:0:1::7");
  return fd;
}

/* The gNB's radio side: what the UE sends goes into the tunnel, what comes out of it to the UE. */
static void shuttle(int tun, const char *upf) {
  struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(2152)}, to = at;
  const int fd = socket(AF_INET6, SOCK_DGRAM, 0), octets = 4 << 20;
  uint8_t bytes[4096];
  if (inet_pton(AF_INET6, upf, &to.sin6_addr) != 1 || bind(fd, (void *)&at, sizeof at)) give_up("bind");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof octets);
  struct pollfd both[2] = {{.fd = tun, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
  while (poll(both, 2, -1) > 0) {
    ssize_t got = both[0].revents ? read(tun, bytes + 16, sizeof bytes - 16) : 0;
    if (got > 0) {
      const uint8_t head[16] = {0x34, 255, (uint8_t)((got + 8) >> 8), (uint8_t)(got + 8), 0, 0, 0, TEID, 0, 0, 0, 0x85, 1, 0x10, 5, 0};
      memcpy(bytes, head, 16);
      sendto(fd, bytes, (size_t)got + 16, 0, (void *)&to, sizeof to);
    }
    got = both[1].revents ? recv(fd, bytes, sizeof bytes, 0) : 0;
    if (got > 16 && bytes[1] == 255 && write(tun, bytes + (bytes[0] & 4 ? 16 : 8), (size_t)got - (bytes[0] & 4 ? 16 : 8)) < 0) return;
  }
}

static bool transfer(const char *to, int mib, double *seconds) {
  struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
  const struct timeval limit = {.tv_sec = 30};
  struct timespec begun, ended;
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  if (inet_pton(AF_INET6, to, &at.sin6_addr) != 1) give_up(to);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  clock_gettime(CLOCK_MONOTONIC, &begun);
  for (unsigned i = 0; connect(fd, (void *)&at, sizeof at) && i < 50; i++) usleep(100000);
  const bool right = give(fd, mib) && get(fd, mib);
  clock_gettime(CLOCK_MONOTONIC, &ended);
  *seconds = (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
  close(fd);
  return right;
}

static const char *const outers[] = {"::ffff:10.3.0.1", "fd03::1"};
static int outcome[2], outer_now;

static void be_ue(int mib) {
  const char *const inners[] = {"::ffff:10.6.0.9", "fd06::9"};
  const int tun = tun_open();
  const pid_t radio = fork();
  if (radio == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    shuttle(tun, outers[outer_now]);
    _exit(0);
  }
  for (unsigned i = 0; i < 2; i++) {
    double seconds;
    char text[160];
    const bool right = transfer(inners[i], mib, &seconds);
    const int length = snprintf(text, sizeof text, "%s in %s: %s, %.0f Mbit/s each way\n", inners[i], outers[outer_now],
                                right ? "right" : "WRONG", mib * 2 * 8.388608 / seconds);
    if (write(outcome[1], text, (size_t)length) < 0) _exit(70);
  }
}

static void check_totals(const char *what) {
  struct dp_totals totals;
  dp_totals_read(lab.dp, &totals);
  for (unsigned i = 0; i < 2; i++) {
    uint64_t sum = totals.forwarded[i] + totals.buffered[i];
    for (unsigned j = 1; j < DP_REASONS; j++) {
      sum += totals.dropped[i][j];
      expect(!totals.dropped[i][j], "%s, direction %u: %llu %s", what, i, (unsigned long long)totals.dropped[i][j], dp_reason_name(j));
    }
    expect(sum == totals.in[i] && totals.forwarded[i] > 1000, "%s, direction %u: in %llu, forwarded %llu", what, i,
           (unsigned long long)totals.in[i], (unsigned long long)totals.forwarded[i]);
  }
}

/* Both inner families through the outer family that was asked for. */
static void transfers(int mib) {
  struct dp_session s;
  struct reason why;
  char text[1024] = "";
  size_t length = 0;
  simple_session(&s, 0, TEID, "10.60.0.1/32");
  for (unsigned i = 0; i < 2; i++) {
    s.pdrs[i].ue_route_count = 2;
    s.pdrs[i].ue_routes[1] = prefix_of("fd60:0:0:1::/64");
  }
  if (outer_now) s.fars[1].peer = address_of("fd03::2");
  expect(dp_session_set(lab.dp, NULL, &s, &why), "%s", why.text);
  if (pipe(outcome)) give_up("pipe");
  place("far-n3", "10.3.0.2", "fd03::2", be_ue, mib);
  close(outcome[1]);
  for (ssize_t got; length < sizeof text - 1 && (got = read(outcome[0], text + length, sizeof text - 1 - length)) > 0;) {
    length += (size_t)got;
    text[length] = 0;
    if (strchr(text, '\n') != strrchr(text, '\n')) break;
  }
  printf("%s", text);
  expect(strstr(text, "right") && strstr(text, "fd06::9") && !strstr(text, "WRONG"), "a transfer is not what was sent");
  check_totals(outers[outer_now]);
}

int main(int count, char **arguments) {
  if (count < 4) return 64;
  const int mib = atoi(arguments[2]);
  outer_now = arguments[3][0] == '6';
  lab_enter();
  lab_open(&lab, arguments[1], 100);
  place("far-n6", "10.6.0.9", "fd06::9", serve, mib);
  transfers(mib);
  printf("%u failures\n", failures);
  return failures ? 1 : 0;
}
