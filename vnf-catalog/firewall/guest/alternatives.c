/*
 * A list in a rule may hold both address families and name sets, which one nft expression cannot say. So
 * each part of a list is an alternative, and a rule becomes one line per combination of them.
 */
#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "values.h"

struct texts {
  char **all;
  unsigned count;
};

static void add(struct texts *to, char *text) {
  to->all = realloc(to->all, (to->count + 2) * sizeof *to->all);
  if (!to->all) abort();
  to->all[to->count++] = text;
  to->all[to->count] = NULL;
}

/* What one list of the rule says of one kind: `KEY RANGES`, `KEY @set`, or nothing at all when it is not given. */
static struct texts parts_of(const struct match *match, enum kind kind, const char *key) {
  struct texts out = {NULL, 0};
  size_t length;
  if (!match->given) add(&out, strdup(""));
  for (unsigned i = 0; i <= match->namedCount; i++) {
    const struct set *named = i < match->namedCount ? match->named[i] : NULL;
    if (named ? named->kind != kind : !match->own[kind].count) continue;
    char *text;
    FILE *to = open_memstream(&text, &length);
    fprintf(to, "%s %s", key, named ? "@" : "");
    if (named) write_set_name(to, named);
    else ranges_write(to, &match->own[kind], kind);
    fputc(' ', to);
    fclose(to);
    add(&out, text);
  }
  return out;
}

/* Every text of one list before every text of the other. */
static struct texts times(struct texts a, struct texts b) {
  struct texts out = {NULL, 0};
  for (unsigned i = 0; i < a.count; i++)
    for (unsigned n = 0; n < b.count; n++) {
      char *text = malloc(strlen(a.all[i]) + strlen(b.all[n]) + 1);
      if (!text) abort();
      add(&out, strcat(strcpy(text, a.all[i]), b.all[n]));
    }
  return out;
}

static struct texts addresses(const struct rule *rule, enum kind kind) {
  const char *family = kind == V4 ? "ip" : "ip6";
  char from[32], to[32];
  snprintf(from, sizeof from, "ct original %s saddr", family);
  snprintf(to, sizeof to, "ct reply %s saddr", family);
  return times(parts_of(&rule->source, kind, from), parts_of(&rule->destination, kind, to));
}

static struct texts both_families(const struct rule *rule) {
  struct texts out = {NULL, 0};
  if (!rule->source.given && !rule->destination.given) return add(&out, strdup("")), out;
  for (enum kind kind = V4; kind <= V6; kind++) {
    struct texts found = addresses(rule, kind);
    for (unsigned i = 0; i < found.count; i++) add(&out, found.all[i]);
  }
  return out;
}

/* The packet's own protocol: what belongs to a flow of another one, an ICMP error, never comes to the rules. */
static struct texts protocol(const struct rule *rule) {
  struct texts out = {NULL, 0};
  char text[32] = "";
  if (rule->protocol != ANY_PROTOCOL) snprintf(text, sizeof text, "meta l4proto %d ", rule->protocol);
  add(&out, strdup(text));
  return out;
}

static struct texts icmp(const struct rule *rule) {
  struct match types = {.given = rule->icmpTypes.count > 0};
  types.own[PORT] = rule->icmpTypes;
  return parts_of(&types, PORT, "ct original proto-dst");
}

/* Lines for every part of the window: over midnight, the second one is on the days after. */
static struct texts times_of_day(const struct window *window) {
  struct texts out = {NULL, 0};
  bool twice = window->from > window->to;
  for (unsigned part = 0; part < (twice ? 2u : 1u); part++) {
    unsigned from = part ? 0 : window->from, to = twice && !part ? 1440 : window->to;
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (window->given && (from || to < 1440))
      fprintf(stream, "meta hour \"%02u:%02u:00\"-\"%02u:%02u:59\" ", from / 60, from % 60, (to - 1) / 60, (to - 1) % 60);
    const char *comma = "meta day { ";
    for (unsigned day = 0; day < 7; day++) {
      if (!(window->days >> day & 1)) continue;
      fprintf(stream, "%s%u", comma, (day + part) % 7);
      comma = ", ";
    }
    if (window->days) fputs(" } ", stream);
    fclose(stream);
    add(&out, text);
  }
  return out;
}

/*
 * From either end: who asked for the data, or who was asked. Only to ports that a client takes for it: what an end announces
 * is not to open the services of the other one.
 */
char **expected_alternatives_of(const struct rule *rule, bool back) {
  struct rule data = *rule;
  struct texts expected = {NULL, 0};
  if (back) data.source = rule->destination, data.destination = rule->source;
  add(&expected, strdup("ct status expected "));
  struct texts out = times(times(expected, times_of_day(&data.time)), protocol(&data));
  struct texts ports = {NULL, 0};
  add(&ports, strdup("ct reply proto-src 1024-65535 "));
  return times(times(out, both_families(&data)), ports).all;
}

char **alternatives_of(const struct rule *rule) {
  struct texts out = times(times_of_day(&rule->time), protocol(rule));
  out = times(out, both_families(rule));
  out = times(out, parts_of(&rule->sourcePorts, PORT, "ct original proto-src"));
  out = times(out, parts_of(&rule->destinationPorts, PORT, "ct reply proto-src"));
  return times(out, icmp(rule)).all;
}
