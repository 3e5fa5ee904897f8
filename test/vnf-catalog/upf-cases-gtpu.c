/* GTP-U signalling and the supervision of paths. */
#include <stdlib.h>
#include <string.h>

#include "gtpu.h"
#include "paths.h"
#include "upf-cases.h"

static enum gtpu_verdict read_copy(const uint8_t *bytes, size_t length, struct gtpu_message *out, uint8_t **copy) {
  *copy = malloc(length ? length : 1);
  memcpy(*copy, bytes, length);
  return gtpu_read(*copy, length, out);
}

static enum gtpu_verdict verdict_of(const uint8_t *bytes, size_t length) {
  struct gtpu_message message;
  uint8_t *copy;
  enum gtpu_verdict verdict = read_copy(bytes, length, &message, &copy);
  free(copy);
  return verdict;
}

static void echo_round(void) {
  uint8_t bytes[GTPU_ROOM];
  struct gtpu_message message;
  size_t length = gtpu_echo_request(bytes, 0xfedc);
  CHECK(gtpu_read(bytes, length, &message) == GTPU_OK && message.type == GTPU_ECHO_REQUEST && message.sequence == 0xfedc);
  length = gtpu_echo_response(bytes, 0xfedc);
  CHECK(gtpu_read(bytes, length, &message) == GTPU_OK && message.type == GTPU_ECHO_RESPONSE && message.has_sequence);
  CHECK(message.sequence == 0xfedc && message.teid == 0 && gtpu_body_is_whole(&message) && message.length == 2);
  length = gtpu_supported_extensions(bytes, 1);
  CHECK(gtpu_read(bytes, length, &message) == GTPU_OK && gtpu_body_is_whole(&message));
  length = gtpu_end_marker(bytes, 0x01020304);
  CHECK(length == 8 && gtpu_read(bytes, length, &message) == GTPU_OK && message.teid == 0x01020304 && !message.has_sequence);
}

static void error_round(void) {
  uint8_t bytes[GTPU_ROOM];
  const struct dp_address locals[] = {{4, {10, 3, 0, 1}}, {6, {0x20, 1, [15] = 9}}};
  for (unsigned i = 0; i < 2; i++) {
    struct gtpu_message message;
    struct dp_address peer;
    uint32_t teid = 0;
    size_t length = gtpu_error_indication(bytes, 0xcafe0001, &locals[i]);
    CHECK(gtpu_read(bytes, length, &message) == GTPU_OK && gtpu_error_indication_read(&message, &teid, &peer));
    CHECK(teid == 0xcafe0001 && !memcmp(&peer, &locals[i], sizeof peer));
    for (size_t cut = 0; cut < message.length; cut++) {
      struct gtpu_message shorter = message;
      shorter.length = cut;
      CHECK(!gtpu_error_indication_read(&shorter, &teid, &peer));
    }
  }
}

static void lying_lengths(void) {
  const uint8_t longer[] = {0x30, 255, 0, 9, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8}, odd[] = {0x32, 255, 0, 3, 0, 0, 0, 1, 0, 0, 0};
  const uint8_t prime[] = {0x20, 255, 0, 0, 0, 0, 0, 1}, second[] = {0x48, 255, 0, 0, 0, 0, 0, 1};
  CHECK(verdict_of(longer, sizeof longer) == GTPU_BAD_LENGTH && verdict_of(odd, sizeof odd) == GTPU_BAD_LENGTH);
  CHECK(verdict_of(prime, sizeof prime) == GTPU_BAD_VERSION && verdict_of(second, sizeof second) == GTPU_BAD_VERSION);
  for (size_t length = 0; length < 8; length++) CHECK(verdict_of(longer, length) == GTPU_TOO_SHORT);
}

static void extension_chains(void) {
  enum { LONG = 1000 };
  static uint8_t bytes[12 + 4 * LONG];
  struct gtpu_message message;
  const uint8_t head[12] = {0x34, 1, (4 + 4 * LONG) >> 8, (4 + 4 * LONG) & 255, [11] = 0x85};
  memcpy(bytes, head, 12);
  for (unsigned i = 0; i < LONG; i++) memcpy(bytes + 12 + 4 * i, (const uint8_t[]){1, 0, 9, i + 1 < LONG ? 0x85 : 0}, 4);
  CHECK(gtpu_read(bytes, sizeof bytes, &message) == GTPU_BAD_EXTENSION);
  uint8_t few[] = {0x36, 1, 0, 12, 0, 0, 0, 0, 0, 7, 0, 0x40, 1, 0, 0, 0xc7, 1, 0, 0, 0};
  CHECK(gtpu_read(few, sizeof few, &message) == GTPU_OK && message.unknown_extension == 0xc7 && message.sequence == 7);
  few[15] = 0x47;
  CHECK(gtpu_read(few, sizeof few, &message) == GTPU_OK && !message.unknown_extension && !message.length);
  few[16] = 0;
  CHECK(verdict_of(few, sizeof few) == GTPU_BAD_EXTENSION);
  few[16] = 2;
  CHECK(verdict_of(few, sizeof few) == GTPU_BAD_EXTENSION);
}

static struct { unsigned asked, failed, recovered; uint16_t sequence; } seen;

static void note_echo(void *context, uint8_t interface, const struct dp_address *peer, uint16_t sequence) {
  CHECK(context == &seen && interface == 1 && peer->family == 4);
  seen.asked++;
  seen.sequence = sequence;
}

static void note_change(void *context, uint8_t interface, const struct dp_address *peer, bool failed) {
  CHECK(context == &seen && interface == 1 && peer->family == 4);
  *(failed ? &seen.failed : &seen.recovered) += 1;
}

static const struct paths_config supervised = {.most = 2, .echo_s = 60, .t3_ms = 3000, .n3 = 3, .echo = note_echo, .changed = note_change, .context = &seen};
static const struct dp_address gnb = {4, {10, 3, 0, 9}}, other = {4, {10, 3, 0, 8}}, third = {4, {10, 3, 0, 7}};
static const uint64_t second = 1000000000;

static void path_that_answers(void) {
  struct paths *paths = paths_new(&supervised);
  CHECK(paths_next(paths) == UINT64_MAX && paths_use(paths, 1, &gnb, 0) && paths_next(paths) == second);
  for (uint64_t turn = 0; turn < 3; turn++) {
    uint64_t at = second + turn * 60 * second;
    CHECK(paths_next(paths) == at);
    paths_tick(paths, at);
    CHECK(seen.asked == turn + 1 && !paths_answer(paths, 1, &other, seen.sequence));
    CHECK(!paths_answer(paths, 1, &gnb, (uint16_t)(seen.sequence + 1)) && paths_answer(paths, 1, &gnb, seen.sequence));
    CHECK(!paths_answer(paths, 1, &gnb, seen.sequence));
  }
  CHECK(!seen.failed && !seen.recovered);
  paths_end(paths);
}

static void path_that_fails(void) {
  struct paths *paths = paths_new(&supervised);
  struct paths_numbers numbers;
  uint64_t now = 0;
  CHECK(paths_use(paths, 1, &gnb, 0));
  for (unsigned i = 0; i < 3; i++, CHECK(!seen.failed)) paths_tick(paths, now = paths_next(paths));
  CHECK(now == 7 * second);
  paths_tick(paths, now = paths_next(paths));
  CHECK(now == 10 * second && seen.failed == 1 && seen.asked == 4);
  paths_tick(paths, now = paths_next(paths));
  CHECK(now == 70 * second && seen.failed == 1 && seen.asked == 5);
  CHECK(paths_answer(paths, 1, &gnb, seen.sequence) && seen.recovered == 1 && paths_next(paths) == 130 * second);
  paths_numbers(paths, &numbers);
  CHECK(numbers.failures == 1 && numbers.recoveries == 1 && !numbers.failed && numbers.peers == 1);
  paths_end(paths);
}

static void path_table(void) {
  struct paths *paths = paths_new(&supervised);
  struct paths_numbers numbers;
  CHECK(paths_use(paths, 1, &gnb, 0) && paths_use(paths, 1, &gnb, 0) && paths_use(paths, 1, &other, 0) && !paths_use(paths, 1, &third, 0));
  CHECK(paths_unuse(paths, 1, &gnb) && !paths_unuse(paths, 1, &third) && paths_unuse(paths, 1, &gnb) && !paths_unuse(paths, 1, &gnb));
  CHECK(paths_use(paths, 1, &third, 0));
  paths_numbers(paths, &numbers);
  CHECK(numbers.peers == 2 && numbers.unsupervised == 1);
  struct paths_config unsound = supervised;
  unsound.t3_ms = 0;
  CHECK(!paths_new(&unsound));
  paths_end(paths);
}

const struct upf_case gtpu_cases[] = {
  {"echo, supported extensions and end marker are read as they were written", echo_round},
  {"an error indication says TEID and address, of both IP versions, and is refused when cut off", error_round},
  {"a length that lies, and other versions, are named", lying_lengths},
  {"a chain of 1,000 extension headers is refused, an unknown one that must be understood is told", extension_chains},
  {"a path whose peer answers is asked each period and stays", path_that_answers},
  {"a path fails after N3 requests without a response, once, and recovers with the next response", path_that_fails},
  {"supervised peers are bounded and counted by their uses", path_table},
};

CASES(gtpu_case);
