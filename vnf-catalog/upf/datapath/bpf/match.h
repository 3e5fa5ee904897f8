/*
 * The first packet detection rule, by rising precedence, that a packet meets (TS 29.244 5.2.1). A chain is walked while the
 * loader may replace it: what was found is copied, and holds only when the slot still points to the same chain.
 */
#ifndef UPF_MATCH_H
#define UPF_MATCH_H

#include "outer.h"

enum { TRIES = 3 };

INLINE bool within(struct flat address, struct flat prefix, __u32 length) {
  if (length == 0) return true;
  const __u64 high = address.high ^ prefix.high, low = address.low ^ prefix.low;
  if (length < 64) return high >> (64 - length) == 0;
  if (high) return false;
  return length == 64 || length > 128 || low >> (128 - length) == 0;
}

/* One of the PDR's UE routes has the UE's address. */
__noinline int match_routes(struct work *w, __u32 place) {
  if (!w) return 0;
  struct packet *p = &w->packet;
  const struct flat ue = p->direction == UP ? p->source : p->destination;
  int met = 0;
  const struct route_cell *first = cell_at(place);
  if (first && first->count && first->lengths[0] && within(ue, first->addresses[0], first->lengths[0])) return 1; /* mostly there is one */
  UNROLL for (int i = 0; i < MAX_ROUTE_CELLS; i++) {
    const struct route_cell *at = place && !met ? cell_at(place) : NULL;
    place = at ? at->next : 0;
    UNROLL for (int j = 0; j < ROUTES_OF_CELL; j++)
      if (at && j < at->count && at->lengths[j] && within(ue, at->addresses[j], at->lengths[j])) met = 1;
  }
  return met;
}

__noinline int match_filter(struct work *w, __u32 place) {
  const struct filter_cell *f = cell_at(place);
  if (!w || !f) return 0;
  struct packet *p = &w->packet;
  const bool up = p->direction == UP;
  if (f->family && f->family != p->family) return 0;
  if (f->flags & FILTER_PROTOCOL && f->protocol != p->protocol) return 0;
  if (f->flags & FILTER_TOS && (p->tos & f->tos_mask) != (f->tos & f->tos_mask)) return 0;
  if (f->flags & FILTER_SPI && f->spi != p->spi) return 0;
  if (f->flags & FILTER_FLOW_LABEL && (p->family != V6 || f->flow_label != p->flow_label)) return 0;
  if (!within(up ? p->destination : p->source, f->remote, f->remote_length)) return 0;
  if (!within(up ? p->source : p->destination, f->ue, f->ue_length)) return 0;
  if (!(f->flags & FILTER_PORTS)) return 1;
  const __u16 remote = up ? p->destination_port : p->source_port, ue = up ? p->source_port : p->destination_port;
  if (p->has_ports) return remote >= f->remote_low && remote <= f->remote_high && ue >= f->ue_low && ue <= f->ue_high;
  if (p->later_fragment) p->hint = DP_DROP_fragment_without_ports;
  return 0;
}

INLINE int match_filters(struct work *w, __u32 place) {
  int met = 0;
  UNROLL for (int i = 0; i < MAX_FILTERS; i++) {
    const struct filter_cell *f = place && !met ? cell_at(place) : NULL;
    if (f && match_filter(w, place)) met = 1;
    place = f ? f->next : 0;
  }
  return met;
}

INLINE int no_match(struct packet *p, __u8 reason) {
  if (p->hint < reason || p->hint == DP_DROP_pdr_none) p->hint = reason;
  return 0;
}

/* When no PDR fits, the packet's name is the one of the condition that came furthest. */
__noinline int match_pdr(struct work *w, __u32 place) {
  const struct pdr_cell *pdr = cell_at(place);
  if (!w || !pdr) return 0;
  struct packet *p = &w->packet;
  if (p->injected) return pdr->id == p->pdr;
  if (p->tunnel && pdr->teid != p->teid) return 0;
  p->direction = pdr->removal & PDR_DOWN ? DOWN : UP;
  if (!(pdr->faces & p->faces)) return no_match(p, DP_DROP_pdr_source);
  if (pdr->qfis && !(p->has_qfi && pdr->qfis >> p->qfi & 1)) return no_match(p, DP_DROP_pdr_qfi);
  if (pdr->routes && !match_routes(w, pdr->routes))
    return no_match(p, p->tunnel && p->direction == UP ? DP_DROP_spoofed_source : DP_DROP_pdr_address);
  if (pdr->filters && !match_filters(w, pdr->filters)) return no_match(p, DP_DROP_pdr_filter);
  return 1;
}

INLINE void copy_qer(struct decision *d, struct flow_qer *to, __u8 direction, __u32 place) {
  const struct qer_cell *q = place ? cell_at(place) : NULL;
  *to = (struct flow_qer){.index = NONE};
  if (!q) return;
  to->closed = q->flags >> direction & 1;
  to->has_mbr = q->flags >> (2 + direction) & 1;
  to->mbr = q->mbr[direction & 1];
  to->bucket = q->bucket;
  to->index = q->index;
  d->closed |= to->closed;
  d->limited |= to->has_mbr;
  if (!q->qfi) return;
  d->qfi = q->qfi;
  d->reflective = (q->flags & QER_REFLECTIVE) != 0;
}

__noinline int copy_rules(struct work *w, __u32 place) {
  const struct pdr_cell *pdr = cell_at(place);
  if (!w || !pdr) return 0;
  struct decision *d = &w->decision;
  const __u8 direction = pdr->removal & PDR_DOWN ? DOWN : UP;
  w->packet.direction = direction;
  d->pdr = pdr->id;
  d->removal = pdr->removal & PDR_REMOVAL;
  d->far_place = pdr->far;
  d->qfi = d->reflective = d->has_far = d->closed = d->limited = d->counted = 0;
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++) copy_qer(d, &d->qers[i], direction, pdr->qers[i]);
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++) {
    d->urrs[i] = pdr->urrs[i];
    if (d->urrs[i]) d->counted = 1;
  }
  const struct far_cell *far = pdr->far ? cell_at(pdr->far) : NULL;
  if (!far) return 1;
  d->far = *far;
  d->has_far = 1;
  return 1;
}

INLINE __u32 find_pdr(struct work *w, __u32 first) {
  __u32 place = first, met = 0;
  if (!first) return 0;
  if (match_pdr(w, first)) return first; /* without all of the tests below */
  const struct pdr_cell *one = cell_at(first);
  if (!one || !one->next) return 0;
  UNROLL for (int i = 0; i < MAX_PDRS; i++) {
    const struct pdr_cell *pdr = place && !met ? cell_at(place) : NULL;
    if (pdr && match_pdr(w, place)) met = place;
    place = pdr ? pdr->next : 0;
  }
  return met;
}

/* Fills in the decision: 0 or a reason. */
__noinline int decide(struct work *w) {
  if (!w) return DP_DROP_session_gone;
  struct packet *p = &w->packet;
  const __u32 key = p->slot;
  const struct slot *slot = bpf_map_lookup_elem(&slots, &key);
  if (!slot) return DP_DROP_session_gone;
  p->known = 1;
  if (p->later_fragment) ports_of_fragment(p);
  UNROLL for (int i = 0; i < TRIES; i++) {
    const __u64 rules = READ_ONCE(slot->rules);
    if (!(rules << 16)) return DP_DROP_session_gone;
    const __u32 tunnel = rules >> 24 & 0xffffff, plain = rules & 0xffffff;
    const __u8 direction = p->direction;
    p->hint = DP_DROP_pdr_none;
    w->decision.generation = slot->generation;
    __u32 found = find_pdr(w, p->tunnel ? tunnel : plain);
    if (!found && p->injected) found = find_pdr(w, tunnel);
    if (found && !copy_rules(w, found)) found = 0;
    if (!found) p->direction = direction;
    barrier();
    if (READ_ONCE(slot->rules) != rules) continue;
    if (found && p->first_fragment && p->has_ports) note_fragment(p);
    return found ? 0 : p->hint;
  }
  return DP_DROP_rules_changing;
}

/* Asks for the memory of the session's rules at once; by itself the one line would be waited for before the address of the next is known. */
INLINE void fetch(__u32 slot, __u32 cell) {
  const struct slot *first = bpf_map_lookup_elem(&slots, &slot);
  if (first) (void)READ_ONCE(first->rules);
  UNROLL for (int i = 0; i < NEAR_CELLS; i++) {
    const __u64 *at = cell_at(cell + i);
    if (at) (void)READ_ONCE(*at);
  }
}

INLINE bool find_near(void *map, __u32 key, __u32 *slot) {
  const __u32 place = near_place(key, settings.near_mask);
  const struct near *near = bpf_map_lookup_elem(map, &place);
  if (!near || !key) return false;
  UNROLL for (int i = 0; i < NEAR_ENTRIES; i++) {
    const __u64 entry = READ_ONCE(near->entries[i]);
    if (entry >> 32 != key) continue;
    *slot = (__u32)entry;
    fetch(*slot, near->cells[i]);
    return true;
  }
  return false;
}

/* Of the table's line that the packet will want when its headers are the usual ones, before they are read. */
INLINE void fetch_near(void *map, struct work *w, __u32 at) {
  const __u32 key = word(w->window + at), place = near_place(key, settings.near_mask);
  const struct near *near = bpf_map_lookup_elem(map, &place);
  if (near) (void)READ_ONCE(near->entries[0]);
}

INLINE bool find_teid(struct packet *p) {
  const __u32 key = p->teid;
  if (find_near(&near_teids, key, &p->slot)) return true;
  const __u32 *slot = bpf_map_lookup_elem(&teids, &key);
  if (slot) p->slot = *slot;
  return slot != NULL;
}

/* The slot whose plain PDRs have the UE address, in packet.slot. */
INLINE bool find_address(struct packet *p, struct flat ue) {
  const __u32 zero = 0;
  const struct shared *about = bpf_map_lookup_elem(&shared, &zero);
  struct flat key = ue;
  __u64 other = 0;
  if (p->family == V4 && find_near(&near_addresses, (__u32)ue.low, &p->slot)) return true;
  if (p->family == V6) key.low = 0;
  if (about && about->prefixes) {
    struct prefix_key prefix = {.length = 128};
    const __u64 parts[2] = {bpf_cpu_to_be64(ue.high), bpf_cpu_to_be64(ue.low)};
    __builtin_memcpy(prefix.bytes, parts, 16);
    const __u64 *value = bpf_map_lookup_elem(&prefixes, &prefix);
    if (value) other = *value;
  }
  const __u32 *slot = other >> 32 > 64 && p->family == V6 ? NULL : bpf_map_lookup_elem(&addresses, &key);
  if (!slot && !other) return false;
  p->slot = slot ? *slot : (__u32)other;
  return true;
}

#endif
