/* The parts of the document, in the order in which they are read: later ones name earlier ones. */
#ifndef BERTH_FIREWALL_PARTS_H
#define BERTH_FIREWALL_PARTS_H

#include "document.h"
#include "json.h"

bool rules_parse(const struct json *list, struct firewall *out, struct reason *why);
bool nat_parse(const struct json *value, struct firewall *out, struct reason *why);

/* The rule before rule `at` that takes all of its packets, so that it can never match; or NULL. */
const struct rule *shadow_of(const struct firewall *in, unsigned at);

#endif
