/* What the agent is told: one ring, written when there is room; what did not fit is counted. */
#ifndef UPF_EVENTS_H
#define UPF_EVENTS_H

#include "match.h"

/* As enum dp_event_kind. */
enum { DP_UNKNOWN_TEID = 1, DP_BUFFERED, DP_NOTIFY, DP_VOLUME, DP_QUOTA, DP_START, DP_TRACE };

enum { PEER_INTERVAL_NS = 50000000, PEER_BURST_NS = 1000000000, NOTIFY_INTERVAL_NS = 1000000000 };

__noinline int event_begin(struct work *w, __u8 kind, __u8 reason) {
  if (!w) return 0;
  const struct packet *p = &w->packet;
  const struct decision *d = &w->decision;
  struct event_head *head = &w->event.head;
  head->kind = kind;
  head->face = p->face;
  head->direction = p->direction;
  head->far = d->has_far ? d->far.index : NONE;
  head->urr = NONE;
  head->reason = reason;
  head->qfi = p->qfi;
  head->family = p->outer_family;
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++) head->qers[i] = d->qers[i].index;
  head->slot = p->slot;
  head->generation = d->generation;
  head->teid = p->teid;
  __builtin_memcpy(head->peer, p->peer, 16);
  head->pdr = d->pdr;
  head->length = 0;
  head->packet_length = p->length;
  head->unused = 0;
  return 0;
}

/* With `length` octets of the packet that are in event.bytes already. */
INLINE bool event_send(struct work *w, __u32 length) {
  w->event.head.length = (__u16)length;
  if (!SOME(sizeof w->event.head + length, sizeof w->event, bpf_ringbuf_output(&events, &w->event, some_, 0))) return true;
  struct counts *count = counts_here();
  if (count) count->events_lost++;
  return false;
}

/* Copies the inner packet's first octets; at most EVENT_BYTES. */
INLINE bool event_load(struct __sk_buff *skb, struct work *w, __u32 length) {
  return LOAD_SOME(skb, w->packet.inner, w->event.bytes, length, EVENT_BYTES);
}

/* Twenty a second for each peer, twenty at once. */
INLINE bool peer_allowed(const struct packet *p) {
  struct peer_key key;
  __builtin_memcpy(key.address, p->peer, 16);
  const __u64 now = bpf_ktime_get_ns();
  __u64 *until = bpf_map_lookup_elem(&peers, &key);
  const __u64 from = until && *until > now ? *until : now;
  const __u64 next = from + PEER_INTERVAL_NS;
  if (from > now + PEER_BURST_NS - PEER_INTERVAL_NS) return false;
  if (until) *until = next;
  else bpf_map_update_elem(&peers, &key, &next, BPF_ANY);
  return true;
}

INLINE void tell_unknown_teid(struct work *w) {
  struct counts *count = counts_here();
  if (!count || !peer_allowed(&w->packet)) return;
  count->errors_due++;
  event_begin(w, DP_UNKNOWN_TEID, DP_DROP_teid_unknown);
  event_send(w, 0);
}

/* Of each FAR once a second. */
INLINE void tell_notify(struct work *w) {
  struct far_cell *far = cell_at(w->decision.far_place);
  const __u64 now = bpf_ktime_get_ns();
  if (!far || (far->notified_ns && now - far->notified_ns < NOTIFY_INTERVAL_NS)) return;
  far->notified_ns = now;
  event_begin(w, DP_NOTIFY, 0);
  if (!event_send(w, 0)) far->notified_ns = 0;
}

INLINE void trace(struct __sk_buff *skb, struct work *w, int reason) {
  const __u32 key = w->packet.slot;
  struct slot *slot = bpf_map_lookup_elem(&slots, &key);
  if (!slot || !READ_ONCE(slot->trace)) return;
  if (__sync_fetch_and_add(&slot->trace, -1) == 0) {
    slot->trace = 0;
    return;
  }
  event_begin(w, DP_TRACE, (__u8)reason);
  const __u32 length = w->packet.length < TRACE_BYTES ? w->packet.length : TRACE_BYTES;
  event_send(w, event_load(skb, w, length) ? length : 0);
}

#endif
