#include "render.h"

#include <stdlib.h>
#include <string.h>

#include "values.h"

enum { GENERATION_BITS = 20 };

static unsigned generation_of(const struct firewall *in) {
  return (unsigned)in->digest[0] << 12 | (unsigned)in->digest[1] << 4 | in->digest[2] >> 4;
}

/* Two documents in a row never share a generation. */
static unsigned pick_generation(const struct firewall *wanted, const struct firewall *before) {
  bool same = before && generation_of(wanted) == generation_of(before) && memcmp(wanted->digest, before->digest, 32);
  return generation_of(wanted) ^ (same ? 1u << (GENERATION_BITS - 1) : 0);
}

static int by_name(const void *a, const void *b) { return strcmp(((const struct object *)a)->name, ((const struct object *)b)->name); }

static struct objects sorted_objects(const struct firewall *in) {
  struct objects out = {NULL, 0};
  if (!in) return out;
  out = objects_of(in);
  qsort(out.all, out.count, sizeof *out.all, by_name);
  return out;
}

static bool holds(const struct objects *in, const struct object *wanted) {
  return in->count && bsearch(wanted, in->all, in->count, sizeof *in->all, by_name);
}

static void delete_pairs(FILE *out, const struct firewall *in) {
  for (unsigned from = 0; from <= SELF; from++)
    for (unsigned to = 0; to <= SELF; to++)
      if (is_pair(in, from, to)) fprintf(out, "delete chain " TABLE " c/%s/%s\n", zone_name(in, from), zone_name(in, to));
}

/* Empties the table but for the base chains and the objects that are kept. */
static void render_removal(FILE *out, const struct firewall *before, const struct objects *had, const struct objects *keep) {
  static const char *const maps[] = {"offloaded", "flows", "judged", "pairs", "to_self", "from_self"}, *const chains[] = {"invalid", "related", "refuse"};
  struct places places = places_of(before);
  fputs("flush table " TABLE "\n", out);
  for (unsigned i = 0; i < sizeof maps / sizeof *maps; i++) fprintf(out, "delete map " TABLE " %s\n", maps[i]);
  render_offload_removal(out, before);
  delete_pairs(out, before);
  for (unsigned i = 0; i < places.count; i++)
    if (has_chain(places.all[i].rule)) {
      fputs("delete chain " TABLE " ", out);
      write_chain_name(out, before, &places.all[i]);
      fputc('\n', out);
    }
  for (unsigned i = 0; i < sizeof chains / sizeof *chains; i++) fprintf(out, "delete chain " TABLE " %s\n", chains[i]);
  for (unsigned i = 0; i < had->count; i++)
    if (!holds(keep, &had->all[i])) fprintf(out, "delete %s " TABLE " %s\n", had->all[i].kind, had->all[i].name);
}

char *ruleset_render(const struct firewall *wanted, const struct firewall *before) {
  const struct objects has = sorted_objects(before), wants = sorted_objects(wanted);
  const unsigned generation = pick_generation(wanted, before);
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  if (before) render_removal(out, before, &has, &wants);
  else fputs("add table " TABLE "\ndelete table " TABLE "\n", out);
  fputs("table " TABLE " {\n", out);
  for (unsigned i = 0; i < wants.count; i++)
    if (!holds(&has, &wants.all[i])) fprintf(out, "  %s %s { %s }\n", wants.all[i].kind, wants.all[i].name, wants.all[i].body);
  render_offload(out, wanted);
  render_base(out, wanted, generation);
  render_nat(out, wanted);
  fputs("}\n", out);
  fclose(out);
  return text;
}
