/* The tables of transactions.c and transactions-answers.c. */
#ifndef UPF_TRANSACTIONS_TABLES_H
#define UPF_TRANSACTIONS_TABLES_H

#include "transactions.h"

enum { MOST_PEERS = 64 };

struct key {
  struct n4_peer peer;
  uint32_t sequence;
};

struct item {
  struct item *next, *previous; /* in a list by time */
  struct item *chain;           /* in a bucket, or in the list of free ones */
  struct key key;
  uint64_t due_ns;
};

struct list {
  struct item *first, *last;
};

/* Items by key. */
struct table {
  struct item **buckets;
  uint32_t mask;
};

struct request {
  struct item item;
  uint8_t *bytes;
  size_t length;
  unsigned sent;
  transaction_done done;
  void *context;
  uint64_t argument, serial;
};

struct answer {
  struct item item;
  uint64_t digest; /* of the request */
  uint8_t *bytes;  /* NULL: is being answered */
  size_t length;
};

/* By address: the port is the peer's choice, and is no way to more room. */
struct peer {
  struct dp_address address;
  unsigned requests, answers;
  struct list pending, kept;
};

struct transactions {
  struct transactions_config config;
  uint32_t sequence;
  struct transactions_numbers numbers;
  struct peer peers[MOST_PEERS];
  struct table request_table, answer_table;
  struct request *requests;
  struct answer *answers;
  struct item *free_requests, *free_answers;
  struct list waiting; /* requests of ours */
  size_t answer_bytes;
};

void list_append(struct list *list, struct item *item);
void list_remove(struct list *list, struct item *item);
bool table_begin(struct table *table, unsigned items);
struct item *table_find(const struct table *table, const struct key *key);
void table_add(struct table *table, struct item *item);
void table_remove(struct table *table, struct item *item);
bool same_address(const struct dp_address *a, const struct dp_address *b);
/* NULL: there are too many peers. One without transactions makes room. */
struct peer *peer_of(struct transactions *all, const struct dp_address *address);
/* One that has nothing but kept responses makes room too. */
struct peer *peer_with_room(struct transactions *all, const struct dp_address *address);
enum arrival answers_arrival(struct transactions *all, const struct n4_peer *from, const struct pfcp_message *message, uint64_t now_ns);
void answers_tick(struct transactions *all, uint64_t now_ns);
uint64_t answers_due(const struct transactions *all);

#endif
