#include <string.h>

#include "frr.h"

static const char *const words[FAMILIES] = {"ip", "ipv6"}, *const families[FAMILIES] = {"ipv4", "ipv6"};

static void write_sequence(FILE *out, unsigned at) { fprintf(out, "%u", (at + 1) * 10); }

static void render_prefix_list(const struct prefix_list *list, FILE *out) {
  char network[INET6_ADDRSTRLEN + 4];
  for (unsigned i = 0; i < list->count; i++) {
    const struct prefix_entry *entry = &list->entries[i];
    prefix_text(&entry->prefix, network);
    fprintf(out, "%s prefix-list %s seq ", words[list->family], list->name);
    write_sequence(out, i);
    fprintf(out, " %s %s", entry->deny ? "deny" : "permit", network);
    if (entry->ge) fprintf(out, " ge %u", entry->ge);
    if (entry->le) fprintf(out, " le %u", entry->le);
    fputc('\n', out);
  }
}

/* FRR matches communities by a list; its name is its content, so a list never changes. */
static void write_list_name(FILE *out, const struct communities *in) {
  fputc('c', out);
  for (unsigned i = 0; i < in->count; i++) fprintf(out, "_%s", in->all[i]);
}

static void write_communities(FILE *out, const struct communities *in) {
  for (unsigned i = 0; i < in->count; i++) fprintf(out, " %s", in->all[i]);
}

static void render_map_entry(const struct routing *routing, const struct map_entry *in, FILE *out) {
  const struct prefix_list *list = in->prefixList;
  if (list) fprintf(out, " match %s address prefix-list %s\n", words[list->family], list->name);
  if (in->matched.count) {
    fputs(" match community ", out);
    write_list_name(out, &in->matched);
    fputc('\n', out);
  }
  if (in->throughPeer) fprintf(out, " set %s next-hop peer-address\n", words[list->family]);
  if (in->setsPreference) fprintf(out, " set local-preference %u\n", in->preference);
  if (in->setsMed) fprintf(out, " set metric %u\n", in->med);
  if (in->set.count) {
    fputs(" set community", out);
    write_communities(out, &in->set);
    fputs(in->adds ? " additive\n" : "\n", out);
  }
  if (in->prepend) {
    fputs(" set as-path prepend", out);
    for (unsigned i = 0; i < in->prepend; i++) fprintf(out, " %u", routing->bgp.asn);
    fputc('\n', out);
  }
}

static bool is_listed(const struct policy *policy, const struct map_entry *until) {
  for (unsigned m = 0; m < policy->mapCount; m++)
    for (unsigned i = 0; i < policy->maps[m].count; i++) {
      const struct map_entry *each = &policy->maps[m].entries[i];
      if (each == until) return false;
      if (!memcmp(&each->matched, &until->matched, sizeof each->matched)) return true;
    }
  return false;
}

static void render_community_list(const struct policy *policy, const struct map_entry *in, FILE *out) {
  if (!in->matched.count || is_listed(policy, in)) return;
  fputs("bgp community-list standard ", out);
  write_list_name(out, &in->matched);
  fputs(" seq 10 permit", out);
  write_communities(out, &in->matched);
  fputc('\n', out);
}

static void render_route_map(const struct routing *routing, const struct route_map *map, FILE *out) {
  for (unsigned i = 0; i < map->count; i++) render_community_list(&routing->policy, &map->entries[i], out);
  for (unsigned i = 0; i < map->count; i++) {
    fprintf(out, "route-map %s %s ", map->name, map->entries[i].deny ? "deny" : "permit");
    write_sequence(out, i);
    fputc('\n', out);
    render_map_entry(routing, &map->entries[i], out);
  }
}

void render_policy(const struct routing *routing, FILE *out) {
  for (unsigned i = 0; i < routing->policy.listCount; i++) render_prefix_list(&routing->policy.lists[i], out);
  for (unsigned i = 0; i < routing->policy.mapCount; i++) render_route_map(routing, &routing->policy.maps[i], out);
}

static void render_neighbor(const struct neighbor *in, FILE *out) {
  const char *who = in->address;
  fprintf(out, " neighbor %s remote-as %u\n", who, in->asn);
  if (*in->description) fprintf(out, " neighbor %s description %s\n", who, in->description);
  if (*in->password) fprintf(out, " neighbor %s password %s\n", who, in->password);
  if (in->multihop) fprintf(out, " neighbor %s ebgp-multihop %u\n", who, in->multihop);
  if (in->holdSeconds) fprintf(out, " neighbor %s timers %u %u\n", who, in->keepaliveSeconds, in->holdSeconds);
  if (in->connectSeconds) fprintf(out, " neighbor %s timers connect %u\n", who, in->connectSeconds);
  if (in->family == IPV6 && in->families[IPV4].wanted) fprintf(out, " neighbor %s capability extended-nexthop\n", who);
  if (!in->bfd.wanted) return;
  fprintf(out, " neighbor %s bfd\n neighbor %s bfd profile ", who, who);
  write_profile_name(out, &in->bfd);
  fputc('\n', out);
}

static void render_neighbor_family(const char *who, const struct neighbor_family *in, FILE *out) {
  if (!in->wanted) return;
  fprintf(out, "  neighbor %s activate\n", who);
  if (in->prefixes) fprintf(out, "  neighbor %s maximum-prefix %u", who, in->prefixes);
  if (in->prefixes && in->restartMinutes) fprintf(out, " restart %u", in->restartMinutes);
  if (in->prefixes && in->countsAll) fputs(" force", out);
  if (in->prefixes) fputc('\n', out);
  if (in->prefixes && in->countsAll) fprintf(out, "  neighbor %s soft-reconfiguration inbound\n", who); /* what was filtered is not known otherwise */
  if (*in->in) fprintf(out, "  neighbor %s route-map %s in\n", who, in->in);
  if (*in->out) fprintf(out, "  neighbor %s route-map %s out\n", who, in->out);
}

static void render_family(const struct bgp *bgp, enum family family, FILE *out) {
  char network[INET6_ADDRSTRLEN + 4];
  fprintf(out, " address-family %s unicast\n", families[family]);
  if (bgp->paths) fprintf(out, "  maximum-paths %u\n  maximum-paths ibgp %u\n", bgp->paths, bgp->paths);
  for (unsigned i = 0; i < bgp->neighborCount; i++)
    render_neighbor_family(bgp->neighbors[i].address, &bgp->neighbors[i].families[family], out);
  for (unsigned i = 0; i < bgp->networkCount; i++) {
    if ((bgp->networks[i].base.family == AF_INET6) != (family == IPV6)) continue;
    prefix_text(&bgp->networks[i], network);
    fprintf(out, "  network %s\n", network);
  }
}

/*
 * RFC 8212 makes FRR exchange nothing with an external peer without a policy; whether there is one is the document's
 * affair. A change of policy is felt after a second instead of five.
 */
void render_bgp(const struct routing *routing, FILE *out) {
  const struct bgp *bgp = &routing->bgp;
  if (!bgp->wanted) return;
  fputs("bgp route-map delay-timer 1\n", out);
  render_policy(routing, out);
  fprintf(out, "router bgp %u\n", bgp->asn);
  if (*bgp->routerId) fprintf(out, " bgp router-id %s\n", bgp->routerId);
  fputs(" no bgp ebgp-requires-policy\n no bgp default ipv4-unicast\n", out);
  if (bgp->paths > 1) fputs(" bgp bestpath as-path multipath-relax\n", out);
  for (unsigned i = 0; i < bgp->neighborCount; i++) render_neighbor(&bgp->neighbors[i], out);
  for (enum family family = IPV4; family < FAMILIES; family++) render_family(bgp, family, out);
}
