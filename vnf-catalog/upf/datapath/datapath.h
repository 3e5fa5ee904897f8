/*
 * The data path as the agent sees it: sessions whose rules are resolved already, counters, events. What is
 * behind it (eBPF programs at tc, maps) is known to this folder alone, so that the agent can be tested with another
 * one (a record of calls) and this one without an agent.
 *
 * A session is set as a whole: a packet meets all of its old rules or all of its new ones. Bytes of addresses
 * and packets are in network order, numbers in host order, times in nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef UPF_DATAPATH_H
#define UPF_DATAPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reason.h"

enum {
  DP_PDRS = 16,      /* of a session, and likewise: */
  DP_FARS = 16,
  DP_QERS = 8,
  DP_URRS = 8,
  DP_FILTERS = 8,    /* SDF filters of a PDR */
  DP_QFIS = 8,       /* of a PDR */
  DP_PDR_QERS = 4,   /* that a PDR names */
  DP_PDR_URRS = 4,
  DP_UE_ROUTES = 8,  /* UE addresses, prefixes and framed routes of a PDR */
  DP_INTERFACES = 8, /* of the UPF */
  DP_REASONS = 128,
  DP_NONE = 0xff,    /* no FAR, no marking, ... */
};

/* TS 29.244 8.2.2 source interface and 8.2.24 destination interface have the same values. */
enum dp_side { DP_ACCESS = 0, DP_CORE = 1, DP_SGI_LAN = 2, DP_CP_FUNCTION = 3 };

struct dp_address {
  uint8_t family; /* 4, 6; 0: none */
  uint8_t bytes[16];
};

struct dp_prefix {
  struct dp_address address;
  uint8_t length;
};

/* A range of ports; 0 to 65535 is any. */
struct dp_ports {
  uint16_t low, high;
};

/* An SDF filter, turned so that `remote` is the network's side and `ue` the UE's, whatever the direction of the packet. */
struct dp_filter {
  uint8_t family;   /* 4, 6; 0: either */
  uint8_t protocol; /* with any_protocol false */
  bool any_protocol;
  struct dp_prefix remote, ue; /* length 0: any */
  struct dp_ports remote_ports, ue_ports;
  bool has_tos, has_spi, has_flow_label;
  uint8_t tos, tos_mask;
  uint32_t spi, flow_label;
};

/* One packet detection rule. They are tried by rising precedence (TS 29.244 8.2.11: the lower number first). */
struct dp_pdr {
  uint16_t id;
  uint32_t precedence;
  uint8_t side;              /* enum dp_side of the packet */
  uint8_t interface;         /* index of the network instance (dp_config.interfaces); DP_NONE: any of that side */
  uint32_t teid;             /* the local one; 0: the packet comes without a tunnel */
  uint8_t ue_route_count;    /* 0: of any UE address; with a tunnel they are compared with the inner source (anti-spoofing) */
  struct dp_prefix ue_routes[DP_UE_ROUTES];
  uint8_t filter_count;      /* 0: any packet */
  struct dp_filter filters[DP_FILTERS];
  uint8_t qfi_count;         /* 0: any, also none */
  uint8_t qfis[DP_QFIS];
  uint8_t removal;           /* outer header removal, 8.2.64: 0 to 6; DP_NONE: absent */
  uint8_t far;               /* index in the session; DP_NONE: the packet is dropped by name */
  uint8_t qer_count, urr_count;
  uint8_t qers[DP_PDR_QERS], urrs[DP_PDR_URRS]; /* indexes in the session */
};

enum { DP_UE_MARKED = 0x655 }; /* the kernel's routes are to lead packets with this mark to dp_config.ue_link */

enum { DP_DROP = 1, DP_FORW = 2, DP_BUFF = 4, DP_NOCP = 8 };

struct dp_far {
  uint32_t id;
  uint8_t action;            /* DP_DROP, DP_FORW, DP_BUFF, with DP_NOCP */
  uint8_t side;              /* destination interface */
  uint8_t interface;         /* index of the network instance; DP_NONE: the first of that side */
  uint32_t teid;             /* with peer.family != 0: GTP-U to there */
  struct dp_address peer;
  bool transport_marking;    /* transport level marking, 8.2.12 */
  uint8_t tos, tos_mask;
};

struct dp_qer {
  uint32_t id;
  bool closed_up, closed_down;             /* gates, 8.2.7 */
  uint8_t qfi;                             /* put into the PDU session container; 0: none */
  bool reflective;                         /* RQI, 8.2.88 */
  uint64_t mbr_up_bps, mbr_down_bps;       /* bits per second; 0: none */
  bool has_mbr_up, has_mbr_down;           /* an MBR of 0 lets nothing through; an absent one is no limit */
};

/* What a URR has counted since the session's slot was made, by direction. Never set back. */
struct dp_usage {
  uint64_t bytes_up, bytes_down, packets_up, packets_down; /* inner IP packets, 5.2.2 of TS 29.244 */
  uint64_t dropped_bytes;
  uint64_t first_ns;          /* of a packet since dp_urr_begin; 0: none */
  uint64_t last_ns;           /* of the last packet of all; 0: none */
};

/* Absolute values of the counts at which something happens; UINT64_MAX: never. */
struct dp_urr_limits {
  uint64_t event_total, event_up, event_down;   /* one DP_EVENT_VOLUME, then armed no more */
  uint64_t quota_total, quota_up, quota_down;   /* one DP_EVENT_QUOTA, and packets that would pass it are dropped by name */
  bool blocked;                                 /* every packet is dropped as beyond its quota (time quota) */
  bool tell_start;                              /* one DP_EVENT_START at the next packet */
};

struct dp_urr {
  uint32_t id;
  struct dp_urr_limits limits; /* in force from the first packet on, for URRs that are new in this set */
};

struct dp_session {
  uint32_t index;      /* the slot: 0 to dp_config.sessions - 1, reused by the agent after dp_session_delete */
  uint64_t seid;       /* the UPF's own, for traces */
  uint8_t pdr_count, far_count, qer_count, urr_count;
  struct dp_pdr pdrs[DP_PDRS];
  struct dp_far fars[DP_FARS];
  /* A QER or URR keeps its place in these for as long as it lives: bucket and counts are found by it. id 0: a gap. */
  struct dp_qer qers[DP_QERS];
  struct dp_urr urrs[DP_URRS];
};

/* A link of the UPF with a 3GPP role. */
struct dp_interface {
  char link[16];
  char network_instance[64];
  uint8_t side;
  struct dp_address local4, local6;       /* GTP-U is received at these; family 0: none */
};

struct dp_config {
  struct dp_interface interfaces[DP_INTERFACES];
  unsigned interface_count;
  uint32_t sessions, teids, ue_routes;    /* table sizes */
  uint16_t ue_mtu;                        /* of the way to the UEs: inner bytes; 0: link MTU less the outer headers */
  const char *object;                     /* the compiled eBPF programs */
  const char *pins;                       /* folder below a bpffs in which the maps are pinned */
  const char *ue_link;                    /* the link that the kernel routes UE traffic to; made by dp_open */
};

enum dp_event_kind {
  DP_EVENT_UNKNOWN_TEID = 1, /* peer, teid, interface: an Error Indication is due */
  DP_EVENT_BUFFER,           /* session, pdr, far; the inner packet in bytes */
  DP_EVENT_NOTIFY,           /* session, pdr, far: DP_NOCP, packet dropped or buffered */
  DP_EVENT_VOLUME,           /* session, urr (its index) */
  DP_EVENT_QUOTA,
  DP_EVENT_START,
  DP_EVENT_TRACE,            /* session, pdr, far, qers, reason; the first 64 bytes of the inner packet in bytes */
};

struct dp_event {
  uint8_t kind;
  uint8_t interface, direction; /* direction 0: up, 1: down */
  uint8_t far, urr;             /* indexes in the session */
  uint16_t pdr;                 /* id; 0: none */
  uint8_t qers[DP_PDR_QERS];    /* indexes; DP_NONE */
  uint8_t reason;               /* of a trace: 0 forwarded, else a place in dp_reason_name */
  uint8_t qfi;
  uint32_t session;             /* slot */
  uint32_t generation;          /* of the slot's use: an event of an earlier session in the slot is not the new one's */
  uint32_t teid;
  struct dp_address peer;
  uint16_t length;              /* of bytes */
  uint16_t packet_length;       /* of the whole packet, when bytes has a part of it */
  uint8_t bytes[2048];
};

struct dp_totals {
  /* By direction 0 up, 1 down: in = forwarded + buffered + the sum of dropped, always. */
  uint64_t in[2], in_bytes[2], forwarded[2], forwarded_bytes[2], buffered[2];
  uint64_t dropped[2][DP_REASONS];
  uint64_t interface_bytes[DP_INTERFACES][2]; /* received, sent */
  uint64_t end_markers, errors_due, events_lost;
  uint32_t sessions, teids, ue_routes; /* entries in use */
};

struct dp;

/*
 * Loads the programs, makes or finds again the pinned maps and attaches to the links. With maps of an earlier process and the same
 * table sizes and interfaces, sessions in them go on (`*resumed`); with others they are begun anew. NULL with the reason.
 */
struct dp *dp_open(const struct dp_config *config, bool *resumed, struct reason *why);
/* The programs and maps stay in force. */
void dp_close(struct dp *dp);
/* Takes everything away: programs, maps, ue_link. */
void dp_remove(struct dp *dp);

/*
 * Sets the rules of a slot. `before`: what is in the slot now, NULL for a new session, whose slot then begins a new
 * generation with counts of 0. Of `before` nothing but that it is there is looked at. All or nothing: false with the reason (a table is full, a TEID or a UE route is another session's).
 */
bool dp_session_set(struct dp *dp, const struct dp_session *before, const struct dp_session *wanted, struct reason *why);
bool dp_session_delete(struct dp *dp, const struct dp_session *before, struct reason *why);
uint32_t dp_session_generation(struct dp *dp, uint32_t index);

bool dp_usage_read(struct dp *dp, uint32_t index, uint8_t urr, struct dp_usage *out);
/* From now on the next packet is the first one. */
void dp_urr_begin(struct dp *dp, uint32_t index, uint8_t urr);
bool dp_urr_arm(struct dp *dp, uint32_t index, uint8_t urr, const struct dp_urr_limits *limits);

/* A file descriptor that is readable when dp_events has something. */
int dp_event_fd(struct dp *dp);
/* Calls `take` for each event that waits, at most `most`. The event is valid during the call. */
int dp_events(struct dp *dp, unsigned most, void (*take)(void *context, const struct dp_event *event), void *context);

/*
 * Sends an inner packet on its way again as if it came from `side` just now, in the order of the calls, past DP_BUFF: it is
 * forwarded by far index `far` of the session. Counted as forwarded, and no more as buffered.
 */
bool dp_inject(struct dp *dp, uint32_t index, uint8_t far, uint16_t pdr, const uint8_t *packet, size_t length);
/*
 * One buffered packet of that direction (dp_event.direction) was given up: counted as dropped by that name, no more as buffered.
 * Names for it: buffer_full, buffer_expired, buffer_session_gone, buffer_far_drop; another one counts as buffer_discarded.
 */
void dp_discard(struct dp *dp, uint32_t index, uint8_t direction, const char *reason);
/* An end marker (TS 29.281 7.3.2) to where `far` leads. */
bool dp_end_marker(struct dp *dp, const struct dp_far *far);

/* The next `packets` packets of this slot give DP_EVENT_TRACE; UINT32_MAX as index: of no slot any more. */
bool dp_trace(struct dp *dp, uint32_t index, uint32_t packets);

bool dp_totals_read(struct dp *dp, struct dp_totals *out);
/* Snake case, such as "gate_closed"; NULL beyond the last. Reason 0 is none. */
const char *dp_reason_name(unsigned reason);

#endif
