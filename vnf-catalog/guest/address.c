#include "address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned address_size(const struct address *address) { return address->family == AF_INET ? 4 : 16; }

bool address_parse(const char *text, struct address *out) {
  memset(out, 0, sizeof *out);
  out->family = strchr(text, ':') ? AF_INET6 : AF_INET;
  return inet_pton(out->family, text, out->bytes) == 1;
}

bool prefix_parse(const char *text, struct prefix *out) {
  char base[INET6_ADDRSTRLEN];
  const char *slash = strchr(text, '/');
  if (!slash || (size_t)(slash - text) >= sizeof base) return false;
  memcpy(base, text, (size_t)(slash - text));
  base[slash - text] = 0;
  size_t digits = strspn(slash + 1, "0123456789");
  if (!digits || digits > 3 || slash[1 + digits]) return false;
  unsigned length = (unsigned)atoi(slash + 1);
  if (!address_parse(base, &out->base) || length > address_size(&out->base) * 8) return false;
  out->length = (uint8_t)length;
  return true;
}

bool network_parse(const char *text, struct prefix *out) { return network_parse_for(text, AF_INET, out); }

bool network_parse_for(const char *text, int family, struct prefix *out) {
  const char *all = family == AF_INET6 ? "::/0" : "0.0.0.0/0";
  if (!prefix_parse(strcmp(text, "default") ? text : all, out)) return false;
  struct prefix network = *out;
  network_of(&network);
  return prefix_equal(out, &network);
}

void network_of(struct prefix *prefix) {
  for (unsigned bit = prefix->length; bit < address_size(&prefix->base) * 8; bit++)
    prefix->base.bytes[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
}

bool prefix_equal(const struct prefix *a, const struct prefix *b) {
  return a->base.family == b->base.family && a->length == b->length && !memcmp(a->base.bytes, b->base.bytes, 16);
}

void address_text(const struct address *address, char text[INET6_ADDRSTRLEN]) {
  inet_ntop(address->family, address->bytes, text, INET6_ADDRSTRLEN);
}

void prefix_text(const struct prefix *prefix, char text[INET6_ADDRSTRLEN + 4]) {
  address_text(&prefix->base, text);
  sprintf(text + strlen(text), "/%u", prefix->length);
}
