#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "static-routes.h"

struct sweep {
  const struct static_routes *wanted;
  bool *stands; /* the kernel has this wanted route already */
  struct route *gone;
  unsigned count, room;
};

static int by_order(const void *a, const void *b) { return route_order(a, b); }

static void note_gone(struct sweep *sweep, const struct route *route) {
  if (sweep->count == sweep->room) {
    sweep->room = sweep->room * 2 + 16;
    sweep->gone = realloc(sweep->gone, sweep->room * sizeof *sweep->gone);
    if (!sweep->gone) abort();
  }
  sweep->gone[sweep->count++] = *route;
}

/* Of IPv6 the kernel keeps a black hole and a route beside it apart, so the old one goes first. */
static void judge(const struct route *installed, void *context) {
  struct sweep *sweep = context;
  const struct route *all = sweep->wanted->all;
  const struct route *wanted = bsearch(installed, all, sweep->wanted->count, sizeof *all, by_order);
  if (wanted && route_leads(installed, wanted)) sweep->stands[wanted - all] = true;
  else if (!wanted || installed->blackhole != wanted->blackhole) note_gone(sweep, installed);
}

bool static_routes_apply(const struct static_routes *wanted, struct reason *why) {
  struct sweep sweep = {.wanted = wanted, .stands = calloc(wanted->count + 1, 1)};
  if (!sweep.stands) abort();
  bool done = routes_visit(RTPROT_STATIC, judge, &sweep, why);
  for (unsigned i = 0; done && i < sweep.count; i++) done = route_remove(&sweep.gone[i], why);
  for (unsigned i = 0; done && i < wanted->count; i++) done = sweep.stands[i] || route_put(&wanted->all[i], why);
  free(sweep.gone);
  free(sweep.stands);
  return done;
}
