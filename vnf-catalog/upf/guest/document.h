/* The UPF's configuration document (docs/vnf-guest-contract.md), checked and parsed: for the role and for upfd. */
#ifndef BERTH_UPF_DOCUMENT_H
#define BERTH_UPF_DOCUMENT_H

#include "network.h"

enum {
  UPF_INTERFACES = 8, /* DP_INTERFACES of datapath.h */
  UPF_POOLS = 8,      /* of an interface */
  UPF_PEERS = 8,
  UPF_ALLOWED = 64,
  UPF_INSTANCE = 64, /* NI_LENGTH of rules.h */
  UPF_MOST_SESSIONS = 1000000,
};

/* The values of TS 29.244 8.2.2, as in datapath.h. */
enum upf_side { UPF_ACCESS = 0, UPF_CORE = 1, UPF_SGI_LAN = 2 };

struct upf_interface {
  char link[IFNAMSIZ];
  enum upf_side side;
  char instance[UPF_INSTANCE];
  struct prefix pools[UPF_POOLS]; /* UE addresses; of IPv6 each UE gets a /64 */
  unsigned pool_count;
  bool gtp; /* GTP-U is spoken there: N3 and N9 */
};

struct upf_n4 {
  char link[IFNAMSIZ];
  char node_id[256];               /* an address or a name; empty: the first address of the link, IPv4 before IPv6 */
  struct address peers[UPF_PEERS]; /* SMFs with which the UPF starts the association */
  char peer_ids[UPF_PEERS][256];   /* the Node IDs that these alone may have; empty: not said */
  unsigned peer_count;
  bool bounded; /* `allow` is given, so only these networks and the peers may speak */
  struct prefix allowed[UPF_ALLOWED];
  unsigned allowed_count;
  unsigned t1_ms, n1, heartbeat_seconds; /* no heartbeat: 0 */
  unsigned sessions_per_node;            /* 0: all */
};

struct upf_buffer {
  unsigned packets_per_session, packets, seconds;
};

struct routing;

struct upf_document {
  const char *text; /* as it was read */
  size_t length;
  char hostname[64];
  struct network network; /* empty when the links were not known */
  struct upf_n4 n4;
  struct upf_interface interfaces[UPF_INTERFACES];
  unsigned interface_count;
  unsigned sessions;
  unsigned ue_mtu; /* 0: by the links */
  struct upf_buffer buffer;
  unsigned gtp_echo_seconds; /* 0: none */
  const struct json *bgp;    /* as it stands there; NULL: none. bgp.h reads it, for the role alone */
  struct routing *routing;   /* what bgp.h made of it, or NULL */
};

/*
 * NULL with the reason. `links` are those of day 0; NULL: not known (upfd reads what the role has checked), so names of links
 * are taken as they are, and the parts of the network are not read.
 */
struct upf_document *upf_document_parse(const char *text, size_t length, const struct links *links, struct reason *why);

/*
 * How upfd, which runs with `now` (NULL: not known), has to start again for `wanted`; both know their links. "leave": sessions stay.
 * "stop": what they are made of changes, and they end. NULL: it takes the document while it runs.
 */
const char *upf_restart_for(const struct upf_document *now, const struct upf_document *wanted);

/* May somebody with this address speak N4? */
bool upf_n4_allows(const struct upf_n4 *n4, const struct address *peer);
bool prefix_has(const struct prefix *prefix, const struct address *address);

#endif
