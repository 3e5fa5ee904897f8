/* Reading of octets in network order, within bounds: what is taken beyond the end is 0 and sets `over`. */
#ifndef UPF_OCTETS_H
#define UPF_OCTETS_H

#include <string.h>

#include "pfcp.h"

struct octets {
  const uint8_t *at, *end;
  bool over;
};

static inline uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static inline uint32_t get24(const uint8_t *at) { return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2]; }
static inline uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }
static inline uint64_t get64(const uint8_t *at) { return (uint64_t)get32(at) << 32 | get32(at + 4); }

static inline struct octets octets_of(const struct ie *ie) {
  return (struct octets){ie->value, ie->value + ie->length, false};
}

static inline void take_bytes(struct octets *in, void *out, size_t length) {
  if ((size_t)(in->end - in->at) < length) {
    in->over = true;
    in->at = in->end;
    memset(out, 0, length);
    return;
  }
  memcpy(out, in->at, length);
  in->at += length;
}

/* The next `octets` (at most 8) as a number. */
static inline uint64_t take_number(struct octets *in, unsigned octets) {
  uint8_t bytes[8];
  uint64_t number = 0;
  take_bytes(in, bytes, octets);
  for (unsigned i = 0; i < octets; i++) number = number << 8 | bytes[i];
  return number;
}

static inline uint8_t take8(struct octets *in) { return (uint8_t)take_number(in, 1); }
static inline uint16_t take16(struct octets *in) { return (uint16_t)take_number(in, 2); }
static inline uint32_t take32(struct octets *in) { return (uint32_t)take_number(in, 4); }
static inline uint64_t take64(struct octets *in) { return take_number(in, 8); }

/* A name as labels with lengths or as plain text (network instance, FQDN); false: neither, or it does not fit. */
bool name_value_parse(const uint8_t *value, size_t length, char *out, size_t room);

#endif
