/*
 * PFCP transactions (TS 29.244 6.4): requests of ours are sent again each T1, N1 times in all, until their response comes or they are
 * given up; a request of a peer that comes again gets the same bytes as before. Nothing here knows sockets or clocks: what is to be
 * sent goes to a function, times are arguments. All tables are bounded, in all and by peer.
 */
#ifndef UPF_TRANSACTIONS_H
#define UPF_TRANSACTIONS_H

#include "pfcp.h"

struct n4_peer {
  struct dp_address address;
  uint16_t port;
};

struct transactions_config {
  uint32_t t1_ms, n1;
  unsigned requests, requests_per_peer; /* of ours that wait for a response */
  unsigned answers, answers_per_peer;   /* responses that are kept, with requests that are being answered */
  size_t answer_bytes;                  /* of all kept responses */
  bool (*send)(void *context, const struct n4_peer *to, const uint8_t *bytes, size_t length);
  void *context;
};

struct transactions;

/* NULL: a number of the configuration is 0, or no memory. */
struct transactions *transactions_new(const struct transactions_config *config, uint32_t first_sequence);
void transactions_end(struct transactions *all);

enum arrival {
  TX_NEW,       /* a request, to be answered by transactions_answer */
  TX_DUPLICATE, /* of a request that was answered: the same bytes were sent again */
  TX_PENDING,   /* of a request that is being answered */
  TX_TOO_MANY,  /* requests that are being answered: dropped, the peer will send it again */
  TX_RESPONSE,  /* to a request of ours, which heard of it */
  TX_STRAY,     /* a response that nobody asked that peer for */
};

/* Another message with the sequence number of an old one is new: the peer began anew. */
enum arrival transactions_receive(struct transactions *all, const struct n4_peer *from, const struct pfcp_message *message, bool is_request,
                                  uint64_t now_ns);
/* Sends a response and keeps it N1 * T1 long. */
void transactions_answer(struct transactions *all, const struct n4_peer *to, uint32_t sequence, const uint8_t *bytes, size_t length,
                         uint64_t now_ns);

/* Called once for each request; `response` is NULL when none came, or when the peer was forgotten. It may begin other requests. */
typedef void (*transaction_done)(void *context, uint64_t argument, const struct pfcp_message *response);

/* Fills in the next sequence number, sends a whole message and keeps it. False, and nothing is sent: a table is full. */
bool transactions_request(struct transactions *all, const struct n4_peer *to, uint8_t *bytes, size_t length, transaction_done done,
                          void *context, uint64_t argument, uint64_t now_ns);
/* Ends all requests to an address, whatever the port. */
void transactions_forget(struct transactions *all, const struct dp_address *peer);

/* When transactions_tick has something to do next; UINT64_MAX: nothing waits. */
uint64_t transactions_next(const struct transactions *all);
void transactions_tick(struct transactions *all, uint64_t now_ns);

struct transactions_numbers {
  uint64_t sent, sent_again, answered, given_up, forgotten, refused; /* requests of ours */
  uint64_t arrived, arrived_again, dropped, evicted, stray;          /* requests of peers; responses that nobody asked for */
  unsigned waiting, being_answered, kept;
};

void transactions_numbers(const struct transactions *all, struct transactions_numbers *out);

#endif
