/* OSPFv2, OSPFv3, and the BFD profiles of everything that asks for BFD. */
#include <stdlib.h>
#include <string.h>

#include "frr.h"

void write_profile_name(FILE *out, const struct bfd *bfd) {
  fprintf(out, "b%u-%u-%u", bfd->receiveMs, bfd->transmitMs, bfd->multiplier);
}

static void render_interface(const struct ospf_interface *in, const char *what, FILE *out) {
  fprintf(out, "interface %s\n %s area %s\n", in->name, what, in->area);
  if (in->cost) fprintf(out, " %s cost %u\n", what, in->cost);
  if (in->passive) fprintf(out, " %s passive\n", what);
  if (in->pointToPoint) fprintf(out, " %s network point-to-point\n", what);
  if (in->helloSeconds) fprintf(out, " %s hello-interval %u\n", what, in->helloSeconds);
  if (in->deadSeconds) fprintf(out, " %s dead-interval %u\n", what, in->deadSeconds);
  if (!in->bfd.wanted) return;
  fprintf(out, " %s bfd\n %s bfd profile ", what, what);
  write_profile_name(out, &in->bfd);
  fputc('\n', out);
}

static void render(const struct ospf *ospf, const char *process, const char *what, FILE *out) {
  if (!ospf->wanted) return;
  for (unsigned i = 0; i < ospf->interfaceCount; i++) render_interface(&ospf->interfaces[i], what, out);
  fprintf(out, "router %s\n", process);
  if (*ospf->routerId) fprintf(out, " %s router-id %s\n", process, ospf->routerId);
}

void render_ospf(const struct ospf *ospf, FILE *out) { render(ospf, "ospf", "ip ospf", out); }

void render_ospf6(const struct ospf *ospf, FILE *out) { render(ospf, "ospf6", "ipv6 ospf6", out); }

/* The profiles met so far, so that each is written once. */
struct profiles {
  struct bfd *all;
  unsigned count;
};

static void render_profile(const struct bfd *bfd, struct profiles *met, FILE *out) {
  if (!bfd->wanted) return;
  for (unsigned i = 0; i < met->count; i++)
    if (!memcmp(&met->all[i], bfd, sizeof *bfd)) return;
  met->all[met->count++] = *bfd;
  fputs(" profile ", out);
  write_profile_name(out, bfd);
  fprintf(out, "\n  detect-multiplier %u\n  receive-interval %u\n  transmit-interval %u\n", bfd->multiplier, bfd->receiveMs, bfd->transmitMs);
}

void render_bfd(const struct routing *routing, FILE *out) {
  const struct ospf *const both[] = {&routing->ospf, &routing->ospf6};
  const unsigned most = routing->bgp.neighborCount + routing->ospf.interfaceCount + routing->ospf6.interfaceCount;
  struct profiles met = {calloc(most + 1, sizeof *met.all), 0};
  if (!met.all) abort();
  fputs("bfd\n", out);
  for (unsigned i = 0; i < routing->bgp.neighborCount; i++) render_profile(&routing->bgp.neighbors[i].bfd, &met, out);
  for (unsigned part = 0; part < 2; part++)
    for (unsigned i = 0; i < both[part]->interfaceCount; i++) render_profile(&both[part]->interfaces[i].bfd, &met, out);
  free(met.all);
}
