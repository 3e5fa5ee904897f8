/*
 * The firewall's role: one ruleset that is in force as a whole. A baseline that lets nothing through stands
 * before any link is up, and forwarding begins with the first document.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document.h"
#include "files.h"
#include "forwarding.h"
#include "modules.h"
#include "nft.h"
#include "parts.h"
#include "proc-tables.h"
#include "render.h"
#include "report.h"
#include "role.h"
#include "values.h"

#define BASELINE "/etc/berth/baseline.nft"
#define TRACKING "/proc/sys/net/netfilter/"
#define SHADOWED RUN "/firewall-shadowed"

enum { MOST_WARNINGS = 3, FULL_PERCENT = 95 };

static void *parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  return document_parse(text, length, links, why);
}

static bool before_links(struct reason *why) {
  struct reason said;
  harden();
  return nft_load_file(BASELINE, &said) || refuse(why, "no link was set up, since nothing would filter it: %.200s", said.text);
}

/* A rule that can never match is no reason to refuse the document, but somebody wants to know. */
static void warn_of_shadowed(const struct firewall *in) {
  char text[24];
  unsigned found = 0;
  for (unsigned i = 0; i < in->ruleCount; i++) {
    const struct rule *shadow = shadow_of(in, i);
    if (shadow && found++ < MOST_WARNINGS)
      fprintf(stderr, "warning: the rule \"%s\" can never match, since \"%s\" before it takes all of its packets\n",
              in->rules[i].name, shadow->name);
  }
  if (found > MOST_WARNINGS) fprintf(stderr, "warning: and %u more rules can never match\n", found - MOST_WARNINGS);
  write_file(SHADOWED, text, (size_t)snprintf(text, sizeof text, "%u\n", found));
}

/* A connection that began before the firewall did is not picked up in its middle. */
static bool apply_tracking(const struct firewall *wanted, struct reason *why) {
  char text[24];
  snprintf(text, sizeof text, "%u", wanted->conntrackEntries);
  return (write_knob(TRACKING "nf_conntrack_tcp_loose", "0") &&
          (!wanted->conntrackEntries || write_knob(TRACKING "nf_conntrack_max", text))) ||
         refuse(why, "connection tracking could not be set");
}

static bool has_module(const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/sys/module/%.40s", name);
  return access(path, F_OK) == 0;
}

/* What a document asks for beyond the baseline. nft would say no more than that a file is missing. */
static bool load_modules(const struct firewall *wanted, struct reason *why) {
  static const char *const modules[] = {[FTP] = "nf_nat_ftp", [TFTP] = "nf_nat_tftp"};
  for (enum helper helper = 0; helper < HELPERS; helper++) {
    char use[24];
    if (!wanted->helpers[helper]) continue;
    snprintf(use, sizeof use, "berth:%.10s", helper_name(helper));
    modules_load_for(use);
    if (!has_module(modules[helper])) return refuse(why, "helpers: this kernel has no %s (module %s); leave it out", helper_name(helper), modules[helper]);
  }
  if (!wanted->offload) return true;
  modules_load_for("berth:offload");
  return (has_module("nf_flow_table_inet") && has_module("nft_flow_offload")) ||
         refuse(why, "offload: this kernel cannot offload flows (modules nf_flow_table_inet, nft_flow_offload); it must be false");
}

static bool apply(const void *document, const void *before, struct reason *why) {
  const struct firewall *wanted = document;
  if (!load_modules(wanted, why)) return false;
  char *script = ruleset_render(wanted, before);
  bool loaded = nft_load(script, why);
  free(script);
  if (!loaded) return false;
  harden();
  if (*wanted->hostname) sethostname(wanted->hostname, strlen(wanted->hostname));
  if (!network_apply(&wanted->network, why) || !apply_tracking(wanted, why) || !forwarding_set(true, why)) return false;
  warn_of_shadowed(wanted);
  return ha_apply(&wanted->ha, wanted->conntrackEntries, why);
}

static bool follows(const void *document, struct reason *why) {
  struct counters counters;
  char name[80] = "";
  FILE *to = fmemopen(name, sizeof name, "w");
  if (!to) return refuse(why, "no memory");
  write_digest_name(to, document);
  fclose(to);
  return (counters_read(&counters) && counter_exists(&counters, name)) ||
         refuse(why, "the ruleset in the kernel is not the one of the configuration in force");
}

static bool may_lead(const void *document, struct reason *why) {
  return forwarding_is(true, why) && network_is(&((const struct firewall *)document)->network, why);
}

static bool healthy(const void *document, struct reason *why) {
  const long entries = read_number_file(TRACKING "nf_conntrack_count", 0), most = read_number_file(TRACKING "nf_conntrack_max", 0);
  if (!may_lead(document, why) || !ha_healthy(&((const struct firewall *)document)->ha, why)) return false;
  return entries * 100 < most * FULL_PERCENT ||
         refuse(why, "connection tracking is full: %ld of %ld entries are used", entries, most);
}

static void gauges(const void *document, FILE *out) {
  const struct firewall *in = document;
  fprintf(out, "\"conntrack_entries\":%ld", read_number_file(TRACKING "nf_conntrack_count", 0));
  fprintf(out, ",\"conntrack_limit\":%ld", read_number_file(TRACKING "nf_conntrack_max", 0));
  fprintf(out, ",\"rules\":%u", in ? in->ruleCount : 0);
  fprintf(out, ",\"shadowed_rules\":%ld", in ? read_number_file(SHADOWED, 0) : 0);
  fprintf(out, ",\"memory_available_bytes\":%ld", from_list("/proc/meminfo", "MemAvailable:") * 1024);
  if (in) ha_gauges(&in->ha, out);
}

static void counters(const void *document, FILE *out) {
  report_counters(document, out);
  if (document) ha_counters(&((const struct firewall *)document)->ha, out);
}

static void daemons(const void *document, FILE *out) {
  if (document) ha_daemons(&((const struct firewall *)document)->ha, "", out);
}

const struct role role = {
    .name = "firewall",
    .before_links = before_links,
    .parse = parse,
    .apply = apply,
    .follows = follows,
    .may_lead = may_lead,
    .healthy = healthy,
    .counters = counters,
    .gauges = gauges,
    .daemons = daemons,
    .details = report_details,
};
