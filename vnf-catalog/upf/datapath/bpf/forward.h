/* The way out: as IP by the kernel's routes, or through a tunnel (TS 29.281, TS 29.244 8.2.56). */
#ifndef UPF_FORWARD_H
#define UPF_FORWARD_H

#include <linux/pkt_cls.h>

#include "frame.h"

enum { INET = 2, INET6 = 10, GTP_LIMIT = 16 };

INLINE void count_face(struct counts *count, __u8 face, __u32 sent, __u32 octets) {
  __u32 at = face;
  barrier_var(at);
  if (at < MAX_FACES) count->face_bytes[at][sent] += octets;
}

/* Every packet that is not the agent's or the kernel's ends here, once: so the counts add up. */
__noinline int finish(struct __sk_buff *skb, struct work *w, int reason) {
  if (!w) return 0;
  const struct packet *p = &w->packet;
  const __u32 direction = p->direction & 1;
  __u32 why = (__u32)reason & (MAX_REASONS - 1);
  barrier_var(why);
  struct counts *count = counts_here();
  if (!count) return 0;
  if (p->injected) {
    count->buffered[direction]--;
  } else {
    count->in[direction]++;
    count->in_bytes[direction] += p->length;
  }
  if (p->accepted) count_face(count, p->face, 0, p->length);
  count_face(count, p->out, 1, p->length);
  if (why) {
    if (why < MAX_REASONS) count->dropped[direction][why]++;
  } else {
    count->forwarded[direction]++;
    count->forwarded_bytes[direction] += p->length;
  }
  if (p->known) trace(skb, w, reason);
  return 0;
}

INLINE int dropped(struct __sk_buff *skb, struct work *w, int reason) {
  finish(skb, w, reason);
  return TC_ACT_SHOT;
}

INLINE __u8 face_of_link(__u32 link) {
  UNROLL for (__u32 i = 0; i < MAX_FACES; i++)
    if (i < settings.face_count && settings.faces[i].link == link && settings.faces[i].side != 0) return i;
  return NONE;
}

/* Lets the kernel's IP stack have it as if it had come in by the UEs' link: what the program does not do itself, ICMP too. */
INLINE int to_kernel(struct __sk_buff *skb, struct work *w, int reason) {
  if (resize(skb, w, 0, w->packet.family)) return dropped(skb, w, DP_DROP_no_room);
  trim(skb, &w->packet);
  __u8 address[6];
  UNROLL for (int i = 0; i < 6; i++) address[i] = settings.ue_address[i];
  bpf_skb_store_bytes(skb, 0, address, 6, 0);
  finish(skb, w, reason);
  return (int)bpf_redirect(settings.ue_link, BPF_F_INGRESS);
}

INLINE int reason_of_lookup(const struct packet *p, long found) {
  switch (found) {
  case BPF_FIB_LKUP_RET_BLACKHOLE:
  case BPF_FIB_LKUP_RET_UNREACHABLE:
  case BPF_FIB_LKUP_RET_PROHIBIT:
    return DP_DROP_route_prohibited;
  case BPF_FIB_LKUP_RET_FWD_DISABLED:
    return DP_DROP_forwarding_off;
  case BPF_FIB_LKUP_RET_FRAG_NEEDED:
    return p->dont_fragment ? DP_DROP_too_big : 0;
  case BPF_FIB_LKUP_RET_NOT_FWDED:
    return p->family == V6 ? DP_DROP_route_none : 0; /* of IPv4 it may be an address of this machine */
  }
  return 0;
}

INLINE long lookup_inner(struct __sk_buff *skb, const struct packet *p, struct bpf_fib_lookup *fib, __u16 length) {
  __builtin_memset(fib, 0, sizeof *fib);
  fib->family = p->family == V6 ? INET6 : INET;
  fib->l4_protocol = p->protocol;
  fib->tot_len = length;
  fib->ifindex = settings.ue_link;
  if (p->family == V6) {
    __builtin_memcpy(fib->ipv6_src, p->headers + 8, 16);
    __builtin_memcpy(fib->ipv6_dst, p->headers + 24, 16);
  } else {
    fib->tos = p->tos & 0x1c;
    __builtin_memcpy(&fib->ipv4_src, p->headers + 12, 4);
    __builtin_memcpy(&fib->ipv4_dst, p->headers + 16, 4);
  }
  return bpf_fib_lookup(skb, fib, sizeof *fib, 0);
}

/* Such an address means its own link alone: no router forwards it (RFC 3927 7, RFC 4291 2.5.6). */
INLINE bool is_link_local(const struct packet *p, struct flat address) {
  return p->family == V6 ? address.high >> 54 == 0x3fa : (__u32)address.low >> 16 == 0xa9fe;
}

/* By which link the kernel would forward it; of a packet that is too big for it the lookup does not say, so it is asked without the length. */
INLINE bool finds_link(struct __sk_buff *skb, const struct packet *p, struct bpf_fib_lookup *fib, long found) {
  if (found == BPF_FIB_LKUP_RET_FRAG_NEEDED) lookup_inner(skb, p, fib, 0);
  else if (found != BPF_FIB_LKUP_RET_SUCCESS && found != BPF_FIB_LKUP_RET_NO_NEIGH) return false;
  return true;
}

INLINE int redirect(const struct bpf_fib_lookup *fib) {
  struct bpf_redir_neigh next = {.nh_family = fib->family};
  __builtin_memcpy(next.ipv6_nh, fib->ipv6_dst, 16);
  return (int)bpf_redirect_neigh(fib->ifindex, &next, sizeof next, 0);
}

/* Forwards the inner packet by the kernel's routes. */
__noinline int forward_ip(struct __sk_buff *skb, struct work *w) {
  if (!w) return TC_ACT_SHOT;
  struct bpf_fib_lookup *fib = &w->fib;
  struct packet *p = &w->packet;
  if (p->destination.high >> 56 == 0xff && (p->family == V6 || (__u32)p->destination.low >> 28 >= 14))
    return dropped(skb, w, DP_DROP_multicast);
  if (is_link_local(p, p->source) || is_link_local(p, p->destination)) return dropped(skb, w, DP_DROP_link_local);
  const long found = lookup_inner(skb, p, fib, p->length);
  const bool knows = finds_link(skb, p, fib, found);
  const __u8 face = face_of_link(fib->ifindex);
  /* By a link that is none of a data network, such as N4's, where only the UPF itself has something to say. */
  if (knows && face == NONE && fib->ifindex != settings.ue_link) return dropped(skb, w, DP_DROP_way_closed);
  if (p->ttl <= 1) return to_kernel(skb, w, found == BPF_FIB_LKUP_RET_NOT_FWDED ? 0 : DP_DROP_ttl_expired);
  const bool to_ue = fib->ifindex == settings.ue_link && found != BPF_FIB_LKUP_RET_NOT_FWDED;
  if ((found != BPF_FIB_LKUP_RET_SUCCESS && found != BPF_FIB_LKUP_RET_NO_NEIGH) || p->options || (face == NONE && !to_ue))
    return to_kernel(skb, w, reason_of_lookup(p, found));
  if (resize(skb, w, 0, p->family) || age(skb, p)) return dropped(skb, w, DP_DROP_no_room);
  trim(skb, p);
  p->out = face;
  finish(skb, w, 0);
  return to_ue ? (int)bpf_redirect(settings.ue_link, 0) : redirect(fib);
}

INLINE void put_half(__u8 *at, __u32 value) {
  *(__u16 *)at = bpf_htons((__u16)value);
}

INLINE void put_word(__u8 *at, __u32 value) {
  *(__u32 *)at = bpf_htonl(value);
}

INLINE __u32 gtp_octets(const struct work *w) {
  return w->decision.qfi ? 16 : w->packet.has_sequence ? 12 : 8;
}

/* GTP-U with the PDU session container of its direction: type 0 towards the access, type 1 from it (TS 38.415 5.5.2). */
INLINE void write_gtp(const struct work *w, __u8 *at, __u32 octets) {
  const struct decision *d = &w->decision;
  const struct packet *p = &w->packet;
  at[0] = 0x30 | (d->qfi ? 4 : 0) | (p->has_sequence ? 2 : 0);
  at[1] = GTP_PDU;
  put_half(at + 2, octets - 8 + p->length);
  put_word(at + 4, d->far.teid);
  if (octets == 8) return;
  put_half(at + 8, p->has_sequence ? p->sequence : 0);
  at[10] = 0;
  at[11] = d->qfi ? PDU_SESSION : 0;
  if (octets == 12) return;
  at[12] = 1;
  at[13] = d->far.side ? 0x10 : 0;
  at[14] = d->qfi | (d->reflective && !d->far.side ? 0x40 : 0);
  at[15] = 0;
}

INLINE void copy4(void *to, const volatile __u8 *from) { *(__u32 *)to = *(const volatile __u32 *)from; }

INLINE void copy16(void *to, const volatile __u8 *from) {
  UNROLL for (int i = 0; i < 16; i += 4) copy4((__u8 *)to + i, from + i);
}

INLINE void write_udp(__u8 *at, __u32 octets) {
  put_half(at, GTP_PORT);
  put_half(at + 2, GTP_PORT);
  put_half(at + 4, octets);
  put_half(at + 6, 0);
}

/* Don't-fragment is set and so the identification is free (RFC 6864 4.1); UDP without checksum (TS 29.281 4.4.2). */
INLINE void write_ip4(const struct work *w, __u8 *at, __u32 length, __u8 tos) {
  const __u8 face = w->decision.far.face & (MAX_FACES - 1);
  put_word(at, 0x45000000 | (__u32)tos << 16 | length);
  put_word(at + 4, 0x4000);
  put_word(at + 8, 64 << 24 | UDP << 16);
  copy4(at + 12, settings.faces[face].local4);
  copy4(at + 16, w->decision.far.peer);
  *(__u16 *)(at + 10) = fold(sum_of_five(at));
}

INLINE void write_ip6(const struct work *w, __u8 *at, __u32 length, __u8 tos) {
  const __u8 face = w->decision.far.face & (MAX_FACES - 1);
  put_word(at, 0x60000000 | (__u32)tos << 20);
  put_half(at + 4, length);
  at[6] = UDP;
  at[7] = 64;
  copy16(at + 8, settings.faces[face].local6);
  copy16(at + 24, w->decision.far.peer);
}

/* The checksum of UDP over IPv6 is never absent (RFC 8200 8.1). */
INLINE void write_checksum6(struct __sk_buff *skb, struct work *w, struct outer *outer, __u32 octets, __u32 length) {
  __u32 sum = 0;
  UNROLL for (__u32 i = 8; i < 40 + 8 + GTP_LIMIT; i += 2)
    if (i < octets) sum += half(outer->bytes + i);
  sum += length + UDP;
  sum = (sum & 0xffff) + (sum >> 16);
  const __u32 seed = bpf_htons((__u16)((sum & 0xffff) + (sum >> 16)));
  const __u16 done = bpf_ntohs(fold((__u32)sum_of(skb, w, w->packet.inner, w->packet.length, seed)));
  put_half(outer->bytes + 46, done ? done : 0xffff);
}

INLINE long lookup_peer(struct __sk_buff *skb, const struct work *w, struct bpf_fib_lookup *fib, __u32 length) {
  const struct far_cell *far = &w->decision.far;
  const __u8 face = far->face & (MAX_FACES - 1);
  __builtin_memset(fib, 0, sizeof *fib);
  fib->l4_protocol = UDP;
  fib->tot_len = (__u16)length;
  fib->ifindex = settings.faces[face].link;
  if (far->family == V6) {
    fib->family = INET6;
    __builtin_memcpy(fib->ipv6_dst, far->peer, 16);
    copy16(fib->ipv6_src, settings.faces[face].local6);
  } else {
    fib->family = INET;
    __builtin_memcpy(&fib->ipv4_dst, far->peer, 4);
    copy4(&fib->ipv4_src, settings.faces[face].local4);
  }
  return bpf_fib_lookup(skb, fib, sizeof *fib, BPF_FIB_LOOKUP_OUTPUT);
}

INLINE int reason_of_peer(long found) {
  switch (found) {
  case BPF_FIB_LKUP_RET_SUCCESS:
  case BPF_FIB_LKUP_RET_NO_NEIGH:
    return 0;
  case BPF_FIB_LKUP_RET_BLACKHOLE:
  case BPF_FIB_LKUP_RET_UNREACHABLE:
  case BPF_FIB_LKUP_RET_PROHIBIT:
    return DP_DROP_peer_prohibited;
  case BPF_FIB_LKUP_RET_FWD_DISABLED:
    return DP_DROP_forwarding_off;
  case BPF_FIB_LKUP_RET_FRAG_NEEDED:
    return DP_DROP_outer_too_big;
  }
  return DP_DROP_peer_no_route;
}

INLINE bool peer_is_ours(const struct far_cell *far) {
  return far->family == V6 ? faces_of6(0xff, far->peer) != 0 : faces_of4(0xff, far->peer) != 0;
}

/* Forwards the inner packet by GTP-U to the FAR's peer. `ages`: a packet that was routed here, not by the kernel. */
__noinline int forward_tunnel(struct __sk_buff *skb, struct work *w) {
  if (!w) return TC_ACT_SHOT;
  struct bpf_fib_lookup *fib = &w->fib;
  struct outer *outer = &w->outer;
  struct packet *p = &w->packet;
  const struct far_cell *far = &w->decision.far;
  const bool six = far->family == V6;
  const __u32 gtp = gtp_octets(w), ip = six ? 40 : 20, octets = ip + 8 + gtp, length = 8 + gtp + p->length;
  if (length + ip > 65535) return dropped(skb, w, DP_DROP_outer_too_big);
  if (peer_is_ours(far)) return dropped(skb, w, DP_DROP_peer_is_local);
  const int bad = reason_of_peer(lookup_peer(skb, w, fib, length + ip));
  if (bad) return dropped(skb, w, bad);
  const __u8 tos = far->flags & FAR_MARK ? far->tos & far->tos_mask : 0;
  if (!p->tunnel && !p->slow && !p->injected && age(skb, p)) return dropped(skb, w, DP_DROP_no_room);
  /* First all of the old tunnel away: a device may have been told to fill in its checksum. */
  if (p->tunnel && resize(skb, w, 0, p->family)) return dropped(skb, w, DP_DROP_no_room);
  if (resize(skb, w, octets, far->family)) return dropped(skb, w, DP_DROP_no_room);
  trim(skb, p);
  if (six) {
    write_ip6(w, outer->bytes, length, tos);
    write_udp(outer->bytes + 40, length);
    write_gtp(w, outer->bytes + 48, gtp);
    write_checksum6(skb, w, outer, octets, length);
  } else {
    write_ip4(w, outer->bytes, length + 20, tos);
    write_udp(outer->bytes + 20, length);
    write_gtp(w, outer->bytes + 28, gtp);
  }
  if (SOME(octets, sizeof w->outer, bpf_skb_store_bytes(skb, ETHERNET, outer->bytes, some_, BPF_F_RECOMPUTE_CSUM)))
    return dropped(skb, w, DP_DROP_no_room);
  p->out = far->face;
  finish(skb, w, 0);
  return redirect(fib);
}

#endif
