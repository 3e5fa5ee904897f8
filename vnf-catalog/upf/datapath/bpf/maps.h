/* Maps, and the work in progress on one packet. Sizes of 1 are set by the loader. */
#ifndef UPF_MAPS_H
#define UPF_MAPS_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#include "../layout.h"

#define READ_ONCE(place) (*(const volatile typeof(place) *)&(place))
#define INLINE static __always_inline
/* Without loops: older verifiers take one whose counter is on the stack for endless. */
#define UNROLL _Pragma("clang loop unroll(full)")

enum { UP = 0, DOWN = 1, ETHERNET = 14, V4 = 4, V6 = 6, NONE = 0xff, WINDOW = 128 };

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct slot);
} slots SEC(".maps");

struct cell {
  __u8 bytes[CELL_BYTES];
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct cell);
} cells SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} teids SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __type(key, struct flat);
  __type(value, __u32);
} addresses SEC(".maps");

struct near_map {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct near);
};

struct near_map near_teids SEC(".maps"), near_addresses SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 1);
  __type(key, struct prefix_key);
  __type(value, __u64); /* length << 32 | slot */
} prefixes SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct counts);
} counts SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct shared);
} shared SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4194304);
} events SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, struct peer_key);
  __type(value, __u64);
} peers SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 4096);
  __type(key, struct fragment_key);
  __type(value, struct fragment_ports);
} fragments SEC(".maps");

const volatile struct settings settings SEC(".rodata.settings");

/* The packet as it was read. Offsets are from the Ethernet header on. */
struct packet {
  struct flat source, destination;
  __u64 now;
  __u32 spi, flow_label, teid, fragment;
  __u16 source_port, destination_port;
  __u16 inner, length; /* where the inner packet is, and its octets */
  __u16 outer;         /* octets of the outer headers */
  __u16 sequence, pdr;
  __u8 family, protocol, tos, ttl;
  __u8 outer_family, qfi, has_qfi, has_sequence;
  __u8 has_ports, later_fragment, first_fragment, dont_fragment, options;
  __u8 direction, faces, face, injected;
  __u8 slow, hint, tunnel, known; /* known: slot is the packet's */
  __u8 accepted, out, unused[2];  /* accepted: counted as received at `face`; out: where it is sent, NONE: nowhere */
  __u8 peer[16];
  __u32 slot, unused_too;
  __u8 headers[60];
};

/* A QER as it is for the packet's direction. */
struct flow_qer {
  __u64 mbr;
  __u32 bucket;
  __u8 has_mbr, closed, index, unused; /* index NONE: there is none, and nothing is limited */
};

/* What the rules say about the packet, copied so that it holds whatever is set meanwhile. */
struct decision {
  struct far_cell far;
  struct flow_qer qers[MAX_REFERENCES];
  __u32 urrs[MAX_REFERENCES];
  __u32 far_place, generation;
  __u16 pdr;
  __u8 removal, qfi, reflective, has_far;
  __u8 closed, limited, counted; /* there is a closed gate, an MBR, a URR */
  __u8 unused[7];
};

/* New outer headers. */
struct outer {
  __u8 bytes[64];
};

/* All of it is too much for the stack of a program. */
struct work {
  __u8 window[WINDOW]; /* the frame's first `seen` octets, as they came */
  __u64 seen;
  struct packet packet;
  struct decision decision;
  struct event event;
  struct bpf_fib_lookup fib;
  struct outer outer;
  __u8 chunk[512];
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct work);
} works SEC(".maps");

INLINE void *cell_at(__u32 place) { return bpf_map_lookup_elem(&cells, &place); }

/*
 * The result of `call`, which takes `some_` octets: from 1 to `most`, else -1. One comparison of one less bounds it below as well:
 * a kernel before 6.8 learns nothing from `!= 0`. The barriers keep it on the very register that the call takes.
 */
#define SOME(octets, most, call)                                                                       \
  ({                                                                                                   \
    __u64 some_ = (__u64)(octets) - 1;                                                                 \
    long result_ = -1;                                                                                 \
    barrier_var(some_);                                                                                \
    if (some_ < (most)) {                                                                              \
      barrier_var(some_);                                                                              \
      some_ += 1;                                                                                      \
      result_ = call;                                                                                  \
    }                                                                                                  \
    result_;                                                                                           \
  })

#define LOAD_SOME(skb, at, to, octets, most) (!SOME(octets, most, bpf_skb_load_bytes(skb, at, to, some_)))

INLINE void window_fill(struct __sk_buff *skb, struct work *w) {
  const __u32 octets = skb->len < WINDOW ? skb->len : WINDOW;
  w->seen = LOAD_SOME(skb, 0, w->window, octets, WINDOW) ? octets : 0;
}

#define MOVE(type, to, from, done, octets)                                                             \
  if ((octets) - (done) >= sizeof(type)) {                                                             \
    *(type *)((__u8 *)(to) + (done)) = *(const type *)((from) + (done));                                \
    (done) += sizeof(type);                                                                            \
  }

/* Octets of the frame as it came: out of the window, where a call of the kernel for each header would cost more than the work on it. */
INLINE int peek(struct __sk_buff *skb, const struct work *w, __u32 place, void *to, const __u32 octets) {
  __u64 at = place;
  __u32 done = 0;
  barrier_var(at);
  if (at > WINDOW - octets || at + octets > w->seen) return (int)bpf_skb_load_bytes(skb, place, to, octets);
  const __u8 *from = w->window + at;
  UNROLL for (int i = 0; i < 5; i++) MOVE(__u64, to, from, done, octets)
  MOVE(__u32, to, from, done, octets)
  MOVE(__u16, to, from, done, octets)
  MOVE(__u8, to, from, done, octets)
  return 0;
}

INLINE struct counts *counts_here(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&counts, &zero);
}

#endif
