#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gtpu.h"

enum { N4_PORT = 8805, RECEIVE_BYTES = 4 << 20 };

static socklen_t to_system(const struct n4_peer *from, struct sockaddr_storage *out) {
  memset(out, 0, sizeof *out);
  if (from->address.family == 4) {
    struct sockaddr_in *four = (struct sockaddr_in *)out;
    four->sin_family = AF_INET;
    four->sin_port = htons(from->port);
    memcpy(&four->sin_addr, from->address.bytes, 4);
    return sizeof *four;
  }
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(from->port);
  memcpy(&six->sin6_addr, from->address.bytes, 16);
  return sizeof *six;
}

static void from_system(const struct sockaddr_storage *from, struct n4_peer *out) {
  memset(out, 0, sizeof *out);
  if (from->ss_family == AF_INET) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)from;
    out->address.family = 4;
    out->port = ntohs(four->sin_port);
    memcpy(out->address.bytes, &four->sin_addr, 4);
    return;
  }
  const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;
  out->address.family = 6;
  out->port = ntohs(six->sin6_port);
  memcpy(out->address.bytes, &six->sin6_addr, 16);
}

/* Bound to its link too: a UE, or a host of the data network, is not to reach N4 by the address alone. */
static int open_at(const char *link, const struct dp_address *address, uint16_t port, struct reason *why) {
  struct sockaddr_storage at;
  const struct n4_peer own = {*address, port};
  socklen_t length = to_system(&own, &at);
  const int room = RECEIVE_BYTES, yes = 1;
  int made = socket(at.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return refuse(why, "a UDP socket could not be made: %s", strerror(errno)), -1;
  /* The system's limit is a burst of 200 requests; beyond it a request is lost until the SMF sends it again. */
  if (setsockopt(made, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room)) setsockopt(made, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (at.ss_family == AF_INET6) setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  bool bound = setsockopt(made, SOL_SOCKET, SO_BINDTODEVICE, link, (socklen_t)strlen(link)) == 0;
  if (bound && bind(made, (struct sockaddr *)&at, length) == 0) return made;
  refuse(why, "UDP port %u of link %s could not be taken: %s", port, link, strerror(errno));
  close(made);
  return -1;
}

static bool open_both(int out[2], const char *link, const struct dp_address *four, const struct dp_address *six, uint16_t port,
                      struct reason *why) {
  if (four->family && (out[0] = open_at(link, four, port, why)) < 0) return false;
  return !six->family || (out[1] = open_at(link, six, port, why)) >= 0;
}

bool sockets_open(struct sockets *s, const struct agent_config *config, struct reason *why) {
  s->n4[0] = s->n4[1] = -1;
  for (unsigned i = 0; i < DP_INTERFACES; i++) s->gtpu[i][0] = s->gtpu[i][1] = -1;
  if (!open_both(s->n4, config->n4_link, &config->n4_local4, &config->n4_local6, N4_PORT, why)) return false;
  for (unsigned i = 0; i < config->interface_count; i++) {
    const struct dp_interface *at = &config->interfaces[i];
    if (!open_both(s->gtpu[i], at->link, &at->local4, &at->local6, GTPU_PORT, why)) return false;
  }
  return true;
}

static void close_both(const int sockets[2]) {
  for (unsigned i = 0; i < 2; i++)
    if (sockets[i] >= 0) close(sockets[i]);
}

void sockets_close(struct sockets *s) {
  close_both(s->n4);
  for (unsigned i = 0; i < DP_INTERFACES; i++) close_both(s->gtpu[i]);
}

ssize_t sockets_receive(int socket, struct n4_peer *from, uint8_t *bytes, size_t room) {
  struct sockaddr_storage who;
  socklen_t length = sizeof who;
  ssize_t got = recvfrom(socket, bytes, room, MSG_DONTWAIT, (struct sockaddr *)&who, &length);
  if (got >= 0) from_system(&who, from);
  return got;
}

bool sockets_send(int socket, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  struct sockaddr_storage who;
  socklen_t size = to_system(to, &who);
  if (socket < 0) return errno = EAFNOSUPPORT, false;
  return sendto(socket, bytes, length, MSG_DONTWAIT, (struct sockaddr *)&who, size) == (ssize_t)length;
}

bool sockets_send_n4(void *sockets, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  return sockets_send(((struct sockets *)sockets)->n4[to->address.family == 6], to, bytes, length);
}

bool sockets_send_gtpu(void *sockets, uint8_t interface, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  const struct sockets *s = sockets;
  return interface < DP_INTERFACES && sockets_send(s->gtpu[interface][to->address.family == 6], to, bytes, length);
}
