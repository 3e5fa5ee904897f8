/* Rules are changed while packets pass: each meets all of the old ones or all of the new ones. */
#include <pthread.h>
#include <stdatomic.h>

#include "table.h"

enum { CHANGES = 6000 };

static atomic_bool ended;

/* Two ways that differ in every rule: TEID and marking of the FAR, QFI of the QER, the PDR that is met. */
static void way(struct dp_session *s, bool other) {
  simple_session(s, 5, 0x55, "10.60.5.5/32");
  s->pdr_count = 3;
  s->far_count = 3;
  s->pdrs[2] = s->pdrs[1];
  s->pdrs[2].id = 3;
  s->pdrs[2].precedence = other ? 10 : 200;
  s->pdrs[2].far = 2;
  s->qer_count = 2;
  s->qers[0] = (struct dp_qer){.id = 1, .qfi = other ? 60 : 1};
  s->qers[1] = (struct dp_qer){.id = 2, .qfi = other ? 2 : 61};
  s->pdrs[1].qer_count = s->pdrs[2].qer_count = 1;
  s->pdrs[2].qers[0] = 1;
  s->fars[2] = s->fars[1];
  s->fars[1].teid = other ? 0x666 : 0x111;
  s->fars[2].teid = other ? 0x222 : 0x777;
  for (unsigned i = 1; i < 3; i++) {
    s->fars[i].transport_marking = true;
    s->fars[i].tos_mask = 0xfc;
    s->fars[i].tos = other ? 0x88 : 0x44;
  }
}

static void *change(void *unused) {
  struct dp_session ways[2];
  struct reason why;
  for (unsigned i = 0; i < 2; i++) way(&ways[i], i);
  for (unsigned i = 0; i < CHANGES; i++)
    if (!dp_session_set(lab.dp, &ways[0], &ways[i % 2], &why)) expect(false, "change %u: %s", i, why.text);
  ended = true;
  return unused;
}

/* Returns which of the ways the packet in `out` went, 2 for a mixture. */
static unsigned way_of(void) {
  const uint8_t tos = out.bytes[15], teid = out.bytes[49], qfi = out.bytes[56];
  if (tos == 0x44 && teid == 0x11 && qfi == 1) return 0;
  return tos == 0x88 && teid == 0x22 && qfi == 2 ? 1 : 2;
}

void change_tests(void) {
  struct dp_session s;
  struct inner packet = down4;
  pthread_t thread;
  unsigned seen[3] = {0};
  packet.to = "10.60.5.5";
  way(&s, false);
  set(&s, false);
  put_inner(&in, &packet);
  wrap_ethernet(&in);
  if (pthread_create(&thread, NULL, change, NULL)) return expect(false, "no thread");
  while (!ended) {
    const int verdict = lab_packet(&lab, lab.n6, &in, &out);
    seen[verdict == REDIRECT ? way_of() : 2]++;
  }
  pthread_join(thread, NULL);
  expect(seen[0] && seen[1] && !seen[2], "%u packets by the old rules, %u by the new ones, %u by a mixture", seen[0], seen[1], seen[2]);
  lab_outcome(&lab, DOWN);
  end(&s);
}
