#include "ha.h"

#include <string.h>

#include "document-checks.h"

enum { DEFAULT_ROUTER_ID = 51, DEFAULT_ADVERTISEMENT_MS = 1000, DEFAULT_PRIORITY = 100, MOST_ROUTER_ID = 255, MOST_PRIORITY = 254,
       LEAST_ADVERTISEMENT_MS = 100, MOST_ADVERTISEMENT_MS = 10000, ADVERTISEMENT_STEP_MS = 10 };

static bool number(const struct json *object, const char *key, unsigned least, unsigned most, unsigned *out, struct reason *why) {
  const struct json *value = json_get(object, key);
  uint64_t found = *out;
  if (value && (!json_unsigned(value, most, &found) || found < least))
    return refuse(why, "ha.%s must be a number from %u to %u", key, least, most);
  *out = (unsigned)found;
  return true;
}

static bool has_ipv4(const struct link *link) {
  for (unsigned i = 0; i < link->addressCount; i++)
    if (link->addresses[i].base.family == AF_INET) return true;
  return false;
}

static bool pick_sync(const struct json *value, const struct links *day0, struct ha *out, struct reason *why) {
  const struct json *named = json_get(value, "sync");
  const char *name = json_string(named);
  if (named && (!name || !(out->sync = links_find(day0, name))))
    return refuse(why, "ha.sync: there is no connection point named \"%.60s\"", name ? name : "");
  if (!named) out->sync = out->election;
  return has_ipv4(out->sync) || refuse(why, "ha.sync: %s has no IPv4 address of its own, which states are sent from", out->sync->name);
}

static bool parse(const struct json *value, struct ha *out, struct reason *why) {
  const struct json *preempt = json_get(value, "preempt");
  if (!number(value, "virtualRouterId", 1, MOST_ROUTER_ID, &out->routerId, why)) return false;
  if (!number(value, "advertisementMs", LEAST_ADVERTISEMENT_MS, MOST_ADVERTISEMENT_MS, &out->advertisementMs, why)) return false;
  if (out->advertisementMs % ADVERTISEMENT_STEP_MS)
    return refuse(why, "ha.advertisementMs must be a multiple of %d", ADVERTISEMENT_STEP_MS);
  if (!number(value, "priority", 1, MOST_PRIORITY, &out->priority, why)) return false;
  out->preempt = preempt && preempt->truth;
  return !preempt || preempt->kind == JSON_BOOLEAN || refuse(why, "ha.preempt must be true or false");
}

bool ha_document(const struct json *value, const struct links *day0, bool keepsStates, struct ha *out, struct reason *why) {
  static const char *const keys[] = {"virtualRouterId", "advertisementMs", "priority", "preempt", NULL};
  static const char *const keysOfStates[] = {"virtualRouterId", "advertisementMs", "priority", "preempt", "sync", NULL};
  *out = (struct ha){.routerId = DEFAULT_ROUTER_ID, .advertisementMs = DEFAULT_ADVERTISEMENT_MS, .priority = DEFAULT_PRIORITY, .links = day0};
  for (unsigned i = 0; i < day0->count && !out->election; i++)
    if (day0->all[i].vipCount) out->election = &day0->all[i];
  out->on = out->election != NULL;
  if (value && !only_keys(value, "ha", keepsStates ? keysOfStates : keys, why)) return false;
  if (value && !out->on) return refuse(why, "ha: this VNFC shares no address; the day-0 meta-data has no vips");
  if (value && !parse(value, out, why)) return false;
  return !out->on || !keepsStates || pick_sync(value, day0, out, why);
}

const struct prefix *ha_vip(const struct ha *ha, const char *name, int family) {
  const struct link *link = ha->on ? links_find(ha->links, name) : NULL;
  for (unsigned i = 0; link && i < link->vipCount; i++)
    if (link->vips[i].base.family == family) return &link->vips[i];
  return NULL;
}
