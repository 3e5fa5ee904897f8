#include "ranges.h"

#include <stdlib.h>
#include <string.h>

size_t kind_size(enum kind kind) { return kind == V4 ? 4 : kind == V6 ? 16 : 2; }

const char *kind_name(enum kind kind) {
  static const char *const names[] = {"ipv4", "ipv6", "port"};
  return names[kind];
}

static bool range_of_prefix(const char *text, struct range *out, enum kind *kind) {
  struct prefix prefix;
  if (!network_parse(text, &prefix)) return false;
  *kind = prefix.base.family == AF_INET ? V4 : V6;
  memcpy(out->low, prefix.base.bytes, 16);
  memcpy(out->high, prefix.base.bytes, 16);
  for (unsigned bit = prefix.length; bit < kind_size(*kind) * 8; bit++) out->high[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
  return true;
}

static bool address_of(const char *text, uint8_t out[16], enum kind *kind) {
  struct address address;
  if (!address_parse(text, &address)) return false;
  *kind = address.family == AF_INET ? V4 : V6;
  memcpy(out, address.bytes, 16);
  return true;
}

bool range_of_addresses(const char *text, struct range *out, enum kind *kind) {
  char first[INET6_ADDRSTRLEN];
  const char *dash = strchr(text, '-');
  enum kind other;
  memset(out, 0, sizeof *out);
  if (strchr(text, '/')) return range_of_prefix(text, out, kind);
  size_t length = dash ? (size_t)(dash - text) : strlen(text);
  if (length >= sizeof first) return false;
  memcpy(first, text, length);
  first[length] = 0;
  if (!address_of(first, out->low, kind) || !address_of(dash ? dash + 1 : first, out->high, &other)) return false;
  return *kind == other && memcmp(out->low, out->high, 16) <= 0;
}

/* Digits to a port; the rest of the text comes back, NULL when it is no port. */
static const char *port_of(const char *text, unsigned *out) {
  size_t digits = strspn(text, "0123456789");
  *out = digits && digits <= 5 ? (unsigned)atoi(text) : 65536;
  return *out <= 65535 ? text + digits : NULL;
}

bool range_of_ports(const struct json *value, struct range *out) {
  unsigned low, high;
  uint64_t number;
  const char *text = json_string(value), *rest;
  if (!text && !json_unsigned(value, 65535, &number)) return false;
  if (!text) return *out = range_of_numbers((unsigned)number, (unsigned)number), true;
  rest = port_of(text, &low);
  high = low;
  if (rest && *rest == '-') rest = port_of(rest + 1, &high);
  if (!rest || *rest || low > high) return false;
  *out = range_of_numbers(low, high);
  return true;
}

struct range range_of_numbers(unsigned low, unsigned high) {
  return (struct range){{(uint8_t)(low >> 8), (uint8_t)low}, {(uint8_t)(high >> 8), (uint8_t)high}};
}

unsigned range_number(const uint8_t end[16]) { return (unsigned)end[0] << 8 | end[1]; }

/* Room grows by doubling, so it is full at every power of two. */
void ranges_add(struct ranges *to, const struct range *range) {
  if ((to->count & (to->count - 1)) == 0) {
    to->all = realloc(to->all, (to->count ? to->count * 2 : 1) * sizeof *to->all);
    if (!to->all) abort();
  }
  to->all[to->count++] = *range;
}

static int by_low(const void *a, const void *b) {
  return memcmp(((const struct range *)a)->low, ((const struct range *)b)->low, 16);
}

/* Is `next` no further than one behind the end of `range`? */
static bool touches(const struct range *range, const struct range *next, enum kind kind) {
  uint8_t after[16];
  size_t at = kind_size(kind);
  memcpy(after, range->high, 16);
  while (at > 0 && ++after[at - 1] == 0) at--;
  return at == 0 || memcmp(next->low, after, 16) <= 0;
}

void ranges_settle(struct ranges *ranges, enum kind kind) {
  unsigned kept = 0;
  if (!ranges->count) return;
  qsort(ranges->all, ranges->count, sizeof *ranges->all, by_low);
  for (unsigned i = 1; i < ranges->count; i++) {
    struct range *last = &ranges->all[kept], *next = &ranges->all[i];
    if (!touches(last, next, kind)) ranges->all[++kept] = *next;
    else if (memcmp(next->high, last->high, 16) > 0) memcpy(last->high, next->high, 16);
  }
  ranges->count = kept + 1;
}

/* The first range that does not end before `low`, by halving. */
static const struct range *reaching(const struct ranges *ranges, const uint8_t low[16]) {
  unsigned from = 0, to = ranges->count;
  while (from < to) {
    unsigned middle = (from + to) / 2;
    if (memcmp(ranges->all[middle].high, low, 16) < 0) from = middle + 1;
    else to = middle;
  }
  return from < ranges->count ? &ranges->all[from] : NULL;
}

bool ranges_cover(const struct ranges *whole, const struct ranges *part) {
  for (unsigned i = 0; i < part->count; i++) {
    const struct range *found = reaching(whole, part->all[i].low);
    if (!found || memcmp(found->low, part->all[i].low, 16) > 0 || memcmp(found->high, part->all[i].high, 16) < 0)
      return false;
  }
  return true;
}

bool ranges_meet(const struct ranges *a, const struct ranges *b) {
  for (unsigned i = 0; i < b->count; i++) {
    const struct range *found = reaching(a, b->all[i].low);
    if (found && memcmp(found->low, b->all[i].high, 16) <= 0) return true;
  }
  return false;
}

static void write_end(FILE *out, const uint8_t end[16], enum kind kind) {
  char text[INET6_ADDRSTRLEN];
  struct address address = {kind == V4 ? AF_INET : AF_INET6, {0}};
  memcpy(address.bytes, end, 16);
  if (kind == PORT) fprintf(out, "%u", range_number(end));
  else address_text(&address, text), fputs(text, out);
}

void range_write(FILE *out, const struct range *range, enum kind kind) {
  write_end(out, range->low, kind);
  if (!memcmp(range->low, range->high, 16)) return;
  fputc('-', out);
  write_end(out, range->high, kind);
}

void ranges_write(FILE *out, const struct ranges *ranges, enum kind kind) {
  if (ranges->count != 1) fputs("{ ", out);
  for (unsigned i = 0; i < ranges->count; i++) {
    if (i) fputs(", ", out);
    range_write(out, &ranges->all[i], kind);
  }
  if (ranges->count != 1) fputs(" }", out);
}
