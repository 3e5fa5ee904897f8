#include "upf-path.h"

#include <string.h>

struct slot {
  bool used;
  uint32_t generation;
  struct dp_session rules;
  struct dp_usage usage[DP_URRS];
};

static struct slot slots[PATH_SESSIONS];
static struct dp_config opened;
static bool kept, refusing;
static uint32_t marks;

void path_clear(void) {
  memset(slots, 0, sizeof slots);
  kept = refusing = false;
}

void path_refuse(void) { refusing = true; }

const struct dp_session *path_session(uint32_t index) {
  return index < PATH_SESSIONS && slots[index].used ? &slots[index].rules : NULL;
}

unsigned path_sessions(void) {
  unsigned count = 0;
  for (unsigned i = 0; i < PATH_SESSIONS; i++) count += slots[i].used;
  return count;
}

struct dp *dp_open(const struct dp_config *config, bool *resumed, struct reason *why) {
  MUST(config->sessions == PATH_SESSIONS && config->teids && config->ue_routes && why);
  opened = *config;
  *resumed = kept;
  kept = true;
  return (struct dp *)&opened;
}

void dp_close(struct dp *dp) { MUST(dp == (struct dp *)&opened); }

void dp_remove(struct dp *dp) {
  MUST(dp == (struct dp *)&opened);
  path_clear();
}

static bool is_interface(uint8_t index) { return index == DP_NONE || index < opened.interface_count; }

static void check_prefix(const struct dp_prefix *prefix) {
  uint8_t family = prefix->address.family;
  MUST(family == 0 || family == 4 || family == 6);
  MUST(prefix->length <= (family == 4 ? 32 : family == 6 ? 128 : 0));
}

static void check_pdr(const struct dp_session *session, const struct dp_pdr *pdr) {
  MUST(pdr->side <= DP_CP_FUNCTION && is_interface(pdr->interface));
  MUST(pdr->ue_route_count <= DP_UE_ROUTES && pdr->filter_count <= DP_FILTERS && pdr->qfi_count <= DP_QFIS);
  MUST(pdr->removal <= 6 || pdr->removal == DP_NONE);
  MUST(pdr->far < session->far_count || pdr->far == DP_NONE);
  MUST(pdr->qer_count <= DP_PDR_QERS && pdr->urr_count <= DP_PDR_URRS);
  for (unsigned i = 0; i < pdr->qer_count; i++) MUST(pdr->qers[i] < session->qer_count && session->qers[pdr->qers[i]].id);
  for (unsigned i = 0; i < pdr->urr_count; i++) MUST(pdr->urrs[i] < session->urr_count && session->urrs[pdr->urrs[i]].id);
  for (unsigned i = 0; i < pdr->ue_route_count; i++) check_prefix(&pdr->ue_routes[i]);
  for (unsigned i = 0; i < pdr->filter_count; i++) {
    check_prefix(&pdr->filters[i].remote);
    check_prefix(&pdr->filters[i].ue);
    MUST(pdr->filters[i].remote_ports.low <= pdr->filters[i].remote_ports.high);
  }
}

static void check_far(const struct dp_far *far) {
  uint8_t way = far->action & (DP_DROP | DP_FORW | DP_BUFF);
  MUST(way == DP_DROP || way == DP_FORW || way == DP_BUFF);
  MUST(is_interface(far->interface) && far->side <= DP_CP_FUNCTION);
  MUST(!far->peer.family || (far->teid && (far->peer.family == 4 || far->peer.family == 6)));
}

static void check_rules(const struct dp_session *session) {
  MUST(session->index < PATH_SESSIONS && session->seid);
  MUST(session->pdr_count <= DP_PDRS && session->far_count <= DP_FARS && session->qer_count <= DP_QERS && session->urr_count <= DP_URRS);
  for (unsigned i = 0; i < session->pdr_count; i++) check_pdr(session, &session->pdrs[i]);
  for (unsigned i = 0; i < session->far_count; i++) check_far(&session->fars[i]);
  for (unsigned i = 0; i < session->pdr_count; i++)
    for (unsigned k = 0; k < i; k++) MUST(session->pdrs[i].id != session->pdrs[k].id);
}

/* What the agent says was there before has to be what is there; limits of URRs change by dp_urr_arm. */
static void check_before(const struct slot *slot, const struct dp_session *before) {
  struct dp_session known = slot->rules;
  for (unsigned i = 0; i < DP_URRS; i++) known.urrs[i].limits = before->urrs[i].limits;
  MUST(slot->used && !memcmp(&known, before, sizeof known));
}

static bool share_route(const struct dp_pdr *a, const struct dp_pdr *b) {
  for (unsigned i = 0; i < a->ue_route_count; i++)
    for (unsigned k = 0; k < b->ue_route_count; k++)
      if (!memcmp(&a->ue_routes[i], &b->ue_routes[k], sizeof *a->ue_routes)) return true;
  return false;
}

/* TEIDs are the agent's to keep apart; UE routes outside of its pools the data path's. */
static bool is_taken(const struct dp_session *wanted) {
  for (unsigned i = 0; i < PATH_SESSIONS; i++) {
    if (!slots[i].used || i == wanted->index) continue;
    for (unsigned a = 0; a < slots[i].rules.pdr_count; a++)
      for (unsigned b = 0; b < wanted->pdr_count; b++) {
        MUST(!wanted->pdrs[b].teid || slots[i].rules.pdrs[a].teid != wanted->pdrs[b].teid);
        if (share_route(&slots[i].rules.pdrs[a], &wanted->pdrs[b])) return true;
      }
  }
  return false;
}

bool dp_session_set(struct dp *dp, const struct dp_session *before, const struct dp_session *wanted, struct reason *why) {
  MUST(dp == (struct dp *)&opened);
  check_rules(wanted);
  struct slot *slot = &slots[wanted->index];
  if (before) check_before(slot, before);
  else MUST(!slot->used);
  if (refusing) return refusing = false, refuse(why, "it was told to refuse");
  if (is_taken(wanted)) return refuse(why, "a UE route is another session's");
  if (!before) slot->generation++, memset(slot->usage, 0, sizeof slot->usage);
  for (unsigned i = 0; i < DP_URRS; i++)
    if (slot->rules.urrs[i].id != wanted->urrs[i].id) memset(&slot->usage[i], 0, sizeof slot->usage[i]);
  slot->rules = *wanted;
  return slot->used = true;
}

bool dp_session_delete(struct dp *dp, const struct dp_session *before, struct reason *why) {
  MUST(dp == (struct dp *)&opened && before->index < PATH_SESSIONS && why);
  check_before(&slots[before->index], before);
  slots[before->index].used = false;
  memset(&slots[before->index].rules, 0, sizeof slots->rules);
  return true;
}

uint32_t dp_session_generation(struct dp *dp, uint32_t index) {
  MUST(dp == (struct dp *)&opened && index < PATH_SESSIONS);
  return slots[index].generation;
}

bool dp_usage_read(struct dp *dp, uint32_t index, uint8_t urr, struct dp_usage *out) {
  MUST(dp == (struct dp *)&opened && index < PATH_SESSIONS && urr < DP_URRS);
  *out = slots[index].usage[urr];
  return slots[index].used;
}

void dp_urr_begin(struct dp *dp, uint32_t index, uint8_t urr) {
  MUST(dp == (struct dp *)&opened && index < PATH_SESSIONS && urr < DP_URRS);
  slots[index].usage[urr].first_ns = 0;
}

bool dp_urr_arm(struct dp *dp, uint32_t index, uint8_t urr, const struct dp_urr_limits *limits) {
  MUST(dp == (struct dp *)&opened && index < PATH_SESSIONS && urr < DP_URRS && limits);
  return slots[index].used;
}

void path_use(uint32_t index, uint8_t urr, bool down, uint32_t bytes, uint64_t now_ns) {
  struct dp_usage *usage = &slots[index % PATH_SESSIONS].usage[urr % DP_URRS];
  *(down ? &usage->bytes_down : &usage->bytes_up) += bytes;
  *(down ? &usage->packets_down : &usage->packets_up) += 1;
  if (!usage->first_ns) usage->first_ns = now_ns;
  usage->last_ns = now_ns;
}

int dp_event_fd(struct dp *dp) { return dp ? -1 : -2; }

int dp_events(struct dp *dp, unsigned most, void (*take)(void *context, const struct dp_event *event), void *context) {
  MUST(dp && most && take && context);
  return 0;
}

bool dp_inject(struct dp *dp, uint32_t index, uint8_t far, uint16_t pdr, const uint8_t *packet, size_t length) {
  MUST(dp && index < PATH_SESSIONS && slots[index].used && far < slots[index].rules.far_count && packet && length);
  return slots[index].rules.fars[far].action & DP_FORW && pdr != UINT16_MAX;
}

void dp_discard(struct dp *dp, uint32_t index, uint8_t direction, const char *reason) {
  MUST(dp && index < PATH_SESSIONS && direction < 2 && reason && *reason);
}

bool dp_end_marker(struct dp *dp, const struct dp_far *far) {
  MUST(dp && far->peer.family && far->teid);
  return ++marks;
}

bool dp_trace(struct dp *dp, uint32_t index, uint32_t packets) { return dp && (index < PATH_SESSIONS || !packets); }

bool dp_totals_read(struct dp *dp, struct dp_totals *out) {
  memset(out, 0, sizeof *out);
  out->sessions = path_sessions();
  return dp;
}

const char *dp_reason_name(unsigned reason) { return reason == 1 ? "gate_closed" : NULL; }
