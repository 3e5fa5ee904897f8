#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "nft.h"
#include "render.h"
#include "values.h"

/* Berth keeps 400 numbers with a label; the rules after these count in their pair of zones all the same. */
enum { MOST_REPORTED_RULES = 150, MOST_REPORTED_PAIRS = 25 };

static const char *const reasons[] = {"invalid", "tcp_flags", "icmp_redirect", "icmp_error", "spoofed", "no_zone", "syn_limit", "rate_limit", "connection_limit"};

struct sum {
  uint64_t packets, bytes;
};

struct pair {
  struct sum accepted, dropped;
};

struct report {
  struct sum *rules;                       /* in the order of the document */
  struct pair pairs[SELF + 1][SELF + 1];
  struct sum accepted, denied, otherwise; /* `otherwise` is the default action's part of `denied` */
  uint64_t reasons[sizeof reasons / sizeof *reasons];
};

static void add(struct sum *to, const struct counter *counter) {
  to->packets += counter->packets;
  to->bytes += counter->bytes;
}

static void add_place(const struct firewall *in, const struct place *place, const struct counters *counters, struct report *out) {
  char name[128] = "";
  FILE *text = fmemopen(name, sizeof name, "w");
  if (!text) return;
  write_counter_name(text, in, place);
  fclose(text);
  const struct counter found = counter_named(counters, name);
  struct pair *pair = &out->pairs[place->from][place->to];
  bool accepts = place->rule->action == ACCEPT;
  add(&out->rules[place->rule - in->rules], &found);
  add(accepts ? &pair->accepted : &pair->dropped, &found);
  add(accepts ? &out->accepted : &out->denied, &found);
}

static void add_pair(const struct firewall *in, unsigned from, unsigned to, const struct counters *counters, struct report *out) {
  char name[64];
  snprintf(name, sizeof name, "p/%s/%s", zone_name(in, from), zone_name(in, to));
  const struct counter found = counter_named(counters, name);
  add(&out->pairs[from][to].dropped, &found);
  add(&out->denied, &found);
  add(&out->otherwise, &found);
}

/* Read once for the whole status. */
static const struct report *report_of(const struct firewall *in) {
  static struct report out;
  struct counters counters;
  if (out.rules) return &out;
  counters_read(&counters);
  out.rules = calloc((in ? in->ruleCount : 0) + 1, sizeof *out.rules);
  for (unsigned i = 0; i < sizeof reasons / sizeof *reasons; i++) {
    char name[32];
    snprintf(name, sizeof name, "d/%s", reasons[i]);
    out.reasons[i] = counter_named(&counters, name).packets;
  }
  if (!in) return &out;
  struct places places = places_of(in);
  for (unsigned i = 0; i < places.count; i++) add_place(in, &places.all[i], &counters, &out);
  for (unsigned from = 0; from <= SELF; from++)
    for (unsigned to = 0; to <= SELF; to++)
      if (is_pair(in, from, to)) add_pair(in, from, to, &counters, &out);
  return &out;
}

void report_counters(const void *document, FILE *out) {
  const struct report *report = report_of(document);
  fprintf(out, "\"accepted_packets\":%llu", (unsigned long long)report->accepted.packets);
  fprintf(out, ",\"accepted_bytes\":%llu", (unsigned long long)report->accepted.bytes);
  fprintf(out, ",\"denied_packets\":%llu", (unsigned long long)report->denied.packets);
  fprintf(out, ",\"denied_bytes\":%llu", (unsigned long long)report->denied.bytes);
  fprintf(out, ",\"default_denied_packets\":%llu", (unsigned long long)report->otherwise.packets);
  for (unsigned i = 0; i < sizeof reasons / sizeof *reasons; i++)
    fprintf(out, ",\"dropped_%s_packets\":%llu", reasons[i], (unsigned long long)report->reasons[i]);
}

static void write_sum(FILE *out, const char *start, const struct sum *sum) {
  fprintf(out, "\"%spackets\":%llu,\"%sbytes\":%llu", start, (unsigned long long)sum->packets, start, (unsigned long long)sum->bytes);
}

static void write_pair(const struct firewall *in, unsigned from, unsigned to, const struct pair *pair, FILE *out) {
  fprintf(out, "\"%s/%s\":{", zone_name(in, from), zone_name(in, to));
  write_sum(out, "accepted_", &pair->accepted);
  fputc(',', out);
  write_sum(out, "denied_", &pair->dropped);
  fputc('}', out);
}

static void write_pairs(const struct firewall *in, const struct report *report, FILE *out) {
  unsigned count = 0;
  for (unsigned from = 0; from <= SELF; from++)
    for (unsigned to = 0; to <= SELF; to++) {
      if (!is_pair(in, from, to) || count == MOST_REPORTED_PAIRS) continue;
      if (count++) fputc(',', out);
      write_pair(in, from, to, &report->pairs[from][to], out);
    }
}

void report_details(const void *document, FILE *out) {
  const struct firewall *in = document;
  const struct report *report = report_of(in);
  fputs(",\"labelled\":{\"zones\":{", out);
  if (in) write_pairs(in, report, out);
  fputs("},\"rule\":{", out);
  for (unsigned i = 0; in && i < in->ruleCount && i < MOST_REPORTED_RULES; i++) {
    fprintf(out, "%s\"%s\":{", i ? "," : "", in->rules[i].name);
    write_sum(out, "", &report->rules[i]);
    fputc('}', out);
  }
  fputs("}}", out);
}
