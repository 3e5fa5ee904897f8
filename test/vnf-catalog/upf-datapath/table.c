/* Table tests by BPF_PROG_TEST_RUN: a packet and rules in, a packet and a name out. First argument: the object. */
#include <stdio.h>
#include <string.h>

#include "lab.h"

enum { OK = 0, SHOT = 2, REDIRECT = 7 };

static struct lab lab;
static struct frame in, out;
static struct reason why;

static const struct inner up4 = {.from = "10.60.0.1", .to = "10.6.0.9", .source_port = 1000, .destination_port = 53, .payload = 40};
static const struct inner down4 = {.from = "10.6.0.9", .to = "10.60.0.1", .source_port = 53, .destination_port = 1000, .payload = 40};

static void set(const struct dp_session *session, bool change) {
  expect(dp_session_set(lab.dp, change ? session : NULL, session, &why), "dp_session_set: %s", why.text);
}

static void is(const char *what, unsigned direction, const char *wanted, int verdict, int wanted_verdict) {
  const char *found = lab_outcome(&lab, direction);
  expect(strcmp(found, wanted) == 0, "%s: %s, not %s", what, found, wanted);
  expect(verdict == wanted_verdict, "%s: verdict %d, not %d", what, verdict, wanted_verdict);
}

static void forwards_both_ways(void) {
  struct dp_session s;
  simple_session(&s, 0, 0x11, "10.60.0.1/32");
  set(&s, false);
  g_pdu(&in, &up4, 0x11, 5);
  int verdict = lab_packet(&lab, lab.n3, &in, &out);
  is("uplink", 0, "forwarded", verdict, REDIRECT);
  struct frame plain;
  struct inner aged = up4;
  aged.ttl = 63;
  put_inner(&plain, &aged);
  expect(out.length == plain.length + 14 && memcmp(out.bytes + 14, plain.bytes, plain.length) == 0, "uplink: not the inner packet");

  put_inner(&in, &down4);
  wrap_ethernet(&in);
  verdict = lab_packet(&lab, lab.n6, &in, &out);
  is("downlink", 1, "forwarded", verdict, REDIRECT);
  aged = down4;
  aged.ttl = 63;
  put_inner(&plain, &aged);
  expect(out.length == plain.length + 14 + 36 && memcmp(out.bytes + 50, plain.bytes, plain.length) == 0, "downlink: not the inner packet");
  const uint8_t gtp[8] = {0x30, 255, 0, (uint8_t)plain.length, 0, 0, 0x10, 0x01};
  expect(memcmp(out.bytes + 42, gtp, 8) == 0, "downlink: not the GTP-U header");
  expect(dp_session_delete(lab.dp, &s, &why), "%s", why.text);
  verdict = lab_packet(&lab, lab.n6, &in, &out);
  is("after the deletion", 1, "", verdict, OK);
}

int main(int count, char **arguments) {
  if (count < 2) return 64;
  lab_enter();
  lab_open(&lab, arguments[1], 1000);
  lab_outcome(&lab, 0);
  lab_outcome(&lab, 1);
  forwards_both_ways();
  dp_remove(lab.dp);
  printf("%u failures\n", failures);
  return failures ? 1 : 0;
}
