/* The parts of a configuration document (docs/vnf-guest-contract.md) that FRR carries out, checked and parsed. */
#ifndef BERTH_FRR_ROUTING_H
#define BERTH_FRR_ROUTING_H

#include "address.h"
#include "json.h"
#include "links.h"

enum {
  NAME_ROOM = 41,
  PASSWORD_ROOM = 81,    /* TCP_MD5SIG_MAXKEYLEN and a NUL */
  DESCRIPTION_ROOM = 81, /* FRR's own */
  MOST_NEIGHBORS = 256,
  MOST_OWN_NEIGHBORS = 16, /* of a VNF that makes its policies itself */
  MOST_PREFIX_LISTS = 256,
  MOST_ROUTE_MAPS = 256,
  MOST_MAP_ENTRIES = 256, /* of one route map */
  MOST_COMMUNITIES = 8,
  COMMUNITY_ROOM = 18,
  MOST_PREPENDS = 10,
  MOST_PATHS = 64,
};

/* The address families, as places in arrays. */
enum family { IPV4, IPV6, FAMILIES };

struct bfd {
  bool wanted;
  unsigned receiveMs, transmitMs, multiplier;
};

struct neighbor_family {
  bool wanted;
  unsigned prefixes, restartMinutes; /* 0: no limit; the session stays down */
  bool countsAll; /* the limit is of all that it announces, not of what `in` lets pass */
  char in[NAME_ROOM], out[NAME_ROOM]; /* route maps; empty: none */
};

struct neighbor {
  char address[INET6_ADDRSTRLEN];
  enum family family; /* of its address */
  uint32_t asn;
  char description[DESCRIPTION_ROOM], password[PASSWORD_ROOM];
  unsigned multihop, keepaliveSeconds, holdSeconds, connectSeconds; /* 0: FRR's own */
  struct bfd bfd;
  bool learnsDefault; /* `learn`, of a VNF that makes its policies itself */
  struct neighbor_family families[FAMILIES];
};

struct bgp {
  bool wanted;
  uint32_t asn;
  char routerId[INET_ADDRSTRLEN]; /* empty: FRR's own choice */
  unsigned paths;                 /* 0: FRR's own */
  struct neighbor *neighbors;
  unsigned neighborCount;
  struct prefix *networks;
  unsigned networkCount;
};

struct ospf_interface {
  char name[IFNAMSIZ];
  char area[INET_ADDRSTRLEN];
  unsigned cost, helloSeconds, deadSeconds; /* 0: FRR's own */
  bool passive, pointToPoint;
  struct bfd bfd;
};

/* OSPFv2 or OSPFv3. */
struct ospf {
  bool wanted;
  char routerId[INET_ADDRSTRLEN];
  struct ospf_interface *interfaces;
  unsigned interfaceCount;
};

struct prefix_entry {
  struct prefix prefix;
  bool deny;
  unsigned ge, le; /* 0: not given */
};

struct prefix_list {
  char name[NAME_ROOM];
  enum family family;
  struct prefix_entry *entries;
  unsigned count;
};

struct communities {
  char all[MOST_COMMUNITIES][COMMUNITY_ROOM];
  unsigned count;
};

struct map_entry {
  bool deny;
  const struct prefix_list *prefixList;
  struct communities matched, set;
  bool adds; /* `set` comes on top of what a route has */
  bool setsPreference, setsMed;
  bool throughPeer; /* the next hop is the neighbour itself, whatever it says; with a prefix list */
  unsigned preference, med, prepend;
};

struct route_map {
  char name[NAME_ROOM];
  struct map_entry *entries;
  unsigned count;
};

struct policy {
  struct prefix_list *lists;
  unsigned listCount;
  struct route_map *maps;
  unsigned mapCount;
};

/* All that FRR is asked for. */
struct routing {
  struct policy policy;
  struct bgp bgp;
  struct ospf ospf, ospf6;
  const char *raw; /* FRR configuration lines, NULL for none */
};

/* The parts, each of which may be absent. */
bool policy_parse(const struct json *root, struct policy *out, struct reason *why);
/*
 * `policy` NULL: of a VNF that makes its networks and policies itself. Then `networks` and route maps are unknown keys, and a
 * neighbour may have `learn`.
 */
bool bgp_parse(const struct json *value, const struct policy *policy, struct bgp *out, struct reason *why);
/* `part` is ospf or ospf6. */
bool ospf_parse(const struct json *value, const char *part, const struct links *links, struct ospf *out, struct reason *why);
bool bfd_parse(const struct json *object, const char *where, struct bfd *out, struct reason *why);
bool router_id_parse(const struct json *object, const char *where, char out[INET_ADDRSTRLEN], struct reason *why);

#endif
