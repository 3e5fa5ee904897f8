/* The sums of what every CPU has counted, and the names of drops. */
#include <bpf/bpf.h>
#include <string.h>

#include "state.h"

static const char *const names[DP_REASON_COUNT] = {
    "none",
#define DP_REASON_TEXT(name) #name,
    DP_EACH_REASON(DP_REASON_TEXT)
#undef DP_REASON_TEXT
};

_Static_assert((int)DP_REASON_COUNT <= (int)DP_REASONS && (int)DP_REASONS == (int)MAX_REASONS, "reasons and their counts");

const char *dp_reason_name(unsigned reason) { return reason < DP_REASON_COUNT ? names[reason] : NULL; }

static void add(struct dp_totals *out, const struct counts *of) {
  for (unsigned i = 0; i < 2; i++) {
    out->in[i] += of->in[i];
    out->in_bytes[i] += of->in_bytes[i];
    out->forwarded[i] += of->forwarded[i];
    out->forwarded_bytes[i] += of->forwarded_bytes[i];
    out->buffered[i] += of->buffered[i];
    for (unsigned j = 0; j < DP_REASON_COUNT; j++) out->dropped[i][j] += of->dropped[i][j];
    for (unsigned j = 0; j < DP_INTERFACES; j++) out->interface_bytes[j][i] += of->face_bytes[j][i]; /* received, sent */
  }
  out->errors_due += of->errors_due;
  out->events_lost += of->events_lost;
}

static bool read_once(struct dp *dp, struct dp_totals *out) {
  const uint32_t zero = 0;
  if (bpf_map_lookup_elem(dp->counts, &zero, dp->of_cpus)) return false;
  *out = (struct dp_totals){.end_markers = dp->shared->end_markers,
                            .sessions = dp->sessions,
                            .teids = dp->teids_used,
                            .ue_routes = dp->routes_used};
  for (int i = 0; i < dp->cpus; i++) add(out, &dp->of_cpus[i]);
  for (unsigned i = 0; i < 2; i++) {
    out->buffered[i] -= dp->shared->unbuffered[i];
    for (unsigned j = 0; j < DP_REASON_COUNT; j++) out->dropped[i][j] += dp->shared->discarded[i][j];
  }
  return true;
}

static bool adds_up(const struct dp_totals *totals) {
  for (unsigned i = 0; i < 2; i++) {
    uint64_t sum = totals->forwarded[i] + totals->buffered[i];
    for (unsigned j = 0; j < DP_REASON_COUNT; j++) sum += totals->dropped[i][j];
    if (sum != totals->in[i]) return false;
  }
  return true;
}

/* A packet may be between two of its counts: then once more. */
bool dp_totals_read(struct dp *dp, struct dp_totals *out) {
  for (unsigned i = 0; i < 50; i++) {
    if (!read_once(dp, out)) return false;
    if (adds_up(out)) break;
  }
  return true;
}

void dp_discard(struct dp *dp, uint32_t index, uint8_t direction, const char *reason) {
  unsigned found = DP_DROP_buffer_discarded;
  (void)index;
  for (unsigned i = DP_DROP_buffer_too_big; i < DP_REASON_COUNT; i++)
    if (strcmp(names[i], reason) == 0) found = i;
  dp->shared->unbuffered[direction & 1]++;
  dp->shared->discarded[direction & 1][found]++;
}
