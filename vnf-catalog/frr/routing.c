/* What several of the parts have. */
#include "routing.h"

#include <string.h>

#include "document-checks.h"

enum { BFD_LEAST_MS = 50, BFD_MOST_MS = 60000, BFD_MS = 300, BFD_MULTIPLIER = 3 };

bool router_id_parse(const struct json *object, const char *where, char out[INET_ADDRSTRLEN], struct reason *why) {
  const struct json *value = json_get(object, "routerId");
  struct address address;
  const char *text = json_string(value);
  if (!value) return true;
  if (!text || strlen(text) >= INET_ADDRSTRLEN || !address_parse(text, &address) || address.family != AF_INET)
    return refuse(why, "%s.routerId must be an IPv4 address in quotes", where);
  strcpy(out, text);
  return strcmp(text, "0.0.0.0") != 0 || refuse(why, "%s.routerId must not be 0.0.0.0, which no neighbor takes", where);
}

bool bfd_parse(const struct json *object, const char *where, struct bfd *out, struct reason *why) {
  static const char *const keys[] = {"receiveMs", "transmitMs", "multiplier", NULL};
  const struct json *value = json_get(object, "bfd");
  char path[80];
  snprintf(path, sizeof path, "%s.bfd", where);
  *out = (struct bfd){value != NULL, BFD_MS, BFD_MS, BFD_MULTIPLIER};
  if (!value) return true;
  if (value->kind == JSON_BOOLEAN) return out->wanted = value->truth, true;
  return only_keys(value, path, keys, why) &&
         number_in(value, path, "receiveMs", BFD_LEAST_MS, BFD_MOST_MS, &out->receiveMs, why) &&
         number_in(value, path, "transmitMs", BFD_LEAST_MS, BFD_MOST_MS, &out->transmitMs, why) &&
         number_in(value, path, "multiplier", 2, 255, &out->multiplier, why);
}
