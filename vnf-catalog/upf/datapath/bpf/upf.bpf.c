/*
 * The UPF's data path at tc (clsact). `upf_link` takes what comes in by a link of the UPF: GTP-U to one of its addresses, and, by the
 * data network's side, packets for a UE. What needs more than it does goes up the kernel's IP stack, which routes what is for
 * UEs to their link; `upf_ue` takes what comes out of that link's other end, segmented and with checksums.
 */
#include "forward.h"

/* Where the TEID and the destination are in frames of IPv4 without options. */
enum { USUAL_TEID = ETHERNET + 20 + 8 + 4, USUAL_ADDRESS = ETHERNET + 16 };

INLINE bool removal_fits(const struct packet *p, __u8 removal) {
  return removal == 6 || removal == (p->outer_family == V6 ? 1 : 0);
}

INLINE int check_removal(const struct packet *p, __u8 removal) {
  if (!p->tunnel) return removal == PDR_REMOVAL_NONE || p->injected ? 0 : DP_DROP_removal_mismatch;
  if (removal == PDR_REMOVAL_NONE) return DP_DROP_removal_absent;
  if (removal >= 2 && removal <= 5) return DP_DROP_removal_tunnel;
  return removal_fits(p, removal) ? 0 : DP_DROP_removal_mismatch;
}

INLINE int check_far(const struct packet *p, const struct decision *d) {
  const struct far_cell *far = &d->far;
  if (far->face >= settings.face_count) return DP_DROP_far_no_interface;
  if (!far->family) {
    if (far->side == 0 || far->side == 3) return DP_DROP_far_no_tunnel;
    return p->direction == DOWN && !p->tunnel ? DP_DROP_far_loop : 0;
  }
  const __u8 face = far->face & (MAX_FACES - 1);
  return (far->family == V6 ? settings.faces[face].has6 : settings.faces[face].has4) ? 0 : DP_DROP_far_no_local_address;
}

/* DP_BUFF: the packet goes to the agent. */
INLINE int buffer(struct __sk_buff *skb, struct work *w) {
  const struct packet *p = &w->packet;
  if (p->length > EVENT_BYTES) return dropped(skb, w, DP_DROP_buffer_too_big);
  event_begin(w, DP_BUFFERED, 0);
  if (!event_load(skb, w, p->length)) return dropped(skb, w, DP_DROP_no_room);
  if (!event_send(w, p->length)) return dropped(skb, w, DP_DROP_buffer_queue_full);
  struct counts *count = counts_here();
  if (count) {
    count->in[p->direction & 1]++;
    count->in_bytes[p->direction & 1] += p->length;
    if (p->accepted) count_face(count, p->face, 0, p->length);
    count->buffered[p->direction & 1]++;
  }
  return TC_ACT_SHOT;
}

INLINE int check_usable(const struct decision *d) {
  if (!d->has_far) return DP_DROP_far_none;
  if (d->far.action & 1) return DP_DROP_far_drop;
  return d->far.action & 6 ? 0 : DP_DROP_far_no_action;
}

/* What is done with a packet whose rules are known. */
INLINE int carry_out(struct __sk_buff *skb, struct work *w) {
  struct packet *p = &w->packet;
  struct decision *d = &w->decision;
  if (p->has_qfi && !d->qfi) d->qfi = p->qfi;
  if (d->limited || d->counted) p->now = bpf_ktime_get_ns();
  int bad = check_removal(p, d->removal);
  if (!bad && d->closed) bad = DP_DROP_gate_closed;
  if (bad == DP_DROP_gate_closed) count_usage_dropped(w);
  if (bad) return dropped(skb, w, bad);
  if (d->has_far && d->far.action & 8 && !p->injected) tell_notify(w);
  bad = check_usable(d);
  if (bad && !(p->injected && bad == DP_DROP_far_no_action)) return dropped(skb, w, bad);
  if (d->far.action & 4 && !p->injected) return buffer(skb, w);
  bad = check_far(p, d);
  if (!bad && d->counted) bad = check_usage(w);
  if (!bad && d->limited && !p->injected) bad = take_rate(w);
  if (bad) count_usage_dropped(w);
  if (bad) return dropped(skb, w, bad);
  if (d->counted) count_usage(w);
  return d->far.family ? forward_tunnel(skb, w) : forward_ip(skb, w);
}

INLINE bool to_ourselves(const struct packet *p) {
  if (p->protocol != UDP || !p->has_ports || p->destination_port != GTP_PORT) return false;
  return p->family == V6 ? faces_of6(0xff, p->headers + 24) != 0 : faces_of4(0xff, p->headers + 16) != 0;
}

/* A G-PDU to one of our addresses. */
__noinline int from_tunnel(struct __sk_buff *skb, struct work *w) {
  if (!w) return TC_ACT_SHOT;
  struct packet *p = &w->packet;
  p->tunnel = 1;
  if (!find_teid(p)) {
    tell_unknown_teid(w);
    return dropped(skb, w, DP_DROP_teid_unknown);
  }
  int bad = read_inner(skb, w);
  if (!bad && to_ourselves(p)) bad = DP_DROP_gtp_in_gtp;
  if (!bad) bad = decide(w);
  if (bad) return dropped(skb, w, bad);
  p->accepted = 1;
  return carry_out(skb, w);
}

/* 0: it stays with the program; 1: the kernel's stack is to have it first. */
INLINE int kernel_first(struct __sk_buff *skb, const struct packet *p) {
  if (skb->gso_size || p->options) return 1;
  return p->length > settings.ue_mtu && !p->dont_fragment;
}

/* By its mark the kernel's routes lead it to the UEs' link, whatever its destination: of a framed route they know nothing. */
INLINE int up_to_kernel(struct __sk_buff *skb) {
  skb->mark = DP_UE_MARK;
  return TC_ACT_OK;
}

/* The answer is the kernel's: ICMP. */
INLINE int tell_sender(struct __sk_buff *skb, struct work *w, int reason) {
  finish(skb, w, reason);
  return up_to_kernel(skb);
}

/* What the kernel itself says on the UEs' link to groups of the link: it is no traffic. */
INLINE bool of_link(const struct packet *p) {
  return p->family == V6 ? p->destination.high >> 48 == 0xff02 : (__u32)p->destination.low >> 8 == 0xe00000;
}

/* An IP packet for a UE, on its way through a link (or the kernel, with packet.slow). */
__noinline int to_ue(struct __sk_buff *skb, struct work *w) {
  if (!w) return TC_ACT_OK;
  struct packet *p = &w->packet;
  const int elsewhere = p->slow ? TC_ACT_SHOT : TC_ACT_OK;
  p->inner = ETHERNET;
  p->length = (__u16)(skb->len - ETHERNET);
  p->direction = DOWN;
  int bad = read_inner(skb, w);
  if (!p->family || !find_address(p, p->destination)) {
    if (p->slow && !of_link(p)) finish(skb, w, bad ? bad : DP_DROP_session_unknown);
    return elsewhere;
  }
  if (bad && !skb->gso_size) return dropped(skb, w, bad);
  if (!p->faces) return dropped(skb, w, DP_DROP_pdr_source); /* a link of the access: only through a tunnel */
  const bool pending = checksum_pending(skb);
  if (!p->slow) {
    if (kernel_first(skb, p)) return up_to_kernel(skb);
    if (p->ttl <= 1) return tell_sender(skb, w, DP_DROP_ttl_expired);
    if (p->length > settings.ue_mtu) return tell_sender(skb, w, DP_DROP_too_big);
  } else if (skb->gso_size || pending) {
    return dropped(skb, w, skb->gso_size ? DP_DROP_gso_unsegmented : DP_DROP_checksum_unfinished);
  }
  bad = decide(w);
  if (bad) return dropped(skb, w, bad);
  bad = pending ? complete_checksum(skb, w) : 0;
  if (bad) return bad == KERNEL_FIRST ? up_to_kernel(skb) : dropped(skb, w, bad);
  p->accepted = 1;
  return carry_out(skb, w);
}

INLINE struct work *work_here(void) {
  const __u32 zero = 0;
  return bpf_map_lookup_elem(&works, &zero);
}

INLINE void begin(struct work *w, __u8 faces) {
  __builtin_memset(&w->packet, 0, offsetof(struct packet, headers));
  w->packet.faces = faces;
  w->packet.face = w->packet.out = NONE;
  w->decision.pdr = 0;
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++) w->decision.qers[i].index = NONE;
  w->decision.has_far = 0;
  w->decision.generation = 0;
}

/* The interfaces of a link, and with `plain` those by which packets come without a tunnel. */
INLINE __u8 faces_of_link(__u32 link, bool plain) {
  __u8 faces = 0;
  UNROLL for (__u32 i = 0; i < MAX_FACES; i++)
    if (i < settings.face_count && settings.faces[i].link == link && (!plain || settings.faces[i].side != 0)) faces |= 1 << i;
  return faces;
}

INLINE __u8 lowest(__u8 faces) {
  UNROLL for (__u32 i = 0; i < MAX_FACES; i++)
    if (faces & 1 << i) return i;
  return NONE;
}

SEC("tc")
int upf_link(struct __sk_buff *skb) {
  const __u8 faces = faces_of_link(skb->ifindex, false);
  struct work *w = faces && !skb->vlan_present ? work_here() : NULL;
  if (!w) return TC_ACT_OK;
  window_fill(skb, w);
  begin(w, faces);
  fetch_near(&near_teids, w, USUAL_TEID);
  if (faces_of_link(skb->ifindex, true)) fetch_near(&near_addresses, w, USUAL_ADDRESS);
  const int is = read_outer(skb, w);
  if (is == AGENT) return TC_ACT_OK;
  w->packet.face = lowest(w->packet.faces);
  if (is != NOT_OURS) {
    w->packet.direction = w->packet.face < MAX_FACES && settings.faces[w->packet.face & (MAX_FACES - 1)].side ? DOWN : UP;
    if (!is) return from_tunnel(skb, w);
    if (is != DP_DROP_gtp_extension_unknown || !peer_allowed(&w->packet)) return dropped(skb, w, is);
    finish(skb, w, is); /* the agent is to say which ones are known */
    return TC_ACT_OK;
  }
  const __u8 plain = faces_of_link(skb->ifindex, true);
  begin(w, plain);
  w->packet.face = lowest(plain);
  return skb->len > ETHERNET + 20 ? to_ue(skb, w) : TC_ACT_OK;
}

/* A packet that the agent had buffered: its session and rule are in the place of the Ethernet addresses. */
INLINE int injected(struct __sk_buff *skb, struct work *w, const struct inject *from) {
  struct packet *p = &w->packet;
  p->inner = ETHERNET;
  p->length = (__u16)(skb->len - ETHERNET);
  p->slot = from->slot;
  p->pdr = from->pdr;
  p->injected = 1;
  p->direction = from->direction & 1;
  const __u32 key = p->slot;
  const struct slot *slot = bpf_map_lookup_elem(&slots, &key);
  if (!slot || (__u16)slot->generation != from->generation) return dropped(skb, w, DP_DROP_inject_stale);
  const __u8 direction = p->direction;
  int bad = read_inner(skb, w);
  if (bad) return dropped(skb, w, DP_DROP_inject_malformed);
  bad = decide(w);
  if (bad) p->direction = direction;
  return bad ? dropped(skb, w, bad) : carry_out(skb, w);
}

SEC("tc")
int upf_ue(struct __sk_buff *skb) {
  struct inject from;
  __u8 faces = 0;
  UNROLL for (__u32 i = 0; i < MAX_FACES; i++)
    if (i < settings.face_count && settings.faces[i].side != 0) faces |= 1 << i;
  struct work *w = work_here();
  if (!w || skb->len <= ETHERNET || bpf_skb_load_bytes(skb, 0, &from, sizeof from)) return TC_ACT_SHOT;
  window_fill(skb, w);
  begin(w, faces);
  if (from.mark == bpf_htons(INJECT_MARK)) return injected(skb, w, &from);
  w->packet.slow = 1;
  w->packet.face = faces & (faces - 1) ? NONE : lowest(faces); /* with several, it is not known by which it came */
  if (skb->protocol == bpf_htons(0x0800) || skb->protocol == bpf_htons(0x86dd)) return to_ue(skb, w);
  w->packet.direction = DOWN;
  return dropped(skb, w, DP_DROP_not_ip);
}

char upf_license[] SEC("license") = "GPL";
