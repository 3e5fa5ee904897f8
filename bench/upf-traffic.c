/*
 * Traffic of UEs, more of it than a guest under test can pass; for upf.bench.mjs:
 *   upf-traffic up GNB PEER TEIDS QFI UE SERVER BYTES SECONDS    GTP-U from GNB to PEER: inner UDP from UE, UE + 1, ...
 *   upf-traffic plain FROM TO COUNT BYTES SECONDS                UDP from FROM to TO, TO + 1, ...
 *   upf-traffic sink ADDRESS PORT                                takes datagrams and lets them be, until it is killed
 * TEIDS is a file with the local TEID of each session, 4 octets each; QFI 0: no PDU session container. BYTES is the
 * length of the (inner) IPv4 packet. Sessions and destinations take turns. Prints how many packets were sent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { GTPU = 2152, DISCARD = 9, BATCH = 32, MOST = 2048, HEADERS = 28, MOST_SESSIONS = 1 << 20 };

static unsigned char bytes[BATCH][MOST];
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];
static uint32_t teids[MOST_SESSIONS];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in at(const char *text, unsigned port) {
  struct sockaddr_in out = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, text, &out.sin_addr) != 1) fail(text);
  return out;
}

static int open_socket(const char *local, unsigned port) {
  const struct sockaddr_in own = at(local, port);
  int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1;
  if (fd < 0) fail("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (const struct sockaddr *)&own, sizeof own)) fail(local);
  return fd;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void put16(unsigned char *to, unsigned value) { to[0] = (unsigned char)(value >> 8), to[1] = (unsigned char)value; }
static void put32(unsigned char *to, uint32_t value) { put16(to, value >> 16), put16(to + 2, value & 0xffff); }

static unsigned checksum(const unsigned char *from, unsigned length) {
  uint32_t sum = 0;
  for (unsigned i = 0; i < length; i += 2) sum += (unsigned)from[i] << 8 | from[i + 1];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/* Answers the octets. */
static unsigned fill_inner(unsigned char *to, uint32_t from, uint32_t server, unsigned length) {
  memset(to, 0, length);
  to[0] = 0x45, to[8] = 64, to[9] = IPPROTO_UDP;
  put16(to + 2, length), put32(to + 12, from), put32(to + 16, server);
  put16(to + 10, checksum(to, 20));
  put16(to + 20, 4000), put16(to + 22, DISCARD), put16(to + 24, length - 20);
  return length;
}

static unsigned fill_tunnelled(unsigned char *to, uint32_t teid, unsigned qfi, uint32_t ue, uint32_t server, unsigned length) {
  const unsigned head = qfi ? 16 : 8;
  to[0] = qfi ? 0x34 : 0x30, to[1] = 255;
  put16(to + 2, head - 8 + length), put32(to + 4, teid);
  if (qfi) put32(to + 8, 0x85), put32(to + 12, 1u << 24 | 1u << 20 | qfi << 8);
  return head + fill_inner(to + head, ue, server, length);
}

static unsigned long send_batch(int fd) {
  int sent = sendmmsg(fd, messages, BATCH, 0);
  return sent > 0 ? (unsigned long)sent : 0;
}

static int send_up(char **words) {
  const struct sockaddr_in peer = at(words[1], GTPU);
  FILE *file = fopen(words[2], "rb");
  unsigned count = file ? (unsigned)fread(teids, sizeof *teids, MOST_SESSIONS, file) : 0, next = 0;
  if (!count) fail(words[2]);
  const uint32_t ue = ntohl(at(words[4], 0).sin_addr.s_addr), server = ntohl(at(words[5], 0).sin_addr.s_addr);
  const unsigned qfi = (unsigned)atoi(words[3]), length = (unsigned)atoi(words[6]);
  int fd = open_socket(words[0], GTPU);
  unsigned long sent = 0;
  if (connect(fd, (const struct sockaddr *)&peer, sizeof peer)) fail("connect");
  for (double end = now() + atof(words[7]); now() < end;) {
    for (unsigned i = 0; i < BATCH; i++, next = (next + 1) % count)
      parts[i] = (struct iovec){bytes[i], fill_tunnelled(bytes[i], ntohl(teids[next]), qfi, ue + next, server, length)};
    sent += send_batch(fd);
  }
  printf("%lu\n", sent);
  return 0;
}

static int send_plain(char **words) {
  const uint32_t first = ntohl(at(words[1], 0).sin_addr.s_addr);
  const unsigned count = (unsigned)atoi(words[2]), length = (unsigned)atoi(words[3]);
  struct sockaddr_in to[BATCH];
  unsigned next = 0;
  unsigned long sent = 0;
  int fd = open_socket(words[0], 4000);
  if (!count) fail("COUNT");
  for (double end = now() + atof(words[4]); now() < end;) {
    for (unsigned i = 0; i < BATCH; i++, next = (next + 1) % count) {
      to[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(DISCARD), .sin_addr.s_addr = htonl(first + next)};
      parts[i] = (struct iovec){bytes[i], length - HEADERS};
      messages[i].msg_hdr.msg_name = &to[i], messages[i].msg_hdr.msg_namelen = sizeof to[i];
    }
    sent += send_batch(fd);
  }
  printf("%lu\n", sent);
  return 0;
}

int main(int count, char **words) {
  for (unsigned i = 0; i < BATCH; i++) messages[i].msg_hdr.msg_iov = &parts[i], messages[i].msg_hdr.msg_iovlen = 1;
  if (count == 10 && !strcmp(words[1], "up")) return send_up(words + 2);
  if (count == 7 && !strcmp(words[1], "plain")) return send_plain(words + 2);
  if (count == 4 && !strcmp(words[1], "sink")) return open_socket(words[2], (unsigned)atoi(words[3])) < 0 || pause();
  fputs("usage: upf-traffic up|plain|sink ...\n", stderr);
  return 2;
}
