#include "compile.h"

struct pdr_rule *session_pdr(struct session *session, uint32_t id) {
  for (unsigned i = 0; i < session->pdr_count; i++)
    if (session->pdrs[i].id == id) return &session->pdrs[i];
  return NULL;
}

struct far_rule *session_far(struct session *session, uint32_t id) {
  for (unsigned i = 0; i < session->far_count; i++)
    if (session->fars[i].id == id) return &session->fars[i];
  return NULL;
}

struct qer_rule *session_qer(struct session *session, uint32_t id) {
  for (unsigned i = 0; i < DP_QERS; i++)
    if (session->qers[i].present && session->qers[i].id == id) return &session->qers[i];
  return NULL;
}

struct urr_rule *session_urr(struct session *session, uint32_t id) {
  for (unsigned i = 0; i < DP_URRS; i++)
    if (session->urrs[i].present && session->urrs[i].id == id) return &session->urrs[i];
  return NULL;
}

struct bar_rule *session_bar(struct session *session, uint32_t id) {
  for (unsigned i = 0; i < session->bar_count; i++)
    if (session->bars[i].id == id) return &session->bars[i];
  return NULL;
}
