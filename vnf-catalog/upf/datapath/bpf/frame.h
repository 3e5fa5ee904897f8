/* Changing frames: room before the inner packet, checksums, time to live. */
#ifndef UPF_FRAME_H
#define UPF_FRAME_H

#include "usage.h"

enum { CHECKSUM_PARTIAL = 3, CHUNK = 512, CHUNKS = 18, HEADS = 55, KERNEL_FIRST = 128 };

/* The parts of the kernel's struct that its context for programs does not show. */
struct sk_buff {
  __u8 ip_summed : 2;
  __u16 csum_start, csum_offset;
  unsigned char *head, *data;
} __attribute__((preserve_access_index));

/* Whether a device is still to fill in the transport checksum. */
INLINE bool checksum_pending(struct __sk_buff *skb) {
  const struct sk_buff *kernel = (const void *)skb;
  return BPF_CORE_READ_BITFIELD_PROBED(kernel, ip_summed) == CHECKSUM_PARTIAL;
}

INLINE int adjust(struct __sk_buff *skb, int by) { return by ? bpf_skb_adjust_room(skb, by, BPF_ADJ_ROOM_MAC, 0) : 0; }

/*
 * Makes the room between Ethernet header and inner packet `wanted` octets, for a frame of that family. A change of the family has
 * the kernel put in or take away 20 octets at the front, so it comes where those are none of the inner packet.
 */
__noinline int resize(struct __sk_buff *skb, struct work *w, __u32 wanted, __u8 family) {
  if (!w) return DP_DROP_no_room;
  struct packet *p = &w->packet;
  const __u16 ip4 = bpf_htons(0x0800), ip6 = bpf_htons(0x86dd), protocol = family == V6 ? ip6 : ip4;
  const int by = (int)wanted - (int)p->outer;
  const __u32 before = skb->protocol;
  int failed = 0;
  if (skb->protocol == protocol) {
    failed = adjust(skb, by);
  } else if (family == V6) {
    failed = bpf_skb_change_proto(skb, ip6, 0) || adjust(skb, by - 20);
  } else if (by + 20 < 0) {
    failed = bpf_skb_change_proto(skb, ip4, 0) || adjust(skb, by + 20);
  } else {
    failed = adjust(skb, by + 20) || bpf_skb_change_proto(skb, ip4, 0);
  }
  if (failed) return DP_DROP_no_room;
  p->outer = (__u16)wanted;
  p->inner = (__u16)(ETHERNET + wanted);
  if (skb->protocol == before) return 0;
  return bpf_skb_store_bytes(skb, 12, &protocol, 2, 0) ? DP_DROP_no_room : 0;
}

/* Takes off what is behind the inner packet: the padding of short frames, octets that only the tunnel's length covers. */
INLINE void trim(struct __sk_buff *skb, const struct packet *p) {
  const __u32 end = (__u32)p->inner + p->length;
  if (skb->len > end && !skb->gso_size) bpf_skb_change_tail(skb, end, 0);
}

INLINE __u16 fold(__u64 sum) { return (__u16)~folded(sum); }

/* In one less, the IPv4 header's checksum by RFC 1624. */
INLINE int age(struct __sk_buff *skb, struct packet *p) {
  const __u8 ttl = p->ttl - 1;
  if (p->family == V6) return bpf_skb_store_bytes(skb, p->inner + 7, &ttl, 1, BPF_F_RECOMPUTE_CSUM);
  const __u32 old = half(p->headers + 10), sum = old + 0x100;
  const __u16 now = (__u16)(sum + (sum >= 0xffff));
  const __u8 part[4] = {ttl, p->headers[9], now >> 8, now & 0xff};
  return bpf_skb_store_bytes(skb, p->inner + 8, part, 4, BPF_F_RECOMPUTE_CSUM);
}

/* The sum of `left` octets as 16-bit words in the order of the machine, on top of `sum`. */
__noinline int sum_of(struct __sk_buff *skb, struct work *w, __u32 at, __u32 left, __u32 sum) {
  if (!w) return 0;
  __u8 *chunk = w->chunk;
  UNROLL for (int i = 0; i < CHUNKS; i++) {
    if (left < CHUNK || bpf_skb_load_bytes(skb, at, chunk, CHUNK)) continue;
    sum = (__u32)bpf_csum_diff(NULL, 0, (void *)chunk, CHUNK, sum);
    at += CHUNK;
    left -= CHUNK;
  }
  UNROLL for (int i = 0; i < 9; i++) {
    const __u32 part = 256 >> i;
    __u8 rest[4] = {};
    if (!(left & part)) continue;
    if (part >= 4) {
      if (bpf_skb_load_bytes(skb, at, chunk, part)) return 0;
      sum = (__u32)bpf_csum_diff(NULL, 0, (void *)chunk, part, sum);
    } else {
      if (!LOAD_SOME(skb, at, rest, left & 3, 3)) return 0;
      sum = (__u32)bpf_csum_diff(NULL, 0, (void *)rest, 4, sum);
      break;
    }
    at += part;
  }
  return (int)sum;
}

/*
 * Fills in the transport checksum that a device was to fill in, before the packet goes into a tunnel: whoever takes it
 * out there would believe in it. 0, KERNEL_FIRST when it is none of the usual places, or a reason. The kernel forgets about the device when what it was to sum is pulled away: the headers are, for a moment.
 */
INLINE int complete_checksum(struct __sk_buff *skb, struct work *w) {
  __u8 *heads = w->chunk;
  const struct sk_buff *kernel = (const void *)skb;
  const struct packet *p = &w->packet;
  const __u32 head = p->family == V6 ? 40 : 20, away = head + 15, end = ETHERNET + p->length;
  const __u32 room = (__u32)(BPF_CORE_READ(kernel, data) - BPF_CORE_READ(kernel, head));
  const __u32 start = (__u16)BPF_CORE_READ(kernel, csum_start) - room, offset = BPF_CORE_READ(kernel, csum_offset);
  const bool small = p->length < away + head;
  if (start != ETHERNET + head || offset > 64 || skb->len != end || start + offset + 2 > end) return KERNEL_FIRST;
  const __u16 sum = fold((__u32)sum_of(skb, w, start, end - start, 0)), filled = sum ? sum : 0xffff;
  if (bpf_skb_store_bytes(skb, start + offset, &filled, 2, 0)) return DP_DROP_no_room;
  if (small && bpf_skb_change_tail(skb, end + HEADS, 0)) return DP_DROP_no_room;
  if (bpf_skb_load_bytes(skb, ETHERNET, heads, HEADS) || adjust(skb, -(int)away) || adjust(skb, (int)away)) return DP_DROP_no_room;
  if (p->family == V6 ? bpf_skb_store_bytes(skb, ETHERNET, heads, 55, 0) : bpf_skb_store_bytes(skb, ETHERNET, heads, 35, 0)) return DP_DROP_no_room;
  return small && bpf_skb_change_tail(skb, end, 0) ? DP_DROP_no_room : 0;
}

#endif
