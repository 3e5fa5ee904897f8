#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "sha256.h"
#include "values.h"

bool is_pair(const struct firewall *in, unsigned from, unsigned to) {
  return (from < in->zoneCount || from == SELF) && (to < in->zoneCount || to == SELF) && !(from == SELF && to == SELF);
}

static void write_place_name(FILE *out, const struct firewall *in, const struct place *place, char kind) {
  fprintf(out, "%c/%s/%s/%s", kind, zone_name(in, place->from), zone_name(in, place->to), place->rule->name);
}

void write_counter_name(FILE *out, const struct firewall *in, const struct place *place) {
  write_place_name(out, in, place, 'r');
}

void write_chain_name(FILE *out, const struct firewall *in, const struct place *place) {
  write_place_name(out, in, place, 'x');
}

static void add_places(const struct firewall *in, unsigned from, unsigned to, struct places *out) {
  bool timed = false;
  for (unsigned i = 0; i < in->ruleCount; i++) {
    const struct rule *rule = &in->rules[i];
    if (!rule->enabled || !(rule->from >> from & 1) || !(rule->to >> to & 1)) continue;
    timed |= rule->time.given;
    out->all[out->count] = (struct place){rule, from, to, out->count + 1, !timed && !rule->rate.packets};
    out->count++;
  }
}

struct places places_of(const struct firewall *in) {
  struct places out = {calloc(MOST_PLACES + 1, sizeof *out.all), 0};
  for (unsigned from = 0; from <= SELF; from++)
    for (unsigned to = 0; to <= SELF; to++)
      if (is_pair(in, from, to)) add_places(in, from, to, &out);
  return out;
}

/* The name ends in a digest of the content. */
void write_set_name(FILE *out, const struct set *set) {
  uint8_t digest[32];
  sha256(set->ranges.all, set->ranges.count * sizeof *set->ranges.all, digest);
  fprintf(out, "s/%s/%s/", set->name, kind_name(set->kind));
  for (unsigned i = 0; i < 8; i++) fprintf(out, "%02x", digest[i]);
}

void write_helper_name(FILE *out, enum helper helper) { fprintf(out, "h/%s", helper_name(helper)); }

void write_limit_name(FILE *out, const struct rule *rule) {
  fprintf(out, "l/%s/%u/%u", rule->name, rule->rate.packets + rule->rate.connections, rule->rate.burst);
}

void write_log_limit_name(FILE *out, const struct firewall *in) {
  fprintf(out, "log/%u/%u", in->log.packets, in->log.burst);
}

void write_connections_name(FILE *out, const struct rule *rule, const char *what) {
  fprintf(out, "n/%s/%s/%u", rule->name, what, rule->total + rule->perSource);
}

void write_digest_name(FILE *out, const struct firewall *in) {
  fputs("g/", out);
  for (unsigned i = 0; i < sizeof in->digest; i++) fprintf(out, "%02x", in->digest[i]);
}

/* The object under construction; closing a stream makes its text whole. */
struct draft {
  struct object object;
  size_t nameLength, bodyLength;
  FILE *name, *body;
};

static void begin(struct draft *draft, const char *kind) {
  draft->object.kind = kind;
  draft->name = open_memstream(&draft->object.name, &draft->nameLength);
  draft->body = open_memstream(&draft->object.body, &draft->bodyLength);
  if (!draft->name || !draft->body) abort();
}

static void keep(struct draft *draft, struct objects *out) {
  fclose(draft->name);
  fclose(draft->body);
  if ((out->count & (out->count - 1)) == 0) {
    out->all = realloc(out->all, (out->count ? out->count * 2 : 1) * sizeof *out->all);
    if (!out->all) abort();
  }
  out->all[out->count++] = draft->object;
}

static void add_counter(struct objects *out, const char *name) {
  struct draft draft;
  begin(&draft, "counter");
  fputs(name, draft.name);
  keep(&draft, out);
}

static void add_counters(const struct firewall *in, const struct places *places, struct objects *out) {
  static const char *const fixed[] = {"d/invalid", "d/tcp_flags", "d/icmp_redirect", "d/icmp_error", "d/spoofed", "d/no_zone", "d/syn_limit",
                                      "d/rate_limit", "d/connection_limit"};
  struct draft digest;
  begin(&digest, "counter");
  write_digest_name(digest.name, in);
  keep(&digest, out);
  for (unsigned i = 0; i < sizeof fixed / sizeof *fixed; i++) add_counter(out, fixed[i]);
  for (unsigned i = 0; i < places->count; i++) {
    struct draft draft;
    begin(&draft, "counter");
    write_counter_name(draft.name, in, &places->all[i]);
    keep(&draft, out);
  }
  for (unsigned from = 0; from <= SELF; from++)
    for (unsigned to = 0; to <= SELF; to++) {
      char name[64];
      if (!is_pair(in, from, to)) continue;
      snprintf(name, sizeof name, "p/%s/%s", zone_name(in, from), zone_name(in, to));
      add_counter(out, name);
    }
}

static void add_limit(const struct rule *rule, struct objects *out) {
  struct draft draft;
  begin(&draft, "limit");
  write_limit_name(draft.name, rule);
  fprintf(draft.body, "rate over %u/second burst %u packets", rule->rate.packets + rule->rate.connections, rule->rate.burst);
  keep(&draft, out);
}

static void add_log_limit(const struct firewall *in, struct objects *out) {
  struct draft draft;
  begin(&draft, "limit");
  write_log_limit_name(draft.name, in);
  fprintf(draft.body, "rate %u/second burst %u packets", in->log.packets, in->log.burst);
  keep(&draft, out);
}

static void add_connections(const struct rule *rule, const char *what, const char *type, struct objects *out) {
  struct draft draft;
  begin(&draft, "set");
  write_connections_name(draft.name, rule, what);
  fprintf(draft.body, "type %s; flags dynamic; size 65535;", type);
  keep(&draft, out);
}

static void add_limits(const struct firewall *in, struct objects *out) {
  add_log_limit(in, out);
  for (unsigned i = 0; i < in->ruleCount; i++) {
    const struct rule *rule = &in->rules[i];
    if (!rule->enabled) continue;
    if (rule->rate.packets || rule->rate.connections) add_limit(rule, out);
    if (rule->total) add_connections(rule, "total", "mark", out);
    if (rule->perSource) add_connections(rule, "source4", "ipv4_addr", out);
    if (rule->perSource) add_connections(rule, "source6", "ipv6_addr", out);
  }
}

static void add_helpers(const struct firewall *in, struct objects *out) {
  for (enum helper helper = 0; helper < HELPERS; helper++) {
    struct draft draft;
    if (!in->helpers[helper]) continue;
    begin(&draft, "ct helper");
    write_helper_name(draft.name, helper);
    fprintf(draft.body, "type \"%s\" protocol %s;", helper_name(helper), helper_protocol(helper) == IPPROTO_TCP ? "tcp" : "udp");
    keep(&draft, out);
  }
}

static void add_sets(const struct firewall *in, struct objects *out) {
  static const char *const types[] = {"ipv4_addr", "ipv6_addr", "inet_service"};
  for (unsigned i = 0; i < in->setCount; i++) {
    const struct set *set = &in->sets[i];
    struct draft draft;
    begin(&draft, "set");
    write_set_name(draft.name, set);
    fprintf(draft.body, "type %s; flags interval;", types[set->kind]);
    for (unsigned n = 0; n < set->ranges.count; n++) {
      fputs(n ? ", " : " elements = { ", draft.body);
      range_write(draft.body, &set->ranges.all[n], set->kind);
    }
    if (set->ranges.count) fputs(" }", draft.body);
    keep(&draft, out);
  }
}

struct objects objects_of(const struct firewall *in) {
  struct places places = places_of(in);
  struct objects out = {NULL, 0};
  add_counters(in, &places, &out);
  add_limits(in, &out);
  add_helpers(in, &out);
  add_sets(in, &out);
  return out;
}
