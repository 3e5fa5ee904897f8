/*
 * The pools of UEs go to BGP neighbours, and nothing else does; of what neighbours announce, a default route is taken where the
 * document asks for it. So the policies are made here: a map for each list of pools, one for the default route of each family, and
 * one that lets nothing pass.
 */
#include "bgp.h"

#include <stdlib.h>
#include <string.h>

#include "routing.h"

enum { MOST_LISTS = FAMILIES * (UPF_INTERFACES + 2), MOST_MAPS = MOST_LISTS + 1, MOST_POOLS = UPF_INTERFACES * UPF_POOLS };

#define NOTHING "nothing"

static const int kernels[FAMILIES] = {AF_INET, AF_INET6};
static const unsigned digits[FAMILIES] = {4, 6};

static void *room_for(size_t count, size_t size) {
  void *room = calloc(count, size);
  if (!room) abort();
  return room;
}

/* The only entry of a new map; NULL when there is one of that name. */
static struct map_entry *new_map(struct policy *to, const char *name) {
  for (unsigned i = 0; i < to->mapCount; i++)
    if (!strcmp(to->maps[i].name, name)) return NULL;
  struct route_map *map = &to->maps[to->mapCount++];
  snprintf(map->name, sizeof map->name, "%s", name);
  map->entries = room_for(1, sizeof *map->entries);
  map->count = 1;
  return map->entries;
}

static struct prefix_list *new_list(struct policy *to, const char *name, enum family family, unsigned room) {
  struct prefix_list *list = &to->lists[to->listCount++];
  snprintf(list->name, sizeof list->name, "%s", name);
  list->family = family;
  list->entries = room_for(room, sizeof *list->entries);
  return list;
}

static bool is_of(const struct prefix *pool, enum family family) { return pool->base.family == kernels[family]; }

/* `at` NULL: those of all interfaces. */
static unsigned pools_of(const struct upf_document *in, const struct upf_interface *at, enum family family, struct prefix_entry *out) {
  unsigned count = 0;
  for (unsigned i = 0; i < in->interface_count; i++)
    for (unsigned n = 0; (!at || at == &in->interfaces[i]) && n < in->interfaces[i].pool_count; n++)
      if (is_of(&in->interfaces[i].pools[n], family)) out[count++].prefix = in->interfaces[i].pools[n];
  return count;
}

/* Names the map that lets pass the pools of the interface, or all of them. */
static void name_pools(struct policy *to, const struct upf_document *in, const struct upf_interface *at, enum family family,
                       char name[NAME_ROOM]) {
  struct prefix_entry pools[MOST_POOLS] = {0};
  const unsigned count = pools_of(in, at, family, pools);
  if (!count) return (void)strcpy(name, NOTHING);
  snprintf(name, NAME_ROOM, "pools%u%s%s", digits[family], at ? "-" : "", at ? at->link : "");
  struct map_entry *entry = new_map(to, name);
  if (!entry) return;
  struct prefix_list *list = new_list(to, name, family, count);
  list->count = count;
  memcpy(list->entries, pools, count * sizeof *pools);
  entry->prefixList = list;
}

/* The next hop is the neighbour: whatever it names otherwise might lead to N3 or N4. */
static void name_default(struct policy *to, enum family family, char name[NAME_ROOM]) {
  snprintf(name, NAME_ROOM, "default%u", digits[family]);
  struct map_entry *entry = new_map(to, name);
  if (!entry) return;
  struct prefix_list *list = new_list(to, name, family, 1);
  list->count = 1;
  list->entries->prefix.base.family = kernels[family];
  entry->prefixList = list;
  entry->throughPeer = true;
}

static const struct link *link_towards(const struct upf_document *in, const struct address *peer) {
  const struct links *all = &in->network.interfaces;
  for (unsigned i = 0; i < all->count; i++)
    for (unsigned n = 0; n < all->all[i].addressCount; n++) {
      struct prefix network = all->all[i].addresses[n];
      network_of(&network);
      if (prefix_has(&network, peer)) return &all->all[i];
    }
  return NULL;
}

static bool is_own(const struct link *link, const struct address *peer) {
  for (unsigned i = 0; i < link->addressCount; i++)
    if (link->addresses[i].base.family == peer->family && !memcmp(link->addresses[i].base.bytes, peer->bytes, address_size(peer))) return true;
  return false;
}

/* The interface of a data network with that link; NULL when it is none. */
static const struct upf_interface *data_network(const struct upf_document *in, const char *link) {
  for (unsigned i = 0; i < in->interface_count; i++) {
    const struct upf_interface *each = &in->interfaces[i];
    if (!strcmp(each->link, link)) return each->side == UPF_SGI_LAN || each->pool_count || (each->side == UPF_CORE && !each->gtp) ? each : NULL;
  }
  return NULL;
}

static void set_policies(struct policy *to, const struct upf_document *in, const struct upf_interface *at, struct neighbor *neighbor) {
  for (enum family family = IPV4; family < FAMILIES; family++) {
    struct neighbor_family *each = &neighbor->families[family];
    const bool learns = neighbor->learnsDefault && family == neighbor->family;
    if (!each->wanted) continue;
    each->countsAll = true;
    name_pools(to, in, at && at->pool_count ? at : NULL, family, each->out);
    if (learns) name_default(to, family, each->in);
    else strcpy(each->in, NOTHING);
  }
}

/* Unspecified, loopback, multicast, reserved, and IPv4 addresses in the form of IPv6 ones are of no router. */
static bool is_of_a_router(const struct address *peer) {
  static const uint8_t zero[10];
  if (peer->family == AF_INET) return peer->bytes[0] && peer->bytes[0] != 127 && peer->bytes[0] < 224;
  return peer->bytes[0] != 0xff && memcmp(peer->bytes, zero, sizeof zero);
}

static const struct prefix *pool_with(const struct upf_document *in, const struct address *peer) {
  for (unsigned i = 0; i < in->interface_count; i++)
    for (unsigned n = 0; n < in->interfaces[i].pool_count; n++)
      if (prefix_has(&in->interfaces[i].pools[n], peer)) return &in->interfaces[i].pools[n];
  return NULL;
}

static bool can_be_neighbor(const struct upf_document *in, const struct neighbor *neighbor, const struct address *peer, unsigned number,
                            struct reason *why) {
  char text[INET6_ADDRSTRLEN + 4];
  const struct prefix *pool = pool_with(in, peer);
  if (!is_of_a_router(peer)) return refuse(why, "bgp.neighbors[%u].address: %s is no address of a router", number, neighbor->address);
  if (pool) {
    prefix_text(pool, text);
    return refuse(why, "bgp.neighbors[%u].address: %s is a UE's, of the pool %s", number, neighbor->address, text);
  }
  return !neighbor->learnsDefault || neighbor->families[neighbor->family].wanted ||
         refuse(why, "bgp.neighbors[%u].learn is of the family of the address: families must have %s", number,
                neighbor->family == IPV4 ? "ipv4" : "ipv6");
}

static bool neighbor_read(const struct upf_document *in, struct routing *out, unsigned number, struct reason *why) {
  struct neighbor *neighbor = &out->bgp.neighbors[number];
  struct address peer;
  if (!address_parse(neighbor->address, &peer)) return refuse(why, "bgp.neighbors[%u].address cannot be read", number);
  if (!can_be_neighbor(in, neighbor, &peer, number, why)) return false;
  const struct link *link = link_towards(in, &peer);
  const struct upf_interface *at = link ? data_network(in, link->name) : NULL;
  if (link && is_own(link, &peer)) return refuse(why, "bgp.neighbors[%u].address: %s is the UPF's own", number, neighbor->address);
  if (link && !at)
    return refuse(why, "bgp.neighbors[%u].address: %s is in the network of %s, which is no link of a data network", number, neighbor->address,
                  link->name);
  set_policies(&out->policy, in, at, neighbor);
  return true;
}

static void set_networks(const struct upf_document *in, struct bgp *out) {
  out->networks = room_for(MOST_POOLS, sizeof *out->networks);
  for (unsigned i = 0; i < in->interface_count; i++)
    for (unsigned n = 0; n < in->interfaces[i].pool_count; n++) out->networks[out->networkCount++] = in->interfaces[i].pools[n];
}

/* FRR takes the identifier from an IPv4 address; without one it is 0, and neighbors end the session by Bad BGP Identifier. */
static bool has_identifier(const struct upf_document *in, const struct bgp *bgp, struct reason *why) {
  const struct links *all = &in->network.interfaces;
  bool found = *bgp->routerId;
  for (unsigned i = 0; i < all->count; i++)
    for (unsigned n = 0; n < all->all[i].addressCount; n++) found |= all->all[i].addresses[n].base.family == AF_INET;
  return found || refuse(why, "bgp.routerId is missing: no link has an IPv4 address that could be taken for it");
}

bool upf_bgp_read(struct upf_document *document, struct reason *why) {
  struct routing *out = room_for(1, sizeof *out);
  if (!document->bgp) return true;
  if (!bgp_parse(document->bgp, NULL, &out->bgp, why) || !has_identifier(document, &out->bgp, why)) return false;
  out->policy.lists = room_for(MOST_LISTS, sizeof *out->policy.lists);
  out->policy.maps = room_for(MOST_MAPS, sizeof *out->policy.maps);
  new_map(&out->policy, NOTHING)->deny = true;
  set_networks(document, &out->bgp);
  for (unsigned i = 0; i < out->bgp.neighborCount; i++)
    if (!neighbor_read(document, out, i, why)) return false;
  document->routing = out;
  return true;
}
