/* Requests of peers: which are new, and the answers that are kept for those that come again. */
#include <stdlib.h>
#include <string.h>

#include "transactions-tables.h"

/* What a request says; its sequence number is in the key. */
static uint64_t digest_of(const struct pfcp_message *message) {
  uint64_t digest = 0xcbf29ce484222325 ^ message->type ^ message->seid * 0x9e3779b97f4a7c15;
  for (size_t i = 0; i < message->length; i++) digest = (digest ^ message->body[i]) * 0x100000001b3;
  return digest;
}

static void answer_remove(struct transactions *all, struct peer *peer, struct answer *answer) {
  bool kept = answer->bytes;
  list_remove(kept ? &peer->kept : &peer->pending, &answer->item);
  table_remove(&all->answer_table, &answer->item);
  all->answer_bytes -= answer->length;
  free(answer->bytes);
  *answer = (struct answer){.item.chain = all->free_answers};
  all->free_answers = &answer->item;
  peer->answers--;
  *(kept ? &all->numbers.kept : &all->numbers.being_answered) -= 1;
}

/* The oldest kept answer of the peer that has the most makes room. */
static bool evict_one(struct transactions *all) {
  struct peer *greedy = NULL;
  for (unsigned i = 0; i < MOST_PEERS; i++) {
    struct peer *peer = &all->peers[i];
    if (peer->kept.first && (!greedy || peer->answers > greedy->answers)) greedy = peer;
  }
  if (!greedy) return false;
  all->numbers.evicted++;
  answer_remove(all, greedy, (struct answer *)greedy->kept.first);
  return true;
}

struct peer *peer_with_room(struct transactions *all, const struct dp_address *address) {
  struct peer *found = peer_of(all, address);
  for (unsigned i = 0; !found && i < MOST_PEERS; i++) {
    struct peer *peer = &all->peers[i];
    if (peer->requests || peer->pending.first) continue;
    for (; peer->kept.first; all->numbers.evicted++) answer_remove(all, peer, (struct answer *)peer->kept.first);
    found = peer_of(all, address);
  }
  return found;
}

static bool make_room(struct transactions *all, struct peer *peer) {
  if (!peer) return false;
  if (peer->answers >= all->config.answers_per_peer) {
    if (!peer->kept.first) return false;
    all->numbers.evicted++;
    answer_remove(all, peer, (struct answer *)peer->kept.first);
  }
  return all->free_answers || evict_one(all);
}

static uint64_t end_of(const struct transactions *all, uint64_t now_ns) {
  return now_ns + (uint64_t)all->config.n1 * all->config.t1_ms * 1000000;
}

static enum arrival arrival_begin(struct transactions *all, const struct key *key, uint64_t digest, uint64_t now_ns) {
  struct peer *peer = peer_with_room(all, &key->peer.address);
  if (!make_room(all, peer)) {
    all->numbers.dropped++;
    return TX_TOO_MANY;
  }
  struct answer *answer = (struct answer *)all->free_answers;
  all->free_answers = answer->item.chain;
  *answer = (struct answer){.item = {.key = *key, .due_ns = end_of(all, now_ns)}, .digest = digest};
  table_add(&all->answer_table, &answer->item);
  list_append(&peer->pending, &answer->item);
  peer->answers++;
  all->numbers.being_answered++;
  all->numbers.arrived++;
  return TX_NEW;
}

enum arrival answers_arrival(struct transactions *all, const struct n4_peer *from, const struct pfcp_message *message, uint64_t now_ns) {
  struct key key = {*from, message->sequence};
  uint64_t digest = digest_of(message);
  struct answer *answer = (struct answer *)table_find(&all->answer_table, &key);
  if (answer && (answer->digest != digest || answer->item.due_ns <= now_ns)) {
    answer_remove(all, peer_of(all, &from->address), answer);
    answer = NULL;
  }
  if (!answer) return arrival_begin(all, &key, digest, now_ns);
  all->numbers.arrived_again++;
  if (!answer->bytes) return TX_PENDING;
  all->config.send(all->config.context, from, answer->bytes, answer->length);
  return TX_DUPLICATE;
}

static void keep(struct transactions *all, uint64_t now_ns, struct answer *answer, const uint8_t *bytes, size_t length) {
  struct peer *peer = peer_of(all, &answer->item.key.peer.address);
  while (all->answer_bytes + length > all->config.answer_bytes && evict_one(all)) continue;
  uint8_t *copy = all->answer_bytes + length > all->config.answer_bytes ? NULL : malloc(length);
  if (!copy) {
    answer_remove(all, peer, answer);
    return;
  }
  list_remove(&peer->pending, &answer->item);
  all->numbers.being_answered--;
  all->numbers.kept++;
  answer->bytes = memcpy(copy, bytes, length);
  answer->length = length;
  answer->item.due_ns = end_of(all, now_ns);
  all->answer_bytes += length;
  list_append(&peer->kept, &answer->item);
}

void transactions_answer(struct transactions *all, const struct n4_peer *to, uint32_t sequence, const uint8_t *bytes, size_t length,
                         uint64_t now_ns) {
  struct key key = {*to, sequence};
  struct answer *answer = (struct answer *)table_find(&all->answer_table, &key);
  if (answer && !answer->bytes && length) keep(all, now_ns, answer, bytes, length);
  all->config.send(all->config.context, to, bytes, length);
}

static void list_expire(struct transactions *all, struct peer *peer, struct list *list, uint64_t now_ns) {
  while (list->first && list->first->due_ns <= now_ns) answer_remove(all, peer, (struct answer *)list->first);
}

void answers_tick(struct transactions *all, uint64_t now_ns) {
  for (unsigned i = 0; i < MOST_PEERS; i++) {
    list_expire(all, &all->peers[i], &all->peers[i].pending, now_ns);
    list_expire(all, &all->peers[i], &all->peers[i].kept, now_ns);
  }
}

uint64_t answers_due(const struct transactions *all) {
  uint64_t due = UINT64_MAX;
  for (unsigned i = 0; i < MOST_PEERS; i++) {
    const struct peer *peer = &all->peers[i];
    if (peer->pending.first && peer->pending.first->due_ns < due) due = peer->pending.first->due_ns;
    if (peer->kept.first && peer->kept.first->due_ns < due) due = peer->kept.first->due_ns;
  }
  return due;
}
