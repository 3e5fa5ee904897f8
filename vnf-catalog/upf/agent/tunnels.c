#include "tunnels.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_PER_SESSION = 2, ENTRIES_BEYOND = 256 };

struct entry {
  struct dp_address peer;
  uint32_t teid, slot, next;    /* next: place + 1 */
};

struct tunnels {
  struct entry *entries;
  uint32_t *heads;              /* place + 1 */
  uint32_t size, mask, free, used;
};

struct tunnels *tunnels_new(uint32_t sessions) {
  struct tunnels *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->size = sessions * ENTRIES_PER_SESSION + ENTRIES_BEYOND;
  for (t->mask = 1; t->mask < t->size; t->mask *= 2) continue;
  t->heads = calloc(t->mask--, sizeof *t->heads);
  t->entries = calloc(t->size, sizeof *t->entries);
  if (!t->heads || !t->entries) return tunnels_free(t), NULL;
  for (uint32_t i = 0; i < t->size; i++) t->entries[i].next = i + 1 < t->size ? i + 2 : 0;
  t->free = 1;
  return t;
}

void tunnels_free(struct tunnels *t) {
  free(t->heads);
  free(t->entries);
  free(t);
}

uint32_t tunnels_used(const struct tunnels *t) { return t->used; }

static uint32_t *head_of(const struct tunnels *t, const struct dp_address *peer, uint32_t teid) {
  uint64_t sum = teid * 0x9e3779b97f4a7c15ull;
  for (unsigned i = 0; i < sizeof peer->bytes; i++) sum = (sum ^ peer->bytes[i]) * 0x100000001b3ull;
  return &t->heads[(sum >> 32) & t->mask];
}

static bool leads_to(const struct entry *entry, const struct dp_address *peer, uint32_t teid) {
  return entry->teid == teid && !memcmp(&entry->peer, peer, sizeof *peer);
}

static void add(struct tunnels *t, const struct dp_far *far, uint32_t slot) {
  uint32_t place = t->free, *head = head_of(t, &far->peer, far->teid);
  if (!place) return;
  struct entry *entry = &t->entries[place - 1];
  t->free = entry->next;
  *entry = (struct entry){far->peer, far->teid, slot, *head};
  *head = place;
  t->used++;
}

static void drop(struct tunnels *t, const struct dp_far *far, uint32_t slot) {
  for (uint32_t *at = head_of(t, &far->peer, far->teid); *at; at = &t->entries[*at - 1].next) {
    struct entry *entry = &t->entries[*at - 1];
    if (entry->slot != slot || !leads_to(entry, &far->peer, far->teid)) continue;
    uint32_t place = *at;
    *at = entry->next;
    entry->next = t->free;
    t->free = place;
    t->used--;
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
  for (uint32_t at = *head_of(t, peer, teid); at && count < most; at = t->entries[at - 1].next)
    if (leads_to(&t->entries[at - 1], peer, teid)) slots[count++] = t->entries[at - 1].slot;
  return count;
}
