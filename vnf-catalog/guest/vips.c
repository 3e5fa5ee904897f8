#include "vips.h"

#include <stdlib.h>
#include <string.h>

static bool same_address(const struct prefix *a, const struct prefix *b) {
  return a->base.family == b->base.family && !memcmp(a->base.bytes, b->base.bytes, sizeof a->base.bytes);
}

static bool taken(const struct links *links, const struct prefix *address) {
  for (unsigned i = 0; i < links->count; i++) {
    const struct link *link = &links->all[i];
    for (unsigned n = 0; n < link->addressCount; n++)
      if (same_address(&link->addresses[n], address)) return true;
    for (unsigned n = 0; n < link->vipCount; n++)
      if (same_address(&link->vips[n], address)) return true;
  }
  return false;
}

/* Advertisements come from an address of the link's own; IPv6 has one on every link. */
static bool can_share(const struct link *link, const struct prefix *address) {
  for (unsigned i = 0; i < link->addressCount; i++)
    if (link->addresses[i].base.family == AF_INET) return true;
  return address->base.family == AF_INET6;
}

static bool parse_list(const struct json *list, const struct links *links, struct link *link, struct reason *why) {
  unsigned count = 0;
  if (list->kind != JSON_ARRAY) return refuse(why, "meta-data: vips.%s must be an array, not %s", link->name, json_kind_name(list->kind));
  for (const struct json *each = list->child; each; each = each->next) count++;
  if (count > MOST_VIPS) return refuse(why, "meta-data: vips.%s has %u entries; %d are allowed", link->name, count, MOST_VIPS);
  link->vips = calloc(count + 1, sizeof *link->vips);
  if (!link->vips) abort();
  for (const struct json *each = list->child; each; each = each->next) {
    const char *text = json_string(each);
    struct prefix address;
    if (!text || !prefix_parse(text, &address))
      return refuse(why, "meta-data: vips.%s: \"%.60s\" is not of the form 10.1.0.1/24", link->name, text ? text : "");
    if (taken(links, &address)) return refuse(why, "meta-data: vips.%s: the address %.60s is given twice", link->name, text);
    if (!can_share(link, &address)) return refuse(why, "meta-data: vips.%s: %s has no IPv4 address of its own", link->name, link->name);
    link->vips[link->vipCount++] = address;
  }
  return true;
}

bool vips_parse(const struct json *meta, struct links *links, struct reason *why) {
  const struct json *vips = json_get(meta, "vips");
  if (!vips) return true;
  if (vips->kind != JSON_OBJECT) return refuse(why, "meta-data: vips must be an object, not %s", json_kind_name(vips->kind));
  for (const struct json *each = vips->child; each; each = each->next) {
    const struct link *link = links_find(links, each->key);
    /* The name goes into the daemons' files as it is. */
    if (strpbrk(each->key, "\"\\*#!{}")) return refuse(why, "meta-data: vips: no address of \"%.60s\" can be shared because of its name", each->key);
    if (!link) return refuse(why, "meta-data: vips: there is no connection point named \"%.60s\"", each->key);
    if (!parse_list(each, links, &links->all[link - links->all], why)) return false;
  }
  return true;
}
