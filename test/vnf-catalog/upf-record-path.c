#include "upf-record-path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 32768, WAITING = 64 };

struct slot {
  bool used;
  bool doubtful;                /* the agent was killed in the middle of a change: it cannot know which rules are there */
  uint32_t generation;
  struct dp_session rules;
  struct dp_usage usage[DP_URRS];
  struct dp_urr_limits limits[DP_URRS];
};

struct dp {
  uint32_t sessions;
};

struct record record;
static struct dp only;
static struct slot *slots;
static struct dp_event waiting[WAITING];
static unsigned waiting_count;
static uint64_t lost, end_markers, injected, discarded[2], buffered[2];

struct dp *dp_open(const struct dp_config *config, bool *resumed, struct reason *why) {
  if (config->sessions > MOST) return refuse(why, "the record has room for %d sessions", MOST), NULL;
  if (record.lost && slots) memset(slots, 0, MOST * sizeof *slots);
  *resumed = slots && !record.lost;
  if (!slots) slots = calloc(MOST, sizeof *slots);
  if (!slots) abort();
  record.lost = false;
  only.sessions = config->sessions;
  return &only;
}

void dp_close(struct dp *dp) { (void)dp; }

void dp_remove(struct dp *dp) {
  (void)dp;
  free(slots);
  slots = NULL;
}

/* What the agent says was there before has to be what is there, but for the limits, which dp_urr_arm changes. */
static void same_as_before(const struct slot *slot, const struct dp_session *before) {
  struct dp_session known = slot->rules, said = *before;
  if (slot->doubtful) return;
  for (unsigned i = 0; i < DP_URRS; i++) known.urrs[i].limits = said.urrs[i].limits;
  if (slot->used && !memcmp(&known, &said, sizeof known)) return;
  fprintf(stderr, "slot %u does not have the rules that the agent says\n", before->index);
  abort();
}

static bool teid_taken(const struct dp_session *wanted) {
  for (uint32_t i = 0; i < only.sessions && i < 512; i++) {
    if (!slots[i].used || i == wanted->index) continue;
    for (unsigned a = 0; a < slots[i].rules.pdr_count; a++)
      for (unsigned b = 0; b < wanted->pdr_count; b++)
        if (wanted->pdrs[b].teid && slots[i].rules.pdrs[a].teid == wanted->pdrs[b].teid) return true;
  }
  return false;
}

static void die(struct slot *slot, bool after) {
  jmp_buf *kill = record.kill;
  if (!kill || record.kill_after != after) return;
  slot->doubtful = true;
  record.kill = NULL;
  longjmp(*kill, 1);
}

static void keep_usage(struct slot *slot, const struct dp_session *before, const struct dp_session *wanted) {
  for (unsigned i = 0; i < DP_URRS; i++) {
    bool stays = before && i < before->urr_count && i < wanted->urr_count && before->urrs[i].id == wanted->urrs[i].id;
    if (stays) continue;
    memset(&slot->usage[i], 0, sizeof slot->usage[i]);
    slot->limits[i] = wanted->urrs[i].limits;
  }
}

bool dp_session_set(struct dp *dp, const struct dp_session *before, const struct dp_session *wanted, struct reason *why) {
  struct slot *slot = &slots[wanted->index];
  (void)dp;
  die(slot, false);
  if (record.refusing) return record.refusing = false, refuse(why, "it was told to refuse");
  if (teid_taken(wanted)) return refuse(why, "a TEID is another session's");
  if (before) same_as_before(slot, before);
  else slot->generation++;
  keep_usage(slot, before, wanted);
  slot->used = true;
  slot->rules = *wanted;
  slot->doubtful = false;
  die(slot, true);
  return true;
}

bool dp_session_delete(struct dp *dp, const struct dp_session *before, struct reason *why) {
  struct slot *slot = &slots[before->index];
  (void)dp;
  if (!slot->used) return refuse(why, "the slot %u is empty", before->index);
  same_as_before(slot, before);
  slot->used = slot->doubtful = false;
  return true;
}

uint32_t dp_session_generation(struct dp *dp, uint32_t index) { return (void)dp, slots[index].generation; }

bool dp_usage_read(struct dp *dp, uint32_t index, uint8_t urr, struct dp_usage *out) {
  (void)dp;
  *out = slots[index].usage[urr];
  return slots[index].used;
}

void dp_urr_begin(struct dp *dp, uint32_t index, uint8_t urr) {
  (void)dp;
  slots[index].usage[urr].first_ns = 0;
}

bool dp_urr_arm(struct dp *dp, uint32_t index, uint8_t urr, const struct dp_urr_limits *limits) {
  (void)dp;
  slots[index].limits[urr] = *limits;
  return slots[index].used;
}

int dp_event_fd(struct dp *dp) { return (void)dp, -1; }

void record_event(const struct dp_event *event) {
  if (record.deaf) {
    lost++;
    return;
  }
  if (waiting_count == WAITING) abort();
  waiting[waiting_count] = *event;
  waiting[waiting_count].generation = slots[event->session].generation;
  waiting_count++;
  if (event->kind == DP_EVENT_BUFFER) buffered[event->direction]++;
}

int dp_events(struct dp *dp, unsigned most, void (*take)(void *context, const struct dp_event *event), void *context) {
  (void)dp, (void)most;
  static struct dp_event now[WAITING];
  unsigned count = waiting_count;
  memcpy(now, waiting, count * sizeof *now);
  waiting_count = 0;
  for (unsigned i = 0; i < count; i++) take(context, &now[i]);
  return (int)count;
}

static void tell(uint32_t index, uint8_t urr, uint8_t kind) {
  struct dp_event event = {.kind = kind, .session = index, .urr = urr};
  record_event(&event);
}

static bool past(uint64_t total, uint64_t up, uint64_t down, uint64_t most, uint64_t most_up, uint64_t most_down) {
  return total >= most || up >= most_up || down >= most_down;
}

void record_use(uint32_t index, uint8_t urr, bool down, uint32_t bytes, uint64_t now_ns) {
  struct dp_usage *usage = &slots[index].usage[urr];
  struct dp_urr_limits *limits = &slots[index].limits[urr];
  uint64_t up = usage->bytes_up + (down ? 0 : bytes), low = usage->bytes_down + (down ? bytes : 0);
  bool over = up + low > limits->quota_total || up > limits->quota_up || low > limits->quota_down;
  if (limits->blocked || over) {
    usage->dropped_bytes += bytes;
    if (over) tell(index, urr, DP_EVENT_QUOTA);
    return;
  }
  usage->bytes_up = up, usage->bytes_down = low;
  (*(down ? &usage->packets_down : &usage->packets_up))++;
  if (!usage->first_ns) usage->first_ns = now_ns;
  usage->last_ns = now_ns;
  if (limits->tell_start) tell(index, urr, DP_EVENT_START);
  limits->tell_start = false;
  if (past(up + low, up, low, limits->event_total, limits->event_up, limits->event_down)) {
    limits->event_total = limits->event_up = limits->event_down = UINT64_MAX;
    tell(index, urr, DP_EVENT_VOLUME);
  }
}

const struct dp_session *record_session(uint32_t index) { return slots[index].used ? &slots[index].rules : NULL; }

bool dp_inject(struct dp *dp, uint32_t index, uint8_t far, uint16_t pdr, const uint8_t *packet, size_t length) {
  (void)dp;
  if (far >= slots[index].rules.far_count || !(slots[index].rules.fars[far].action & DP_FORW)) return false;
  printf("injected %u %u", slots[index].rules.fars[far].id, pdr);
  for (size_t i = 0; i < length; i++) printf("%s%02x", i ? "" : " ", packet[i]);
  putchar('\n');
  injected++;
  return true;
}

void dp_discard(struct dp *dp, uint32_t index, uint8_t direction, const char *reason) {
  (void)dp;
  printf("discarded %u %s\n", index, reason);
  discarded[direction]++;
}

bool dp_end_marker(struct dp *dp, const struct dp_far *far) {
  (void)dp;
  printf("endmarker %u.%u.%u.%u %u\n", far->peer.bytes[0], far->peer.bytes[1], far->peer.bytes[2], far->peer.bytes[3], far->teid);
  end_markers++;
  return true;
}

bool dp_trace(struct dp *dp, uint32_t index, uint32_t packets) { return (void)dp, (void)index, (void)packets, true; }

bool dp_totals_read(struct dp *dp, struct dp_totals *out) {
  memset(out, 0, sizeof *out);
  for (uint32_t i = 0; i < dp->sessions; i++) {
    if (!slots[i].used) continue;
    out->sessions++;
    for (unsigned k = 0; k < slots[i].rules.pdr_count; k++) {
      out->teids += slots[i].rules.pdrs[k].teid != 0;
      out->ue_routes += slots[i].rules.pdrs[k].ue_route_count;
    }
  }
  out->end_markers = end_markers;
  out->events_lost = lost;
  out->buffered[1] = buffered[1] - injected - discarded[1];
  return true;
}

const char *dp_reason_name(unsigned reason) { return reason == 1 ? "gate_closed" : NULL; }
