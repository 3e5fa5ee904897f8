#include "vlans.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "document-checks.h"

enum { MOST_ID = 4094 };

static bool parse_mtu(const struct json *value, const char *where, unsigned *out, struct reason *why) {
  uint64_t octets = 0;
  if (value && (!json_unsigned(value, MOST_MTU, &octets) || octets < LEAST_MTU))
    return refuse(why, "%s.mtu must be a number from %d to %d", where, LEAST_MTU, MOST_MTU);
  *out = (unsigned)octets;
  return true;
}

static bool parse_setting(const struct json *entry, const char *where, const struct links *links, unsigned *mtus, struct reason *why) {
  static const char *const keys[] = {"name", "mtu", NULL};
  if (!only_keys(entry, where, keys, why)) return false;
  const char *name = json_string(json_get(entry, "name"));
  const struct link *link = name ? links_find(links, name) : NULL;
  if (!link) return refuse(why, "%s.name: there is no connection point named \"%.60s\"", where, name ? name : "");
  if (mtus[link - links->all]) return refuse(why, "%s.name: %s is named twice", where, name);
  if (!json_get(entry, "mtu")) return refuse(why, "%s must have an mtu", where);
  return parse_mtu(json_get(entry, "mtu"), where, &mtus[link - links->all], why);
}

bool link_settings_parse(const struct json *list, const struct links *links, unsigned *mtus, struct reason *why) {
  unsigned count, at = 0;
  char where[24];
  if (!list_of(list, "links", MOST_ENTRIES, &count, why)) return false;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    snprintf(where, sizeof where, "links[%u]", at++);
    if (!parse_setting(each, where, links, mtus, why)) return false;
  }
  return true;
}

static bool parse_name(const struct json *value, const char *where, const struct links *links, const struct vlans *before,
                       char out[IFNAMSIZ], struct reason *why) {
  static const char *const kernels[] = {"lo", "all", "default", ".", ".."};
  const char *name = json_string(value);
  bool good = name && *name && strlen(name) < IFNAMSIZ;
  for (const char *c = name; good && *c; c++) good = isalnum((unsigned char)*c) || strchr("._-", *c);
  for (unsigned i = 0; good && i < sizeof kernels / sizeof *kernels; i++) good = strcmp(name, kernels[i]) != 0;
  if (!good) return refuse(why, "%s.name must be 1 to 15 letters, digits, dots, hyphens and underscores", where);
  if (links_find(links, name)) return refuse(why, "%s.name: %s is a connection point", where, name);
  for (unsigned i = 0; i < before->count; i++)
    if (!strcmp(before->all[i].link.name, name)) return refuse(why, "%s.name: %s is named twice", where, name);
  strcpy(out, name);
  return true;
}

static bool parse_place(const struct json *entry, const char *where, const struct links *links, const struct vlans *before,
                        struct vlan *out, struct reason *why) {
  const char *parent = json_string(json_get(entry, "link"));
  uint64_t id;
  if (!parent || !links_find(links, parent))
    return refuse(why, "%s.link: there is no connection point named \"%.60s\"", where, parent ? parent : "");
  if (!json_unsigned(json_get(entry, "id"), MOST_ID, &id) || !id) return refuse(why, "%s.id must be a number from 1 to %d", where, MOST_ID);
  strcpy(out->parent, parent);
  out->id = (uint16_t)id;
  for (unsigned i = 0; i < before->count; i++)
    if (before->all[i].id == id && !strcmp(before->all[i].parent, parent))
      return refuse(why, "%s.id: %u of %s is %s already", where, (unsigned)id, parent, before->all[i].link.name);
  return true;
}

static bool has_address(const struct link *link, const struct prefix *address) {
  for (unsigned i = 0; i < link->addressCount; i++) {
    const struct address *base = &link->addresses[i].base;
    if (base->family == address->base.family && !memcmp(base->bytes, address->base.bytes, sizeof base->bytes)) return true;
  }
  return false;
}

static bool parse_addresses(const struct json *list, const char *where, const struct links *links, const struct vlans *before,
                            struct link *out, struct reason *why) {
  char path[40];
  unsigned count;
  snprintf(path, sizeof path, "%s.addresses", where);
  if (!list_of(list, path, MOST_VLAN_ADDRESSES, &count, why)) return false;
  out->addresses = calloc(count + 1, sizeof *out->addresses);
  if (!out->addresses) abort();
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *text = json_string(each);
    struct prefix *address = &out->addresses[out->addressCount];
    if (!text || !prefix_parse(text, address)) return refuse(why, "%s: \"%.60s\" is not of the form 10.1.0.1/24", path, text ? text : "");
    bool twice = has_address(out, address);
    for (unsigned i = 0; i < links->count; i++) twice |= has_address(&links->all[i], address);
    for (unsigned i = 0; i < before->count; i++) twice |= has_address(&before->all[i].link, address);
    if (twice) return refuse(why, "%s: the address %.60s is given twice", path, text);
    out->addressCount++;
  }
  return true;
}

static bool parse_vlan(const struct json *entry, const char *where, const struct links *links, const unsigned *mtus, struct vlans *out,
                       struct reason *why) {
  static const char *const keys[] = {"name", "link", "id", "addresses", "mtu", NULL};
  struct vlan *vlan = &out->all[out->count];
  if (!only_keys(entry, where, keys, why)) return false;
  if (!parse_name(json_get(entry, "name"), where, links, out, vlan->link.name, why)) return false;
  if (!parse_place(entry, where, links, out, vlan, why)) return false;
  if (!parse_addresses(json_get(entry, "addresses"), where, links, out, &vlan->link, why)) return false;
  if (!parse_mtu(json_get(entry, "mtu"), where, &vlan->link.mtu, why)) return false;
  const struct link *parent = links_find(links, vlan->parent);
  unsigned most = mtus[parent - links->all] ? mtus[parent - links->all] : parent->mtu;
  out->count++;
  return !most || vlan->link.mtu <= most || refuse(why, "%s.mtu is %u, but %s has %u", where, vlan->link.mtu, vlan->parent, most);
}

bool vlans_parse(const struct json *list, const struct links *links, const unsigned *mtus, struct vlans *out, struct reason *why) {
  unsigned count, at = 0;
  char where[24];
  if (!list_of(list, "vlans", MOST_VLANS, &count, why)) return false;
  out->all = calloc(count + 1, sizeof *out->all);
  if (!out->all) abort();
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    snprintf(where, sizeof where, "vlans[%u]", at++);
    if (!parse_vlan(each, where, links, mtus, out, why)) return false;
  }
  return true;
}
