/*
 * Sets, changes and deletes sessions. The rules of a slot are switched by one store; tables are filled before it and
 * emptied after it, so a packet finds either no session or one whose rules are whole.
 */
#include <string.h>

#include "state.h"

void limits_set(struct limits_cell *cell, const struct dp_urr_limits *limits) {
  __atomic_store_n(&cell->told, TOLD_VOLUME | TOLD_QUOTA | TOLD_START, __ATOMIC_SEQ_CST);
  cell->event[0] = limits->event_total;
  cell->event[1] = limits->event_up;
  cell->event[2] = limits->event_down;
  cell->quota[0] = limits->quota_total;
  cell->quota[1] = limits->quota_up;
  cell->quota[2] = limits->quota_down;
  cell->blocked = limits->blocked;
  __atomic_store_n(&cell->told, limits->tell_start ? 0 : TOLD_START, __ATOMIC_SEQ_CST);
}

static struct limits_cell *limits_of(const struct dp *dp, uint32_t urr) {
  const struct urr_cell *cell = cell_of(&dp->cells, urr);
  return cell_of(&dp->cells, cell->limits);
}

static uint32_t new_urr(struct dp *dp, const struct dp_urr *urr, unsigned index) {
  const uint32_t place = cell_take(&dp->cells), limits = place ? cell_take(&dp->cells) : 0;
  if (!limits) {
    if (place) cell_give(&dp->cells, place);
    return 0;
  }
  struct urr_cell *cell = cell_of(&dp->cells, place);
  cell->limits = limits;
  cell->index = (uint8_t)index;
  limits_of(dp, place)->id = urr->id;
  limits_set(limits_of(dp, place), &urr->limits);
  return place;
}

static uint32_t new_bucket(struct dp *dp, uint32_t id) {
  const uint32_t place = cell_take(&dp->cells);
  if (place) ((struct bucket_cell *)cell_of(&dp->cells, place))->id = id;
  return place;
}

static void give_urr(struct dp *dp, uint32_t place) {
  cell_give(&dp->cells, ((struct urr_cell *)cell_of(&dp->cells, place))->limits);
  cell_give(&dp->cells, place);
}

/* In `state` the counts and buckets that the wanted rules have: those that `now` has already, and new ones. */
static bool lasting_take(struct dp *dp, const struct dp_session *wanted, const struct slot *now, struct slot *state) {
  memset(state->urrs, 0, sizeof state->urrs);
  memset(state->buckets, 0, sizeof state->buckets);
  for (unsigned i = 0; i < wanted->urr_count; i++) {
    const uint32_t id = wanted->urrs[i].id;
    if (!id) continue;
    state->urrs[i] = now->urrs[i] && limits_of(dp, now->urrs[i])->id == id ? now->urrs[i] : new_urr(dp, &wanted->urrs[i], i);
    if (!state->urrs[i]) return false;
  }
  for (unsigned i = 0; i < wanted->qer_count; i++) {
    const struct dp_qer *qer = &wanted->qers[i];
    if (!qer->id || !(qer->has_mbr_up || qer->has_mbr_down)) continue;
    const struct bucket_cell *old = now->buckets[i] ? cell_of(&dp->cells, now->buckets[i]) : NULL;
    state->buckets[i] = old && old->id == qer->id ? now->buckets[i] : new_bucket(dp, qer->id);
    if (!state->buckets[i]) return false;
  }
  return true;
}

/* Gives back what is in `of` and not in `kept`. */
static void lasting_give(struct dp *dp, const struct slot *of, const struct slot *kept) {
  for (unsigned i = 0; i < MAX_RULES; i++) {
    if (of->urrs[i] && of->urrs[i] != kept->urrs[i]) give_urr(dp, of->urrs[i]);
    if (of->buckets[i] && of->buckets[i] != kept->buckets[i]) cell_give(&dp->cells, of->buckets[i]);
  }
}

static bool tables_free(const struct dp *dp, uint32_t slot, const struct owned *new, struct reason *why) {
  for (unsigned i = 0; i < new->teid_count; i++)
    if (!teid_free(dp, new->teids[i], slot, why)) return false;
  for (unsigned i = 0; i < new->route_count; i++)
    if (!route_free(dp, &new->routes[i], slot, why)) return false;
  return true;
}

/* Takes out of the tables what `gone` has and `stays` has not. */
static void tables_take(struct dp *dp, const struct owned *gone, const struct owned *stays) {
  for (unsigned i = 0; i < gone->teid_count; i++)
    if (!owns_teid(stays, gone->teids[i])) teid_remove(dp, gone->teids[i]);
  for (unsigned i = 0; i < gone->route_count; i++)
    if (!owns_route(stays, &gone->routes[i])) ue_route_remove(dp, &gone->routes[i]);
}

static bool tables_put(struct dp *dp, uint32_t slot, const struct owned *new, struct reason *why) {
  for (unsigned i = 0; i < new->teid_count; i++)
    if (!teid_add(dp, new->teids[i], slot, why)) return false;
  for (unsigned i = 0; i < new->route_count; i++)
    if (!ue_route_add(dp, &new->routes[i], slot, why)) return false;
  return true;
}

static void cells_give_back(struct dp *dp, const struct owned *of) {
  for (unsigned i = 0; i < of->cell_count; i++) cell_give(&dp->cells, of->cells[i]);
}

static void switch_rules(struct slot *slot, uint64_t rules) {
  const uint64_t version = (slot->rules >> 48) + 1;
  __atomic_store_n(&slot->rules, version << 48 | rules, __ATOMIC_SEQ_CST);
}

static bool replace(struct dp *dp, const struct dp_session *wanted, struct slot *slot, struct reason *why) {
  static struct owned old, new;
  struct slot state = *slot;
  uint64_t rules;
  owned_of(dp, slot->rules, &old);
  if (!lasting_take(dp, wanted, slot, &state) || !rules_write(dp, wanted, &state, &new, &rules)) {
    lasting_give(dp, &state, slot);
    return refuse(why, "session %#llx: the table of rules is full, with %u of %u cells free", (unsigned long long)wanted->seid,
                  dp->cells.waiting, dp->cells.size);
  }
  owned_of(dp, rules, &new);
  const bool may = tables_free(dp, wanted->index, &new, why);
  if (!may || !tables_put(dp, wanted->index, &new, why)) {
    if (may) tables_take(dp, &new, &old);
    cells_give_back(dp, &new);
    lasting_give(dp, &state, slot);
    return false;
  }
  const struct slot before = *slot;
  memcpy(slot->urrs, state.urrs, sizeof slot->urrs);
  memcpy(slot->buckets, state.buckets, sizeof slot->buckets);
  switch_rules(slot, rules);
  near_put(dp, wanted->index, &new);
  tables_take(dp, &old, &new);
  cells_give_back(dp, &old);
  lasting_give(dp, &before, &state);
  return true;
}

static void clear(struct dp *dp, struct slot *slot) {
  static struct owned old;
  const struct owned none = {.teid_count = 0};
  const struct slot before = *slot, empty = {.rules = 0};
  owned_of(dp, slot->rules, &old);
  switch_rules(slot, 0);
  tables_take(dp, &old, &none);
  cells_give_back(dp, &old);
  memset(slot->urrs, 0, sizeof slot->urrs);
  memset(slot->buckets, 0, sizeof slot->buckets);
  lasting_give(dp, &before, &empty);
  slot->trace = 0;
  slot->seid = 0;
  dp->sessions--;
}

static bool begin_session(struct dp *dp, const struct dp_session *wanted, struct slot *slot, struct reason *why) {
  if (slot->seid) clear(dp, slot); /* of an agent that ended before it could delete it */
  __atomic_store_n(&slot->generation, slot->generation + 1, __ATOMIC_SEQ_CST);
  if (!replace(dp, wanted, slot, why)) return false;
  slot->seid = wanted->seid;
  dp->sessions++;
  return true;
}

bool dp_session_set(struct dp *dp, const struct dp_session *before, const struct dp_session *wanted, struct reason *why) {
  if (wanted->index >= dp->config.sessions)
    return refuse(why, "slot %u is beyond the %u sessions of the table", wanted->index, dp->config.sessions);
  struct slot *slot = &dp->slots[wanted->index];
  if (!rules_check(wanted, why)) return false;
  if (!before) return begin_session(dp, wanted, slot, why);
  if (!slot->seid) return refuse(why, "slot %u has no session to change", wanted->index);
  return replace(dp, wanted, slot, why);
}

bool dp_session_delete(struct dp *dp, const struct dp_session *before, struct reason *why) {
  if (before->index >= dp->config.sessions || !dp->slots[before->index].seid)
    return refuse(why, "slot %u has no session to delete", before->index);
  clear(dp, &dp->slots[before->index]);
  return true;
}

uint32_t dp_session_generation(struct dp *dp, uint32_t index) {
  return index < dp->config.sessions ? dp->slots[index].generation : 0;
}
