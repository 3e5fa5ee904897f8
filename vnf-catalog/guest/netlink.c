#include "netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
  struct nlmsghdr header;
  union {
    struct rtmsg route;
    struct ifaddrmsg address;
  } body;
  char attributes[256];
};

static void begin(struct request *ask, uint16_t type, uint16_t flags, size_t body) {
  memset(ask, 0, sizeof *ask);
  ask->header.nlmsg_len = NLMSG_LENGTH((uint32_t)body);
  ask->header.nlmsg_type = type;
  ask->header.nlmsg_flags = NLM_F_REQUEST | flags;
  ask->header.nlmsg_seq = 1;
}

static void put(struct request *ask, uint16_t type, const void *data, size_t length) {
  struct rtattr *at = (void *)((char *)ask + NLMSG_ALIGN(ask->header.nlmsg_len));
  at->rta_type = type;
  at->rta_len = (uint16_t)RTA_LENGTH(length);
  memcpy(RTA_DATA(at), data, length);
  ask->header.nlmsg_len = NLMSG_ALIGN(ask->header.nlmsg_len) + RTA_ALIGN(at->rta_len);
}

static int open_route_socket(void) { return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE); }

/* Sends the request and returns the kernel's errno for it, 0 when done. */
static int ask_kernel(struct request *ask) {
  char answer[4096] __attribute__((aligned(8)));
  int fd = open_route_socket(), code = EIO;
  ask->header.nlmsg_flags |= NLM_F_ACK;
  if (fd < 0) return errno;
  if (send(fd, ask, ask->header.nlmsg_len, 0) < 0) {
    code = errno;
  } else if (recv(fd, answer, sizeof answer, 0) >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr))) {
    struct nlmsghdr *reply = (void *)answer;
    if (reply->nlmsg_type == NLMSG_ERROR) code = -((struct nlmsgerr *)NLMSG_DATA(reply))->error;
  }
  close(fd);
  return code;
}

bool address_add(int link, const struct prefix *address, struct reason *why) {
  struct request ask;
  char text[INET6_ADDRSTRLEN + 4];
  begin(&ask, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, sizeof ask.body.address);
  ask.body.address.ifa_family = (uint8_t)address->base.family;
  ask.body.address.ifa_prefixlen = address->length;
  ask.body.address.ifa_index = (uint32_t)link;
  ask.body.address.ifa_flags = address->base.family == AF_INET6 ? IFA_F_NODAD : 0;
  put(&ask, IFA_LOCAL, address->base.bytes, address_size(&address->base));
  put(&ask, IFA_ADDRESS, address->base.bytes, address_size(&address->base));
  int code = ask_kernel(&ask);
  if (!code || code == EEXIST) return true;
  prefix_text(address, text);
  return refuse(why, "the address %s was not accepted by the kernel: %s", text, strerror(code));
}

static void describe(struct request *ask, const struct route *route) {
  ask->body.route.rtm_family = (uint8_t)route->to.base.family;
  ask->body.route.rtm_dst_len = route->to.length;
  ask->body.route.rtm_table = RT_TABLE_MAIN;
  ask->body.route.rtm_protocol = route->protocol;
  ask->body.route.rtm_scope = RT_SCOPE_UNIVERSE;
  ask->body.route.rtm_type = RTN_UNICAST;
  put(ask, RTA_DST, route->to.base.bytes, address_size(&route->to.base));
  put(ask, RTA_GATEWAY, route->via.bytes, address_size(&route->via));
  put(ask, RTA_PRIORITY, &route->metric, sizeof route->metric);
}

bool route_put(const struct route *route, struct reason *why) {
  struct request ask;
  char to[INET6_ADDRSTRLEN + 4], via[INET6_ADDRSTRLEN];
  begin(&ask, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, sizeof ask.body.route);
  describe(&ask, route);
  int code = ask_kernel(&ask);
  if (!code) return true;
  prefix_text(&route->to, to);
  address_text(&route->via, via);
  if (code == ENETUNREACH || code == EHOSTUNREACH)
    return refuse(why, "the next hop %s of the route to %s is on no connected network", via, to);
  return refuse(why, "the route to %s via %s was not accepted by the kernel: %s", to, via, strerror(code));
}

bool route_remove(const struct route *route, struct reason *why) {
  struct request ask;
  char to[INET6_ADDRSTRLEN + 4];
  begin(&ask, RTM_DELROUTE, 0, sizeof ask.body.route);
  describe(&ask, route);
  int code = ask_kernel(&ask);
  if (!code || code == ESRCH) return true;
  prefix_text(&route->to, to);
  return refuse(why, "the route to %s could not be removed: %s", to, strerror(code));
}

/* False for a route outside the main table or a cached one. */
static bool read_route(struct nlmsghdr *message, struct route *out) {
  struct rtmsg *body = NLMSG_DATA(message);
  uint32_t table = body->rtm_table;
  int left = (int)RTM_PAYLOAD(message);
  memset(out, 0, sizeof *out);
  out->to.base.family = out->via.family = body->rtm_family;
  out->to.length = body->rtm_dst_len;
  out->protocol = body->rtm_protocol;
  for (struct rtattr *at = RTM_RTA(body); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    size_t length = RTA_PAYLOAD(at);
    if (at->rta_type == RTA_DST && length <= 16) memcpy(out->to.base.bytes, RTA_DATA(at), length);
    if (at->rta_type == RTA_GATEWAY && length <= 16) memcpy(out->via.bytes, RTA_DATA(at), length);
    if (at->rta_type == RTA_PRIORITY) memcpy(&out->metric, RTA_DATA(at), sizeof out->metric);
    if (at->rta_type == RTA_TABLE) memcpy(&table, RTA_DATA(at), sizeof table);
  }
  return table == RT_TABLE_MAIN && !(body->rtm_flags & RTM_F_CLONED);
}

/* Walks one family's dump; returns 0 or an errno. */
static int dump(int family, void (*visit)(const struct route *, void *), void *context) {
  static char answer[32768] __attribute__((aligned(8)));
  struct request ask;
  struct route route;
  int fd = open_route_socket();
  if (fd < 0) return errno;
  begin(&ask, RTM_GETROUTE, NLM_F_DUMP, sizeof ask.body.route);
  ask.body.route.rtm_family = (uint8_t)family;
  ssize_t got = send(fd, &ask, ask.header.nlmsg_len, 0);
  bool more = got > 0;
  while (more && (got = recv(fd, answer, sizeof answer, 0)) > 0) {
    unsigned left = (unsigned)got;
    for (struct nlmsghdr *at = (void *)answer; NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
      if (at->nlmsg_type == NLMSG_DONE || at->nlmsg_type == NLMSG_ERROR) more = false;
      else if (at->nlmsg_type == RTM_NEWROUTE && read_route(at, &route)) visit(&route, context);
    }
  }
  int code = got <= 0 ? errno : 0;
  close(fd);
  return code;
}

struct filter {
  uint8_t protocol;
  void (*visit)(const struct route *, void *);
  void *context;
};

static void pass(const struct route *route, void *context) {
  const struct filter *filter = context;
  if (route->protocol == filter->protocol) filter->visit(route, filter->context);
}

bool routes_visit(uint8_t protocol, void (*visit)(const struct route *route, void *context), void *context,
                  struct reason *why) {
  struct filter filter = {protocol, visit, context};
  int code = dump(AF_INET, pass, &filter);
  if (!code) code = dump(AF_INET6, pass, &filter);
  return !code || refuse(why, "the kernel's routes could not be read: %s", strerror(code));
}

static void count(const struct route *route, void *context) {
  (void)route;
  ++*(unsigned *)context;
}

unsigned routes_installed(void) {
  unsigned found = 0;
  dump(AF_INET, count, &found);
  dump(AF_INET6, count, &found);
  return found;
}
