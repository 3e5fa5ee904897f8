/* The outer headers of GTP-U: IPv4 or IPv6, UDP (TS 29.281 4.4), then GTP-U itself (5.1, 5.2) with its extension headers. */
#ifndef UPF_OUTER_H
#define UPF_OUTER_H

#include "inner.h"

enum { GTP_PORT = 2152, GTP_PDU = 255, GTP_CHAIN_LIMIT = 8, PDU_SESSION = 0x85, PDCP_NUMBER = 0xc0, LONG_PDCP_NUMBER = 0x82 };
/* Beside a reason: what is not for the programs goes up as it is. */
enum { NOT_OURS = 128, AGENT = 129 };

INLINE bool same4(const volatile __u8 *left, const __u8 *right) {
  return *(const volatile __u32 *)left == *(const __u32 *)right;
}

INLINE bool same16(const volatile __u8 *left, const __u8 *right) {
  UNROLL for (int i = 0; i < 16; i += 4)
    if (!same4(left + i, right + i)) return false;
  return true;
}

/* The interfaces of the link that have this local address. */
INLINE __u8 faces_of4(__u8 faces, const __u8 *address) {
  __u8 found = 0;
  UNROLL for (__u32 i = 0; i < MAX_FACES; i++)
    if (faces & 1 << i && settings.faces[i].has4 && same4(settings.faces[i].local4, address)) found |= 1 << i;
  return found;
}

INLINE __u8 faces_of6(__u8 faces, const __u8 *address) {
  __u8 found = 0;
  UNROLL for (__u32 i = 0; i < MAX_FACES; i++)
    if (faces & 1 << i && settings.faces[i].has6 && same16(settings.faces[i].local6, address)) found |= 1 << i;
  return found;
}

/* Where UDP begins, in *at; *left octets are from there to the end of the IP packet. */
INLINE int read_outer4(struct __sk_buff *skb, struct work *w, __u32 *at, __u32 *left) {
  HEADER(h, 60);
  struct packet *p = &w->packet;
  const __u32 there = skb->len - ETHERNET;
  if (peek(skb, w, ETHERNET, h, 20) || h[9] != UDP) return NOT_OURS;
  p->faces = faces_of4(p->faces, h + 16);
  if (!p->faces) return NOT_OURS;
  const __u32 octets = (h[0] & 15) * 4, length = half(h + 2), offset = half(h + 6);
  if (offset & 0x1fff) return NOT_OURS;
  if (h[0] >> 4 != 4 || octets < 20 || octets > there) return DP_DROP_outer_header_length;
  if (octets > 20 && !LOAD_SOME(skb, ETHERNET + 20, h + 20, octets - 20, 40)) return DP_DROP_outer_header_length;
  *at = ETHERNET + octets;
  *left = length - octets;
  if (length < octets || length > there) return DP_DROP_outer_length;
  __builtin_memcpy(p->peer, h + 12, 4);
  p->outer_family = V4;
  if (offset & 0x2000) return DP_DROP_outer_fragment;
  return header_sum_right(h, octets / 4) ? 0 : DP_DROP_outer_checksum;
}

INLINE int read_outer6(struct __sk_buff *skb, struct work *w, __u32 *at, __u32 *left) {
  HEADER(h, 40);
  struct packet *p = &w->packet;
  if (peek(skb, w, ETHERNET, h, 40)) return NOT_OURS;
  p->faces = faces_of6(p->faces, h + 24);
  if (!p->faces) return NOT_OURS;
  if (h[6] != UDP) return NOT_OURS;
  const __u32 length = half(h + 4);
  *at = ETHERNET + 40;
  *left = length;
  if (length + 40 > skb->len - ETHERNET) return DP_DROP_outer_length;
  __builtin_memcpy(p->peer, h + 8, 16);
  p->outer_family = V6;
  return 0;
}

/* Comprehension is required of the endpoint by the highest bit (5.2.1); these two come with data forwarded at a handover. */
INLINE bool unknown_extension(__u8 type) {
  return type & 0x80 && type != PDU_SESSION && type != PDCP_NUMBER && type != LONG_PDCP_NUMBER;
}

/* The PDU session container, TS 38.415 5.5.2: its second octet has the QFI, whatever the direction. */
INLINE int read_container(struct packet *p, const __u8 *at) {
  if (at[1] >> 4 > 1) return DP_DROP_gtp_container;
  p->qfi = at[2] & 0x3f;
  p->has_qfi = 1;
  return 0;
}

INLINE int read_extensions(struct __sk_buff *skb, struct work *w, __u32 *at, __u32 end, __u8 type) {
  HEADER(h, 4);
  struct packet *p = &w->packet;
  UNROLL for (int i = 0; i <= GTP_CHAIN_LIMIT; i++) {
    if (!type) return 0;
    if (i == GTP_CHAIN_LIMIT) break;
    if (unknown_extension(type)) return DP_DROP_gtp_extension_unknown;
    if (*at + 4 > end || peek(skb, w, *at, h, 4)) return DP_DROP_gtp_extension_short;
    const __u32 octets = h[0] * 4;
    if (!octets) return DP_DROP_gtp_extension_zero;
    if (*at + octets > end) return DP_DROP_gtp_extension_short;
    if (type == PDU_SESSION && read_container(p, h)) return DP_DROP_gtp_container;
    if (octets > 4 && peek(skb, w, *at + octets - 4, h, 4)) return DP_DROP_gtp_extension_short;
    *at += octets;
    type = h[3];
  }
  return DP_DROP_gtp_extension_chain;
}

/* A frame with `left` octets of UDP at `at`. */
INLINE int read_gtp(struct __sk_buff *skb, struct work *w, __u32 at, __u32 left) {
  HEADER(h, 8);
  HEADER(more, 4);
  struct packet *p = &w->packet;
  if (left < 8 || peek(skb, w, at, h, 8)) return NOT_OURS;
  const __u32 udp = half(h + 4);
  if (half(h + 2) != GTP_PORT) return NOT_OURS;
  if (udp < 8 || udp > left) return DP_DROP_udp_length;
  if (udp < 16 || peek(skb, w, at + 8, h, 8)) return DP_DROP_gtp_short;
  if (h[0] >> 5 != 1) return DP_DROP_gtp_version;
  if (!(h[0] & 0x10)) return DP_DROP_gtp_prime;
  if (h[1] != GTP_PDU) return AGENT;
  const __u32 end = at + 16 + half(h + 2);
  if (end > at + udp) return DP_DROP_gtp_length;
  p->teid = word(h + 4);
  at += 16;
  if (h[0] & 7) {
    if (at + 4 > end || peek(skb, w, at, more, 4)) return DP_DROP_gtp_short;
    at += 4;
    p->has_sequence = h[0] >> 1 & 1;
    p->sequence = half(more);
    const int bad = h[0] & 4 ? read_extensions(skb, w, &at, end, more[3]) : 0;
    if (bad) return bad;
  }
  if (!p->teid) return DP_DROP_teid_zero;
  p->inner = (__u16)at;
  p->outer = (__u16)(at - ETHERNET);
  p->length = (__u16)(end - at);
  return at < end ? 0 : DP_DROP_inner_empty;
}

/* Reads a frame as GTP-U to one of the link's addresses: 0, a reason, NOT_OURS or AGENT. */
__noinline int read_outer(struct __sk_buff *skb, struct work *w) {
  __u32 at = 0, left = 0;
  if (!w) return NOT_OURS;
  if (skb->len < ETHERNET + 28) return NOT_OURS;
  const int bad = skb->protocol == bpf_htons(0x0800)   ? read_outer4(skb, w, &at, &left)
                  : skb->protocol == bpf_htons(0x86dd) ? read_outer6(skb, w, &at, &left)
                                                       : NOT_OURS;
  if (bad == NOT_OURS) return bad;
  if (bad) {
    HEADER(ports, 4);
    if (bad == DP_DROP_outer_header_length || peek(skb, w, at, ports, 4)) return bad;
    return half(ports + 2) == GTP_PORT ? bad : NOT_OURS;
  }
  const int is = read_gtp(skb, w, at, left);
  return is == 0 && skb->gso_size ? DP_DROP_gso_tunnel : is;
}

#endif
