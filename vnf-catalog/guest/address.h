/* IPv4 and IPv6 addresses and prefixes, from their text. */
#ifndef BERTH_ADDRESS_H
#define BERTH_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct address {
  int family; /* AF_INET or AF_INET6 */
  uint8_t bytes[16];
};

struct prefix {
  struct address base;
  uint8_t length;
};

unsigned address_size(const struct address *address); /* 4 or 16 octets */
bool address_parse(const char *text, struct address *out);
/* `10.1.0.7/24`: any host bits are kept. */
bool prefix_parse(const char *text, struct prefix *out);
/* `10.1.0.0/24`: host bits must be zero. Also "default", which is 0.0.0.0/0. */
bool network_parse(const char *text, struct prefix *out);
/* The same, where "default" is of the family AF_INET or AF_INET6. */
bool network_parse_for(const char *text, int family, struct prefix *out);
void network_of(struct prefix *prefix); /* takes the host bits away */
bool prefix_equal(const struct prefix *a, const struct prefix *b);
void prefix_text(const struct prefix *prefix, char text[INET6_ADDRSTRLEN + 4]);
void address_text(const struct address *address, char text[INET6_ADDRSTRLEN]);

#endif
