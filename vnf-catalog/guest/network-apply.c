#include "network.h"

bool network_apply(const struct network *wanted, struct reason *why) {
  return link_settings_apply(wanted->day0, wanted->mtus, why) && vlans_apply(&wanted->vlans, why) &&
         static_routes_apply(&wanted->routes, why);
}

bool network_is(const struct network *wanted, struct reason *why) {
  for (unsigned i = 0; i < wanted->vlans.count; i++)
    if (!link_is_up(wanted->vlans.all[i].link.name))
      return refuse(why, "the interface %s is not up", wanted->vlans.all[i].link.name);
  return true;
}
