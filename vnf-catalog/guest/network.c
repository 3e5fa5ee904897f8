#include "network.h"

#include <stdlib.h>

static void gather(struct network *out) {
  const struct links *day0 = out->day0;
  out->interfaces.all = calloc(day0->count + out->vlans.count + 1, sizeof *out->interfaces.all);
  if (!out->interfaces.all) abort();
  for (unsigned i = 0; i < day0->count; i++) out->interfaces.all[out->interfaces.count++] = day0->all[i];
  for (unsigned i = 0; i < out->vlans.count; i++) out->interfaces.all[out->interfaces.count++] = out->vlans.all[i].link;
}

bool network_document(const struct json *root, const struct links *day0, struct network *out, struct reason *why) {
  out->day0 = day0;
  out->mtus = calloc(day0->count + 1, sizeof *out->mtus);
  if (!out->mtus) abort();
  if (!link_settings_parse(json_get(root, "links"), day0, out->mtus, why)) return false;
  if (!vlans_parse(json_get(root, "vlans"), day0, out->mtus, &out->vlans, why)) return false;
  gather(out);
  return static_routes_parse(json_get(root, "staticRoutes"), &out->interfaces, &out->routes, why);
}
