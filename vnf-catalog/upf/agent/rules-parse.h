/*
 * Reading of a grouped IE by a table of what may be in it (TS 29.244 tables 7.5.2.x and 7.5.4.x): for each IE its presence, the
 * octets it has at least, and what takes it, or the cause with which it is refused. IEs that are in no table are skipped (7.6).
 */
#ifndef UPF_RULES_PARSE_H
#define UPF_RULES_PARSE_H

#include "octets.h"

struct group {
  bool update;                /* the rule is updated: the present bits decide */
  char name[48];              /* for sentences, such as "Create PDR 7" */
  void *rule;
  struct pfcp_fault *fault;
};

enum { MANDATORY = 1, REPEATED = 2, CREATE_ONLY = 4 /* mandatory in a Create message */ };

struct member {
  uint16_t type;
  uint8_t least;              /* octets */
  uint8_t flags;
  uint8_t refused;            /* a cause; 0: taken */
  bool (*take)(struct group *group, const struct ie *ie); /* NULL: nothing to keep */
};

enum { MOST_MEMBERS = 64 };

/* False with the fault. The first of IEs that may not be repeated counts. */
bool group_read(struct group *group, const struct ie *ie, const struct member *members, unsigned count);

/* A value that cannot be: Mandatory IE incorrect. */
bool group_incorrect(struct group *group, const struct ie *ie, const char *what);
bool group_unsupported(struct group *group, const struct ie *ie, const char *what);
bool group_too_many(struct group *group, const struct ie *ie, unsigned most);
bool group_condition(struct group *group, uint16_t missing, const char *when);

/* Begins a rule: reads its id and names it. */
bool rule_begin(struct group *group, const struct ie *ie, uint32_t *id);

bool instance_take(struct group *group, const struct ie *ie, char *out);

#define MEMBERS(table) (table), (unsigned)(sizeof(table) / sizeof *(table))

#endif
