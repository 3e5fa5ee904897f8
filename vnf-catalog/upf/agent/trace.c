#include "trace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_address(const struct session *session, const struct dp_address *address) {
  for (unsigned i = 0; i < session->pdr_count; i++) {
    const struct pdr_rule *pdr = &session->pdrs[i];
    if (!pdr->has_ue) continue;
    if (address->family == 4 && pdr->ue.v4 && !memcmp(pdr->ue.address4, address->bytes, 4)) return true;
    if (address->family == 6 && pdr->ue.v6 && !memcmp(pdr->ue.address6, address->bytes, pdr->ue.prefix6 / 8)) return true;
  }
  return false;
}

/* Rare enough to look at every session. */
static uint32_t by_address(struct agent *agent, const struct dp_address *address) {
  static struct session session;
  for (uint32_t i = 0; i < store_size(agent->store); i++)
    if (store_get(agent->store, i, &session) && has_address(&session, address)) return i;
  return NO_INDEX;
}

uint32_t trace_whom(struct agent *agent, const char *whom) {
  struct dp_address address = {4, {0}};
  char *end;
  if (inet_pton(AF_INET, whom, address.bytes) == 1) return by_address(agent, &address);
  address.family = 6;
  if (inet_pton(AF_INET6, whom, address.bytes) == 1) return by_address(agent, &address);
  errno = 0;
  unsigned long long seid = strtoull(whom, &end, 0);
  return *end || errno ? NO_INDEX : store_find(agent->store, seid);
}

static void addresses(FILE *out, const uint8_t *packet, size_t length) {
  char from[INET6_ADDRSTRLEN] = "", to[INET6_ADDRSTRLEN] = "";
  if (length >= 20 && packet[0] >> 4 == 4) {
    inet_ntop(AF_INET, packet + 12, from, sizeof from);
    inet_ntop(AF_INET, packet + 16, to, sizeof to);
    fprintf(out, ",\"source\":\"%s\",\"destination\":\"%s\",\"protocol\":%u", from, to, packet[9]);
  } else if (length >= 40 && packet[0] >> 4 == 6) {
    inet_ntop(AF_INET6, packet + 8, from, sizeof from);
    inet_ntop(AF_INET6, packet + 24, to, sizeof to);
    fprintf(out, ",\"source\":\"%s\",\"destination\":\"%s\",\"protocol\":%u", from, to, packet[6]);
  }
}

static void rules(FILE *out, const struct session *session, const struct dp_event *event) {
  const char *comma = "";
  if (event->pdr) fprintf(out, ",\"pdr\":%u", event->pdr);
  if (event->far < session->far_count) fprintf(out, ",\"far\":%u", session->fars[event->far].id);
  fputs(",\"qers\":[", out);
  for (unsigned i = 0; i < DP_PDR_QERS; i++) {
    if (event->qers[i] >= DP_QERS || !session->qers[event->qers[i]].present) continue;
    fprintf(out, "%s%u", comma, session->qers[event->qers[i]].id);
    comma = ",";
  }
  fputc(']', out);
  if (event->qfi) fprintf(out, ",\"qfi\":%u", event->qfi);
}

size_t trace_text(struct agent *agent, const struct dp_event *event, char *out, size_t room) {
  static struct session session;
  if (event->session >= store_size(agent->store) || !store_get(agent->store, event->session, &session)) return 0;
  const char *reason = event->reason ? dp_reason_name(event->reason) : NULL;
  FILE *text = fmemopen(out, room, "w");
  if (!text) return 0;
  fprintf(text, "{\"seid\":\"0x%llx\",\"direction\":\"%s\",\"length\":%u", (unsigned long long)session.seid, event->direction ? "down" : "up", event->packet_length);
  addresses(text, event->bytes, event->length);
  rules(text, &session, event);
  fprintf(text, ",\"outcome\":\"%s\"}\n", reason ? reason : event->reason ? "dropped" : "forwarded");
  fclose(text);
  return strnlen(out, room);
}
