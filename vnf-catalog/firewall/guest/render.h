/*
 * The document as one nft script, which the kernel takes whole or not at all.
 *
 * Rules are written on flows, not on packets: `ct original` is where a flow came from, `ct reply` where it
 * really goes, after destination NAT. So the same rule judges packets of both directions, and the packets of
 * a flow that older rules let through are judged again by newer ones. A flow that is accepted gets the mark
 * of its place, under which its next packets are found at once; the mark begins with the document's
 * generation, so that older marks are found nowhere.
 *
 * Counters, limits and sets outlive a change of rules: each has a name that says its whole content, and what
 * both documents name is left alone.
 */
#ifndef BERTH_FIREWALL_RENDER_H
#define BERTH_FIREWALL_RENDER_H

#include "document.h"

#define TABLE "inet berth"

/* A rule within one ordered pair of zones. */
struct place {
  const struct rule *rule;
  unsigned from, to;
  unsigned number; /* from 1 */
  bool lasts;      /* false: every packet of the flow is judged, since the answer may change */
};

struct places {
  struct place *all;
  unsigned count;
};

/* All places of enabled rules, pair by pair, each pair in the document's order. */
struct places places_of(const struct firewall *in);
bool is_pair(const struct firewall *in, unsigned from, unsigned to);
void write_counter_name(FILE *out, const struct firewall *in, const struct place *place);
/* A rule that does more than one thing has a chain of its own in each place. */
bool has_chain(const struct rule *rule);
void write_chain_name(FILE *out, const struct firewall *in, const struct place *place);

/* What both documents can keep: a counter, limit or set with its name, and its body in braces. */
struct object {
  const char *kind;
  char *name, *body;
};

struct objects {
  struct object *all;
  unsigned count;
};

struct objects objects_of(const struct firewall *in);
/* The name of the counter that stands for the whole document. */
void write_digest_name(FILE *out, const struct firewall *in);
void write_helper_name(FILE *out, enum helper helper);
void write_set_name(FILE *out, const struct set *set);
void write_limit_name(FILE *out, const struct rule *rule);
void write_log_limit_name(FILE *out, const struct firewall *in);
/* `total`, or `source4` and `source6`. */
void write_connections_name(FILE *out, const struct rule *rule, const char *what);

/* Bits of zones as a set of the names of their interfaces. */
void write_interfaces(FILE *out, const struct firewall *in, uint32_t zones);

/* Every way in which a packet can match the rule, as text before a verdict; ends with NULL. */
char **alternatives_of(const struct rule *rule);

/* The same of the connections that the rule's helper expects; `back`: from where the rule leads to where it comes from. */
char **expected_alternatives_of(const struct rule *rule, bool back);

/* Is there anything to offload, and may the flows of this place be? */
bool offloads(const struct firewall *in);
bool is_offloaded(const struct firewall *in, const struct place *place);
/* The flowtable, and the chain that puts flows into it; nothing when there is nothing to offload. */
void render_offload(FILE *out, const struct firewall *in);
void render_offload_removal(FILE *out, const struct firewall *before);

void render_places(FILE *out, const struct firewall *in, unsigned generation);
void render_base(FILE *out, const struct firewall *in, unsigned generation);
void render_nat(FILE *out, const struct firewall *in);
/* Lets a pair speak with its peer: VRRP, and connection tracking's states. Nothing without a peer. */
void render_peer(FILE *out, const struct firewall *in, bool outward);

/* `before` is what the kernel has now; NULL: unknown, and everything is made anew. */
char *ruleset_render(const struct firewall *wanted, const struct firewall *before);

#endif
