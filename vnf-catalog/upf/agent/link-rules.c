/*
 * The kernel forwards for the UPF, and is no router between its links: what comes in by one of them and meets no session goes
 * nowhere, whether upfd and its programs are there or not. Rules of the kernel say so, after the one for its own addresses: by a link
 * of a data network only a pool of UEs is reached, and by the others nothing.
 */
#include "link-rules.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"
#include "ue-routes.h"

/* By the protocol the rules are known again, as the routes of ue-routes.c. */
enum { RULE_PROTOCOL = 201, MARKED_PREFERENCE = 99, POOL_PREFERENCE = 100, CLOSED_PREFERENCE = 101 };

struct link_rule {
  uint8_t family;
  char link[16];
  struct dp_prefix to; /* a pool; without a family: to anywhere, and blocked */
};

static void ask_for(struct request *ask, uint16_t type, uint16_t flags, const struct link_rule *rule) {
  const uint32_t preference = rule->to.address.family ? POOL_PREFERENCE : CLOSED_PREFERENCE;
  const uint8_t protocol = RULE_PROTOCOL;
  request_begin(ask, type, flags, sizeof ask->body.rule);
  ask->body.rule.family = rule->family;
  ask->body.rule.dst_len = rule->to.length;
  ask->body.rule.table = rule->to.address.family ? RT_TABLE_MAIN : RT_TABLE_UNSPEC;
  ask->body.rule.action = rule->to.address.family ? FR_ACT_TO_TBL : FR_ACT_BLACKHOLE;
  if (rule->to.address.family) request_put(ask, FRA_DST, rule->to.address.bytes, rule->family == AF_INET ? 4 : 16);
  request_put(ask, FRA_IIFNAME, rule->link, strlen(rule->link) + 1);
  request_put(ask, FRA_PRIORITY, &preference, sizeof preference);
  request_put(ask, FRA_PROTOCOL, &protocol, sizeof protocol);
}

/* What the programs leave to the kernel for a UE: by a table of its own, whose only route leads to the UEs' link. */
static bool put_marked(uint8_t family, struct reason *why) {
  const uint32_t preference = MARKED_PREFERENCE, mark = DP_UE_MARKED, table = UE_TABLE;
  const uint8_t protocol = RULE_PROTOCOL;
  struct request ask;
  request_begin(&ask, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, sizeof ask.body.rule);
  ask.body.rule.family = family;
  ask.body.rule.action = FR_ACT_TO_TBL;
  request_put(&ask, FRA_TABLE, &table, sizeof table);
  request_put(&ask, FRA_FWMARK, &mark, sizeof mark);
  request_put(&ask, FRA_PRIORITY, &preference, sizeof preference);
  request_put(&ask, FRA_PROTOCOL, &protocol, sizeof protocol);
  const int code = request_send(&ask);
  return !code || code == EEXIST || refuse(why, "the kernel did not take the rule for marked packets: %s", strerror(code));
}

static bool put(const struct link_rule *rule, struct reason *why) {
  struct request ask;
  ask_for(&ask, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
  const int code = request_send(&ask);
  return !code || code == EEXIST || refuse(why, "the kernel did not take the rule that closes link %s: %s", rule->link, strerror(code));
}

/* Plain packets come from the data networks, by links that are none of the access alone. */
static bool is_plain(const struct agent_config *config, const char *link) {
  for (unsigned i = 0; i < config->interface_count; i++)
    if (config->interfaces[i].side != DP_ACCESS && !strcmp(config->interfaces[i].link, link)) return true;
  return false;
}

static bool put_of_family(const struct agent_config *config, const char *link, uint8_t family, struct reason *why) {
  struct link_rule rule = {.family = family};
  strncpy(rule.link, link, sizeof rule.link - 1);
  for (unsigned i = 0; is_plain(config, link) && i < config->pool_count; i++) {
    rule.to = config->pools[i].prefix;
    if (rule.to.address.family == (family == AF_INET ? 4 : 6) && !put(&rule, why)) return false;
  }
  rule.to = (struct dp_prefix){0};
  return put(&rule, why);
}

static bool put_all(const struct agent_config *config, const char *link, struct reason *why) {
  return put_of_family(config, link, AF_INET, why) && put_of_family(config, link, AF_INET6, why);
}

static bool is_link(const struct agent_config *config, const char *link) {
  if (!strcmp(config->n4_link, link)) return true;
  for (unsigned i = 0; i < config->interface_count; i++)
    if (!strcmp(config->interfaces[i].link, link)) return true;
  return false;
}

static bool is_wanted(const struct agent_config *config, const struct link_rule *rule) {
  if (!is_link(config, rule->link)) return false;
  if (!rule->to.address.family) return true;
  for (unsigned i = 0; is_plain(config, rule->link) && i < config->pool_count; i++)
    if (!memcmp(&config->pools[i].prefix, &rule->to, sizeof rule->to)) return true;
  return false;
}

/* False for a rule of somebody else. */
static bool read_rule(const struct nlmsghdr *message, struct link_rule *out) {
  size_t left;
  const struct fib_rule_hdr *head = NLMSG_DATA(message);
  const struct rtattr *all = message->nlmsg_type == RTM_NEWRULE ? attributes_of(message, sizeof *head, &left) : NULL;
  const struct rtattr *by = all ? attribute_of(all, left, FRA_PROTOCOL) : NULL, *link = all ? attribute_of(all, left, FRA_IIFNAME) : NULL;
  const struct rtattr *to = all ? attribute_of(all, left, FRA_DST) : NULL;
  memset(out, 0, sizeof *out);
  if (!by || RTA_PAYLOAD(by) != 1 || *(const uint8_t *)RTA_DATA(by) != RULE_PROTOCOL) return false;
  if (!link || RTA_PAYLOAD(link) > sizeof out->link || (head->family != AF_INET && head->family != AF_INET6)) return false;
  const size_t octets = head->family == AF_INET ? 4 : 16;
  if (to && RTA_PAYLOAD(to) != octets) return false;
  out->family = head->family;
  out->to.length = head->dst_len;
  out->to.address.family = !to ? 0 : octets == 4 ? 4 : 6;
  if (to) memcpy(out->to.address.bytes, RTA_DATA(to), octets);
  memcpy(out->link, RTA_DATA(link), RTA_PAYLOAD(link));
  return out->link[sizeof out->link - 1] == 0;
}

struct removal {
  const struct agent_config *config;
  int code;
};

static void remove_other(const struct nlmsghdr *message, void *context) {
  struct removal *removal = context;
  struct link_rule rule;
  struct request ask;
  if (!read_rule(message, &rule) || is_wanted(removal->config, &rule)) return;
  ask_for(&ask, RTM_DELRULE, 0, &rule);
  const int code = request_send(&ask);
  if (code && code != ENOENT) removal->code = code;
}

static bool remove_others(const struct agent_config *config, uint8_t family, struct reason *why) {
  struct removal removal = {config, 0};
  struct request ask;
  request_begin(&ask, RTM_GETRULE, 0, sizeof ask.body.rule);
  ask.body.rule.family = family;
  const int code = request_dump(&ask, remove_other, &removal), failed = code ? code : removal.code;
  return !failed || refuse(why, "the kernel's rules for links of an earlier document could not be removed: %s", strerror(failed));
}

bool link_rules_follow(const struct agent_config *config, struct reason *why) {
  if (!put_marked(AF_INET, why) || !put_marked(AF_INET6, why) || !put_all(config, config->n4_link, why)) return false;
  for (unsigned i = 0; i < config->interface_count; i++)
    if (!put_all(config, config->interfaces[i].link, why)) return false;
  return remove_others(config, AF_INET, why) && remove_others(config, AF_INET6, why);
}
