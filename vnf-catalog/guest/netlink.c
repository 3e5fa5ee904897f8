#include "netlink.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void request_begin(struct request *ask, uint16_t type, uint16_t flags, size_t body) {
  memset(ask, 0, sizeof *ask);
  ask->header.nlmsg_len = NLMSG_LENGTH((uint32_t)body);
  ask->header.nlmsg_type = type;
  ask->header.nlmsg_flags = NLM_F_REQUEST | flags;
  ask->header.nlmsg_seq = 1;
}

void request_put(struct request *ask, uint16_t type, const void *data, size_t length) {
  struct rtattr *at = (void *)((char *)ask + NLMSG_ALIGN(ask->header.nlmsg_len));
  if (NLMSG_ALIGN(ask->header.nlmsg_len) + RTA_SPACE(length) > sizeof *ask) abort();
  at->rta_type = type;
  at->rta_len = (uint16_t)RTA_LENGTH(length);
  if (length) memcpy(RTA_DATA(at), data, length);
  ask->header.nlmsg_len = NLMSG_ALIGN(ask->header.nlmsg_len) + RTA_ALIGN(at->rta_len);
}

struct rtattr *request_nest(struct request *ask, uint16_t type) {
  struct rtattr *nest = (void *)((char *)ask + NLMSG_ALIGN(ask->header.nlmsg_len));
  request_put(ask, type, NULL, 0);
  return nest;
}

void request_nest_end(struct request *ask, struct rtattr *nest) {
  nest->rta_len = (uint16_t)((char *)ask + ask->header.nlmsg_len - (char *)nest);
}

/* The kernel's answer is 0 or a negated errno; anything else is none that it gives. */
static int code_of(int error) { return error == 0 ? 0 : error < 0 && error > INT_MIN ? -error : EIO; }

static int open_route_socket(void) { return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE); }

int request_send(struct request *ask) {
  char answer[4096] __attribute__((aligned(8)));
  int fd = open_route_socket(), code = EIO;
  ask->header.nlmsg_flags |= NLM_F_ACK;
  if (fd < 0) return errno;
  if (send(fd, ask, ask->header.nlmsg_len, 0) < 0) {
    code = errno;
  } else if (recv(fd, answer, sizeof answer, 0) >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr))) {
    struct nlmsghdr *reply = (void *)answer;
    if (reply->nlmsg_type == NLMSG_ERROR) code = code_of(((struct nlmsgerr *)NLMSG_DATA(reply))->error);
  }
  close(fd);
  return code;
}

static int error_in(const struct nlmsghdr *message) {
  const struct nlmsgerr *said = NLMSG_DATA(message);
  return message->nlmsg_len >= NLMSG_LENGTH(sizeof *said) && said->error < 0 ? code_of(said->error) : EIO;
}

int answers_walk(const void *datagram, size_t length, netlink_visit visit, void *context) {
  const struct nlmsghdr *at = datagram;
  size_t left = length;
  while (left >= sizeof *at && at->nlmsg_len >= sizeof *at && at->nlmsg_len <= left) {
    if (at->nlmsg_type == NLMSG_DONE) return 0;
    if (at->nlmsg_type == NLMSG_ERROR) return error_in(at);
    visit(at, context);
    size_t step = NLMSG_ALIGN(at->nlmsg_len);
    if (step >= left) break;
    left -= step;
    at = (const void *)((const char *)at + step);
  }
  return ANSWERS_GO_ON;
}

int request_dump(struct request *ask, netlink_visit visit, void *context) {
  static char answer[32768] __attribute__((aligned(8)));
  int fd = open_route_socket(), code = ANSWERS_GO_ON;
  ssize_t got;
  if (fd < 0) return errno;
  ask->header.nlmsg_flags |= NLM_F_DUMP;
  if (send(fd, ask, ask->header.nlmsg_len, 0) < 0) code = errno;
  while (code == ANSWERS_GO_ON) {
    got = recv(fd, answer, sizeof answer, 0);
    code = got > 0 ? answers_walk(answer, (size_t)got, visit, context) : got == 0 ? EIO : errno;
  }
  close(fd);
  return code;
}

const struct rtattr *attributes_of(const struct nlmsghdr *message, size_t body, size_t *left) {
  const size_t before = NLMSG_ALIGN(NLMSG_LENGTH(body));
  *left = message->nlmsg_len > before ? message->nlmsg_len - before : 0;
  return message->nlmsg_len >= NLMSG_LENGTH(body) ? (const void *)((const char *)message + before) : NULL;
}

const struct rtattr *attribute_of(const struct rtattr *first, size_t left, uint16_t type) {
  const struct rtattr *at = first;
  while (left >= sizeof *at && at->rta_len >= sizeof *at && at->rta_len <= left) {
    if ((at->rta_type & NLA_TYPE_MASK) == type) return at;
    size_t step = RTA_ALIGN(at->rta_len);
    if (step >= left) break;
    left -= step;
    at = (const void *)((const char *)at + step);
  }
  return NULL;
}

bool attribute_u32(const struct rtattr *first, size_t left, uint16_t type, uint32_t *out) {
  const struct rtattr *at = attribute_of(first, left, type);
  if (!at || RTA_PAYLOAD(at) != sizeof *out) return false;
  memcpy(out, RTA_DATA(at), sizeof *out);
  return true;
}
