/*
 * The UEs' link: a veth pair without addresses and without ARP. The kernel routes UE prefixes to the one end, which cuts large segments
 * and completes checksums on the way to the other, where the program is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink.h"
#include "state.h"

enum { NO_ADDRESSES = 1 }; /* of IPv6 addr_gen_mode */

static const uint8_t ue_address[6] = {2, 'U', 'P', 'F', 0, 1}, peer_address[6] = {2, 'U', 'P', 'F', 0, 2};

static int create(const char *link, const char *peer, uint32_t mtu) {
  struct request ask;
  const struct ifinfomsg none = {0};
  request_begin(&ask, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof ask.body.link);
  request_put(&ask, IFLA_IFNAME, link, strlen(link) + 1);
  request_put(&ask, IFLA_ADDRESS, ue_address, sizeof ue_address);
  request_put(&ask, IFLA_MTU, &mtu, sizeof mtu);
  struct rtattr *info = request_nest(&ask, IFLA_LINKINFO);
  request_put(&ask, IFLA_INFO_KIND, "veth", 4);
  struct rtattr *data = request_nest(&ask, IFLA_INFO_DATA);
  struct rtattr *other = request_nest(&ask, VETH_INFO_PEER);
  memcpy((char *)&ask + NLMSG_ALIGN(ask.header.nlmsg_len), &none, sizeof none);
  ask.header.nlmsg_len += NLMSG_ALIGN(sizeof none);
  request_put(&ask, IFLA_IFNAME, peer, strlen(peer) + 1);
  request_put(&ask, IFLA_ADDRESS, peer_address, sizeof peer_address);
  request_put(&ask, IFLA_MTU, &mtu, sizeof mtu);
  request_nest_end(&ask, other);
  request_nest_end(&ask, data);
  request_nest_end(&ask, info);
  return request_send(&ask);
}

static int set_up(unsigned link, uint32_t mtu) {
  struct request ask;
  request_begin(&ask, RTM_NEWLINK, 0, sizeof ask.body.link);
  ask.body.link.ifi_index = (int)link;
  ask.body.link.ifi_flags = IFF_UP | IFF_NOARP;
  ask.body.link.ifi_change = IFF_UP | IFF_NOARP | IFF_MULTICAST;
  request_put(&ask, IFLA_MTU, &mtu, sizeof mtu);
  return request_send(&ask);
}

/* Without IPv6 in the kernel there is nothing to set. */
static bool set(const char *family, const char *link, const char *name, int value, struct reason *why) {
  char path[160];
  snprintf(path, sizeof path, "/proc/sys/net/%s/conf/%s/%s", family, link, name);
  FILE *file = fopen(path, "we");
  if (!file && errno == ENOENT && strcmp(family, "ipv6") == 0) return true;
  if (!file) return refuse(why, "%s: %s", path, strerror(errno));
  const bool written = fprintf(file, "%d\n", value) > 0;
  if (fclose(file) || !written) return refuse(why, "%s: %s", path, strerror(errno));
  return true;
}

/* The lookups of the programs want it of the link that they ask for. Whoever turns it on for the machine may do so after N4 was heard. */
static bool forward(const char *link, struct reason *why) { return set("ipv6", link, "forwarding", 1, why) && set("ipv4", link, "forwarding", 1, why); }

static bool configure(const struct dp *dp, struct reason *why) {
  const char *link = dp->config.ue_link;
  for (unsigned i = 0; i < dp->config.interface_count; i++)
    if (!forward(dp->config.interfaces[i].link, why)) return false;
  return set("ipv6", dp->peer_link, "disable_ipv6", 1, why) && set("ipv6", link, "addr_gen_mode", NO_ADDRESSES, why) &&
         set("ipv6", link, "accept_ra", 0, why) && forward(link, why) && set("ipv4", link, "send_redirects", 0, why) &&
         set("ipv4", link, "rp_filter", 0, why);
}

bool devices_make(struct dp *dp, uint16_t mtu, struct reason *why) {
  static const char *const segmenting[] = {"tx-", NULL};
  const char *link = dp->config.ue_link;
  if (strlen(link) + 4 > sizeof dp->peer_link - 1) return refuse(why, "the name %s of the UEs' link is longer than 11 characters", link);
  snprintf(dp->peer_link, sizeof dp->peer_link, "%.11s-gtp", link);
  if (!if_nametoindex(link) || !if_nametoindex(dp->peer_link)) {
    const int failed = create(link, dp->peer_link, mtu);
    if (failed) return refuse(why, "the UEs' link %s cannot be made: %s (is veth there?)", link, strerror(failed));
  }
  dp->ue_link = if_nametoindex(link);
  dp->ue_peer = if_nametoindex(dp->peer_link);
  if (!configure(dp, why) || !features_set(link, segmenting, false, why)) return false;
  const int failed = set_up(dp->ue_peer, mtu), also = failed ? failed : set_up(dp->ue_link, mtu);
  if (also) return refuse(why, "the UEs' link %s cannot be set up with an MTU of %u: %s", link, mtu, strerror(also));
  return true;
}

void devices_remove(struct dp *dp) {
  struct request ask;
  request_begin(&ask, RTM_DELLINK, 0, sizeof ask.body.link);
  ask.body.link.ifi_index = (int)dp->ue_link;
  if (dp->ue_link) request_send(&ask);
}

unsigned device_mtu(const char *link) {
  struct ifreq ask = {0};
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  snprintf(ask.ifr_name, sizeof ask.ifr_name, "%s", link);
  const bool found = fd >= 0 && ioctl(fd, SIOCGIFMTU, &ask) == 0;
  if (fd >= 0) close(fd);
  return found ? (unsigned)ask.ifr_mtu : 0;
}
