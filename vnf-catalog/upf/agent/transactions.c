/* Requests of ours. All wait equally long, so the list of those that wait is in the order in which they are due. */
#include "transactions.h"

#include <stdlib.h>
#include <string.h>

#include "transactions-tables.h"

static bool is_sound(const struct transactions_config *config) {
  return config->t1_ms && config->n1 && config->requests && config->answers && config->send;
}

static void make_free(struct transactions *all) {
  for (unsigned i = 0; i < all->config.requests; i++) {
    all->requests[i].item.chain = all->free_requests;
    all->free_requests = &all->requests[i].item;
  }
  for (unsigned i = 0; i < all->config.answers; i++) {
    all->answers[i].item.chain = all->free_answers;
    all->free_answers = &all->answers[i].item;
  }
}

struct transactions *transactions_new(const struct transactions_config *config, uint32_t first_sequence) {
  struct transactions *all = is_sound(config) ? calloc(1, sizeof *all) : NULL;
  if (!all) return NULL;
  all->config = *config;
  all->sequence = first_sequence;
  all->requests = calloc(config->requests, sizeof *all->requests);
  all->answers = calloc(config->answers, sizeof *all->answers);
  if (all->requests && all->answers && table_begin(&all->request_table, config->requests) &&
      table_begin(&all->answer_table, config->answers)) {
    make_free(all);
    return all;
  }
  transactions_end(all);
  return NULL;
}

void transactions_end(struct transactions *all) {
  if (!all) return;
  for (unsigned i = 0; all->requests && i < all->config.requests; i++) free(all->requests[i].bytes);
  for (unsigned i = 0; all->answers && i < all->config.answers; i++) free(all->answers[i].bytes);
  free(all->requests);
  free(all->answers);
  free(all->request_table.buckets);
  free(all->answer_table.buckets);
  free(all);
}

/* Fills in the sequence number, and says it. */
static uint32_t sequence_put(struct transactions *all, uint8_t *bytes) {
  uint8_t *at = bytes + (bytes[0] & 1 ? 12 : 4);
  all->sequence = (all->sequence + 1) & 0xffffff;
  at[0] = (uint8_t)(all->sequence >> 16);
  at[1] = (uint8_t)(all->sequence >> 8);
  at[2] = (uint8_t)all->sequence;
  return all->sequence;
}

static void request_send(struct transactions *all, uint64_t now_ns, struct request *request) {
  request->sent++;
  request->item.due_ns = now_ns + all->config.t1_ms * 1000000ull;
  list_append(&all->waiting, &request->item);
  all->config.send(all->config.context, &request->item.key.peer, request->bytes, request->length);
}

static struct request *request_new(struct transactions *all, struct peer *peer, const struct key *key, size_t length) {
  bool room = peer && all->free_requests && peer->requests < all->config.requests_per_peer && !table_find(&all->request_table, key);
  uint8_t *bytes = room ? malloc(length) : NULL;
  if (!bytes) return NULL;
  struct request *request = (struct request *)all->free_requests;
  all->free_requests = request->item.chain;
  *request = (struct request){.item.key = *key, .bytes = bytes, .length = length};
  table_add(&all->request_table, &request->item);
  peer->requests++;
  all->numbers.waiting++;
  return request;
}

bool transactions_request(struct transactions *all, const struct n4_peer *to, uint8_t *bytes, size_t length, transaction_done done,
                          void *context, uint64_t argument, uint64_t now_ns) {
  struct key key = {*to, sequence_put(all, bytes)};
  struct request *request = request_new(all, peer_with_room(all, &to->address), &key, length);
  if (!request) {
    all->numbers.refused++;
    return false;
  }
  memcpy(request->bytes, bytes, length);
  request->done = done;
  request->context = context;
  request->argument = argument;
  request->serial = ++all->numbers.sent;
  request_send(all, now_ns, request);
  return true;
}

/* The place is free again before anybody hears of it, who may want it. */
static void request_end(struct transactions *all, struct request *request, const struct pfcp_message *response) {
  struct request ended = *request;
  table_remove(&all->request_table, &request->item);
  list_remove(&all->waiting, &request->item);
  peer_of(all, &request->item.key.peer.address)->requests--;
  free(request->bytes);
  *request = (struct request){.item.chain = all->free_requests};
  all->free_requests = &request->item;
  all->numbers.waiting--;
  if (ended.done) ended.done(ended.context, ended.argument, response);
}

static enum arrival response_arrival(struct transactions *all, const struct n4_peer *from, const struct pfcp_message *response) {
  struct key key = {*from, response->sequence};
  struct request *request = (struct request *)table_find(&all->request_table, &key);
  bool fits = request && (response->type == request->bytes[1] + 1 || response->type == MSG_VERSION_NOT_SUPPORTED);
  if (!fits) {
    all->numbers.stray++;
    return TX_STRAY;
  }
  all->numbers.answered++;
  request_end(all, request, response);
  return TX_RESPONSE;
}

enum arrival transactions_receive(struct transactions *all, const struct n4_peer *from, const struct pfcp_message *message, bool is_request,
                                  uint64_t now_ns) {
  return is_request ? answers_arrival(all, from, message, now_ns) : response_arrival(all, from, message);
}

void transactions_tick(struct transactions *all, uint64_t now_ns) {
  while (all->waiting.first && all->waiting.first->due_ns <= now_ns) {
    struct request *request = (struct request *)all->waiting.first;
    if (request->sent < all->config.n1) {
      list_remove(&all->waiting, &request->item);
      all->numbers.sent_again++;
      request_send(all, now_ns, request);
    } else {
      all->numbers.given_up++;
      request_end(all, request, NULL);
    }
  }
  answers_tick(all, now_ns);
}

uint64_t transactions_next(const struct transactions *all) {
  uint64_t answers = answers_due(all), waiting = all->waiting.first ? all->waiting.first->due_ns : UINT64_MAX;
  return answers < waiting ? answers : waiting;
}

static struct request *waiting_for(struct transactions *all, const struct dp_address *peer, uint64_t until) {
  for (struct item *item = all->waiting.first; item; item = item->next) {
    struct request *request = (struct request *)item;
    if (request->serial <= until && same_address(&item->key.peer.address, peer)) return request;
  }
  return NULL;
}

/* Only those that wait now: what is asked when one of them ends stays. */
void transactions_forget(struct transactions *all, const struct dp_address *peer) {
  uint64_t until = all->numbers.sent;
  struct request *request;
  while ((request = waiting_for(all, peer, until))) {
    all->numbers.forgotten++;
    request_end(all, request, NULL);
  }
}

void transactions_numbers(const struct transactions *all, struct transactions_numbers *out) { *out = all->numbers; }
