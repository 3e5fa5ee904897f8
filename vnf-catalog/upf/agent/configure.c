#include "configure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "files.h"

static struct dp_address address_of(const struct address *from) {
  struct dp_address out = {from->family == AF_INET ? 4 : 6, {0}};
  memcpy(out.bytes, from->bytes, out.family == 4 ? 4 : 16);
  return out;
}

static struct dp_prefix prefix_of(const struct prefix *from) { return (struct dp_prefix){address_of(&from->base), from->length}; }

/*
 * Of IPv4 the first address that the link was given. Of IPv6 the lowest, whatever the kernel's order, so global ones before
 * fc00::/7; a link-local one is none.
 */
static void addresses_of(const struct ifaddrs *all, const char *link, struct dp_address *four, struct dp_address *six) {
  memset(four, 0, sizeof *four);
  memset(six, 0, sizeof *six);
  for (const struct ifaddrs *each = all; each; each = each->ifa_next) {
    if (!each->ifa_addr || strcmp(each->ifa_name, link)) continue;
    if (each->ifa_addr->sa_family == AF_INET && !four->family) {
      four->family = 4;
      memcpy(four->bytes, &((const struct sockaddr_in *)each->ifa_addr)->sin_addr, 4);
    }
    if (each->ifa_addr->sa_family != AF_INET6) continue;
    const struct in6_addr *address = &((const struct sockaddr_in6 *)each->ifa_addr)->sin6_addr;
    if (IN6_IS_ADDR_LINKLOCAL(address) || (six->family && memcmp(six->bytes, address, 16) <= 0)) continue;
    six->family = 6;
    memcpy(six->bytes, address, 16);
  }
}

static bool n4_of(const struct upf_n4 *from, const struct ifaddrs *all, struct agent_config *out, struct reason *why) {
  addresses_of(all, from->link, &out->n4_local4, &out->n4_local6);
  const struct dp_address *main_one = out->n4_local4.family ? &out->n4_local4 : &out->n4_local6;
  if (!main_one->family) return refuse(why, "the link %s of N4 has no address but link-local ones", from->link);
  snprintf(out->n4_link, sizeof out->n4_link, "%s", from->link);
  snprintf(out->node_id, sizeof out->node_id, "%s", from->node_id);
  if (!*out->node_id) inet_ntop(main_one->family == 4 ? AF_INET : AF_INET6, main_one->bytes, out->node_id, sizeof out->node_id);
  out->peer_count = from->peer_count;
  for (unsigned i = 0; i < from->peer_count; i++) {
    out->peers[i] = address_of(&from->peers[i]);
    snprintf(out->peer_ids[i], sizeof out->peer_ids[i], "%s", from->peer_ids[i]);
  }
  out->allowed_count = from->allowed_count;
  for (unsigned i = 0; i < from->allowed_count; i++) out->allowed[i] = prefix_of(&from->allowed[i]);
  out->bounded = from->bounded;
  out->t1_ms = from->t1_ms;
  out->n1 = from->n1;
  out->heartbeat_seconds = from->heartbeat_seconds;
  out->sessions_per_node = from->sessions_per_node;
  return true;
}

static bool interface_of_document(const struct upf_interface *from, const struct ifaddrs *all, struct agent_config *out, struct reason *why) {
  struct dp_interface *to = &out->interfaces[out->interface_count++];
  strncpy(to->link, from->link, sizeof to->link - 1);
  strncpy(to->network_instance, from->instance, sizeof to->network_instance - 1);
  to->side = (uint8_t)from->side;
  struct dp_address own[2];
  addresses_of(all, from->link, &own[0], &own[1]);
  for (unsigned i = 0; i < 2; i++)
    if (own[i].family) out->own[out->own_count++] = own[i];
  if (from->gtp) to->local4 = own[0], to->local6 = own[1];
  for (unsigned i = 0; i < from->pool_count; i++) {
    if (out->pool_count == POOL_PREFIXES) return refuse(why, "there are more than %d pools", POOL_PREFIXES);
    struct agent_pool *pool = &out->pools[out->pool_count++];
    strncpy(pool->instance, from->instance, sizeof pool->instance - 1);
    pool->prefix = prefix_of(&from->pools[i]);
  }
  return true;
}

static bool fill(const struct upf_document *from, const struct ifaddrs *all, struct agent_config *out, struct reason *why) {
  memset(out, 0, sizeof *out);
  if (!n4_of(&from->n4, all, out, why)) return false;
  if (!out->sessions_per_node) out->sessions_per_node = from->sessions;
  for (unsigned i = 0; i < from->interface_count; i++)
    if (!interface_of_document(&from->interfaces[i], all, out, why)) return false;
  out->sessions = from->sessions;
  out->ue_mtu = from->ue_mtu;
  out->buffer_session = from->buffer.packets_per_session;
  out->buffer_packets = from->buffer.packets;
  out->buffer_seconds = from->buffer.seconds;
  out->echo_seconds = from->gtp_echo_seconds;
  return true;
}

bool configure(const char *path, struct agent_config *out, struct reason *why) {
  size_t length = 0;
  char *text = read_file(path, &length);
  struct ifaddrs *all = NULL;
  if (!text) return refuse(why, "%s could not be read: %s", path, strerror(errno));
  struct upf_document *document = upf_document_parse(text, length, NULL, why);
  if (!document) return false;
  if (getifaddrs(&all)) return refuse(why, "the addresses of the links could not be read: %s", strerror(errno));
  bool done = fill(document, all, out, why);
  freeifaddrs(all);
  return done;
}

static bool refuse_change(struct reason *why, const char *what) {
  return refuse(why, "%s cannot be changed while upfd runs: restart it with the new document", what);
}

bool reconfigure(struct agent *agent, const char *path, struct reason *why) {
  static struct agent_config wanted;
  struct agent_config *now = &agent->config;
  if (!configure(path, &wanted, why)) return false;
  if (strcmp(now->node_id, wanted.node_id)) return refuse_change(why, "n4.nodeId");
  if (strcmp(now->n4_link, wanted.n4_link) || memcmp(&now->n4_local4, &wanted.n4_local4, sizeof now->n4_local4) || memcmp(&now->n4_local6, &wanted.n4_local6, sizeof now->n4_local6)) return refuse_change(why, "n4.link");
  if (now->t1_ms != wanted.t1_ms || now->n1 != wanted.n1) return refuse_change(why, "n4.t1Ms or n4.n1");
  if (now->interface_count != wanted.interface_count || memcmp(now->interfaces, wanted.interfaces, sizeof now->interfaces)) return refuse_change(why, "interfaces");
  if (now->pool_count != wanted.pool_count || memcmp(now->pools, wanted.pools, sizeof now->pools)) return refuse_change(why, "pools");
  if (now->sessions != wanted.sessions) return refuse_change(why, "sessions");
  if (now->ue_mtu != wanted.ue_mtu) return refuse_change(why, "ueMtu");
  if (now->buffer_packets != wanted.buffer_packets) return refuse_change(why, "buffer.packets");
  if (now->echo_seconds != wanted.echo_seconds) return refuse_change(why, "gtpEchoSeconds");
  *now = wanted;
  return true;
}
