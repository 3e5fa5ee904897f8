#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "document-checks.h"
#include "routing.h"

enum { HELLO_SECONDS = 10, DEAD_SECONDS = 40 };

static bool parse_area(const struct json *value, const char *where, char out[INET_ADDRSTRLEN], struct reason *why) {
  const char *text = json_string(value);
  uint64_t number = 0;
  struct in_addr area;
  if (value && json_unsigned(value, UINT32_MAX, &number)) {
    area.s_addr = htonl((uint32_t)number);
    return inet_ntop(AF_INET, &area, out, INET_ADDRSTRLEN) != NULL;
  }
  if (!text || strlen(text) >= INET_ADDRSTRLEN || inet_pton(AF_INET, text, &area) != 1)
    return refuse(why, "%s.area must be an IPv4 address in quotes, or a number", where);
  strcpy(out, text);
  return true;
}

static bool parse_timers(const struct json *entry, const char *where, struct ospf_interface *out, struct reason *why) {
  if (!number_in(entry, where, "helloSeconds", 1, 65535, &out->helloSeconds, why) ||
      !number_in(entry, where, "deadSeconds", 1, 65535, &out->deadSeconds, why))
    return false;
  unsigned hello = out->helloSeconds ? out->helloSeconds : HELLO_SECONDS, dead = out->deadSeconds ? out->deadSeconds : DEAD_SECONDS;
  return dead > hello || refuse(why, "%s.deadSeconds is %u, which is not more than helloSeconds, %u", where, dead, hello);
}

static bool parse_network(const struct json *value, const char *where, struct ospf_interface *out, struct reason *why) {
  const char *text = value ? json_string(value) : "broadcast";
  out->pointToPoint = text && !strcmp(text, "point-to-point");
  return (text && (out->pointToPoint || !strcmp(text, "broadcast"))) ||
         refuse(why, "%s.network must be broadcast or point-to-point", where);
}

static bool parse_interface(const struct json *entry, const char *where, const struct links *links, struct ospf *out, struct reason *why) {
  static const char *const keys[] = {"name", "area", "cost", "passive", "network", "helloSeconds", "deadSeconds", "bfd", NULL};
  struct ospf_interface *interface = &out->interfaces[out->interfaceCount];
  if (!only_keys(entry, where, keys, why)) return false;
  const char *name = json_string(json_get(entry, "name"));
  if (!name || !links_find(links, name)) return refuse(why, "%s.name: there is no interface named \"%.60s\"", where, name ? name : "");
  for (unsigned i = 0; i < out->interfaceCount; i++)
    if (!strcmp(out->interfaces[i].name, name)) return refuse(why, "%s.name: %s is named twice", where, name);
  strcpy(interface->name, name);
  out->interfaceCount++;
  return parse_area(json_get(entry, "area"), where, interface->area, why) &&
         number_in(entry, where, "cost", 1, 65535, &interface->cost, why) &&
         flag_in(entry, where, "passive", &interface->passive, why) &&
         parse_network(json_get(entry, "network"), where, interface, why) && parse_timers(entry, where, interface, why) &&
         bfd_parse(entry, where, &interface->bfd, why);
}

bool ospf_parse(const struct json *value, const char *part, const struct links *links, struct ospf *out, struct reason *why) {
  static const char *const keys[] = {"routerId", "interfaces", NULL};
  const struct json *list = json_get(value, "interfaces");
  unsigned count;
  char where[40];
  if (!value) return true;
  if (!only_keys(value, part, keys, why) || !router_id_parse(value, part, out->routerId, why)) return false;
  snprintf(where, sizeof where, "%s.interfaces", part);
  if (!list_of(list, where, MOST_ENTRIES, &count, why)) return false;
  out->interfaces = calloc(count + 1, sizeof *out->interfaces);
  if (!out->interfaces) abort();
  out->wanted = true;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    snprintf(where, sizeof where, "%s.interfaces[%u]", part, out->interfaceCount);
    if (!parse_interface(each, where, links, out, why)) return false;
  }
  return true;
}
