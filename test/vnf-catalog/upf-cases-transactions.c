/* PFCP transactions: retransmission, duplicates, bounds. */
#include <stdlib.h>
#include <string.h>

#include "transactions.h"
#include "upf-cases.h"

static struct {
  unsigned sent, done, responses;
  struct n4_peer to;
  uint8_t last[64];
  size_t length;
  uint64_t argument;
} seen;

static bool note_send(void *context, const struct n4_peer *to, const uint8_t *bytes, size_t length) {
  CHECK(context == &seen && length <= sizeof seen.last);
  seen.sent++;
  seen.to = *to;
  memcpy(seen.last, bytes, length);
  seen.length = length;
  return true;
}

static void note_done(void *context, uint64_t argument, const struct pfcp_message *response) {
  CHECK(context == &seen);
  seen.done++;
  seen.argument = argument;
  if (response) seen.responses++;
}

static const struct n4_peer smf = {{4, {10, 4, 0, 2}}, 8805}, elsewhere = {{4, {10, 4, 0, 3}}, 8805}, other_port = {{4, {10, 4, 0, 2}}, 9000};
static const uint64_t second = 1000000000;

static struct transactions_config usual(void) {
  return (struct transactions_config){.t1_ms = 3000, .n1 = 3, .requests = 8, .requests_per_peer = 4, .answers = 8, .answers_per_peer = 6,
                                      .answer_bytes = 4096, .send = note_send, .context = &seen};
}

static struct transactions *begin(void) {
  struct transactions_config config = usual();
  return transactions_new(&config, 0xfffffe);
}

static bool ask(struct transactions *all, const struct n4_peer *to, uint64_t argument, uint64_t now) {
  uint8_t bytes[64];
  struct pfcp_writer out;
  pfcp_begin(&out, bytes, sizeof bytes, MSG_HEARTBEAT_REQUEST, NULL, 0);
  put_u32(&out, IE_RECOVERY_TIME_STAMP, 7);
  return transactions_request(all, to, bytes, pfcp_end(&out), note_done, &seen, argument, now);
}

static enum arrival hear(struct transactions *all, const struct n4_peer *from, uint8_t type, uint32_t sequence, uint8_t said, uint64_t now) {
  const uint8_t body[] = {said, 0, 0, 0};
  const struct pfcp_message message = {.type = type, .sequence = sequence, .body = body, .length = sizeof body};
  bool request = type % 2 ? type < 11 : type > 49;
  return transactions_receive(all, from, &message, request, now);
}

static void answer(struct transactions *all, const struct n4_peer *to, uint32_t sequence, uint8_t said, uint64_t now) {
  const uint8_t bytes[] = {0x20, MSG_HEARTBEAT_RESPONSE, 0, 4, 0, 0, (uint8_t)sequence, said};
  transactions_answer(all, to, sequence, bytes, sizeof bytes, now);
}

static void sent_again(void) {
  struct transactions *all = begin();
  CHECK(ask(all, &smf, 5, 0) && seen.sent == 1 && seen.length == 16 && !memcmp(seen.last + 4, "\xff\xff\xff", 3));
  for (unsigned turn = 1; turn < 3; turn++) {
    uint8_t before[16];
    memcpy(before, seen.last, 16);
    CHECK(transactions_next(all) == turn * 3 * second);
    transactions_tick(all, turn * 3 * second - 1);
    CHECK(seen.sent == turn);
    transactions_tick(all, turn * 3 * second);
    CHECK(seen.sent == turn + 1 && !memcmp(before, seen.last, 16) && seen.to.port == 8805 && !seen.done);
  }
  transactions_tick(all, 9 * second);
  CHECK(seen.sent == 3 && seen.done == 1 && !seen.responses && seen.argument == 5 && transactions_next(all) == UINT64_MAX);
  CHECK(ask(all, &smf, 6, 9 * second) && !memcmp(seen.last + 4, "\0\0\0", 3));
  transactions_end(all);
}

static void any_order(void) {
  struct transactions *all = begin();
  for (unsigned i = 1; i <= 3; i++) CHECK(ask(all, &smf, i, 0));
  CHECK(hear(all, &smf, MSG_HEARTBEAT_RESPONSE, 1, 0, 1) == TX_RESPONSE && seen.argument == 3);
  CHECK(hear(all, &smf, MSG_HEARTBEAT_RESPONSE, 0xffffff, 0, 1) == TX_RESPONSE && seen.argument == 1);
  CHECK(hear(all, &smf, MSG_HEARTBEAT_RESPONSE, 0xffffff, 0, 1) == TX_STRAY);
  CHECK(hear(all, &smf, MSG_SETUP_RESPONSE, 0, 0, 1) == TX_STRAY && hear(all, &elsewhere, MSG_HEARTBEAT_RESPONSE, 0, 0, 1) == TX_STRAY);
  CHECK(hear(all, &other_port, MSG_HEARTBEAT_RESPONSE, 0, 0, 1) == TX_STRAY && seen.responses == 2);
  CHECK(hear(all, &smf, MSG_VERSION_NOT_SUPPORTED, 0, 0, 1) == TX_RESPONSE && seen.argument == 2);
  transactions_end(all);
}

static void bounded_requests(void) {
  struct transactions *all = begin();
  struct transactions_numbers numbers;
  for (unsigned i = 0; i < 6; i++) CHECK(ask(all, &smf, i, 0) == (i < 4));
  for (unsigned i = 0; i < 6; i++) CHECK(ask(all, &elsewhere, i, 0) == (i < 4));
  transactions_numbers(all, &numbers);
  CHECK(numbers.refused == 4 && numbers.waiting == 8 && seen.sent == 8);
  transactions_forget(all, &smf.address);
  transactions_numbers(all, &numbers);
  CHECK(seen.done == 4 && numbers.forgotten == 4 && numbers.waiting == 4 && ask(all, &smf, 1, 0));
  transactions_end(all);
}

static struct transactions *asked_anew;

static void ask_anew(void *context, uint64_t argument, const struct pfcp_message *response) {
  note_done(context, argument, response);
  CHECK(ask(asked_anew, &smf, argument + 1, 20 * second));
}

static void ends_that_begin(void) {
  uint8_t bytes[] = {0x20, MSG_HEARTBEAT_REQUEST, 0, 4, 0, 0, 0, 0};
  asked_anew = begin();
  for (unsigned i = 0; i < 4; i++) CHECK(transactions_request(asked_anew, &smf, bytes, sizeof bytes, ask_anew, &seen, i, 0));
  transactions_forget(asked_anew, &smf.address);
  CHECK(seen.done == 4);
  transactions_tick(asked_anew, 22 * second);
  CHECK(seen.done == 4 && seen.sent == 8);
  transactions_end(asked_anew);
}

static void same_bytes(void) {
  struct transactions *all = begin();
  CHECK(hear(all, &smf, MSG_ESTABLISHMENT_REQUEST, 1, 9, 0) == TX_NEW && hear(all, &smf, MSG_ESTABLISHMENT_REQUEST, 1, 9, 1) == TX_PENDING);
  answer(all, &smf, 1, 0x77, 2);
  CHECK(seen.sent == 1);
  memset(seen.last, 0, sizeof seen.last);
  CHECK(hear(all, &smf, MSG_ESTABLISHMENT_REQUEST, 1, 9, 3) == TX_DUPLICATE && seen.sent == 2 && seen.last[7] == 0x77 && seen.length == 8);
  CHECK(hear(all, &elsewhere, MSG_ESTABLISHMENT_REQUEST, 1, 9, 3) == TX_NEW && hear(all, &other_port, MSG_ESTABLISHMENT_REQUEST, 1, 9, 3) == TX_NEW);
  CHECK(hear(all, &smf, MSG_ESTABLISHMENT_REQUEST, 1, 9, 9 * second + 2) == TX_NEW);
  transactions_end(all);
}

static void began_anew(void) {
  struct transactions *all = begin();
  CHECK(hear(all, &smf, MSG_SETUP_REQUEST, 1, 9, 0) == TX_NEW);
  answer(all, &smf, 1, 1, 0);
  CHECK(hear(all, &smf, MSG_SETUP_REQUEST, 1, 8, 1) == TX_NEW);
  answer(all, &smf, 1, 2, 1);
  CHECK(hear(all, &smf, MSG_SETUP_REQUEST, 1, 8, 2) == TX_DUPLICATE && seen.last[7] == 2);
  CHECK(hear(all, &smf, MSG_HEARTBEAT_REQUEST, 1, 8, 2) == TX_NEW);
  transactions_end(all);
}

static void bounded_answers(void) {
  struct transactions *all = begin();
  struct transactions_numbers numbers;
  for (uint32_t i = 0; i < 20; i++) {
    CHECK(hear(all, &smf, MSG_ESTABLISHMENT_REQUEST, i, 0, i) == TX_NEW);
    answer(all, &smf, i, (uint8_t)i, i);
  }
  transactions_numbers(all, &numbers);
  CHECK(numbers.kept == 6 && numbers.evicted == 14);
  CHECK(hear(all, &smf, MSG_ESTABLISHMENT_REQUEST, 19, 0, 30) == TX_DUPLICATE);
  for (uint32_t i = 0; i < 5; i++) CHECK(hear(all, &elsewhere, MSG_ESTABLISHMENT_REQUEST, i, 0, 30) == TX_NEW);
  transactions_numbers(all, &numbers);
  CHECK(numbers.kept == 3 && numbers.being_answered == 5);
  for (uint32_t i = 5; i < 9; i++) CHECK(hear(all, &elsewhere, MSG_ESTABLISHMENT_REQUEST, i, 0, 30) == (i < 6 ? TX_NEW : TX_TOO_MANY));
  CHECK(transactions_next(all) == 9 * second + 18);
  transactions_tick(all, 10 * second);
  transactions_numbers(all, &numbers);
  CHECK(!numbers.kept && !numbers.being_answered && transactions_next(all) == UINT64_MAX);
  transactions_end(all);
}

static void bounded_bytes(void) {
  struct transactions_config config = usual();
  struct transactions_numbers numbers;
  config.answer_bytes = 20;
  struct transactions *all = transactions_new(&config, 0);
  for (uint32_t i = 0; i < 3; i++) {
    CHECK(hear(all, &smf, MSG_ESTABLISHMENT_REQUEST, i, 0, i) == TX_NEW);
    answer(all, &smf, i, (uint8_t)i, i);
  }
  transactions_numbers(all, &numbers);
  CHECK(numbers.kept == 2 && numbers.evicted == 1 && seen.sent == 3);
  transactions_end(all);
}

static void many_peers(void) {
  struct transactions_config config = usual();
  config.answers = 4096;
  struct transactions *all = transactions_new(&config, 0);
  for (unsigned i = 0; i < 1000; i++) {
    const struct n4_peer peer = {{4, {10, 5, (uint8_t)(i >> 8), (uint8_t)i}}, 8805};
    CHECK(hear(all, &peer, MSG_ESTABLISHMENT_REQUEST, 1, 0, 1) == TX_NEW);
    answer(all, &peer, 1, 0, 1);
  }
  struct transactions_numbers numbers;
  transactions_numbers(all, &numbers);
  CHECK(numbers.kept == 64 && numbers.evicted == 936 && !numbers.dropped);
  transactions_end(all);
}

const struct upf_case transaction_cases[] = {
  {"a request is sent N1 times, T1 apart, with the same bytes, then given up", sent_again},
  {"responses come in any order, and only to what their sender was asked", any_order},
  {"requests that wait are bounded by peer and in all; those to a peer that goes are ended", bounded_requests},
  {"the end of a request may begin another", ends_that_begin},
  {"a request that comes again gets the same bytes for N1 times T1", same_bytes},
  {"another request with an old sequence number is new", began_anew},
  {"kept responses are bounded, the oldest of the peer with the most goes first", bounded_answers},
  {"the bytes of kept responses are bounded", bounded_bytes},
  {"however many peers speak, a new one is heard", many_peers},
};

CASES(transaction_case);
