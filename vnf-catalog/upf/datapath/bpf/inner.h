/* The inner packet: RFC 791, RFC 8200. Every length is compared with what is really there. */
#ifndef UPF_INNER_H
#define UPF_INNER_H

#include "maps.h"

enum { TCP = 6, UDP = 17, ESP = 50, AH = 51, HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60 };
enum { EXTENSION_LIMIT = 6 };
#define FRAGMENT_NS 30000000000ULL /* as long as Linux waits for the fragments of a packet */

/* On the stack, so that its words are aligned. */
#define HEADER(name, octets) __u8 name[octets] __attribute__((aligned(8)))

/* In one access: the verifier wants it aligned on the stack alone, where headers are. */
INLINE __u32 word(const void *at) { return bpf_ntohl(*(const __u32 *)at); }
INLINE __u16 half(const void *at) { return bpf_ntohs(*(const __u16 *)at); }
INLINE __u64 twice(const __u8 *at) { return (__u64)word(at) << 32 | word(at + 4); }

INLINE struct flat flat4(const __u8 *at) { return (struct flat){~0ULL, 0xffffffff00000000ULL | word(at)}; }
INLINE struct flat flat6(const __u8 *at) { return (struct flat){twice(at), twice(at + 8)}; }

INLINE __u16 folded(__u64 sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  UNROLL for (int i = 0; i < 3; i++) sum = (sum & 0xffff) + (sum >> 16);
  return (__u16)sum;
}

/* The sum of the first 20 octets, in the order of the machine (RFC 1071 2 B). */
INLINE __u64 sum_of_five(const void *at) {
  __u64 sum = 0;
  UNROLL for (int i = 0; i < 5; i++) sum += ((const __u32 *)at)[i];
  return sum;
}

/* The checksum of an IPv4 header of `words` 32-bit words, five at least, is right. */
INLINE bool header_sum_right(const __u8 *at, __u32 words) {
  __u64 sum = sum_of_five(at);
  if (words > 5) {
    UNROLL for (__u32 i = 5; i < 15; i++)
      if (i < words) sum += *(const __u32 *)(at + i * 4);
  }
  return folded(sum) == 0xffff;
}

/* No host may send from there (RFC 1122 3.2.1.3, RFC 4291 2.5), and the kernel would drop it without a name. */
INLINE bool bad_source(const struct packet *p) {
  if (p->family == V6)
    return p->source.high >> 56 == 0xff || (p->source.high == 0 && p->source.low <= 1);
  const __u32 address = (__u32)p->source.low;
  return address >> 28 >= 14 || address >> 24 == 127 || address >> 24 == 0;
}

INLINE bool bad_destination(const struct packet *p) {
  if (p->family == V6) return p->destination.high == 0 && p->destination.low <= 1;
  const __u32 address = (__u32)p->destination.low;
  return address >> 24 == 127 || address >> 24 == 0;
}

INLINE void fragment_key_of(const struct packet *p, struct fragment_key *key) {
  key->source = p->source;
  key->destination = p->destination;
  key->id = p->fragment;
  key->protocol = p->protocol;
  key->slot = p->slot;
}

/* Later fragments have the ports that the first one said, when it came before them and not too long ago. */
INLINE void ports_of_fragment(struct packet *p) {
  struct fragment_key key = {};
  fragment_key_of(p, &key);
  const struct fragment_ports *ports = bpf_map_lookup_elem(&fragments, &key);
  if (!ports || bpf_ktime_get_ns() - ports->at > FRAGMENT_NS) return;
  p->source_port = ports->source;
  p->destination_port = ports->destination;
  p->has_ports = 1;
}

/* Only of a packet that has met a PDR: others are not to fill the table. */
INLINE void note_fragment(const struct packet *p) {
  struct fragment_key key = {};
  const struct fragment_ports ports = {bpf_ktime_get_ns(), p->source_port, p->destination_port, 0};
  fragment_key_of(p, &key);
  bpf_map_update_elem(&fragments, &key, &ports, BPF_ANY);
}

INLINE void read_ports(struct __sk_buff *skb, struct work *w, __u32 at, __u32 left) {
  HEADER(ports, 8);
  struct packet *p = &w->packet;
  if (left < 8 || peek(skb, w, at, ports, sizeof ports)) return;
  if (p->protocol == ESP) p->spi = word(ports);
  if (p->protocol == AH) p->spi = word(ports + 4);
  if (p->protocol != TCP && p->protocol != UDP && p->protocol != 132 && p->protocol != 136 && p->protocol != 33) return;
  p->source_port = half(ports);
  p->destination_port = half(ports + 2);
  p->has_ports = 1;
}

INLINE int read_inner4(struct __sk_buff *skb, struct work *w, __u32 left) {
  struct packet *p = &w->packet;
  __u8 *h = p->headers;
  if (left < 20 || peek(skb, w, p->inner, h, 20)) return DP_DROP_inner_short;
  const __u32 words = h[0] & 15, length = half(h + 2), offset = half(h + 6);
  p->source = flat4(h + 12);
  p->destination = flat4(h + 16);
  if (words < 5 || words * 4 > left) return DP_DROP_inner_header_length;
  if (words > 5) {
    if (!LOAD_SOME(skb, p->inner + 20, h + 20, words * 4 - 20, 40)) return DP_DROP_inner_short;
    p->options = 1;
  }
  if (length < words * 4 || length > left) return DP_DROP_inner_length;
  if (!header_sum_right(h, words)) return DP_DROP_inner_checksum;
  p->length = length;
  p->tos = h[1];
  p->ttl = h[8];
  p->protocol = h[9];
  p->dont_fragment = offset >> 14 & 1;
  p->fragment = half(h + 4);
  p->later_fragment = (offset & 0x1fff) != 0;
  p->first_fragment = (offset & 0x3fff) == 0x2000;
  if (!p->later_fragment) read_ports(skb, w, p->inner + words * 4, length - words * 4);
  return 0;
}

/* Follows the extension headers to the transport protocol; more of them than EXTENSION_LIMIT are refused. */
INLINE int read_extensions6(struct __sk_buff *skb, struct work *w) {
  struct packet *p = &w->packet;
  __u32 at = 40;
  HEADER(h, 8);
  UNROLL for (int i = 0; i <= EXTENSION_LIMIT; i++) {
    const __u8 type = p->protocol;
    if (type != HOP_BY_HOP && type != ROUTING && type != FRAGMENT && type != DESTINATION) break;
    if (i == EXTENSION_LIMIT) return DP_DROP_inner_extension;
    if (at + 8 > p->length || peek(skb, w, p->inner + at, h, 8)) return DP_DROP_inner_extension;
    if (type == HOP_BY_HOP) p->options = 1;
    p->protocol = h[0];
    at += type == FRAGMENT ? 8 : (h[1] + 1) * 8;
    if (type != FRAGMENT) continue;
    p->fragment = word(h + 4);
    p->first_fragment = !(half(h + 2) & 0xfff8) && h[3] & 1;
    p->later_fragment = (half(h + 2) & 0xfff8) != 0;
    if (p->later_fragment) break;
  }
  if (at > p->length) return DP_DROP_inner_extension;
  if (!p->later_fragment) read_ports(skb, w, p->inner + at, p->length - at);
  return 0;
}

INLINE int read_inner6(struct __sk_buff *skb, struct work *w, __u32 left) {
  struct packet *p = &w->packet;
  __u8 *h = p->headers;
  if (left < 40 || peek(skb, w, p->inner, h, 40)) return DP_DROP_inner_short;
  const __u32 first = word(h), length = 40 + half(h + 4);
  p->source = flat6(h + 8);
  p->destination = flat6(h + 24);
  if (length > left || (length == 40 && h[6] == HOP_BY_HOP)) return DP_DROP_inner_length;
  p->length = (__u16)length;
  p->tos = first >> 20 & 0xff;
  p->flow_label = first & 0xfffff;
  p->protocol = h[6];
  p->ttl = h[7];
  p->dont_fragment = 1;
  return read_extensions6(skb, w);
}

/* Of packet.length octets; then it is what the header says. */
__noinline int read_inner(struct __sk_buff *skb, struct work *w) {
  __u8 first;
  if (!w) return DP_DROP_inner_empty;
  struct packet *p = &w->packet;
  const __u32 left = p->length;
  if (!left || peek(skb, w, p->inner, &first, 1)) return DP_DROP_inner_empty;
  p->family = first >> 4;
  const int bad = p->family == V4   ? read_inner4(skb, w, left)
                  : p->family == V6 ? read_inner6(skb, w, left)
                                    : DP_DROP_inner_version;
  if (bad) return bad;
  if (bad_source(p)) return DP_DROP_inner_source;
  return bad_destination(p) ? DP_DROP_inner_destination : 0;
}

#endif
