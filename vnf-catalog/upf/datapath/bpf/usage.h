/* What limits and counts: gates and MBR of QERs (TS 29.244 5.4.3, 5.4.4), counts, thresholds and quotas of URRs (5.2.2). */
#ifndef UPF_USAGE_H
#define UPF_USAGE_H

#include "events.h"

/* The bucket is full again at a time that each packet moves on; a packet passes while that is not further off than the burst. */
INLINE bool bucket_has_room(const struct flow_qer *q, __u8 direction, __u64 now) {
  const struct bucket_cell *bucket = cell_at(q->bucket);
  return !bucket || READ_ONCE(bucket->full_at[direction & 1]) <= (now + BUCKET_BURST_NS) << BUCKET_SHIFT;
}

INLINE void bucket_take(const struct flow_qer *q, __u8 direction, __u64 now, __u32 length) {
  struct bucket_cell *bucket = cell_at(q->bucket);
  if (!bucket || !q->mbr) return;
  const __u64 cost = ((__u64)length * 8 * 1000000000ULL << BUCKET_SHIFT) / q->mbr;
  __u64 *place = &bucket->full_at[direction & 1];
  UNROLL for (int i = 0; i < 4; i++) {
    const __u64 old = READ_ONCE(*place), from = old > now << BUCKET_SHIFT ? old : now << BUCKET_SHIFT;
    if (__sync_val_compare_and_swap(place, old, from + cost) == old) return;
  }
}

/* All buckets have room, or none is charged. */
__noinline int take_rate(struct work *w) {
  if (!w) return 0;
  const struct decision *d = &w->decision;
  const struct packet *p = &w->packet;
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++) {
    const struct flow_qer *q = &d->qers[i];
    if (!q->has_mbr) continue;
    if (!q->mbr) return DP_DROP_mbr_zero;
    if (!bucket_has_room(q, p->direction, p->now)) return DP_DROP_mbr_exceeded;
  }
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++)
    if (d->qers[i].has_mbr) bucket_take(&d->qers[i], p->direction, p->now, p->length);
  return 0;
}

/* Tells the agent once, until the limits are set again. */
INLINE void tell(struct work *w, const struct urr_cell *urr, struct limits_cell *limits, __u32 what, __u8 kind) {
  if (READ_ONCE(limits->told) & what) return;
  if (__sync_fetch_and_or(&limits->told, what) & what) return;
  event_begin(w, kind, 0);
  w->event.head.urr = urr->index;
  if (!event_send(w, 0)) __sync_fetch_and_and(&limits->told, ~what);
}

INLINE bool beyond(const __u64 *limit, __u64 up, __u64 down) {
  return up + down > READ_ONCE(limit[0]) || up > READ_ONCE(limit[1]) || down > READ_ONCE(limit[2]);
}

INLINE bool reached(const __u64 *limit, __u64 up, __u64 down) {
  return up + down >= READ_ONCE(limit[0]) || up >= READ_ONCE(limit[1]) || down >= READ_ONCE(limit[2]);
}

/* Whether one URR lets the packet through. */
__noinline int check_urr(struct work *w, __u32 place) {
  struct urr_cell *urr = cell_at(place);
  if (!w || !urr) return 0;
  struct limits_cell *limits = cell_at(urr->limits);
  if (!limits) return 0;
  if (READ_ONCE(limits->blocked)) return DP_DROP_usage_blocked;
  const __u64 length = w->packet.length;
  const bool down = w->packet.direction;
  if (!beyond(limits->quota, urr->bytes[0] + (down ? 0 : length), urr->bytes[1] + (down ? length : 0))) return 0;
  tell(w, urr, limits, TOLD_QUOTA, DP_QUOTA);
  return DP_DROP_quota_exhausted;
}

__noinline int count_urr(struct work *w, __u32 place) {
  struct urr_cell *urr = cell_at(place);
  if (!w || !urr) return 0;
  struct limits_cell *limits = cell_at(urr->limits);
  const __u32 direction = w->packet.direction & 1;
  __sync_fetch_and_add(&urr->bytes[direction], w->packet.length);
  __sync_fetch_and_add(&urr->packets[direction], 1);
  urr->last_ns = w->packet.now;
  if (!urr->first_ns) urr->first_ns = w->packet.now;
  if (!limits) return 0;
  if (!(READ_ONCE(limits->told) & TOLD_START)) tell(w, urr, limits, TOLD_START, DP_START);
  if (reached(limits->event, urr->bytes[0], urr->bytes[1])) tell(w, urr, limits, TOLD_VOLUME, DP_VOLUME);
  if (reached(limits->quota, urr->bytes[0], urr->bytes[1])) tell(w, urr, limits, TOLD_QUOTA, DP_QUOTA);
  return 0;
}

INLINE int check_usage(struct work *w) {
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++) {
    const __u32 place = w->decision.urrs[i];
    const int bad = place ? check_urr(w, place) : 0;
    if (bad) return bad;
  }
  return 0;
}

INLINE void count_usage(struct work *w) {
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++)
    if (w->decision.urrs[i]) count_urr(w, w->decision.urrs[i]);
}

INLINE void count_usage_dropped(struct work *w) {
  UNROLL for (int i = 0; i < MAX_REFERENCES; i++) {
    struct urr_cell *urr = w->decision.urrs[i] ? cell_at(w->decision.urrs[i]) : NULL;
    if (urr) __sync_fetch_and_add(&urr->dropped_bytes, w->packet.length);
  }
}

#endif
