/* The router's configuration document (docs/vnf-guest-contract.md), checked and parsed. */
#ifndef BERTH_ROUTER_DOCUMENT_H
#define BERTH_ROUTER_DOCUMENT_H

#include "ha.h"
#include "network.h"

enum {
  NAME_ROOM = 41,
  PASSWORD_ROOM = 81,    /* TCP_MD5SIG_MAXKEYLEN and a NUL */
  DESCRIPTION_ROOM = 81, /* FRR's own */
  MOST_NEIGHBORS = 256,
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
  char in[NAME_ROOM], out[NAME_ROOM]; /* route maps; empty: none */
};

struct neighbor {
  char address[INET6_ADDRSTRLEN];
  enum family family; /* of its address */
  uint32_t asn;
  char description[DESCRIPTION_ROOM], password[PASSWORD_ROOM];
  unsigned multihop, keepaliveSeconds, holdSeconds, connectSeconds; /* 0: FRR's own */
  struct bfd bfd;
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

struct router {
  char hostname[64]; /* empty: as meta-data says */
  bool forwarding;
  struct network network;
  struct policy policy;
  struct ha ha;
  struct bgp bgp;
  struct ospf ospf, ospf6;
  const char *frr; /* raw FRR configuration, NULL for none */
};

struct router *document_parse(const char *text, size_t length, const struct links *links, struct reason *why);

/* The parts, each of which may be absent. */
bool policy_parse(const struct json *root, struct policy *out, struct reason *why);
bool bgp_parse(const struct json *value, const struct policy *policy, struct bgp *out, struct reason *why);
/* `part` is ospf or ospf6. */
bool ospf_parse(const struct json *value, const char *part, const struct links *links, struct ospf *out, struct reason *why);
bool bfd_parse(const struct json *object, const char *where, struct bfd *out, struct reason *why);
bool router_id_parse(const struct json *object, const char *where, char out[INET_ADDRSTRLEN], struct reason *why);

#endif
