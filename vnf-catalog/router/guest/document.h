/* The router's configuration document (docs/vnf-guest-contract.md), checked and parsed. */
#ifndef BERTH_ROUTER_DOCUMENT_H
#define BERTH_ROUTER_DOCUMENT_H

#include "network.h"

struct neighbor {
  char address[INET_ADDRSTRLEN];
  uint32_t asn;
};

struct bgp {
  bool wanted;
  uint32_t asn;
  char routerId[INET_ADDRSTRLEN]; /* empty: FRR's own choice */
  struct neighbor *neighbors;
  unsigned neighborCount;
  struct prefix *networks;
  unsigned networkCount;
};

struct ospf_interface {
  char name[IFNAMSIZ];
  char area[INET_ADDRSTRLEN];
};

struct ospf {
  bool wanted;
  char routerId[INET_ADDRSTRLEN];
  struct ospf_interface *interfaces;
  unsigned interfaceCount;
};

struct router {
  char hostname[64]; /* empty: as meta-data says */
  bool forwarding;
  struct network network;
  struct bgp bgp;
  struct ospf ospf;
  const char *frr; /* raw FRR configuration, NULL for none */
};

struct router *document_parse(const char *text, size_t length, const struct links *links, struct reason *why);

#endif
