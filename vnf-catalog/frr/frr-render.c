#include <stdlib.h>
#include <string.h>

#include "frr.h"

const char *const frr_daemons[FRR_DAEMONS] = {"zebra", "staticd", "bfdd", "bgpd", "ospfd", "ospf6d"};

/* `line` ends with the raw line's word. */
static bool raw_mentions(const struct routing *routing, const char *line) {
  size_t length = strlen(line);
  for (const char *at = routing->raw; at && *at; at = strchr(at, '\n'), at += at != NULL) {
    at += strspn(at, " \t\r\n");
    if (!strncmp(at, line, length) && strchr(" \t\r\n", at[length])) return true;
  }
  return false;
}

static bool ospf_has_bfd(const struct ospf *ospf) {
  for (unsigned i = 0; i < ospf->interfaceCount; i++)
    if (ospf->interfaces[i].bfd.wanted) return true;
  return false;
}

static bool wants_bfd(const struct routing *routing) {
  for (unsigned i = 0; i < routing->bgp.neighborCount; i++)
    if (routing->bgp.neighbors[i].bfd.wanted) return true;
  return ospf_has_bfd(&routing->ospf) || ospf_has_bfd(&routing->ospf6) || (routing->raw && strstr(routing->raw, "bfd"));
}

bool frr_wanted(const struct routing *routing, const char *daemon) {
  if (!strcmp(daemon, "bgpd")) return routing->bgp.wanted || raw_mentions(routing, "router bgp");
  if (!strcmp(daemon, "ospfd")) return routing->ospf.wanted || raw_mentions(routing, "router ospf");
  if (!strcmp(daemon, "ospf6d")) return routing->ospf6.wanted || raw_mentions(routing, "router ospf6");
  if (!strcmp(daemon, "bfdd")) return wants_bfd(routing);
  if (!strcmp(daemon, "staticd")) return routing->raw != NULL;
  return routing->raw || routing->bgp.wanted || routing->ospf.wanted || routing->ospf6.wanted;
}

char *frr_render(const struct routing *routing, const char *daemon) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  if (!strcmp(daemon, "bgpd")) render_bgp(routing, out);
  if (!strcmp(daemon, "ospfd")) render_ospf(&routing->ospf, out);
  if (!strcmp(daemon, "ospf6d")) render_ospf6(&routing->ospf6, out);
  if (!strcmp(daemon, "bfdd")) render_bfd(routing, out);
  fclose(out);
  return text;
}
