/* Counts and limits of URRs, and traces. */
#include "state.h"

static struct urr_cell *urr_of(const struct dp *dp, uint32_t index, uint8_t urr) {
  if (index >= dp->config.sessions || urr >= MAX_RULES || !dp->slots[index].urrs[urr]) return NULL;
  return cell_of(&dp->cells, dp->slots[index].urrs[urr]);
}

static uint64_t now(const uint64_t *place) { return __atomic_load_n(place, __ATOMIC_RELAXED); }

bool dp_usage_read(struct dp *dp, uint32_t index, uint8_t urr, struct dp_usage *out) {
  const struct urr_cell *cell = urr_of(dp, index, urr);
  if (!cell) return false;
  *out = (struct dp_usage){.bytes_up = now((const uint64_t *)&cell->bytes[0]),
                           .bytes_down = now((const uint64_t *)&cell->bytes[1]),
                           .packets_up = now((const uint64_t *)&cell->packets[0]),
                           .packets_down = now((const uint64_t *)&cell->packets[1]),
                           .dropped_bytes = now((const uint64_t *)&cell->dropped_bytes),
                           .first_ns = now((const uint64_t *)&cell->first_ns),
                           .last_ns = now((const uint64_t *)&cell->last_ns)};
  return true;
}

void dp_urr_begin(struct dp *dp, uint32_t index, uint8_t urr) {
  struct urr_cell *cell = urr_of(dp, index, urr);
  if (cell) __atomic_store_n((uint64_t *)&cell->first_ns, 0, __ATOMIC_RELAXED);
}

bool dp_urr_arm(struct dp *dp, uint32_t index, uint8_t urr, const struct dp_urr_limits *limits) {
  struct urr_cell *cell = urr_of(dp, index, urr);
  if (!cell) return false;
  limits_set(cell_of(&dp->cells, cell->limits), limits);
  return true;
}

bool dp_trace(struct dp *dp, uint32_t index, uint32_t packets) {
  if (index == UINT32_MAX) {
    for (uint32_t i = 0; i < dp->config.sessions; i++) dp->slots[i].trace = 0;
    return true;
  }
  if (index >= dp->config.sessions || !dp->slots[index].seid) return false;
  __atomic_store_n(&dp->slots[index].trace, packets, __ATOMIC_SEQ_CST);
  return true;
}
