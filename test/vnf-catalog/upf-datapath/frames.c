/* Frames, from the inside out. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"

struct dp_address address_of(const char *text) {
  struct dp_address made = {0};
  if (text && inet_pton(AF_INET, text, made.bytes) == 1) made.family = 4;
  else if (text && inet_pton(AF_INET6, text, made.bytes) == 1) made.family = 6;
  return made;
}

struct dp_prefix prefix_of(const char *text) {
  char part[64];
  snprintf(part, sizeof part, "%s", text);
  char *slash = strchr(part, '/');
  if (slash) *slash = 0;
  struct dp_prefix made = {.address = address_of(part)};
  made.length = (uint8_t)(slash ? atoi(slash + 1) : made.address.family == 4 ? 32 : 128);
  return made;
}

static void put16(uint8_t *at, unsigned value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static unsigned sum_of(const uint8_t *at, size_t octets, unsigned sum) {
  for (size_t i = 0; i < octets; i++) sum += i % 2 ? at[i] : (unsigned)at[i] << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

static void push(struct frame *frame, const void *head, size_t octets) {
  if (frame->length + octets > FRAME) abort();
  memmove(frame->bytes + octets, frame->bytes, frame->length);
  memcpy(frame->bytes, head, octets);
  frame->length += octets;
}

static void push_ip(struct frame *frame, struct dp_address from, struct dp_address to, uint8_t protocol, uint8_t tos, uint8_t ttl,
                    uint16_t fragment) {
  uint8_t head[40] = {0};
  if (from.family == 4) {
    head[0] = 0x45;
    head[1] = tos;
    put16(head + 2, (unsigned)frame->length + 20);
    put16(head + 4, 77);
    put16(head + 6, fragment);
    head[8] = ttl;
    head[9] = protocol;
    memcpy(head + 12, from.bytes, 4);
    memcpy(head + 16, to.bytes, 4);
    put16(head + 10, ~sum_of(head, 20, 0) & 0xffff);
    push(frame, head, 20);
    return;
  }
  head[0] = 0x60 | tos >> 4;
  head[1] = (uint8_t)(tos << 4);
  put16(head + 4, (unsigned)frame->length);
  head[6] = protocol;
  head[7] = ttl;
  memcpy(head + 8, from.bytes, 16);
  memcpy(head + 24, to.bytes, 16);
  push(frame, head, 40);
}

void put_inner(struct frame *frame, const struct inner *inner) {
  const struct dp_address from = address_of(inner->from), to = address_of(inner->to);
  uint8_t *at = frame->bytes;
  memset(at, 0, 8);
  put16(at, inner->source_port);
  put16(at + 2, inner->destination_port);
  put16(at + 4, 8u + inner->payload);
  for (unsigned i = 0; i < inner->payload; i++) at[8 + i] = (uint8_t)(i * 7 + 1);
  frame->length = 8u + inner->payload;
  push_ip(frame, from, to, inner->protocol ? inner->protocol : 17, inner->tos, inner->ttl ? inner->ttl : 64, inner->fragment);
}

void wrap_gtp(struct frame *frame, uint32_t teid, uint8_t first, const uint8_t *extensions, size_t octets) {
  uint8_t head[12] = {(uint8_t)(first ? 0x34 : 0x30), 255, 0, 0, (uint8_t)(teid >> 24), (uint8_t)(teid >> 16), (uint8_t)(teid >> 8),
                      (uint8_t)teid, 0, 0, 0, first};
  if (first) push(frame, extensions, octets);
  put16(head + 2, (unsigned)frame->length + (first ? 4 : 0));
  push(frame, head, first ? 12 : 8);
}

void wrap_udp(struct frame *frame, const char *from, const char *to, uint16_t port) {
  const struct dp_address source = address_of(from), target = address_of(to);
  uint8_t head[8] = {0};
  put16(head, port);
  put16(head + 2, port);
  put16(head + 4, (unsigned)frame->length + 8);
  push(frame, head, 8);
  const size_t octets = source.family == 4 ? 4 : 16;
  unsigned sum = sum_of(source.bytes, octets, sum_of(target.bytes, octets, 17 + (unsigned)frame->length));
  put16(frame->bytes + 6, ~sum_of(frame->bytes, frame->length, sum) & 0xffff);
  push_ip(frame, source, target, 17, 0, 64, 0);
}

void wrap_ethernet(struct frame *frame) {
  uint8_t head[14] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
  put16(head + 12, frame->bytes[0] >> 4 == 6 ? 0x86dd : 0x0800);
  push(frame, head, 14);
}

void g_pdu(struct frame *frame, const struct inner *inner, uint32_t teid, uint8_t qfi) {
  const uint8_t container[4] = {1, 0x10, qfi, 0};
  put_inner(frame, inner);
  wrap_gtp(frame, teid, qfi ? 0x85 : 0, container, sizeof container);
  wrap_udp(frame, "10.3.0.2", "10.3.0.1", 2152);
  wrap_ethernet(frame);
}
