/*
 * A PFCP session as a working copy: what was provisioned and what is measured. The store (store.h) keeps it packed; it is
 * unpacked for a message or an event, changed, compiled for the data path and packed again.
 */
#ifndef UPF_SESSION_H
#define UPF_SESSION_H

#include "rules.h"

enum { SESSION_BARS = 4, SESSION_CSIDS = 8, EVENTS_MOST = 32 /* of a usage report */, NO_INDEX = 0xffffffff };

/* Where the usage of a URR stands. Times in nanoseconds of CLOCK_MONOTONIC, counts as the data path has them. */
struct urr_state {
  uint32_t sequence;        /* UR-SEQN of the next report, 8.2.71 */
  uint32_t begun_wall;      /* start of what is measured, seconds since 1900 */
  uint32_t pending;         /* usage report triggers (8.2.41) that are yet to be told */
  uint64_t up, down, packets_up, packets_down;   /* at the last report */
  uint64_t quota_up, quota_down;                 /* what the volume quota is counted from */
  uint64_t running_ns;      /* up to when time is settled; 0: it is not measured now */
  uint64_t spent_ns;        /* measured since the last report */
  uint64_t quota_spent_ns;  /* of the time quota */
  uint64_t period_ns;       /* the next periodic report; 0: none */
  uint64_t idle_ns;         /* when to look whether traffic has stopped; 0: never */
  uint64_t holding_ns;      /* when to look whether the quota is held for too long; 0: never */
  uint32_t events;          /* since the last report */
  uint32_t quota_events;    /* of the event quota */
  bool traffic;             /* between start and stop of traffic */
  bool exhausted;           /* the volume quota was used up, and that was reported */
  bool events_exhausted;    /* the same of the event quota */
  bool blocked;             /* by the time quota or its holding time */
};

struct session {
  uint32_t index;           /* slot, also the data path's */
  uint64_t seid;            /* the UPF's own */
  uint32_t node;            /* place of its SMF in nodes */
  struct fseid cp;
  uint8_t csid_count, pdr_count, far_count, bar_count;
  uint64_t csids[SESSION_CSIDS]; /* sets it belongs to (csids.h) */
  struct pdr_rule pdrs[DP_PDRS];
  struct far_rule fars[DP_FARS];
  struct bar_rule bars[SESSION_BARS];
  /* In the data path's places; present 0: a gap. */
  struct qer_rule qers[DP_QERS];
  struct urr_rule urrs[DP_URRS];
  struct urr_state states[DP_URRS];
  uint32_t event_walls[DP_URRS][EVENTS_MOST]; /* when the events were, seconds since 1900; event n in place n modulo EVENTS_MOST */
};

#endif
