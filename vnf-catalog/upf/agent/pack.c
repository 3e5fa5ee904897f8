#include "pack.h"

#include <string.h>

/* One description of the layout serves both directions. */
struct stream {
  uint8_t *at, *end;
  bool reading, failed;
};

static void field(struct stream *s, void *value, size_t size) {
  if (s->failed || (size_t)(s->end - s->at) < size) {
    s->failed = true;
    return;
  }
  if (s->reading)
    memcpy(value, s->at, size);
  else
    memcpy(s->at, value, size);
  s->at += size;
}

#define FIELD(s, name) field((s), &(name), sizeof(name))

static void count(struct stream *s, uint8_t *value, unsigned most) {
  field(s, value, 1);
  if (*value > most) s->failed = true, *value = 0;
}

static void text(struct stream *s, char *value, unsigned size) {
  uint8_t length = (uint8_t)strnlen(value, size - 1);
  count(s, &length, size - 1);
  field(s, value, length);
  if (s->reading) value[length] = 0;
}

static void some(struct stream *s, void *array, size_t size, uint8_t *used, unsigned most) {
  count(s, used, most);
  field(s, array, *used * size);
}

static void pdr(struct stream *s, struct pdr_rule *r) {
  FIELD(s, r->id), FIELD(s, r->present), FIELD(s, r->precedence), FIELD(s, r->removal), FIELD(s, r->far_id);
  some(s, r->qer_ids, sizeof *r->qer_ids, &r->qer_count, RULE_QER_IDS);
  some(s, r->urr_ids, sizeof *r->urr_ids, &r->urr_count, RULE_URR_IDS);
  FIELD(s, r->source), FIELD(s, r->has_instance), FIELD(s, r->has_fteid), FIELD(s, r->has_ue);
  if (r->has_instance) text(s, r->instance, sizeof r->instance);
  if (r->has_fteid) FIELD(s, r->fteid);
  if (r->has_ue) FIELD(s, r->ue);
  some(s, r->sdfs, sizeof *r->sdfs, &r->sdf_count, DP_FILTERS);
  some(s, r->qfis, sizeof *r->qfis, &r->qfi_count, DP_QFIS);
  some(s, r->framed, sizeof *r->framed, &r->framed_count, DP_UE_ROUTES);
}

static void far(struct stream *s, struct far_rule *r) {
  FIELD(s, r->id), FIELD(s, r->present), FIELD(s, r->action), FIELD(s, r->destination);
  if (r->present & FAR_INSTANCE) text(s, r->instance, sizeof r->instance);
  if (r->present & FAR_OUTER) FIELD(s, r->teid), FIELD(s, r->peer), FIELD(s, r->peer6);
  FIELD(s, r->tos), FIELD(s, r->tos_mask), FIELD(s, r->bar_id);
}

static void places(struct stream *s, struct session *session) {
  for (unsigned i = 0; i < DP_QERS; i++) {
    FIELD(s, session->qers[i].present);
    if (session->qers[i].present) FIELD(s, session->qers[i]);
  }
  for (unsigned i = 0; i < DP_URRS; i++) {
    FIELD(s, session->urrs[i].present);
    if (session->urrs[i].present) FIELD(s, session->urrs[i]), FIELD(s, session->states[i]);
    /* All of them also before there is any: usage never makes a session longer (store_put). */
    if (session->urrs[i].present & (URR_EVENT_THRESHOLD | URR_EVENT_QUOTA)) FIELD(s, session->event_walls[i]);
  }
}

static void sets(struct stream *s, struct session *session) {
  FIELD(s, session->cp);
  some(s, session->csids, sizeof *session->csids, &session->csid_count, SESSION_CSIDS);
}

static void whole(struct stream *s, struct session *session) {
  sets(s, session);
  count(s, &session->pdr_count, DP_PDRS);
  for (unsigned i = 0; i < session->pdr_count; i++) pdr(s, &session->pdrs[i]);
  count(s, &session->far_count, DP_FARS);
  for (unsigned i = 0; i < session->far_count; i++) far(s, &session->fars[i]);
  some(s, session->bars, sizeof *session->bars, &session->bar_count, SESSION_BARS);
  places(s, session);
}

size_t session_pack(const struct session *session, uint8_t *bytes, size_t size) {
  struct stream s = {bytes, bytes + size, false, false};
  whole(&s, (struct session *)session);
  return s.failed ? 0 : (size_t)(s.at - bytes);
}

bool session_unpack(const uint8_t *bytes, size_t length, struct session *out) {
  struct stream s = {(uint8_t *)bytes, (uint8_t *)bytes + length, true, false};
  memset(out, 0, sizeof *out);
  whole(&s, out);
  return !s.failed && s.at == s.end;
}

bool session_unpack_sets(const uint8_t *bytes, size_t length, struct session *out) {
  struct stream s = {(uint8_t *)bytes, (uint8_t *)bytes + length, true, false};
  sets(&s, out);
  return !s.failed;
}
