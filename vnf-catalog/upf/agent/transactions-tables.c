#include "transactions-tables.h"

#include <stdlib.h>
#include <string.h>

void list_append(struct list *list, struct item *item) {
  item->next = NULL;
  item->previous = list->last;
  *(list->last ? &list->last->next : &list->first) = item;
  list->last = item;
}

void list_remove(struct list *list, struct item *item) {
  *(item->previous ? &item->previous->next : &list->first) = item->next;
  *(item->next ? &item->next->previous : &list->last) = item->previous;
}

bool table_begin(struct table *table, unsigned items) {
  uint32_t size = 16;
  while (size < items) size *= 2;
  table->buckets = calloc(size, sizeof *table->buckets);
  table->mask = size - 1;
  return table->buckets;
}

bool same_address(const struct dp_address *a, const struct dp_address *b) {
  return a->family == b->family && !memcmp(a->bytes, b->bytes, a->family == 4 ? 4 : 16);
}

static bool same_key(const struct key *a, const struct key *b) {
  return a->sequence == b->sequence && a->peer.port == b->peer.port && same_address(&a->peer.address, &b->peer.address);
}

static struct item **bucket_of(const struct table *table, const struct key *key) {
  uint32_t hash = key->sequence * 0x9e3779b1 ^ key->peer.port * 0x85ebca6b;
  for (unsigned i = 0; i < (key->peer.address.family == 4 ? 4 : 16); i++) hash = (hash ^ key->peer.address.bytes[i]) * 0x01000193;
  return &table->buckets[(hash ^ hash >> 16) & table->mask];
}

struct item *table_find(const struct table *table, const struct key *key) {
  struct item *item = *bucket_of(table, key);
  while (item && !same_key(&item->key, key)) item = item->chain;
  return item;
}

void table_add(struct table *table, struct item *item) {
  struct item **bucket = bucket_of(table, &item->key);
  item->chain = *bucket;
  *bucket = item;
}

void table_remove(struct table *table, struct item *item) {
  struct item **at = bucket_of(table, &item->key);
  while (*at != item) at = &(*at)->chain;
  *at = item->chain;
}

struct peer *peer_of(struct transactions *all, const struct dp_address *address) {
  struct peer *idle = NULL;
  for (unsigned i = 0; i < MOST_PEERS; i++) {
    struct peer *peer = &all->peers[i];
    if (peer->address.family && same_address(&peer->address, address)) return peer;
    if (!peer->requests && !peer->answers && !idle) idle = peer;
  }
  if (idle) *idle = (struct peer){.address = *address};
  return idle;
}
