/* The router's configuration document (docs/vnf-guest-contract.md), checked and parsed. */
#ifndef BERTH_ROUTER_DOCUMENT_H
#define BERTH_ROUTER_DOCUMENT_H

#include "ha.h"
#include "network.h"
#include "routing.h"

struct router {
  char hostname[64]; /* empty: as meta-data says */
  bool forwarding;
  struct network network;
  struct ha ha;
  struct routing routing;
};

struct router *document_parse(const char *text, size_t length, const struct links *links, struct reason *why);

#endif
