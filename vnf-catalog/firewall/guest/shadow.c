#include "parts.h"
#include "values.h"

static bool zones_within(const struct rule *whole, const struct rule *part) {
  return !(part->from & ~whole->from) && !(part->to & ~whole->to);
}

static bool protocol_within(const struct rule *whole, const struct rule *part) {
  if (whole->protocol != ANY_PROTOCOL && whole->protocol != part->protocol) return false;
  if (!whole->icmpTypes.count) return true;
  return part->icmpTypes.count && ranges_cover(&whole->icmpTypes, &part->icmpTypes);
}

/* Beyond its limits a rule drops what it matches, so limits leave nothing to later rules; a time does. */
static bool shadows(const struct rule *whole, const struct rule *part) {
  return whole->enabled && !whole->time.given && zones_within(whole, part) && protocol_within(whole, part) &&
         match_covers(&whole->source, &part->source) && match_covers(&whole->destination, &part->destination) &&
         match_covers(&whole->sourcePorts, &part->sourcePorts) &&
         match_covers(&whole->destinationPorts, &part->destinationPorts);
}

/* The first rule that covers another is covered by none, so it is the one to name. */
const struct rule *shadow_of(const struct firewall *in, unsigned at) {
  for (unsigned i = 0; in->rules[at].enabled && i < at; i++)
    if (shadows(&in->rules[i], &in->rules[at])) return &in->rules[i];
  return NULL;
}
