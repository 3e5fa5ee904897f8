#include "tunnels.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_PER_SESSION = 2, ENTRIES_BEYOND = 256 };

/* Places are counted from 1; 0 is none. An entry is in the chain of its sum and in the list of its slot. */
struct entry {
  struct dp_address peer;
  uint32_t teid, slot;
  uint32_t next, before;        /* before: 0 for the first of the chain */
  uint32_t next_of_slot;
};

struct tunnels {
  struct entry *entries;
  uint32_t *heads, *slots;
  uint32_t size, mask, free, used;
  uint32_t fresh;               /* entries from here on were never used */
};

struct tunnels *tunnels_new(uint32_t sessions) {
  struct tunnels *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->size = sessions * ENTRIES_PER_SESSION + ENTRIES_BEYOND;
  for (t->mask = 1; t->mask < t->size; t->mask *= 2) continue;
  t->heads = calloc(t->mask--, sizeof *t->heads);
  t->slots = calloc(sessions, sizeof *t->slots);
  t->entries = calloc(t->size, sizeof *t->entries);
  if (!t->heads || !t->slots || !t->entries) return tunnels_free(t), NULL;
  return t;
}

void tunnels_free(struct tunnels *t) {
  free(t->heads);
  free(t->slots);
  free(t->entries);
  free(t);
}

uint32_t tunnels_used(const struct tunnels *t) { return t->used; }

static struct entry *entry_at(const struct tunnels *t, uint32_t place) { return &t->entries[place - 1]; }

static uint32_t *head_of(const struct tunnels *t, const struct dp_address *peer, uint32_t teid) {
  uint64_t sum = teid * 0x9e3779b97f4a7c15ull;
  for (unsigned i = 0; i < sizeof peer->bytes; i++) sum = (sum ^ peer->bytes[i]) * 0x100000001b3ull;
  return &t->heads[(sum >> 32) & t->mask];
}

static bool leads_to(const struct entry *entry, const struct dp_address *peer, uint32_t teid) {
  return entry->teid == teid && !memcmp(&entry->peer, peer, sizeof *peer);
}

static uint32_t take_place(struct tunnels *t) {
  uint32_t place = t->free;
  if (place) t->free = entry_at(t, place)->next;
  else if (t->fresh < t->size) place = ++t->fresh;
  return place;
}

/* One entry too many is not kept: an error indication of it then finds no session. */
static void add(struct tunnels *t, const struct dp_far *far, uint32_t slot) {
  uint32_t place = take_place(t), *head = head_of(t, &far->peer, far->teid);
  if (!place) return;
  *entry_at(t, place) = (struct entry){far->peer, far->teid, slot, *head, 0, t->slots[slot]};
  if (*head) entry_at(t, *head)->before = place;
  *head = t->slots[slot] = place;
  t->used++;
}

/* However many sessions have the same tunnel, this costs the same. */
static void unlink_entry(struct tunnels *t, uint32_t place) {
  struct entry *entry = entry_at(t, place);
  if (entry->next) entry_at(t, entry->next)->before = entry->before;
  if (entry->before) entry_at(t, entry->before)->next = entry->next;
  else *head_of(t, &entry->peer, entry->teid) = entry->next;
  entry->next = t->free;
  t->free = place;
  t->used--;
}

static void drop(struct tunnels *t, const struct dp_far *far, uint32_t slot) {
  for (uint32_t *at = &t->slots[slot]; *at; at = &entry_at(t, *at)->next_of_slot) {
    uint32_t place = *at;
    if (!leads_to(entry_at(t, place), &far->peer, far->teid)) continue;
    *at = entry_at(t, place)->next_of_slot;
    unlink_entry(t, place);
    return;
  }
}

void tunnels_add(struct tunnels *t, const struct dp_session *session) {
  for (unsigned i = 0; i < session->far_count; i++)
    if (session->fars[i].peer.family) add(t, &session->fars[i], session->index);
}

void tunnels_remove(struct tunnels *t, const struct dp_session *session) {
  for (unsigned i = 0; i < session->far_count; i++)
    if (session->fars[i].peer.family) drop(t, &session->fars[i], session->index);
}

unsigned tunnels_find(const struct tunnels *t, const struct dp_address *peer, uint32_t teid, uint32_t *slots, unsigned most) {
  unsigned count = 0;
  for (uint32_t at = *head_of(t, peer, teid); at && count < most; at = entry_at(t, at)->next)
    if (leads_to(entry_at(t, at), peer, teid)) slots[count++] = entry_at(t, at)->slot;
  return count;
}
