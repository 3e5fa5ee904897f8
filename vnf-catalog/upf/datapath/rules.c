/* A session's rules as cells. */
#include <string.h>

#include "state.h"

static uint32_t word(const uint8_t *at) { return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]; }

struct flat flat_of(const struct dp_address *address) {
  const uint8_t *at = address->bytes;
  if (address->family != 6) return (struct flat){~0ULL, 0xffffffff00000000ULL | word(at)};
  return (struct flat){(uint64_t)word(at) << 32 | word(at + 4), (uint64_t)word(at + 8) << 32 | word(at + 12)};
}

/* Bits behind the length are cleared. */
struct flat_prefix flat_prefix_of(const struct dp_prefix *prefix) {
  const unsigned length = prefix->address.family == 6 ? prefix->length : 96u + prefix->length;
  struct flat_prefix flat = {flat_of(&prefix->address), (uint8_t)length};
  if (length <= 64) flat.address.low = 0;
  if (length < 64) flat.address.high &= length ? ~0ULL << (64 - length) : 0;
  if (length > 64 && length < 128) flat.address.low &= ~0ULL << (128 - length);
  return flat;
}

static bool route_is_one(const struct dp_prefix *route) {
  return (route->address.family == 4 && route->length <= 32) || (route->address.family == 6 && route->length >= 1 && route->length <= 128);
}

static bool pdr_check(const struct dp_session *s, const struct dp_pdr *pdr, struct reason *why) {
  if (pdr->filter_count > DP_FILTERS || pdr->qfi_count > DP_QFIS || pdr->ue_route_count > DP_UE_ROUTES ||
      pdr->qer_count > DP_PDR_QERS || pdr->urr_count > DP_PDR_URRS)
    return refuse(why, "PDR %u has more filters, QFIs, routes, QERs or URRs than the data path takes", pdr->id);
  if (pdr->far != DP_NONE && pdr->far >= s->far_count) return refuse(why, "PDR %u names FAR %u of %u", pdr->id, pdr->far, s->far_count);
  for (unsigned i = 0; i < pdr->qer_count; i++)
    if (pdr->qers[i] >= s->qer_count || !s->qers[pdr->qers[i]].id)
      return refuse(why, "PDR %u names QER %u, which the session has not", pdr->id, pdr->qers[i]);
  for (unsigned i = 0; i < pdr->urr_count; i++)
    if (pdr->urrs[i] >= s->urr_count || !s->urrs[pdr->urrs[i]].id)
      return refuse(why, "PDR %u names URR %u, which the session has not", pdr->id, pdr->urrs[i]);
  for (unsigned i = 0; i < pdr->ue_route_count; i++)
    if (!route_is_one(&pdr->ue_routes[i])) return refuse(why, "PDR %u: UE route %u is no prefix", pdr->id, i);
  if (pdr->removal > 6 && pdr->removal != DP_NONE) return refuse(why, "PDR %u: outer header removal %u is not known", pdr->id, pdr->removal);
  for (unsigned i = 0; i < pdr->qfi_count; i++)
    if (pdr->qfis[i] > 63) return refuse(why, "PDR %u: QFI %u is beyond 63", pdr->id, pdr->qfis[i]);
  return true;
}

bool rules_check(const struct dp_session *s, struct reason *why) {
  if (!s->seid) return refuse(why, "a session of SEID 0");
  if (s->pdr_count > DP_PDRS || s->far_count > DP_FARS || s->qer_count > DP_QERS || s->urr_count > DP_URRS)
    return refuse(why, "session %#llx has more rules than the data path takes", (unsigned long long)s->seid);
  for (unsigned i = 0; i < s->pdr_count; i++)
    if (!pdr_check(s, &s->pdrs[i], why)) return false;
  return true;
}

/* What is being written. `full`: the cells did not suffice. */
struct writing {
  struct dp *dp;
  const struct dp_session *session;
  const struct slot *state;
  struct owned *taken;
  uint32_t fars[DP_FARS], qers[DP_QERS], routes[DP_PDRS];
  bool full;
};

static void *take(struct writing *w, uint32_t *place) {
  static uint8_t nowhere[CELL_BYTES];
  *place = w->taken->cell_count < OWNED_LIMIT ? cell_take(&w->dp->cells) : 0;
  if (!*place) {
    w->full = true;
    return nowhere;
  }
  w->taken->cells[w->taken->cell_count++] = *place;
  return cell_of(&w->dp->cells, *place);
}

static uint8_t faces_of(const struct dp_config *config, uint8_t side, uint8_t interface) {
  uint8_t faces = 0;
  for (unsigned i = 0; i < config->interface_count; i++)
    if (config->interfaces[i].side == side && (interface == DP_NONE || interface == i)) faces |= (uint8_t)(1u << i);
  return faces;
}

static uint8_t face_of(const struct dp_config *config, uint8_t side, uint8_t interface) {
  const uint8_t faces = faces_of(config, side, interface);
  return faces ? (uint8_t)__builtin_ctz(faces) : DP_NONE;
}

static uint32_t write_far(struct writing *w, unsigned index) {
  const struct dp_far *far = &w->session->fars[index];
  uint32_t place;
  struct far_cell *cell = take(w, &place);
  *cell = (struct far_cell){.id = far->id,
                            .teid = far->teid,
                            .action = far->action,
                            .index = (uint8_t)index,
                            .face = face_of(&w->dp->config, far->side, far->interface),
                            .side = far->side,
                            .family = far->peer.family,
                            .flags = far->transport_marking ? FAR_MARK : 0,
                            .tos = far->tos,
                            .tos_mask = far->tos_mask};
  memcpy(cell->peer, far->peer.bytes, far->peer.family == 4 ? 4 : 16);
  return place;
}

static uint32_t write_qer(struct writing *w, unsigned index) {
  const struct dp_qer *qer = &w->session->qers[index];
  uint32_t place;
  struct qer_cell *cell = take(w, &place);
  *cell = (struct qer_cell){.mbr = {qer->mbr_up_bps, qer->mbr_down_bps},
                            .id = qer->id,
                            .bucket = w->state->buckets[index],
                            .index = (uint8_t)index,
                            .qfi = qer->qfi & 63};
  if (qer->closed_up) cell->flags |= QER_CLOSED_UP;
  if (qer->closed_down) cell->flags |= QER_CLOSED_DOWN;
  if (qer->has_mbr_up) cell->flags |= QER_MBR_UP;
  if (qer->has_mbr_down) cell->flags |= QER_MBR_DOWN;
  if (qer->reflective) cell->flags |= QER_REFLECTIVE;
  return place;
}

static void put_route(struct route_cell *cell, const struct dp_prefix *prefix) {
  const struct flat_prefix flat = flat_prefix_of(prefix);
  cell->addresses[cell->count] = flat.address;
  cell->lengths[cell->count++] = flat.length;
}

/* The cells of another PDR of the session with the same routes serve again. */
static uint32_t write_routes(struct writing *w, unsigned index) {
  const struct dp_pdr *pdr = &w->session->pdrs[index];
  uint32_t first = 0;
  if (!pdr->ue_route_count) return 0;
  for (unsigned i = 0; i < w->session->pdr_count; i++) {
    const struct dp_pdr *other = &w->session->pdrs[i];
    if (w->routes[i] && other->ue_route_count == pdr->ue_route_count &&
        memcmp(other->ue_routes, pdr->ue_routes, pdr->ue_route_count * sizeof *pdr->ue_routes) == 0)
      return w->routes[index] = w->routes[i];
  }
  for (unsigned i = pdr->ue_route_count; i > 0;) {
    uint32_t place;
    struct route_cell *cell = take(w, &place);
    cell->next = first;
    cell->count = 0;
    for (unsigned in = 0; in < ROUTES_OF_CELL && i > 0; in++) put_route(cell, &pdr->ue_routes[--i]);
    first = place;
  }
  return w->routes[index] = first;
}

static bool any_port(struct dp_ports ports) { return ports.low == 0 && ports.high == 65535; }

static uint8_t length_of(const struct dp_prefix *prefix) {
  return prefix->length == 0 || prefix->address.family == 0 ? 0 : flat_prefix_of(prefix).length;
}

static uint32_t write_filter(struct writing *w, const struct dp_filter *f, uint32_t next) {
  uint32_t place;
  struct filter_cell *cell = take(w, &place);
  *cell = (struct filter_cell){.next = next,
                               .spi = f->spi,
                               .flow_label = f->flow_label,
                               .remote = flat_prefix_of(&f->remote).address,
                               .ue = flat_prefix_of(&f->ue).address,
                               .remote_length = length_of(&f->remote),
                               .ue_length = length_of(&f->ue),
                               .remote_low = f->remote_ports.low,
                               .remote_high = f->remote_ports.high,
                               .ue_low = f->ue_ports.low,
                               .ue_high = f->ue_ports.high,
                               .family = f->family,
                               .protocol = f->protocol,
                               .tos = f->tos,
                               .tos_mask = f->tos_mask};
  if (!f->any_protocol) cell->flags |= FILTER_PROTOCOL;
  if (f->has_tos) cell->flags |= FILTER_TOS;
  if (f->has_spi) cell->flags |= FILTER_SPI;
  if (f->has_flow_label) cell->flags |= FILTER_FLOW_LABEL;
  if (!any_port(f->remote_ports) || !any_port(f->ue_ports)) cell->flags |= FILTER_PORTS;
  return place;
}

static void write_references(struct writing *w, const struct dp_pdr *pdr, struct pdr_cell *cell) {
  if (pdr->far != DP_NONE) {
    if (!w->fars[pdr->far]) w->fars[pdr->far] = write_far(w, pdr->far);
    cell->far = w->fars[pdr->far];
  }
  for (unsigned i = 0; i < pdr->qer_count; i++) {
    const unsigned qer = pdr->qers[i];
    if (!w->qers[qer]) w->qers[qer] = write_qer(w, qer);
    cell->qers[i] = w->qers[qer];
  }
  for (unsigned i = 0; i < pdr->urr_count; i++) cell->urrs[i] = w->state->urrs[pdr->urrs[i]];
}

static uint32_t write_pdr(struct writing *w, unsigned index, uint32_t next) {
  const struct dp_pdr *pdr = &w->session->pdrs[index];
  uint32_t place;
  struct pdr_cell *cell = take(w, &place);
  *cell = (struct pdr_cell){.next = next, .teid = pdr->teid, .id = pdr->id};
  cell->faces = faces_of(&w->dp->config, pdr->side, pdr->interface);
  cell->removal = (pdr->removal == DP_NONE ? PDR_REMOVAL_NONE : pdr->removal) | (pdr->side == DP_ACCESS ? 0 : PDR_DOWN);
  for (unsigned i = 0; i < pdr->qfi_count; i++) cell->qfis |= 1ULL << pdr->qfis[i];
  cell->routes = write_routes(w, index);
  for (unsigned i = pdr->filter_count; i > 0; i--) cell->filters = write_filter(w, &pdr->filters[i - 1], cell->filters);
  write_references(w, pdr, cell);
  return place;
}

/* By rising precedence, and of equal ones by rising id. */
static bool comes_before(const struct dp_pdr *left, const struct dp_pdr *right) {
  return left->precedence != right->precedence ? left->precedence < right->precedence : left->id < right->id;
}

static void sort(const struct dp_session *s, unsigned order[DP_PDRS]) {
  for (unsigned i = 0; i < s->pdr_count; i++) {
    unsigned at = i;
    for (; at > 0 && comes_before(&s->pdrs[i], &s->pdrs[order[at - 1]]); at--) order[at] = order[at - 1];
    order[at] = i;
  }
}

bool rules_write(struct dp *dp, const struct dp_session *wanted, const struct slot *state, struct owned *taken, uint64_t *rules) {
  struct writing w = {.dp = dp, .session = wanted, .state = state, .taken = taken};
  unsigned order[DP_PDRS] = {0};
  uint32_t tunnel = 0, plain = 0;
  taken->cell_count = 0;
  sort(wanted, order);
  for (unsigned i = wanted->pdr_count; i > 0; i--) {
    const unsigned index = order[i - 1];
    uint32_t *chain = wanted->pdrs[index].teid ? &tunnel : &plain;
    *chain = write_pdr(&w, index, *chain);
  }
  *rules = (uint64_t)tunnel << 24 | plain;
  if (!w.full) return true;
  for (unsigned i = 0; i < taken->cell_count; i++) cell_give(&dp->cells, taken->cells[i]);
  return false;
}
