/* More TEIDs and UE addresses of one place of the near tables than it has entries: all are found, and none when it is gone. */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>

#include "state.h"
#include "table.h"

enum { CROWD = NEAR_ENTRIES + 3, GONE = 3, FIRST_SLOT = 20, PLACE = 7 };

static struct dp_session crowd[CROWD];
static uint32_t teids[CROWD];
static char ues[CROWD][INET_ADDRSTRLEN];

static uint32_t next_of_place(uint32_t number) {
  do number++;
  while (near_place(number, near_places(&lab.config) - 1) != PLACE);
  return number;
}

static void choose(void) {
  uint32_t teid = 0x50000, ue = 0x0a3c1000;
  for (unsigned i = 0; i < CROWD; i++) {
    teids[i] = teid = next_of_place(teid);
    ue = next_of_place(ue);
    const struct in_addr address = {.s_addr = htonl(ue)};
    inet_ntop(AF_INET, &address, ues[i], sizeof ues[i]);
  }
}

static unsigned entries(const struct near *all) {
  unsigned count = 0;
  for (unsigned i = 0; i < NEAR_ENTRIES; i++) count += all[PLACE].entries[i] != 0;
  return count;
}

static void all_pass(const char *when, unsigned first) {
  char what[80];
  for (unsigned i = first; i < CROWD; i++) {
    struct inner packet = up4, back = down4;
    packet.from = back.to = ues[i];
    snprintf(what, sizeof what, "near session %u, %s", i, when);
    up(what, &packet, teids[i], 0, "forwarded");
    down(what, &back, "forwarded");
  }
}

static void none_passes(void) {
  for (unsigned i = 0; i < GONE; i++) {
    struct inner packet = up4, back = down4;
    packet.from = back.to = ues[i];
    up("TEID of a deleted near session", &packet, teids[i], 0, "teid_unknown");
    put_inner(&in, &back);
    wrap_ethernet(&in);
    sends("UE of a deleted near session", lab.n6, DOWN, "", OK);
  }
}

/* Its old UE is another's now. */
static void teid_again(void) {
  struct dp_session s;
  struct inner packet = up4;
  simple_session(&s, FIRST_SLOT + CROWD, teids[0], "10.60.0.77/32");
  set(&s, false);
  packet.from = ues[0];
  up("recycled near TEID, from the UE before", &packet, teids[0], 0, "spoofed_source");
  packet.from = "10.60.0.77";
  up("recycled near TEID", &packet, teids[0], 0, "forwarded");
  end(&s);
}

static void resume(void) {
  struct reason why = {""};
  bool resumed = false;
  dp_close(lab.dp);
  lab.dp = dp_open(&lab.config, &resumed, &why);
  if (!lab.dp) printf("dp_open: %s\n", why.text), exit(70);
  expect(resumed, "the maps are begun anew");
  expect(entries(lab.dp->near_teids) == NEAR_ENTRIES, "%u near TEIDs after a restart", entries(lab.dp->near_teids));
}

void near_tests(void) {
  lab_outcome(&lab, UP);
  lab_outcome(&lab, DOWN);
  choose();
  for (unsigned i = 0; i < CROWD; i++) {
    char route[32];
    snprintf(route, sizeof route, "%s/32", ues[i]);
    simple_session(&crowd[i], FIRST_SLOT + i, teids[i], route);
    set(&crowd[i], false);
  }
  all_pass("new", 0);
  expect(entries(lab.dp->near_teids) == NEAR_ENTRIES && entries(lab.dp->near_addresses) == NEAR_ENTRIES, "the near place is not full");
  for (unsigned i = 0; i < GONE; i++) end(&crowd[i]);
  none_passes();
  all_pass("others deleted", GONE);
  teid_again();
  for (unsigned i = GONE; i < CROWD; i++) set(&crowd[i], true);
  all_pass("changed", GONE);
  resume();
  all_pass("found again", GONE);
  none_passes();
  expect(bpf_map_delete_elem(lab.dp->teids, &teids[GONE]) == 0, "the hash table has not TEID %#x", teids[GONE]);
  all_pass("a TEID that is near alone", GONE);
  for (unsigned i = GONE; i < CROWD; i++) end(&crowd[i]);
  expect(!entries(lab.dp->near_teids) && !entries(lab.dp->near_addresses), "near entries of deleted sessions");
}
