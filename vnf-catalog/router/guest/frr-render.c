#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frr.h"

const char *const frr_daemons[FRR_DAEMONS] = {"zebra", "staticd", "bgpd", "ospfd"};

static bool raw_mentions(const struct router *router, const char *line) {
  size_t length = strlen(line);
  for (const char *at = router->frr; at && *at; at = strchr(at, '\n'), at += at != NULL) {
    at += strspn(at, " \t\r\n");
    if (!strncmp(at, line, length)) return true;
  }
  return false;
}

bool frr_wanted(const struct router *router, const char *daemon) {
  if (!strcmp(daemon, "bgpd")) return router->bgp.wanted || raw_mentions(router, "router bgp");
  if (!strcmp(daemon, "ospfd")) return router->ospf.wanted || raw_mentions(router, "router ospf");
  if (!strcmp(daemon, "staticd")) return router->frr != NULL;
  return router->frr || router->bgp.wanted || router->ospf.wanted;
}

/* RFC 8212 makes FRR exchange nothing with an external peer without a policy; policies live in the raw part. */
static void render_bgp(const struct bgp *bgp, FILE *out) {
  char network[INET6_ADDRSTRLEN + 4];
  if (!bgp->wanted) return;
  fprintf(out, "router bgp %u\n", bgp->asn);
  if (*bgp->routerId) fprintf(out, " bgp router-id %s\n", bgp->routerId);
  fputs(" no bgp ebgp-requires-policy\n", out);
  for (unsigned i = 0; i < bgp->neighborCount; i++)
    fprintf(out, " neighbor %s remote-as %u\n", bgp->neighbors[i].address, bgp->neighbors[i].asn);
  for (unsigned i = 0; i < bgp->networkCount; i++) {
    prefix_text(&bgp->networks[i], network);
    fprintf(out, " network %s\n", network);
  }
}

static void render_ospf(const struct ospf *ospf, FILE *out) {
  if (!ospf->wanted) return;
  for (unsigned i = 0; i < ospf->interfaceCount; i++)
    fprintf(out, "interface %s\n ip ospf area %s\n", ospf->interfaces[i].name, ospf->interfaces[i].area);
  fputs("router ospf\n", out);
  if (*ospf->routerId) fprintf(out, " ospf router-id %s\n", ospf->routerId);
}

char *frr_render(const struct router *router, const char *daemon) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!strcmp(daemon, "bgpd")) render_bgp(&router->bgp, out);
  if (!strcmp(daemon, "ospfd")) render_ospf(&router->ospf, out);
  fclose(out);
  return text;
}

struct line {
  const char *context, *text; /* a context's own line has no text */
};

struct lines {
  struct line *all;
  unsigned count;
};

static struct lines split(char *text) {
  struct lines lines = {calloc(strlen(text) + 1, sizeof *lines.all), 0};
  const char *context = "";
  char *line, *rest = text;
  while ((line = strsep(&rest, "\n"))) {
    if (!*line) continue;
    if (*line != ' ') context = line;
    lines.all[lines.count++] = (struct line){context, *line == ' ' ? line + 1 : NULL};
  }
  return lines;
}

static bool holds(const struct lines *lines, const struct line *wanted) {
  for (unsigned i = 0; i < lines->count; i++) {
    const struct line *each = &lines->all[i];
    if (strcmp(each->context, wanted->context)) continue;
    if (!each->text == !wanted->text && (!each->text || !strcmp(each->text, wanted->text))) return true;
  }
  return false;
}

/* An interface outlives its OSPF lines; a `router` block goes as a whole. */
static void write_removal(const struct lines *after, const struct line *gone, FILE *out) {
  const struct line block = {gone->context, NULL};
  bool whole = !strncmp(gone->context, "router ", 7) && !holds(after, &block);
  if (!gone->text && whole) fprintf(out, "no %s\n", gone->context);
  if (!gone->text || whole) return;
  fprintf(out, "%s\n", gone->context);
  if (!strncmp(gone->text, "no ", 3)) fprintf(out, "%s\nexit\n", gone->text + 3);
  else fprintf(out, "no %s\nexit\n", gone->text);
}

static void write_addition(const struct line *added, FILE *out) {
  if (added->text) fprintf(out, "%s\n%s\nexit\n", added->context, added->text);
  else fprintf(out, "%s\nexit\n", added->context);
}

char *frr_difference(const char *before, const char *after) {
  char *commands = NULL;
  size_t length;
  FILE *out = open_memstream(&commands, &length);
  struct lines old = split(strdup(before)), new = split(strdup(after));
  for (unsigned i = 0; i < old.count; i++)
    if (!holds(&new, &old.all[i])) write_removal(&new, &old.all[i], out);
  for (unsigned i = 0; i < new.count; i++)
    if (!holds(&old, &new.all[i])) write_addition(&new.all[i], out);
  fclose(out);
  return commands;
}
