/*
 * What the programs and the loader share: the values of the maps. Rules of all sessions are cells of 64 octets in one array, chained
 * by their places; place 0 is none. A slot points to its chains by one word, so that a packet meets old rules or new ones.
 * Cells of counts and token buckets live as long as their rule; all other cells are written once, before a slot points to them.
 */
#ifndef UPF_LAYOUT_H
#define UPF_LAYOUT_H

#include <linux/types.h>

#include "reasons.h"

enum {
  DP_LAYOUT = 6, /* changed with every change of this file: maps of another layout are begun anew */
  CELL_BYTES = 64,
  CELL_LIMIT = 1 << 24,
  MAX_PDRS = 16,
  MAX_FILTERS = 8,
  MAX_ROUTE_CELLS = 4,
  MAX_REFERENCES = 4,
  MAX_RULES = 8, /* QERs, and URRs, of a session */
  MAX_FACES = 8,
  MAX_REASONS = 128,
  EVENT_BYTES = 2048,
  TRACE_BYTES = 64,
  BUCKET_SHIFT = 6,          /* token buckets count 1/64 ns */
  BUCKET_BURST_NS = 50000000 /* what a bucket holds, as time at its rate */
};

/*
 * Addresses of both families in one space, as two numbers. A v4 address has 96 bits of ones before it: no
 * v6 packet can have such a source, nor a UE such an address.
 */
struct flat {
  __u64 high, low;
};

struct flat_prefix {
  struct flat address;
  __u8 length; /* of the 128 bits; 0: any */
};

enum { PDR_DOWN = 0x80, PDR_REMOVAL = 0x0f, PDR_REMOVAL_NONE = 0x0f };

struct pdr_cell {
  __u32 next, teid;
  __u64 qfis; /* one bit each; 0: any */
  __u32 filters, routes, far;
  __u32 qers[MAX_REFERENCES], urrs[MAX_REFERENCES];
  __u16 id;
  __u8 faces;   /* the interfaces by which the packet may come, one bit each */
  __u8 removal; /* PDR_REMOVAL, PDR_DOWN */
};

enum { FILTER_PROTOCOL = 1, FILTER_TOS = 2, FILTER_SPI = 4, FILTER_FLOW_LABEL = 8, FILTER_PORTS = 16 };

struct filter_cell {
  __u32 next, spi;
  struct flat remote, ue;
  __u32 flow_label;
  __u16 remote_low, remote_high, ue_low, ue_high;
  __u8 family, flags, protocol, tos, tos_mask, remote_length, ue_length, unused;
};

enum { ROUTES_OF_CELL = 3 };

struct route_cell {
  struct flat addresses[ROUTES_OF_CELL];
  __u32 next;
  __u8 lengths[ROUTES_OF_CELL];
  __u8 count;
  __u8 unused[8];
};

enum { FAR_MARK = 1 };

struct far_cell {
  __u64 notified_ns;
  __u8 peer[16];
  __u32 id, teid;
  __u8 action, index, face, side;
  __u8 family, flags, tos, tos_mask;
  __u8 unused[24];
};

enum { QER_CLOSED_UP = 1, QER_CLOSED_DOWN = 2, QER_MBR_UP = 4, QER_MBR_DOWN = 8, QER_REFLECTIVE = 16 };

struct qer_cell {
  __u64 mbr[2]; /* bits per second */
  __u32 id, bucket;
  __u8 index, flags, qfi;
  __u8 unused[37];
};

/* When the bucket of a direction will be full again, in 1/64 ns. */
struct bucket_cell {
  __u64 full_at[2];
  __u32 id;
  __u8 unused[44];
};

struct urr_cell {
  __u64 bytes[2], packets[2], dropped_bytes, first_ns, last_ns;
  __u32 limits;
  __u8 index, unused[3];
};

enum { TOLD_VOLUME = 1, TOLD_QUOTA = 2, TOLD_START = 4 };

struct limits_cell {
  __u64 event[3], quota[3]; /* total, up, down */
  __u32 told;               /* TOLD_*: what is not told again before the limits are set again */
  __u8 blocked, unused[3];
  __u32 id;
  __u8 rest[4];
};

/*
 * TEIDs and v4 UE addresses once more, beside the hash tables: a packet that finds its own here has read one cache line, and can ask for all
 * cells of its session at once (from `cells` on, which is a hint and no more). An entry is key << 32 | slot, 0 when free; what finds no room is
 * in the hash table alone.
 */
enum { NEAR_ENTRIES = 5, NEAR_CELLS = 6 };

struct near {
  __u64 entries[NEAR_ENTRIES];
  __u32 cells[NEAR_ENTRIES];
  __u32 unused;
};

static inline __u32 near_place(__u32 key, __u32 mask) {
  const __u32 mixed = key * 0x85ebca6b;
  return (mixed ^ mixed >> 15) & mask;
}

struct slot {
  __u64 rules; /* version << 48 | first PDR with a tunnel << 24 | first without */
  __u64 seid;
  __u32 generation, trace;
  __u32 urrs[MAX_RULES], buckets[MAX_RULES];
};

/* Key of the tree of prefixes that are neither whole v4 addresses nor v6 /64. */
struct prefix_key {
  __u32 length;
  __u8 bytes[16];
};

struct counts {
  __u64 in[2], in_bytes[2], forwarded[2], forwarded_bytes[2], buffered[2];
  __u64 dropped[2][MAX_REASONS];
  __u64 face_bytes[MAX_FACES][2]; /* received, sent */
  __u64 errors_due, events_lost;
};

/* One entry, written by the loader alone. */
struct shared {
  __u32 layout, prefixes;
  __u64 interfaces; /* a digest of what PDRs and FARs mean by an interface */
  __u64 unbuffered[2], discarded[2][MAX_REASONS], end_markers;
};

struct face {
  __u32 link;
  __u8 side, has4, has6, unused;
  __u8 local4[4], local6[16];
};

struct settings {
  __u32 face_count;
  struct face faces[MAX_FACES];
  __u32 ue_link;       /* where the kernel sends UE traffic to; what comes out of its other end is for a UE */
  __u8 ue_address[6];  /* of the Ethernet kind */
  __u16 ue_mtu;
  __u32 near_mask; /* of the places of `struct near` in either map */
};

/* Of a packet that the kernel is to forward to the UEs' link; DP_UE_MARKED of datapath.h. */
enum { DP_UE_MARK = 0x655 };

/* Addresses of a frame by which the loader injects a packet, in place of the Ethernet ones. */
enum { INJECT_MARK = 0x0655 };

struct inject {
  __u16 mark; /* network order */
  __u16 generation;
  __u32 slot;
  __u16 pdr;
  __u8 far, direction;
} __attribute__((packed));

struct peer_key {
  __u8 address[16];
};

/* Of one session: what the packets of another one say means nothing. */
struct fragment_key {
  struct flat source, destination;
  __u32 id;
  __u32 protocol;
  __u32 slot, unused;
};

struct fragment_ports {
  __u64 at;
  __u16 source, destination;
  __u32 unused;
};

/* As struct dp_event, without what is behind the length. */
struct event_head {
  __u8 kind, face, direction, far, urr, reason, qfi, family;
  __u8 qers[MAX_REFERENCES];
  __u32 slot, generation, teid;
  __u8 peer[16];
  __u16 pdr, length, packet_length, unused;
};

struct event {
  struct event_head head;
  __u8 bytes[EVENT_BYTES];
};

#endif
