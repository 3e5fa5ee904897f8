#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "values.h"

bool has_chain(const struct rule *rule) {
  return rule->log || rule->rate.packets || rule->rate.connections || rule->total || rule->perSource;
}

/* A helper is set on the first packet of a flow; on the others it does nothing. */
static void write_helper(FILE *out, const struct place *place) {
  if (place->rule->helper == NO_HELPER) return;
  fputs("ct helper set \"", out);
  write_helper_name(out, place->rule->helper);
  fputs("\" ", out);
}

static void write_verdict(FILE *out, const struct firewall *in, const struct place *place, unsigned generation) {
  static const char *const verdicts[] = {"drop", "goto refuse", "accept"};
  fputs("counter name \"", out);
  write_counter_name(out, in, place);
  fputs("\" ", out);
  if (place->rule->action == ACCEPT) fprintf(out, "ct mark set 0x%08x ", generation << 12 | place->number);
  fprintf(out, "%s\n", verdicts[place->rule->action]);
}

/* A set that has no room left matches nothing, so what it cannot count is dropped, not accepted. */
static void write_connection_limit(FILE *out, const struct firewall *in, const struct place *place, unsigned generation) {
  static const char *const whats[] = {"total", "source4", "source6"}, *const keys[] = {"meta mark", "ct original ip saddr", "ct original ip6 saddr"};
  const struct rule *rule = place->rule;
  for (unsigned i = rule->total ? 0 : 1; i < (rule->total ? 1u : 3u); i++) {
    fputs("    ct state new add @", out);
    write_connections_name(out, rule, whats[i]);
    fprintf(out, " { %s ct count %u } ", keys[i], rule->total + rule->perSource);
    write_helper(out, place);
    write_verdict(out, in, place, generation);
  }
  fputs("    ct state new counter name \"d/connection_limit\" drop\n", out);
}

static void write_chain(FILE *out, const struct firewall *in, const struct place *place, unsigned generation) {
  const struct rule *rule = place->rule;
  fputs("  chain ", out);
  write_chain_name(out, in, place);
  fputs(" {\n", out);
  if (rule->log) {
    fputs("    limit name \"", out);
    write_log_limit_name(out, in);
    fprintf(out, "\" log prefix \"berth %s: \" level info\n", rule->name);
  }
  if (rule->rate.packets || rule->rate.connections) {
    fprintf(out, "    %slimit name \"", rule->rate.connections ? "ct state new " : "");
    write_limit_name(out, rule);
    fputs("\" counter name \"d/rate_limit\" drop\n", out);
  }
  if (rule->total || rule->perSource) write_connection_limit(out, in, place, generation);
  fputs("    ", out);
  write_helper(out, place);
  write_verdict(out, in, place, generation);
  fputs("  }\n", out);
}

static void write_expected(FILE *out, const struct firewall *in, const struct place *place, bool back, unsigned generation) {
  if (place->rule->helper == NO_HELPER) return;
  for (char **each = expected_alternatives_of(place->rule, back); each && *each; each++) {
    fprintf(out, "    %s", *each);
    write_verdict(out, in, place, generation);
  }
}

static void write_place(FILE *out, const struct firewall *in, const struct place *place, unsigned generation) {
  for (char **each = alternatives_of(place->rule); each && *each; each++) {
    fprintf(out, "    %s", *each);
    if (!has_chain(place->rule)) {
      write_helper(out, place);
      write_verdict(out, in, place, generation);
      continue;
    }
    fputs("goto ", out);
    write_chain_name(out, in, place);
    fputc('\n', out);
  }
}

static void write_pair(FILE *out, const struct firewall *in, const struct places *places, unsigned from, unsigned to, unsigned generation) {
  const char *names[] = {zone_name(in, from), zone_name(in, to)};
  fprintf(out, "  chain c/%s/%s {\n", names[0], names[1]);
  for (unsigned i = 0; i < places->count; i++) {
    const struct place *place = &places->all[i];
    if (place->from == from && place->to == to) write_place(out, in, place, generation), write_expected(out, in, place, false, generation);
    if (place->from == to && place->to == from) write_expected(out, in, place, true, generation);
  }
  fprintf(out, "    counter name \"p/%s/%s\" %s\n  }\n", names[0], names[1], in->otherwise == REJECT ? "goto refuse" : "drop");
}

static const char *marks_of(const struct firewall *in, const struct place *place) {
  return !place->lasts ? "judged" : is_offloaded(in, place) ? "offloaded" : "flows";
}

/*
 * `flows` are done with, and so are those that may be `offloaded`; of the others, which are `judged` packet by packet, only
 * errors pass by their mark.
 */
static void write_marks(FILE *out, const struct firewall *in, const struct places *places, unsigned generation, const char *map) {
  const char *comma = "    elements = { ";
  fprintf(out, "  map %s {\n    type mark : counter\n", map);
  for (unsigned i = 0; i < places->count; i++) {
    const struct place *place = &places->all[i];
    if (place->rule->action != ACCEPT || strcmp(marks_of(in, place), map)) continue;
    fprintf(out, "%s0x%08x : \"", comma, generation << 12 | place->number);
    write_counter_name(out, in, place);
    fputc('"', out);
    comma = ", ";
  }
  fputs(*comma == ',' ? " }\n  }\n" : "  }\n", out);
}

/* The map from interfaces to the chain of their pair of zones. */
static void write_pairs(FILE *out, const struct firewall *in) {
  const char *comma = "    elements = { ";
  fputs("  map pairs {\n    type ifname . ifname : verdict\n", out);
  for (unsigned from = 0; from < in->zoneCount; from++)
    for (unsigned to = 0; to < in->zoneCount; to++)
      for (unsigned i = 0; i < in->zones[from].interfaceCount; i++)
        for (unsigned n = 0; n < in->zones[to].interfaceCount; n++, comma = ", ")
          fprintf(out, "%s\"%s\" . \"%s\" : goto c/%s/%s", comma, in->zones[from].interfaces[i],
                  in->zones[to].interfaces[n], in->zones[from].name, in->zones[to].name);
  fputs(*comma == ',' ? " }\n  }\n" : "  }\n", out);
}

static void write_self(FILE *out, const struct firewall *in, bool to) {
  const char *comma = "    elements = { ";
  fprintf(out, "  map %s_self {\n    type ifname : verdict\n", to ? "to" : "from");
  for (unsigned zone = 0; zone < in->zoneCount; zone++)
    for (unsigned i = 0; i < in->zones[zone].interfaceCount; i++, comma = ", ")
      fprintf(out, "%s\"%s\" : goto c/%s/%s", comma, in->zones[zone].interfaces[i], to ? in->zones[zone].name : "self",
              to ? "self" : in->zones[zone].name);
  fputs(*comma == ',' ? " }\n  }\n" : "  }\n", out);
}

void render_places(FILE *out, const struct firewall *in, unsigned generation) {
  struct places places = places_of(in);
  for (unsigned i = 0; i < places.count; i++)
    if (has_chain(places.all[i].rule)) write_chain(out, in, &places.all[i], generation);
  for (unsigned from = 0; from <= SELF; from++)
    for (unsigned to = 0; to <= SELF; to++)
      if (is_pair(in, from, to)) write_pair(out, in, &places, from, to, generation);
  write_marks(out, in, &places, generation, "offloaded");
  write_marks(out, in, &places, generation, "flows");
  write_marks(out, in, &places, generation, "judged");
  write_pairs(out, in);
  write_self(out, in, true);
  write_self(out, in, false);
}
