/* Gates, rates, counts, limits, events, buffering; and what the tables refuse. */
#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

#include "state.h"
#include "table.h"

static struct reason why;

static void gates_and_rates(void) {
  struct dp_session s;
  begin(&s);
  s.qer_count = 1;
  s.qers[0] = (struct dp_qer){.id = 9, .closed_up = true};
  for (unsigned i = 0; i < 2; i++) s.pdrs[i].qer_count = 1;
  set(&s, true);
  up("gate closed up", &up4, 0x11, 0, "gate_closed");
  down("gate open down", &down4, "forwarded");
  s.qers[0] = (struct dp_qer){.id = 9, .has_mbr_up = true, .has_mbr_down = true, .mbr_down_bps = 80000};
  set(&s, true);
  up("MBR 0", &up4, 0x11, 0, "mbr_zero");
  /* 50 ms at 80 kbit/s are 500 octets: packets of 168 pass while less than that is owed. */
  struct inner packet = down4;
  packet.payload = 140;
  for (unsigned i = 0; i < 3; i++) down("within the burst", &packet, "forwarded");
  unsigned passed = 0;
  for (unsigned i = 0; i < 5; i++) {
    put_inner(&in, &packet);
    wrap_ethernet(&in);
    lab_packet(&lab, lab.n6, &in, &out);
    passed += strcmp(lab_outcome(&lab, DOWN), "forwarded") == 0;
  }
  expect(passed <= 1, "%u of 5 packets passed beyond the burst", passed);
  usleep(60000);
  down("after a pause", &packet, "forwarded");
  end(&s);
}

static void expects_event(const char *what, uint8_t kind) {
  const struct dp_event *event = next_event();
  expect(event->kind == kind, "%s: event %u, not %u", what, event->kind, kind);
}

static void counts_and_limits(void) {
  struct dp_session s;
  struct dp_usage usage;
  const uint64_t never = UINT64_MAX;
  begin(&s);
  s.urr_count = 2;
  s.urrs[1] = (struct dp_urr){.id = 4, .limits = {200, never, never, never, never, 90, .tell_start = true}};
  for (unsigned i = 0; i < 2; i++) {
    s.pdrs[i].urr_count = 1;
    s.pdrs[i].urrs[0] = 1;
  }
  set(&s, true);
  while (next_event()->kind) continue;
  up("first", &up4, 0x11, 0, "forwarded");
  expects_event("the first packet", DP_EVENT_START);
  expect(next_event()->kind == 0, "an event more");
  for (unsigned i = 0; i < 3; i++) up("counted", &up4, 0x11, 0, "forwarded");
  expects_event("272 octets of 200", DP_EVENT_VOLUME);
  expect(next_event()->kind == 0, "the threshold is told twice");
  down("within the quota", &down4, "forwarded");
  down("beyond the quota", &down4, "quota_exhausted");
  expects_event("136 of 90", DP_EVENT_QUOTA);
  down("again", &down4, "quota_exhausted");
  expect(next_event()->kind == 0, "the quota is told twice");
  expect(dp_usage_read(lab.dp, 0, 1, &usage), "no usage");
  expect(usage.bytes_up == 272 && usage.packets_up == 4 && usage.bytes_down == 68 && usage.packets_down == 1 && usage.dropped_bytes == 136,
         "usage %llu/%llu/%llu", (unsigned long long)usage.bytes_up, (unsigned long long)usage.bytes_down, (unsigned long long)usage.dropped_bytes);
  expect(usage.first_ns && usage.last_ns >= usage.first_ns, "no time of the first packet");
  expect(!dp_usage_read(lab.dp, 0, 0, &usage), "usage of a gap");
  const struct dp_urr_limits limits = {never, never, never, never, never, 400, .blocked = false};
  dp_urr_arm(lab.dp, 0, 1, &limits);
  down("after more quota", &down4, "forwarded");
  set(&s, true);
  dp_usage_read(lab.dp, 0, 1, &usage);
  expect(usage.bytes_down == 136, "counts do not outlive a change of rules");
  dp_urr_arm(lab.dp, 0, 1, &(struct dp_urr_limits){never, never, never, never, never, never, .blocked = true});
  down("blocked", &down4, "usage_blocked");
  end(&s);
}

static void given_up(const char *name, const char *wanted) {
  down("to be given up", &down4, "buffered");
  next_event();
  dp_discard(lab.dp, 0, 1, name);
  for (unsigned i = 0; i < 2; i++) {
    struct dp_totals totals;
    dp_totals_read(lab.dp, &totals);
    if (i == 0) lab_outcome(&lab, DOWN);
    else expect(totals.buffered[1] == 0, "%s: a packet is still buffered", wanted);
  }
  unsigned reason = 1;
  while (strcmp(dp_reason_name(reason), wanted) != 0) reason++;
  expect(lab_met(reason), "given up as %s: not counted as %s", name, wanted);
}

/* What the agent sends back for a slot that has another session, for a rule that is gone, and what is no packet. */
static void injections(const struct dp_event *event) {
  static const char *const names[] = {"buffer_full", "buffer_session_gone", "buffer_far_drop", "buffer_expired"};
  struct inject head = {.mark = htons(INJECT_MARK), .generation = (uint16_t)(event->generation + 1), .pdr = 2, .far = 1, .direction = 1};
  for (unsigned i = 0; i < 3; i++) {
    static const char *const wanted[] = {"inject_stale", "pdr_none", "inject_malformed"};
    down("buffered before", &down6, "buffered");
    next_event();
    put_inner(&in, &down6);
    wrap_ethernet(&in);
    if (i == 1) head.generation--, head.pdr = 77;
    if (i == 2) head.pdr = 2, in.bytes[14] = 0x55;
    memcpy(in.bytes, &head, sizeof head);
    const int verdict = lab_packet(&lab, lab.ue, &in, &out);
    is(wanted[i], DOWN, "several", verdict, SHOT); /* it is buffered no more, too */
  }
  for (unsigned i = 0; i < 4; i++) given_up(names[i], names[i]);
  given_up("nothing that is known", "buffer_discarded");
}

static void buffering(void) {
  struct dp_session s;
  struct dp_totals before, after;
  struct dp_event event;
  begin(&s);
  s.fars[1].action = DP_BUFF | DP_NOCP;
  set(&s, true);
  while (next_event()->kind) continue;
  dp_totals_read(lab.dp, &before);
  down("to be buffered", &down6, "buffered");
  expects_event("the first", DP_EVENT_NOTIFY);
  event = *next_event();
  struct frame plain;
  put_inner(&plain, &down6);
  expect(event.kind == DP_EVENT_BUFFER && event.length == plain.length && memcmp(event.bytes, plain.bytes, plain.length) == 0,
         "buffered: event %u with %u octets", event.kind, event.length);
  expect(event.pdr == 2 && event.far == 1 && event.direction == 1 && event.generation == dp_session_generation(lab.dp, 0), "buffered: not its rules");
  down("the second", &down6, "buffered");
  expects_event("the second", DP_EVENT_BUFFER);
  dp_discard(lab.dp, 0, 1, "buffer_expired");
  is("given up", DOWN, "several", 0, 0);
  expect(dp_inject(lab.dp, 0, 1, 2, event.bytes, event.length), "dp_inject refuses");
  usleep(20000);
  dp_totals_read(lab.dp, &after);
  expect(after.buffered[1] == before.buffered[1] && after.forwarded[1] == before.forwarded[1] + 1, "injected: %llu buffered, %llu forwarded",
         (unsigned long long)(after.buffered[1] - before.buffered[1]), (unsigned long long)(after.forwarded[1] - before.forwarded[1]));
  expect(after.in[1] == before.in[1] + 2, "injected: counted as in again");
  lab_outcome(&lab, DOWN);
  struct inner big = down4;
  big.payload = 1300;
  down("1328 octets to be buffered", &big, "buffered");
  expect(next_event()->length == 1328, "the buffered packet is cut");
  dp_discard(lab.dp, 0, 1, "nothing that is known");
  lab_outcome(&lab, DOWN);
  big.payload = 2100;
  put_inner(&in, &big);
  wrap_ethernet(&in);
  sends("2128 octets to be buffered", lab.ue, DOWN, "buffer_too_big", SHOT);
  injections(&event);
  end(&s);
  begin(&s);
  expect(dp_session_generation(lab.dp, 0) == event.generation + 1, "the slot has the old generation");
  end(&s);
  lab_outcome(&lab, DOWN);
}

static void traces_and_errors(void) {
  struct dp_session s;
  struct dp_totals before, after;
  begin(&s);
  while (next_event()->kind) continue;
  expect(dp_trace(lab.dp, 0, 2), "no trace");
  up("traced", &up4, 0x11, 9, "forwarded");
  const struct dp_event *event = next_event();
  expect(event->kind == DP_EVENT_TRACE && event->reason == 0 && event->pdr == 1 && event->far == 0 && event->length == 64 && event->packet_length == 68,
         "trace: event %u, length %u", event->kind, event->length);
  up("traced twice", &up4, 0x11, 9, "forwarded");
  expects_event("the second trace", DP_EVENT_TRACE);
  up("not traced", &up4, 0x11, 9, "forwarded");
  expect(next_event()->kind == 0, "traced on");
  expect(dp_trace(lab.dp, 0, 1), "no trace");
  struct inner spoofed = up4;
  spoofed.from = "10.60.0.200";
  up("traced, and from somebody else", &spoofed, 0x11, 0, "spoofed_source");
  event = next_event();
  expect(event->kind == DP_EVENT_TRACE && strcmp(dp_reason_name(event->reason), "spoofed_source") == 0, "no trace of a drop");
  dp_totals_read(lab.dp, &before);
  for (unsigned i = 0; i < 100; i++) up("of no session", &up4, 0x4711, 0, "teid_unknown");
  dp_totals_read(lab.dp, &after);
  event = next_event();
  expect(event->kind == DP_EVENT_UNKNOWN_TEID && event->teid == 0x4711 && event->peer.family == 4 && event->peer.bytes[3] == 2 && event->interface == 0,
         "no error is due for TEID %#x", event->teid);
  expect(after.errors_due - before.errors_due >= 10 && after.errors_due - before.errors_due <= 40, "%llu errors due of 100",
         (unsigned long long)(after.errors_due - before.errors_due));
  while (next_event()->kind) continue;
  end(&s);
}

static void refuses(const struct dp_session *session, bool change, const char *part) {
  why.text[0] = 0;
  expect(!dp_session_set(lab.dp, change ? session : NULL, session, &why), "taken, but: %s", part);
  expect(strstr(why.text, part) != NULL, "\"%s\" does not say %s", why.text, part);
}

static void refusals(void) {
  struct dp_session first, second;
  begin(&first);
  const uint32_t free_cells = lab.dp->cells.waiting;
  simple_session(&second, 1, 0x11, "10.60.0.2/32");
  refuses(&second, false, "TEID 0x11");
  simple_session(&second, 1, 0x12, "10.60.0.1/32");
  refuses(&second, false, "10.60.0.1/32");
  simple_session(&second, 1, 0x12, "10.60.0.2/32");
  refuses(&second, true, "slot 1");
  second.pdrs[0].far = 7;
  refuses(&second, false, "FAR 7");
  second.pdrs[0].far = 0;
  second.pdrs[1].qer_count = 1;
  refuses(&second, false, "QER 0");
  second.index = 1000;
  refuses(&second, false, "slot 1000");
  expect(lab.dp->cells.waiting == free_cells, "a refusal keeps %u cells", free_cells - lab.dp->cells.waiting);
  up("the first goes on", &up4, 0x11, 0, "forwarded");
  end(&first);
}

/* All slots, each with a session; then all away: tables and cells are as at the start. */
static void full_tables(void) {
  struct dp_session s;
  struct dp_totals totals;
  char ue[32];
  const uint32_t free_cells = lab.dp->cells.waiting;
  for (uint32_t i = 0; i < 1000; i++) {
    snprintf(ue, sizeof ue, "10.60.%u.%u/32", 10 + i / 250, 1 + i % 250);
    simple_session(&s, i, 0x10000 + i, ue);
    set(&s, false);
  }
  dp_totals_read(lab.dp, &totals);
  expect(totals.sessions == 1000 && totals.teids == 1000 && totals.ue_routes == 1000, "%u sessions, %u TEIDs", totals.sessions, totals.teids);
  struct inner packet = up4;
  packet.from = "10.60.13.250";
  up("the last session", &packet, 0x10000 + 999, 0, "forwarded");
  for (uint32_t i = 0; i < 1000; i++) {
    s.index = i;
    end(&s);
  }
  dp_totals_read(lab.dp, &totals);
  expect(totals.sessions == 0 && totals.teids == 0 && totals.ue_routes == 0, "%u sessions, %u TEIDs are left", totals.sessions, totals.teids);
  expect(lab.dp->cells.waiting == free_cells, "%u cells are left", free_cells - lab.dp->cells.waiting);
}

/* Another process: sessions, counts and generation go on, and so does the accounting of tables and cells. */
static void comes_back(void) {
  struct dp_session s;
  struct dp_totals before, after;
  bool resumed = false;
  begin(&s);
  s.urr_count = 1;
  s.urrs[0] = (struct dp_urr){.id = 1, .limits = {~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, false, false}};
  s.pdrs[0].urr_count = 1;
  set(&s, true);
  up("before", &up4, 0x11, 0, "forwarded");
  dp_totals_read(lab.dp, &before);
  const uint32_t generation = dp_session_generation(lab.dp, 0), free_cells = lab.dp->cells.waiting;
  dp_close(lab.dp);
  lab.dp = dp_open(&lab.config, &resumed, &why);
  expect(lab.dp != NULL && resumed, "not resumed: %s", why.text);
  if (!lab.dp) return;
  dp_totals_read(lab.dp, &after);
  for (size_t i = 0; i < offsetof(struct dp_totals, sessions) / 8; i++)
    expect(((uint64_t *)&before)[i] == ((uint64_t *)&after)[i], "total %zu is %llu, not %llu, after the return", i,
           (unsigned long long)((uint64_t *)&after)[i], (unsigned long long)((uint64_t *)&before)[i]);
  expect(before.sessions == after.sessions && before.teids == after.teids && before.ue_routes == after.ue_routes, "%u sessions, not %u",
         after.sessions, before.sessions);
  expect(generation == dp_session_generation(lab.dp, 0) && free_cells == lab.dp->cells.waiting, "generation or cells are others");
  up("after", &up4, 0x11, 0, "forwarded");
  struct dp_usage usage;
  expect(dp_usage_read(lab.dp, 0, 0, &usage) && usage.packets_up == 2, "the counts are not those of before");
  end(&s);
  expect(dp_trace(lab.dp, UINT32_MAX, 0), "no end of traces");
  dp_close(lab.dp);
  lab.config.sessions = 2000;
  lab.config.interfaces[0].local6.family = 0;
  lab.dp = dp_open(&lab.config, &resumed, &why);
  expect(lab.dp != NULL && !resumed, "other sizes, and resumed");
  if (!lab.dp) return;
  begin(&s);
  s.fars[1].peer = address_of("fd03::2");
  set(&s, true);
  lab_outcome(&lab, DOWN);
  down("to a v6 peer from a link without v6", &down4, "far_no_local_address");
  end(&s);
}

void usage_tests(void) {
  gates_and_rates();
  counts_and_limits();
  buffering();
  traces_and_errors();
}

void table_tests(void) {
  refusals();
  full_tables();
  comes_back();
}
