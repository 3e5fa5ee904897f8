/*
 * What one VNF (router, firewall, ...) adds to the common guest program. The program keeps the
 * configuration document, its generation and its digest; the role gives the document a meaning.
 */
#ifndef BERTH_ROLE_H
#define BERTH_ROLE_H

#include <stddef.h>
#include <stdio.h>

#include "links.h"
#include "reason.h"

struct role {
  const char *name;
  /* Before any link is set up; links stay down when it fails. NULL: nothing to do. */
  bool (*before_links)(struct reason *why);
  /* Checks the whole document without any effect. NULL, with the reason, when it is refused. */
  void *(*parse)(const char *text, size_t length, const struct links *links, struct reason *why);
  /*
   * Makes the guest follow `wanted`. `before` is what it follows now, so that only the difference is
   * touched; NULL means unknown, and everything is set anew.
   */
  bool (*apply)(const void *wanted, const void *before, struct reason *why);
  /* Does the guest still follow `wanted`, as far as a killed `configure` could leave it otherwise? NULL: it always does. */
  bool (*follows)(const void *wanted, struct reason *why);
  /* May a member of a pair be master with it, besides that it follows it? NULL: always. */
  bool (*may_lead)(const void *wanted, struct reason *why);
  bool (*healthy)(const void *wanted, struct reason *why);
  /* The members of `counters` (only ever growing), `gauges` (momentary) and `daemons` in the status, without the braces. */
  void (*counters)(const void *wanted, FILE *out);
  void (*gauges)(const void *wanted, FILE *out);
  void (*daemons)(const void *wanted, FILE *out);
  /* Further members of the status, each begun by a comma. NULL: none. */
  void (*details)(const void *wanted, FILE *out);
  /* Further commands of the program, such as `vnf trace`: the exit status, -1 when it knows none with these words. NULL: none. */
  int (*command)(int count, char **words);
  const char *usage; /* of `command` */
};

extern const struct role role;

#endif
