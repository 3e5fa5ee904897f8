/* Lists of addresses and ports as sorted, disjoint ranges, and named sets of them. */
#ifndef BERTH_FIREWALL_RANGES_H
#define BERTH_FIREWALL_RANGES_H

#include <stdio.h>

#include "address.h"
#include "json.h"

enum kind { V4, V6, PORT, KINDS };

/* Network byte order; 4, 16 or 2 octets of each count. */
struct range {
  uint8_t low[16], high[16];
};

struct ranges {
  struct range *all;
  unsigned count;
};

size_t kind_size(enum kind kind);
const char *kind_name(enum kind kind); /* as a document spells it: ipv4, ipv6, port */

/* "10.1.0.0/24", "10.1.0.7", "10.1.0.7-10.1.0.9". The kind comes out of the text. */
bool range_of_addresses(const char *text, struct range *out, enum kind *kind);
/* 80, "80" or "8000-8100". */
bool range_of_ports(const struct json *value, struct range *out);
struct range range_of_numbers(unsigned low, unsigned high); /* of two octets */
unsigned range_number(const uint8_t end[16]);

void ranges_add(struct ranges *to, const struct range *range);
/* Sorts, and merges what overlaps or touches. */
void ranges_settle(struct ranges *ranges, enum kind kind);
bool ranges_cover(const struct ranges *whole, const struct ranges *part);
bool ranges_meet(const struct ranges *a, const struct ranges *b);

void range_write(FILE *out, const struct range *range, enum kind kind);
/* `{ 10.1.0.1-10.1.0.9, 10.2.0.0-10.2.0.255 }`, or the only range without the braces. */
void ranges_write(FILE *out, const struct ranges *ranges, enum kind kind);

#endif
