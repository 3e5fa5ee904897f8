/* Readers of the values that several parts of the document share. `where` is the path that a refusal names. */
#ifndef BERTH_FIREWALL_VALUES_H
#define BERTH_FIREWALL_VALUES_H

#include "document.h"

/* Letters, digits, dots, hyphens and underscores. */
bool name_parse(const struct json *value, const char *where, size_t room, char *out, struct reason *why);
bool flag_parse(const struct json *value, const char *where, bool otherwise, bool *out, struct reason *why);
bool number_parse(const struct json *value, const char *where, unsigned low, unsigned high, unsigned *out, struct reason *why);

/* Bits of zones: one name, a list of names, or "any"; "self" where `self` says so. */
bool zones_of(const struct json *value, const struct firewall *in, const char *where, bool self, uint32_t *out, struct reason *why);
const char *zone_name(const struct firewall *in, unsigned zone);
/* Addresses or ports: one value or a list, with names of sets behind an @. An absent one matches everything. */
bool addresses_parse(const struct json *value, const struct firewall *in, const char *where, struct match *out, struct reason *why);
bool ports_parse(const struct json *value, const struct firewall *in, const char *where, struct match *out, struct reason *why);
/* A name or a number; an absent one is any protocol. */
bool protocol_parse(const struct json *value, const char *where, int *out, struct reason *why);
bool has_ports(int protocol);
/* "ftp" or "tftp". */
bool helper_parse(const struct json *value, const char *where, enum helper *out, struct reason *why);
const char *helper_name(enum helper helper);
int helper_protocol(enum helper helper);
/* {"packetsPerSecond": 5, "burst": 5} or {"connectionsPerSecond": 5}, or `only` in place of both keys. */
bool rate_fields(const struct json *object, const char *where, const char *only, struct rate *out, struct reason *why);
/* The same, of an object that may be absent and has no other keys. */
bool rate_parse(const struct json *value, const char *where, const char *only, struct rate *out, struct reason *why);

bool match_is_of(const struct match *match, enum kind kind);    /* has something of this kind, or is not given */
bool match_covers(const struct match *whole, const struct match *part);
bool match_meets(const struct match *a, const struct match *b); /* can one packet be in both? */

#endif
