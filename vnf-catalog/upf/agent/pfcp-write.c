/* Writing of PFCP messages into a buffer of fixed size; what does not fit is noticed at the end. */
#include "pfcp.h"

#include <arpa/inet.h>
#include <string.h>

static void put_bytes(struct pfcp_writer *writer, const void *bytes, size_t length) {
  if (writer->overflow || length > writer->size - writer->length) {
    writer->overflow = true;
    return;
  }
  if (length) memcpy(writer->bytes + writer->length, bytes, length);
  writer->length += length;
}

static void put_number(struct pfcp_writer *writer, uint64_t value, unsigned octets) {
  uint8_t bytes[8];
  for (unsigned i = 0; i < octets; i++) bytes[i] = (uint8_t)(value >> 8 * (octets - 1 - i));
  put_bytes(writer, bytes, octets);
}

/* The length field at `at` is that of everything after it. */
static void fill_length(struct pfcp_writer *writer, size_t at) {
  size_t length = writer->length - at - 2;
  if (length > UINT16_MAX) writer->overflow = true;
  if (writer->overflow) return;
  writer->bytes[at] = (uint8_t)(length >> 8);
  writer->bytes[at + 1] = (uint8_t)length;
}

void pfcp_begin(struct pfcp_writer *writer, uint8_t *bytes, size_t size, uint8_t type, const uint64_t *seid, uint32_t sequence) {
  *writer = (struct pfcp_writer){.bytes = bytes, .size = size};
  put_number(writer, seid ? 0x21 : 0x20, 1);
  put_number(writer, type, 1);
  put_number(writer, 0, 2);
  if (seid) put_number(writer, *seid, 8);
  put_number(writer, sequence, 3);
  put_number(writer, 0, 1);
}

size_t pfcp_end(struct pfcp_writer *writer) {
  fill_length(writer, 2);
  return writer->overflow ? 0 : writer->length;
}

size_t put_group(struct pfcp_writer *writer, uint16_t type) {
  put_number(writer, type, 2);
  put_number(writer, 0, 2);
  return writer->overflow ? 0 : writer->length - 2;
}

void end_group(struct pfcp_writer *writer, size_t mark) {
  if (!writer->overflow) fill_length(writer, mark);
}

void put_ie(struct pfcp_writer *writer, uint16_t type, const void *value, size_t length) {
  if (length > UINT16_MAX) writer->overflow = true;
  put_number(writer, type, 2);
  put_number(writer, length, 2);
  put_bytes(writer, value, length);
}

static void put_sized(struct pfcp_writer *writer, uint16_t type, uint64_t value, unsigned octets) {
  put_number(writer, type, 2);
  put_number(writer, octets, 2);
  put_number(writer, value, octets);
}

void put_u8(struct pfcp_writer *writer, uint16_t type, uint8_t value) { put_sized(writer, type, value, 1); }

void put_u16(struct pfcp_writer *writer, uint16_t type, uint16_t value) { put_sized(writer, type, value, 2); }

void put_u32(struct pfcp_writer *writer, uint16_t type, uint32_t value) { put_sized(writer, type, value, 4); }

void put_u64(struct pfcp_writer *writer, uint16_t type, uint64_t value) { put_sized(writer, type, value, 8); }

void put_bits(struct pfcp_writer *writer, uint16_t type, uint64_t bits, unsigned octets) {
  uint8_t bytes[8];
  if (octets > sizeof bytes) octets = sizeof bytes;
  for (unsigned i = 0; i < octets; i++) bytes[i] = (uint8_t)(bits >> 8 * i);
  put_ie(writer, type, bytes, octets);
}

static void put_failed_rule(struct pfcp_writer *writer, const struct pfcp_fault *fault) {
  static const uint8_t octets[] = {[RULE_PDR] = 2, [RULE_FAR] = 4, [RULE_QER] = 4, [RULE_URR] = 4, [RULE_BAR] = 1};
  if (fault->rule_kind >= sizeof octets) return;
  size_t mark = put_group(writer, IE_FAILED_RULE_ID);
  put_number(writer, fault->rule_kind, 1);
  put_number(writer, fault->rule_id, octets[fault->rule_kind]);
  end_group(writer, mark);
}

void put_fault(struct pfcp_writer *writer, const struct pfcp_fault *fault) {
  put_u8(writer, IE_CAUSE, fault->cause);
  if (fault->offending) put_u16(writer, IE_OFFENDING_IE, fault->offending);
  if (fault->has_rule) put_failed_rule(writer, fault);
}

void put_fseid(struct pfcp_writer *writer, const struct fseid *fseid) {
  size_t mark = put_group(writer, IE_F_SEID);
  put_number(writer, (fseid->v6 ? 1 : 0) | (fseid->v4 ? 2 : 0), 1);
  put_number(writer, fseid->seid, 8);
  if (fseid->v4) put_bytes(writer, fseid->address4, 4);
  if (fseid->v6) put_bytes(writer, fseid->address6, 16);
  end_group(writer, mark);
}

void put_fteid(struct pfcp_writer *writer, const struct fteid *fteid) {
  size_t mark = put_group(writer, IE_F_TEID);
  bool id = fteid->choose && fteid->has_choose_id;
  put_number(writer, (fteid->v4 ? 1 : 0) | (fteid->v6 ? 2 : 0) | (fteid->choose ? 4 : 0) | (id ? 8 : 0), 1);
  if (!fteid->choose) put_number(writer, fteid->teid, 4);
  if (!fteid->choose && fteid->v4) put_bytes(writer, fteid->address4, 4);
  if (!fteid->choose && fteid->v6) put_bytes(writer, fteid->address6, 16);
  if (id) put_number(writer, fteid->choose_id, 1);
  end_group(writer, mark);
}

/* A prefix that is not /64 is said by IP6PL. */
void put_ue_ip(struct pfcp_writer *writer, const struct ue_ip *ue) {
  size_t mark = put_group(writer, IE_UE_IP_ADDRESS);
  bool any6 = ue->v6 || ue->choose6, sized = any6 && ue->prefix6 && ue->prefix6 != 64;
  unsigned flags = (ue->v6 ? 1 : 0) | (ue->v4 ? 2 : 0) | (ue->destination ? 4 : 0) | (ue->choose4 ? 16 : 0);
  put_number(writer, flags | (ue->choose6 ? 32 : 0) | (sized ? 64 : 0), 1);
  if (ue->v4) put_bytes(writer, ue->address4, 4);
  if (ue->v6) put_bytes(writer, ue->address6, 16);
  if (sized) put_number(writer, ue->prefix6, 1);
  end_group(writer, mark);
}

static void put_labels(struct pfcp_writer *writer, const char *name) {
  while (*name) {
    size_t label = strcspn(name, ".");
    if (!label || label > 63) writer->overflow = true;
    put_number(writer, label, 1);
    put_bytes(writer, name, label);
    name += label + (name[label] == '.');
  }
}

void put_node_id(struct pfcp_writer *writer, const char *node) {
  uint8_t address[16];
  size_t mark = put_group(writer, IE_NODE_ID);
  if (inet_pton(AF_INET, node, address) == 1) {
    put_number(writer, 0, 1);
    put_bytes(writer, address, 4);
  } else if (inet_pton(AF_INET6, node, address) == 1) {
    put_number(writer, 1, 1);
    put_bytes(writer, address, 16);
  } else {
    put_number(writer, 2, 1);
    put_labels(writer, node);
  }
  end_group(writer, mark);
}

void put_volume(struct pfcp_writer *writer, uint16_t type, const struct volume *bytes, const struct volume *packets) {
  uint64_t parts[6] = {bytes->total, bytes->up, bytes->down, UINT64_MAX, UINT64_MAX, UINT64_MAX};
  unsigned flags = 0;
  if (packets) memcpy(parts + 3, (uint64_t[]){packets->total, packets->up, packets->down}, 3 * sizeof *parts);
  for (unsigned i = 0; i < 6; i++)
    if (parts[i] != UINT64_MAX) flags |= 1u << i;
  size_t mark = put_group(writer, type);
  put_number(writer, flags, 1);
  for (unsigned i = 0; i < 6; i++)
    if (parts[i] != UINT64_MAX) put_number(writer, parts[i], 8);
  end_group(writer, mark);
}
