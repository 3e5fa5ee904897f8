#include "routes.h"

#include <errno.h>
#include <string.h>

#include "netlink.h"

static void put_next_hops(struct request *ask, const struct route *route) {
  struct rtattr *nest = request_nest(ask, RTA_MULTIPATH);
  for (unsigned i = 0; i < route->hopCount; i++) {
    const struct next_hop *hop = &route->hops[i];
    struct rtnexthop *to = (void *)((char *)ask + NLMSG_ALIGN(ask->header.nlmsg_len));
    ask->header.nlmsg_len = NLMSG_ALIGN(ask->header.nlmsg_len) + sizeof *to;
    to->rtnh_hops = (uint8_t)(hop->weight - 1);
    to->rtnh_ifindex = *hop->interface ? (int)if_nametoindex(hop->interface) : 0;
    request_put(ask, RTA_GATEWAY, hop->via.bytes, address_size(&hop->via));
    to->rtnh_len = (uint16_t)((char *)ask + ask->header.nlmsg_len - (char *)to);
  }
  request_nest_end(ask, nest);
}

static void put_next_hop(struct request *ask, const struct next_hop *hop) {
  const uint32_t index = *hop->interface ? if_nametoindex(hop->interface) : 0;
  request_put(ask, RTA_GATEWAY, hop->via.bytes, address_size(&hop->via));
  if (index) request_put(ask, RTA_OIF, &index, sizeof index);
}

static void begin(struct request *ask, uint16_t type, uint16_t flags, const struct route *route) {
  request_begin(ask, type, flags, sizeof ask->body.route);
  ask->body.route.rtm_family = (uint8_t)route->to.base.family;
  ask->body.route.rtm_dst_len = route->to.length;
  ask->body.route.rtm_table = RT_TABLE_MAIN;
  ask->body.route.rtm_protocol = route->protocol;
  ask->body.route.rtm_type = route->blackhole ? RTN_BLACKHOLE : RTN_UNICAST;
  request_put(ask, RTA_DST, route->to.base.bytes, address_size(&route->to.base));
  request_put(ask, RTA_PRIORITY, &route->metric, sizeof route->metric);
}

static bool refused(const struct route *route, int code, struct reason *why) {
  char to[INET6_ADDRSTRLEN + 4], via[INET6_ADDRSTRLEN];
  prefix_text(&route->to, to);
  if (route->blackhole) return refuse(why, "the black hole for %s was not accepted by the kernel: %s", to, strerror(code));
  address_text(&route->hops[0].via, via);
  bool unreachable = code == ENETUNREACH || code == EHOSTUNREACH || code == EINVAL;
  if (unreachable && route->hopCount > 1) return refuse(why, "a next hop of the route to %s is on no connected network", to);
  if (unreachable) return refuse(why, "the next hop %s of the route to %s is on no connected network", via, to);
  return refuse(why, "the route to %s via %s was not accepted by the kernel: %s", to, via, strerror(code));
}

bool route_put(const struct route *route, struct reason *why) {
  struct request ask;
  begin(&ask, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route);
  ask.body.route.rtm_scope = RT_SCOPE_UNIVERSE;
  if (route->hopCount == 1) put_next_hop(&ask, &route->hops[0]);
  if (route->hopCount > 1) put_next_hops(&ask, route);
  int code = request_send(&ask);
  return !code || refused(route, code, why);
}

/* Without a next hop the kernel removes it whichever way it leads. */
bool route_remove(const struct route *route, struct reason *why) {
  struct request ask;
  char to[INET6_ADDRSTRLEN + 4];
  begin(&ask, RTM_DELROUTE, 0, route);
  ask.body.route.rtm_scope = RT_SCOPE_NOWHERE;
  int code = request_send(&ask);
  if (!code || code == ESRCH) return true;
  prefix_text(&route->to, to);
  return refuse(why, "the route to %s could not be removed: %s", to, strerror(code));
}

int route_order(const struct route *a, const struct route *b) {
  if (a->to.base.family != b->to.base.family) return a->to.base.family < b->to.base.family ? -1 : 1;
  int order = memcmp(a->to.base.bytes, b->to.base.bytes, sizeof a->to.base.bytes);
  if (order) return order;
  if (a->to.length != b->to.length) return a->to.length < b->to.length ? -1 : 1;
  return a->metric == b->metric ? 0 : a->metric < b->metric ? -1 : 1;
}

bool route_leads(const struct route *installed, const struct route *wanted) {
  if (installed->blackhole != wanted->blackhole || installed->hopCount != wanted->hopCount) return false;
  for (unsigned i = 0; i < wanted->hopCount; i++) {
    const struct next_hop *is = &installed->hops[i], *should = &wanted->hops[i];
    if (memcmp(is->via.bytes, should->via.bytes, sizeof is->via.bytes)) return false;
    if (wanted->hopCount > 1 && is->weight != should->weight) return false;
    if (*should->interface && is->index != if_nametoindex(should->interface)) return false;
  }
  return true;
}

static void read_next_hop(const struct rtattr *first, size_t left, uint32_t index, struct route *out) {
  const struct rtattr *via = attribute_of(first, left, RTA_GATEWAY);
  if (!via || RTA_PAYLOAD(via) > 16 || out->hopCount == MOST_NEXT_HOPS) return;
  struct next_hop *hop = &out->hops[out->hopCount++];
  hop->via.family = out->to.base.family;
  hop->weight = 1;
  memcpy(hop->via.bytes, RTA_DATA(via), RTA_PAYLOAD(via));
  hop->index = index;
}

static void read_next_hops(const struct rtattr *nest, struct route *out) {
  const struct rtnexthop *at = RTA_DATA(nest);
  size_t left = RTA_PAYLOAD(nest);
  while (left >= sizeof *at && at->rtnh_len >= sizeof *at && at->rtnh_len <= left) {
    unsigned before = out->hopCount;
    read_next_hop((const void *)RTNH_DATA(at), at->rtnh_len - sizeof *at, (uint32_t)at->rtnh_ifindex, out);
    if (out->hopCount > before) out->hops[before].weight = (uint16_t)(at->rtnh_hops + 1);
    size_t step = RTNH_ALIGN(at->rtnh_len);
    if (step >= left) break;
    left -= step;
    at = (const void *)((const char *)at + step);
  }
}

/* The attributes of a route of the main table that is no cached one, or NULL. */
static const struct rtattr *attributes_in_main(const struct nlmsghdr *message, size_t *left) {
  const struct rtattr *first = attributes_of(message, sizeof(struct rtmsg), left);
  const struct rtmsg *body = NLMSG_DATA(message);
  if (message->nlmsg_type != RTM_NEWROUTE || !first) return NULL;
  uint32_t table = body->rtm_table;
  attribute_u32(first, *left, RTA_TABLE, &table);
  return table == RT_TABLE_MAIN && !(body->rtm_flags & RTM_F_CLONED) ? first : NULL;
}

bool route_read(const struct nlmsghdr *message, struct route *out) {
  size_t left;
  uint32_t index = 0;
  const struct rtattr *first = attributes_in_main(message, &left);
  const struct rtmsg *body = NLMSG_DATA(message);
  memset(out, 0, sizeof *out);
  if (!first) return false;
  out->to.base.family = body->rtm_family;
  out->to.length = body->rtm_dst_len;
  out->protocol = body->rtm_protocol;
  out->blackhole = body->rtm_type == RTN_BLACKHOLE;
  const struct rtattr *to = attribute_of(first, left, RTA_DST), *several = attribute_of(first, left, RTA_MULTIPATH);
  if (to && RTA_PAYLOAD(to) <= 16) memcpy(out->to.base.bytes, RTA_DATA(to), RTA_PAYLOAD(to));
  attribute_u32(first, left, RTA_PRIORITY, &out->metric);
  attribute_u32(first, left, RTA_OIF, &index);
  if (several) read_next_hops(several, out);
  else if (!out->blackhole) read_next_hop(first, left, index, out);
  return true;
}

struct walk {
  uint8_t protocol;
  void (*visit)(const struct route *, void *);
  void *context;
};

static void pass(const struct nlmsghdr *message, void *context) {
  const struct walk *walk = context;
  struct route route;
  if (route_read(message, &route) && walk->protocol == route.protocol) walk->visit(&route, walk->context);
}

static int dump(int family, netlink_visit visit, void *context) {
  struct request ask;
  request_begin(&ask, RTM_GETROUTE, 0, sizeof ask.body.route);
  ask.body.route.rtm_family = (uint8_t)family;
  return request_dump(&ask, visit, context);
}

bool routes_visit(uint8_t protocol, void (*visit)(const struct route *route, void *context), void *context,
                  struct reason *why) {
  struct walk walk = {protocol, visit, context};
  int code = dump(AF_INET, pass, &walk);
  if (!code) code = dump(AF_INET6, pass, &walk);
  return !code || refuse(why, "the kernel's routes could not be read: %s", strerror(code));
}

static void count(const struct nlmsghdr *message, void *context) {
  size_t left;
  if (attributes_in_main(message, &left)) ++*(unsigned *)context;
}

unsigned routes_installed(void) {
  unsigned found = 0;
  dump(AF_INET, count, &found);
  dump(AF_INET6, count, &found);
  return found;
}
