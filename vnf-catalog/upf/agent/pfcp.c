/* Reading of PFCP messages and of the information elements that belong to no rule. */
#include "pfcp.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "octets.h"

enum { HEADER = 8, HEADER_SEID = 16, FLAG_SEID = 1, FLAG_FOLLOW_ON = 4, VENDOR = 0x8000 };

enum pfcp_verdict pfcp_read(const uint8_t *datagram, size_t length, struct pfcp_message *out, size_t *used) {
  memset(out, 0, sizeof *out);
  *used = length;
  if (length < HEADER) return PFCP_TOO_SHORT;
  out->type = datagram[1];
  out->has_seid = datagram[0] & FLAG_SEID;
  size_t header = out->has_seid ? HEADER_SEID : HEADER, total = 4 + (size_t)get16(datagram + 2);
  if (length < header) return PFCP_TOO_SHORT;
  if (out->has_seid) out->seid = get64(datagram + 4);
  out->sequence = get24(datagram + header - 4);
  if (datagram[0] >> 5 != 1) return PFCP_BAD_VERSION;
  if (total > length || total < header) return PFCP_BAD_LENGTH;
  if (datagram[0] & FLAG_FOLLOW_ON) *used = total;
  out->body = datagram + header;
  out->length = total - header;
  return PFCP_OK;
}

struct ies ies_of(const struct pfcp_message *message) {
  return (struct ies){message->body, message->body ? message->body + message->length : NULL};
}

struct ies ies_within(const struct ie *group) {
  return (struct ies){group->value, group->value ? group->value + group->length : NULL};
}

bool ie_next(struct ies *list, struct ie *out, bool *bad) {
  size_t left = (size_t)(list->end - list->at);
  *bad = false;
  if (!left) return false;
  *bad = true;
  if (left < 4) return false;
  *out = (struct ie){.type = get16(list->at), .value = list->at + 4, .length = get16(list->at + 2)};
  if (out->length > left - 4) return false;
  list->at = out->value + out->length;
  if (out->type & VENDOR) {
    if (out->length < 2) return false;
    out->enterprise = get16(out->value);
    out->value += 2;
    out->length -= 2;
  }
  *bad = false;
  return true;
}

bool ie_find(struct ies list, uint16_t type, struct ie *out) {
  bool bad;
  while (ie_next(&list, out, &bad))
    if (out->type == type) return true;
  return false;
}

bool pfcp_refuse(struct pfcp_fault *fault, uint8_t cause, uint16_t offending, const char *format, ...) {
  va_list arguments;
  fault->cause = cause;
  fault->offending = offending;
  va_start(arguments, format);
  vsnprintf(fault->text, sizeof fault->text, format, arguments);
  va_end(arguments);
  return false;
}

bool cause_parse(struct ies list, uint8_t *cause) {
  struct ie ie;
  if (!ie_find(list, IE_CAUSE, &ie) || !ie.length) return false;
  *cause = ie.value[0];
  return true;
}

bool fseid_parse(const struct ie *ie, struct fseid *out) {
  struct octets in = octets_of(ie);
  uint8_t flags = take8(&in);
  memset(out, 0, sizeof *out);
  out->v6 = flags & 1;
  out->v4 = flags & 2;
  out->seid = take64(&in);
  if (out->v4) take_bytes(&in, out->address4, 4);
  if (out->v6) take_bytes(&in, out->address6, 16);
  return !in.over && (out->v4 || out->v6) && out->seid;
}

static bool all_printable(const uint8_t *octets, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (octets[i] <= ' ' || octets[i] > '~') return false;
  return true;
}

/* Labels with a length before each (RFC 1035 3.1), the last one of length 0 or not there. */
static bool labels_parse(const uint8_t *value, size_t length, char *out, size_t room) {
  size_t at = 0, used = 0;
  if (length && !value[length - 1]) length--;
  while (at < length) {
    size_t label = value[at++];
    if (!label || label > 63 || label > length - at || used + label + 1 >= room || !all_printable(value + at, label)) return false;
    if (used) out[used++] = '.';
    memcpy(out + used, value + at, label);
    at += label;
    used += label;
  }
  out[used] = '\0';
  return used;
}

bool name_value_parse(const uint8_t *value, size_t length, char *out, size_t room) {
  if (labels_parse(value, length, out, room)) return true;
  if (!length || length >= room || !all_printable(value, length)) return false;
  memcpy(out, value, length);
  out[length] = '\0';
  return true;
}

/* The octets of an address have to be printable ones of that family; a name is one of a host. */
bool node_id_parse(const struct ie *ie, char out[256]) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  unsigned kind = ie->length ? ie->value[0] & 0x0f : 15;
  if (kind == 0 && ie->length >= 5) return inet_ntop(AF_INET, ie->value + 1, out, 256);
  if (kind == 1 && ie->length >= 17) return inet_ntop(AF_INET6, ie->value + 1, out, 256);
  if (kind != 2 || !name_value_parse(ie->value + 1, ie->length - 1u, out, 256)) return false;
  return !out[strspn(out, allowed)];
}
