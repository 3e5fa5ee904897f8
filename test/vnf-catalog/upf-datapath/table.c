/* Table tests by BPF_PROG_TEST_RUN: a packet and rules in, a packet and a name out. First argument: the object. */
#include "table.h"

#include <stdio.h>

struct lab lab;
struct frame in, out;
static struct reason why;

const struct inner up4 = {.from = "10.60.0.1", .to = "10.6.0.9", .source_port = 1000, .destination_port = 53, .payload = 40};
const struct inner up6 = {.from = "fd60:0:0:1::7", .to = "fd06::9", .source_port = 1000, .destination_port = 53, .payload = 40};
const struct inner down4 = {.from = "10.6.0.9", .to = "10.60.0.1", .source_port = 53, .destination_port = 1000, .payload = 40};
const struct inner down6 = {.from = "fd06::9", .to = "fd60:0:0:1::7", .source_port = 53, .destination_port = 1000, .payload = 40};

void set(const struct dp_session *session, bool change) {
  expect(dp_session_set(lab.dp, change ? session : NULL, session, &why), "dp_session_set: %s", why.text);
}

void begin(struct dp_session *s) {
  simple_session(s, 0, 0x11, "10.60.0.1/32");
  for (unsigned i = 0; i < 2; i++) {
    s->pdrs[i].ue_routes[1] = prefix_of("fd60:0:0:1::/64");
    s->pdrs[i].ue_route_count = 2;
  }
  set(s, false);
}

void end(const struct dp_session *session) { expect(dp_session_delete(lab.dp, session, &why), "dp_session_delete: %s", why.text); }

void is(const char *what, unsigned direction, const char *wanted, int verdict, int wanted_verdict) {
  const char *found = lab_outcome(&lab, direction);
  expect(strcmp(found, wanted) == 0, "%s: %s, not %s", what, found, wanted);
  expect(verdict == wanted_verdict, "%s: verdict %d, not %d", what, verdict, wanted_verdict);
}

void sends(const char *what, unsigned link, unsigned direction, const char *wanted, int wanted_verdict) {
  const int verdict = lab_packet(&lab, link, &in, &out);
  is(what, direction, wanted, verdict, wanted_verdict);
}

void up(const char *what, const struct inner *inner, uint32_t teid, uint8_t qfi, const char *wanted) {
  g_pdu(&in, inner, teid, qfi);
  sends(what, lab.n3, UP, wanted, strcmp(wanted, "forwarded") == 0 ? REDIRECT : SHOT);
}

void down(const char *what, const struct inner *inner, const char *wanted) {
  put_inner(&in, inner);
  wrap_ethernet(&in);
  sends(what, lab.n6, DOWN, wanted, strcmp(wanted, "forwarded") == 0 ? REDIRECT : SHOT);
}

void carries(const char *what, const struct inner *inner, size_t before) {
  struct frame plain;
  struct inner aged = *inner;
  aged.ttl = 63;
  put_inner(&plain, &aged);
  expect(out.length == plain.length + before, "%s: %zu octets, not %zu", what, out.length, plain.length + before);
  expect(memcmp(out.bytes + before, plain.bytes, plain.length) == 0, "%s: not the inner packet", what);
}

static struct dp_event last;

static void keep(void *context, const struct dp_event *event) {
  (void)context;
  last = *event;
}

const struct dp_event *next_event(void) {
  last.kind = 0;
  dp_events(lab.dp, 1, keep, NULL);
  return &last;
}

/* What no packet of the table can bring about: faults of the kernel, and what only a machine under load meets. */
static const char *const unmet[] = {"gso_tunnel",      "session_gone",        "rules_changing",   "no_room",
                                    "gso_unsegmented", "checksum_unfinished", "buffer_queue_full"};

static void every_name_is_met(void) {
  for (unsigned i = 1; dp_reason_name(i); i++) {
    bool excused = false;
    for (unsigned j = 0; j < sizeof unmet / sizeof *unmet; j++) excused |= strcmp(unmet[j], dp_reason_name(i)) == 0;
    expect(lab_met(i) != excused, "%s: %s", dp_reason_name(i), excused ? "met all the same" : "never met");
  }
}

int main(int count, char **arguments) {
  if (count < 2) return 64;
  lab_enter();
  lab_open(&lab, arguments[1], 1000);
  lab_outcome(&lab, UP);
  lab_outcome(&lab, DOWN);
  way_tests();
  outer_tests();
  inner_tests();
  rule_tests();
  usage_tests();
  live_tests();
  change_tests();
  table_tests();
  near_tests();
  every_name_is_met();
  dp_remove(lab.dp);
  printf("%u failures\n", failures);
  return failures ? 1 : 0;
}
