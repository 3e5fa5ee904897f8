/* `interfaces` of the document: the links with a 3GPP role, their network instances, the pools of UE addresses. */
#include <ctype.h>
#include <string.h>

#include "document-checks.h"
#include "parts.h"

enum { POOL4_LEAST = 8, POOL4_MOST = 30, POOL6_LEAST = 32, POOL6_MOST = 64 };

static bool side_read(const struct json *value, const char *where, enum upf_side *out, struct reason *why) {
  static const char *const names[] = {"access", "core", "sgi-lan"};
  const char *text = json_string(value);
  for (unsigned i = 0; text && i < sizeof names / sizeof *names; i++)
    if (!strcmp(text, names[i])) return *out = (enum upf_side)i, true;
  return refuse(why, "%s.side must be access, core or sgi-lan", where);
}

static bool instance_read(const struct json *value, const char *where, char out[UPF_INSTANCE], struct reason *why) {
  const char *text = json_string(value);
  bool good = text && *text && strlen(text) < UPF_INSTANCE;
  for (const char *c = text; good && *c; c++) good = isalnum((unsigned char)*c) || strchr("._-", *c);
  if (!good)
    return refuse(why, "%s.networkInstance must be 1 to %d letters, digits, dots, hyphens and underscores", where, UPF_INSTANCE - 1);
  strcpy(out, text);
  return true;
}

static bool overlap(const struct prefix *a, const struct prefix *b) {
  return a->length <= b->length ? prefix_has(a, &b->base) : prefix_has(b, &a->base);
}

static bool pool_free(const struct prefix *pool, const char *path, const struct upf_document *in, const struct links *links,
                      struct reason *why) {
  char text[INET6_ADDRSTRLEN + 4];
  for (unsigned i = 0; i <= in->interface_count; i++)
    for (unsigned n = 0; n < in->interfaces[i].pool_count; n++) {
      prefix_text(&in->interfaces[i].pools[n], text);
      if (overlap(pool, &in->interfaces[i].pools[n])) return refuse(why, "%s overlaps %s of %s", path, text, in->interfaces[i].link);
    }
  for (unsigned i = 0; links && i < links->count; i++)
    for (unsigned n = 0; n < links->all[i].addressCount; n++) {
      prefix_text(&links->all[i].addresses[n], text);
      struct prefix own = links->all[i].addresses[n];
      network_of(&own);
      if (overlap(pool, &own)) return refuse(why, "%s overlaps the network of %s (%s)", path, links->all[i].name, text);
    }
  return true;
}

static bool pool_read(const struct json *value, const char *path, struct prefix *out, struct reason *why) {
  const char *text = json_string(value);
  if (!text || !strcmp(text, "default") || !network_parse(text, out))
    return refuse(why, "%s \"%.60s\" is not a network such as 10.60.0.0/16", path, text ? text : "");
  const bool v4 = out->base.family == AF_INET;
  const unsigned least = v4 ? POOL4_LEAST : POOL6_LEAST, most = v4 ? POOL4_MOST : POOL6_MOST;
  return (out->length >= least && out->length <= most) ||
         refuse(why, "%s: the length of %.60s must be %u to %u", path, text, least, most);
}

static bool pools_read(const struct json *list, const char *where, struct upf_document *in, const struct links *links,
                       struct reason *why) {
  struct upf_interface *to = &in->interfaces[in->interface_count];
  struct prefix pool;
  unsigned count;
  char path[48];
  snprintf(path, sizeof path, "%s.pools", where);
  if (!list_of(list, path, UPF_POOLS, &count, why)) return false;
  if (count && to->side != UPF_CORE) return refuse(why, "%s: only an interface of the side core has pools", path);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    snprintf(path, sizeof path, "%s.pools[%u]", where, to->pool_count);
    memset(&pool, 0, sizeof pool); /* interfaces are compared octet by octet */
    if (!pool_read(each, path, &pool, why) || !pool_free(&pool, path, in, links, why)) return false;
    to->pools[to->pool_count++] = pool;
  }
  return true;
}

static bool is_new(const struct upf_document *in, const char *where, struct reason *why) {
  const struct upf_interface *last = &in->interfaces[in->interface_count];
  for (const struct upf_interface *each = in->interfaces; each < last; each++) {
    if (!strcmp(each->link, last->link)) return refuse(why, "%s.link: %s is named twice", where, last->link);
    if (each->side == last->side && !strcmp(each->instance, last->instance))
      return refuse(why, "%s.networkInstance: \"%s\" is at %s already", where, last->instance, each->link);
  }
  return true;
}

/* N3 and N9 are tunnels, and a data network is not to ask the UPF about them. */
static bool gtp_read(const struct json *value, const char *where, struct upf_interface *to, struct reason *why) {
  to->gtp = to->side == UPF_ACCESS || (to->side == UPF_CORE && !to->pool_count);
  if (!value) return true;
  if (value->kind != JSON_BOOLEAN) return refuse(why, "%s.gtp must be true or false", where);
  if (to->side == UPF_ACCESS && !value->truth) return refuse(why, "%s.gtp: an interface of the side access is for GTP-U", where);
  to->gtp = value->truth;
  return true;
}

static bool interface_read(const struct json *entry, const char *where, const struct links *links, struct upf_document *out,
                           struct reason *why) {
  static const char *const keys[] = {"link", "side", "networkInstance", "pools", "gtp", NULL};
  struct upf_interface *to = &out->interfaces[out->interface_count];
  return only_keys(entry, where, keys, why) && link_name_parse(json_get(entry, "link"), where, links, to->link, why) &&
         side_read(json_get(entry, "side"), where, &to->side, why) &&
         instance_read(json_get(entry, "networkInstance"), where, to->instance, why) && is_new(out, where, why) &&
         pools_read(json_get(entry, "pools"), where, out, links, why) && gtp_read(json_get(entry, "gtp"), where, to, why);
}

bool interfaces_parse(const struct json *list, const struct links *links, struct upf_document *out, struct reason *why) {
  unsigned count, sides = 0;
  char where[24];
  if (!list_of(list, "interfaces", UPF_INTERFACES, &count, why)) return false;
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    snprintf(where, sizeof where, "interfaces[%u]", out->interface_count);
    if (!interface_read(each, where, links, out, why)) return false;
    sides |= 1u << out->interfaces[out->interface_count].side;
    out->interface_count++;
  }
  if (!(sides & 1u << UPF_ACCESS)) return refuse(why, "interfaces must have one of the side access");
  return (sides & (1u << UPF_CORE | 1u << UPF_SGI_LAN)) || refuse(why, "interfaces must have one of the side core or sgi-lan");
}
