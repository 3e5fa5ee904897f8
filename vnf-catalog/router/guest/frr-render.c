#include <stdlib.h>
#include <string.h>

#include "frr.h"

const char *const frr_daemons[FRR_DAEMONS] = {"zebra", "staticd", "bfdd", "bgpd", "ospfd", "ospf6d"};

/* `line` ends with the raw line's word. */
static bool raw_mentions(const struct router *router, const char *line) {
  size_t length = strlen(line);
  for (const char *at = router->frr; at && *at; at = strchr(at, '\n'), at += at != NULL) {
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

static bool wants_bfd(const struct router *router) {
  for (unsigned i = 0; i < router->bgp.neighborCount; i++)
    if (router->bgp.neighbors[i].bfd.wanted) return true;
  return ospf_has_bfd(&router->ospf) || ospf_has_bfd(&router->ospf6) || (router->frr && strstr(router->frr, "bfd"));
}

bool frr_wanted(const struct router *router, const char *daemon) {
  if (!strcmp(daemon, "bgpd")) return router->bgp.wanted || raw_mentions(router, "router bgp");
  if (!strcmp(daemon, "ospfd")) return router->ospf.wanted || raw_mentions(router, "router ospf");
  if (!strcmp(daemon, "ospf6d")) return router->ospf6.wanted || raw_mentions(router, "router ospf6");
  if (!strcmp(daemon, "bfdd")) return wants_bfd(router);
  if (!strcmp(daemon, "staticd")) return router->frr != NULL;
  return router->frr || router->bgp.wanted || router->ospf.wanted || router->ospf6.wanted;
}

char *frr_render(const struct router *router, const char *daemon) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  if (!strcmp(daemon, "bgpd")) render_bgp(router, out);
  if (!strcmp(daemon, "ospfd")) render_ospf(&router->ospf, out);
  if (!strcmp(daemon, "ospf6d")) render_ospf6(&router->ospf6, out);
  if (!strcmp(daemon, "bfdd")) render_bfd(router, out);
  fclose(out);
  return text;
}
