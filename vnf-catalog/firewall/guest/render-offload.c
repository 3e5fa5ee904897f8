/*
 * Flows that the kernel forwards from the card that a packet came in by, past all rules. A flow gets there once it was
 * accepted and answered, and only when nothing of its rule counts or limits packets. The flowtable goes with its document, so that
 * every flow is judged by the next one.
 */
#include <string.h>

#include "render.h"

bool offloads(const struct firewall *in) { return in->offload && in->zoneCount; }

bool is_offloaded(const struct firewall *in, const struct place *place) {
  const struct rule *rule = place->rule;
  const bool limited = rule->rate.packets || rule->rate.connections || rule->total || rule->perSource;
  return offloads(in) && place->lasts && place->from != SELF && place->to != SELF && !limited && rule->helper == NO_HELPER;
}

/* Packets of a VLAN come in by its card. */
static const char *card_of(const struct firewall *in, const char *interface) {
  for (unsigned i = 0; i < in->network.vlans.count; i++)
    if (!strcmp(in->network.vlans.all[i].link.name, interface)) return in->network.vlans.all[i].parent;
  return interface;
}

static bool is_data_card(const struct firewall *in, const char *card) {
  for (unsigned zone = 0; zone < in->zoneCount; zone++)
    for (unsigned i = 0; i < in->zones[zone].interfaceCount; i++)
      if (!strcmp(card_of(in, in->zones[zone].interfaces[i]), card)) return true;
  return false;
}

void render_offload(FILE *out, const struct firewall *in) {
  const char *comma = "";
  if (!offloads(in)) return;
  fputs("  flowtable data {\n    hook ingress priority filter\n    devices = { ", out);
  for (unsigned i = 0; i < in->network.day0->count; i++) {
    const char *card = in->network.day0->all[i].name;
    if (!is_data_card(in, card)) continue;
    fprintf(out, "%s\"%s\"", comma, card);
    comma = ", ";
  }
  fputs(" }\n  }\n"
        "  chain shortcut {\n"
        "    ct state established meta l4proto { tcp, udp } flow add @data\n"
        "    accept\n  }\n", out);
}

void render_offload_removal(FILE *out, const struct firewall *before) {
  if (offloads(before)) fputs("delete chain " TABLE " shortcut\ndelete flowtable " TABLE " data\n", out);
}
