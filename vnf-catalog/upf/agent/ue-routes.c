#include "ue-routes.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"
#include "routes.h"

/* By the protocol the routes are known again; another number than those of /etc/iproute2/rt_protos. */
enum { UE_ROUTE_PROTOCOL = 201, UE_ROUTE_METRIC = 1024, NOWHERE_METRIC = 1 << 30 };

/* `link` NULL: to nowhere, for when the link has gone with upfd; by another route packets for UEs would go back to where they came from. */
static bool put(const struct dp_prefix *pool, uint32_t table, const char *link, struct reason *why) {
  const bool v4 = pool->address.family == 4;
  const uint32_t index = link ? if_nametoindex(link) : 0, metric = link ? UE_ROUTE_METRIC : NOWHERE_METRIC;
  char text[INET6_ADDRSTRLEN];
  struct request ask;
  request_begin(&ask, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, sizeof ask.body.route);
  ask.body.route.rtm_family = v4 ? AF_INET : AF_INET6;
  ask.body.route.rtm_dst_len = pool->length;
  ask.body.route.rtm_table = RT_TABLE_UNSPEC;
  ask.body.route.rtm_protocol = UE_ROUTE_PROTOCOL;
  ask.body.route.rtm_scope = v4 && link ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  ask.body.route.rtm_type = link ? RTN_UNICAST : RTN_BLACKHOLE;
  if (pool->length) request_put(&ask, RTA_DST, pool->address.bytes, v4 ? 4 : 16);
  request_put(&ask, RTA_TABLE, &table, sizeof table);
  if (link) request_put(&ask, RTA_OIF, &index, sizeof index);
  request_put(&ask, RTA_PRIORITY, &metric, sizeof metric);
  const int code = request_send(&ask);
  if (!code) return true;
  inet_ntop(v4 ? AF_INET : AF_INET6, pool->address.bytes, text, sizeof text);
  return refuse(why, "the kernel did not take the route of the pool %s/%u to %s: %s", text, pool->length, link ? link : "nowhere", strerror(code));
}

struct removal {
  const struct agent_config *config;
  struct reason *why;
  bool failed;
};

static bool is_pool(const struct agent_config *config, const struct route *route) {
  for (unsigned i = 0; i < config->pool_count; i++) {
    const struct dp_prefix *pool = &config->pools[i].prefix;
    const bool v4 = pool->address.family == 4;
    if (v4 != (route->to.base.family == AF_INET) || pool->length != route->to.length) continue;
    if (!memcmp(pool->address.bytes, route->to.base.bytes, v4 ? 4 : 16)) return true;
  }
  return false;
}

static void remove_other(const struct route *route, void *context) {
  struct removal *removal = context;
  if (!is_pool(removal->config, route) && !route_remove(route, removal->why)) removal->failed = true;
}

bool ue_routes_follow(const struct agent_config *config, const char *link, struct reason *why) {
  struct removal removal = {config, why, false};
  const struct dp_prefix all[] = {{{4, {0}}, 0}, {{6, {0}}, 0}};
  for (unsigned i = 0; i < config->pool_count; i++)
    if (!put(&config->pools[i].prefix, RT_TABLE_MAIN, link, why) || !put(&config->pools[i].prefix, RT_TABLE_MAIN, NULL, why)) return false;
  if (!put(&all[0], UE_TABLE, link, why) || !put(&all[1], UE_TABLE, link, why)) return false;
  return routes_visit(UE_ROUTE_PROTOCOL, remove_other, &removal, why) && !removal.failed;
}
