/* What really leaves by a link: end markers, and packets that the agent had buffered, in its order. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "table.h"

enum { BUFFERED = 20 };

static int listen_at(const char *link) {
  const struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(link)};
  const struct timeval limit = {.tv_sec = 2};
  const int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  expect(fd >= 0 && bind(fd, (const void *)&at, sizeof at) == 0, "no socket for packets at %s", link);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return fd;
}

/* The next GTP-U over UDP that comes there, in `out`; false after the time limit. */
static bool hears(int fd) {
  for (unsigned i = 0; i < 200; i++) {
    const ssize_t got = recv(fd, out.bytes, sizeof out.bytes, 0);
    if (got <= 0) return false;
    out.length = (size_t)got;
    const bool six = out.bytes[12] == 0x86;
    const size_t ports = six ? 54 : 34;
    if (out.length > ports + 8 && out.bytes[six ? 20 : 23] == 17 && out.bytes[ports + 2] == 8 && out.bytes[ports + 3] == 104) return true;
  }
  return false;
}

static void end_markers(int fd) {
  struct dp_far far = {.side = DP_ACCESS, .interface = DP_NONE, .teid = 0xabcdef01, .peer = address_of("10.3.0.2")};
  static const uint8_t marker[8] = {0x30, 254, 0, 0, 0xab, 0xcd, 0xef, 0x01};
  struct dp_totals totals;
  expect(dp_end_marker(lab.dp, &far), "no end marker over IPv4");
  expect(hears(fd) && out.length >= 50 && memcmp(out.bytes + 42, marker, 8) == 0, "the end marker over IPv4 is another, or none");
  far.peer = address_of("fd03::2");
  expect(dp_end_marker(lab.dp, &far), "no end marker over IPv6");
  expect(hears(fd) && out.length == 70 && memcmp(out.bytes + 62, marker, 8) == 0, "the end marker over IPv6 is another, or none");
  dp_totals_read(lab.dp, &totals);
  expect(totals.end_markers == 2, "%llu end markers are counted", (unsigned long long)totals.end_markers);
  far.peer.family = 0;
  expect(!dp_end_marker(lab.dp, &far), "an end marker to nowhere");
}

static uint8_t kept[BUFFERED][256];
static unsigned kept_count;
static uint16_t kept_length;

static void keep_bytes(void *context, const struct dp_event *event) {
  (void)context;
  if (event->kind != DP_EVENT_BUFFER || kept_count == BUFFERED) return;
  memcpy(kept[kept_count++], event->bytes, event->length);
  kept_length = event->length;
}

static void drained_in_order(int fd) {
  struct dp_session s;
  begin(&s);
  s.fars[1].action = DP_BUFF;
  set(&s, true);
  while (next_event()->kind) continue;
  for (unsigned i = 0; i < BUFFERED; i++) {
    struct inner packet = down4;
    packet.source_port = (uint16_t)(3000 + i);
    down("buffered", &packet, "buffered");
  }
  while (dp_events(lab.dp, 3, keep_bytes, NULL)) continue;
  expect(kept_count == BUFFERED, "%u of %u packets came to be buffered", kept_count, BUFFERED);
  for (unsigned i = 0; i < kept_count; i++) expect(dp_inject(lab.dp, 0, 1, 2, kept[i], kept_length), "packet %u cannot be injected", i);
  for (unsigned i = 0; i < kept_count; i++) {
    const bool heard = hears(fd);
    const unsigned port = (unsigned)out.bytes[70] << 8 | out.bytes[71];
    expect(heard && port == 3000 + i, "injected packet %u: %s from port %u", i, heard ? "heard one" : "heard none, the last was", port);
  }
  lab_outcome(&lab, DOWN);
  end(&s);
}

void live_tests(void) {
  run("ip neigh replace 10.3.0.2 lladdr 02:00:00:00:00:99 dev n3; ip neigh replace fd03::2 lladdr 02:00:00:00:00:99 dev n3");
  const int fd = listen_at("far-n3");
  end_markers(fd);
  drained_in_order(fd);
  close(fd);
}
