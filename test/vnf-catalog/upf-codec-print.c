#include "upf-codec-print.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

static void print_address(const struct dp_address *address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address->family) inet_ntop(address->family == 4 ? AF_INET : AF_INET6, address->bytes, text, sizeof text);
  printf("\"%s\"", text);
}

static void print_prefix(const char *name, const struct dp_prefix *prefix) {
  char text[INET6_ADDRSTRLEN] = "any";
  if (prefix->address.family) inet_ntop(prefix->address.family == 4 ? AF_INET : AF_INET6, prefix->address.bytes, text, sizeof text);
  printf("\"%s\":\"%s/%u\"", name, text, prefix->length);
}

static void print_filter(const struct dp_filter *filter) {
  printf("{\"protocol\":%d,", filter->any_protocol ? -1 : filter->protocol);
  print_prefix("remote", &filter->remote);
  printf(",\"remotePorts\":\"%u-%u\",", filter->remote_ports.low, filter->remote_ports.high);
  print_prefix("ue", &filter->ue);
  printf(",\"uePorts\":\"%u-%u\",\"family\":%u", filter->ue_ports.low, filter->ue_ports.high, filter->family);
  if (filter->has_tos) printf(",\"tos\":\"%u/%u\"", filter->tos, filter->tos_mask);
  if (filter->has_spi) printf(",\"spi\":%u", filter->spi);
  if (filter->has_flow_label) printf(",\"flowLabel\":%u", filter->flow_label);
  printf("}");
}

void print_filters(const struct dp_filter *filters, unsigned count) {
  printf("[");
  for (unsigned i = 0; i < count; i++) {
    if (i) printf(",");
    print_filter(filters + i);
  }
  printf("]");
}

void print_fault(const struct pfcp_fault *fault) {
  printf("{\"cause\":%u,\"offending\":%u,", fault->cause, fault->offending);
  if (fault->has_rule) printf("\"rule\":\"%u/%u\",", fault->rule_kind, fault->rule_id);
  printf("\"text\":\"");
  for (const char *at = fault->text; *at; at++) putchar(*at == '"' || *at == '\\' ? '\'' : *at);
  printf("\"}");
}

static void print_ids(const char *name, const uint32_t *ids, unsigned count) {
  printf(",\"%s\":[", name);
  for (unsigned i = 0; i < count; i++) printf("%s%u", i ? "," : "", ids[i]);
  printf("]");
}

static void print_fteid(const struct fteid *fteid) {
  struct dp_address v4 = {.family = fteid->v4 && !fteid->choose ? 4 : 0}, v6 = {.family = fteid->v6 && !fteid->choose ? 6 : 0};
  for (unsigned i = 0; i < 4; i++) v4.bytes[i] = fteid->address4[i];
  for (unsigned i = 0; i < 16; i++) v6.bytes[i] = fteid->address6[i];
  printf(",\"fteid\":{\"teid\":%u,\"choose\":%d,\"chooseId\":%d,\"families\":\"%s%s\",\"v4\":", fteid->teid, fteid->choose,
         fteid->has_choose_id ? fteid->choose_id : -1, fteid->v4 ? "4" : "", fteid->v6 ? "6" : "");
  print_address(&v4);
  printf(",\"v6\":");
  print_address(&v6);
  printf("}");
}

static void print_ue(const struct ue_ip *ue) {
  struct dp_address v4 = {.family = ue->v4 ? 4 : 0}, v6 = {.family = ue->v6 ? 6 : 0};
  for (unsigned i = 0; i < 4; i++) v4.bytes[i] = ue->address4[i];
  for (unsigned i = 0; i < 16; i++) v6.bytes[i] = ue->address6[i];
  printf(",\"ue\":{\"choose\":\"%s%s\",\"destination\":%d,\"prefix\":%u,\"v4\":", ue->choose4 ? "4" : "", ue->choose6 ? "6" : "",
         ue->destination, ue->prefix6);
  print_address(&v4);
  printf(",\"v6\":");
  print_address(&v6);
  printf("}");
}

static void print_pdr(const struct pdr_rule *pdr) {
  printf("\"pdr\":%u,\"present\":%u,\"precedence\":%u,\"removal\":%u,\"far\":%u,\"source\":%u", pdr->id, pdr->present, pdr->precedence,
         pdr->removal, pdr->far_id, pdr->source);
  print_ids("qers", pdr->qer_ids, pdr->qer_count);
  print_ids("urrs", pdr->urr_ids, pdr->urr_count);
  if (pdr->has_instance) printf(",\"instance\":\"%s\"", pdr->instance);
  if (pdr->has_fteid) print_fteid(&pdr->fteid);
  if (pdr->has_ue) print_ue(&pdr->ue);
  printf(",\"sdfs\":[");
  for (unsigned i = 0; i < pdr->sdf_count; i++) {
    printf("%s{\"id\":%u,\"text\":%d,\"filter\":", i ? "," : "", pdr->sdfs[i].id, pdr->sdfs[i].has_text);
    print_filter(&pdr->sdfs[i].filter);
    printf("}");
  }
  printf("],\"qfis\":[");
  for (unsigned i = 0; i < pdr->qfi_count; i++) printf("%s%u", i ? "," : "", pdr->qfis[i]);
  printf("],\"framed\":{");
  for (unsigned i = 0; i < pdr->framed_count; i++) {
    char name[4];
    snprintf(name, sizeof name, "%u", i);
    if (i) printf(",");
    print_prefix(name, &pdr->framed[i]);
  }
  printf("}");
}

static void print_far(const struct far_rule *far) {
  printf("\"far\":%u,\"present\":%u,\"action\":%u,\"destination\":%u,\"instance\":\"%s\",\"teid\":%u,\"peer\":", far->id, far->present,
         far->action, far->destination, far->instance, far->teid);
  print_address(&far->peer);
  printf(",\"peer6\":");
  print_address(&far->peer6);
  printf(",\"tos\":\"%u/%u\",\"bar\":%u,\"endMarker\":%d", far->tos, far->tos_mask, far->bar_id, far->end_marker);
}

static void print_qer(const struct qer_rule *qer) {
  printf("\"qer\":%u,\"present\":%u,\"closed\":\"%d/%d\",\"mbr\":\"%" PRIu64 "/%" PRIu64 "\",\"qfi\":%u,\"reflective\":%d,\"correlation\":%u",
         qer->id, qer->present, qer->closed_up, qer->closed_down, qer->mbr_up_kbps, qer->mbr_down_kbps, qer->qfi, qer->reflective,
         qer->correlation);
}

static void print_volume(const char *name, const struct volume *volume) {
  const uint64_t parts[] = {volume->total, volume->up, volume->down};
  printf(",\"%s\":[", name);
  for (unsigned i = 0; i < 3; i++) printf(parts[i] == UINT64_MAX ? "%s-1" : "%s%" PRIu64, i ? "," : "", parts[i]);
  printf("]");
}

static void print_urr(const struct urr_rule *urr) {
  printf("\"urr\":%u,\"present\":%u,\"by\":\"%d%d%d\",\"triggers\":%u,\"period\":%u,\"timeThreshold\":%u,\"timeQuota\":%u", urr->id,
         urr->present, urr->by_duration, urr->by_volume, urr->by_event, urr->triggers, urr->period_s, urr->time_threshold_s,
         urr->time_quota_s);
  printf(",\"holding\":%u,\"inactivity\":%u,\"information\":%u", urr->holding_s, urr->inactivity_s, urr->information);
  print_volume("threshold", &urr->threshold);
  print_volume("quota", &urr->quota);
  print_ids("linked", urr->linked, urr->linked_count);
}

static bool print_rule(const struct ie *ie, struct pfcp_fault *fault) {
  union { struct pdr_rule pdr; struct far_rule far; struct qer_rule qer; struct urr_rule urr; struct bar_rule bar; } rule;
  uint32_t id;
  bool pdr = ie->type == IE_CREATE_PDR || ie->type == IE_UPDATE_PDR, far = ie->type == IE_CREATE_FAR || ie->type == IE_UPDATE_FAR;
  bool qer = ie->type == IE_CREATE_QER || ie->type == IE_UPDATE_QER, urr = ie->type == IE_CREATE_URR || ie->type == IE_UPDATE_URR;
  bool update = ie->type == IE_UPDATE_PDR || ie->type == IE_UPDATE_FAR || ie->type == IE_UPDATE_QER || ie->type == IE_UPDATE_URR;
  if (pdr) return pdr_parse(ie, update, &rule.pdr, fault) && (print_pdr(&rule.pdr), true);
  if (far) return far_parse(ie, update, &rule.far, fault) && (print_far(&rule.far), true);
  if (qer) return qer_parse(ie, update, &rule.qer, fault) && (print_qer(&rule.qer), true);
  if (urr) return urr_parse(ie, update, &rule.urr, fault) && (print_urr(&rule.urr), true);
  if (ie->type == IE_CREATE_BAR || ie->type == IE_UPDATE_BAR || ie->type == IE_UPDATE_BAR_REPORT) {
    if (!bar_parse(ie, ie->type != IE_CREATE_BAR, &rule.bar, fault)) return false;
    printf("\"bar\":%u,\"present\":%u,\"delay\":%u,\"count\":%u,\"duration\":%u", rule.bar.id, rule.bar.present, rule.bar.delay_ms,
           rule.bar.count, rule.bar.duration_s);
    return true;
  }
  if (!rule_id_parse(ie, &id, fault)) return false;
  printf("\"id\":%u", id);
  return true;
}

static void print_node(const struct ie *ie) {
  struct fseid fseid;
  char name[256];
  if (ie->type == IE_NODE_ID) printf(",\"node\":\"%s\"", node_id_parse(ie, name) ? name : "");
  if (ie->type == IE_F_SEID) {
    bool good = fseid_parse(ie, &fseid);
    printf(",\"fseid\":\"%s%" PRIx64 " %s%s\"", good ? "" : "bad ", fseid.seid, fseid.v4 ? "4" : "", fseid.v6 ? "6" : "");
  }
}

static void print_ie(const struct ie *ie) {
  struct pfcp_fault fault = {.cause = 0};
  bool rule = (ie->type >= IE_CREATE_PDR && ie->type <= IE_REMOVE_QER && ie->type != IE_PDI && ie->type != IE_FORWARDING_PARAMETERS &&
               ie->type != IE_DUPLICATING_PARAMETERS && ie->type != IE_CREATED_PDR && ie->type != IE_UPDATE_FORWARDING_PARAMETERS) ||
              ie->type == IE_CREATE_BAR || ie->type == IE_UPDATE_BAR || ie->type == IE_REMOVE_BAR || ie->type == IE_QUERY_URR;
  printf("{\"ie\":%u,\"enterprise\":%u,\"length\":%u", ie->type, ie->enterprise, ie->length);
  print_node(ie);
  if (rule) printf(",\"rule\":{");
  if (rule && !print_rule(ie, &fault)) {
    printf("\"fault\":");
    print_fault(&fault);
  }
  printf(rule ? "}}\n" : "}\n");
}

void print_message(const uint8_t *bytes, size_t length) {
  static const char *const verdicts[] = {"ok", "too short", "bad length", "bad version"};
  struct pfcp_message message;
  struct ie ie;
  size_t used;
  bool bad = false;
  enum pfcp_verdict verdict = pfcp_read(bytes, length, &message, &used);
  printf("{\"verdict\":\"%s\",\"type\":%u,\"sequence\":%u,\"hasSeid\":%d,\"seid\":\"%" PRIx64 "\",\"used\":%zu}\n", verdicts[verdict],
         message.type, message.sequence, message.has_seid, message.seid, used);
  struct ies list = ies_of(&message);
  while (verdict == PFCP_OK && ie_next(&list, &ie, &bad)) print_ie(&ie);
  printf(bad ? "{\"end\":\"bad\"}\n" : "{\"end\":\"good\"}\n");
}
