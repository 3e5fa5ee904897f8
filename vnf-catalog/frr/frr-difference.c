/* From one configuration of a daemon to another, without touching what is the same in both. */
#include <stdlib.h>
#include <string.h>

#include "frr.h"

enum { DEEPEST = 3 };

/* Contexts are told by indentation: `path` has the lines that the line is in, outermost first. */
struct line {
  const char *text, *path[DEEPEST];
  unsigned depth;
};

struct lines {
  struct line *all;
  unsigned count;
};

static struct lines split(const char *source) {
  char *text = strdup(source), *line, *rest = text;
  struct lines lines = {calloc(strlen(source) + 1, sizeof *lines.all), 0};
  const char *path[DEEPEST] = {0};
  if (!text || !lines.all) abort();
  while ((line = strsep(&rest, "\n"))) {
    if (!*line) continue;
    unsigned depth = (unsigned)strspn(line, " ");
    struct line *made = &lines.all[lines.count++];
    made->text = line + depth;
    made->depth = depth;
    memcpy(made->path, path, depth * sizeof *path);
    if (depth < DEEPEST) path[depth] = made->text;
  }
  return lines;
}

static int order(const void *left, const void *right) {
  const struct line *a = left, *b = right;
  if (a->depth != b->depth) return a->depth < b->depth ? -1 : 1;
  int found = strcmp(a->text, b->text);
  for (unsigned i = 0; !found && i < a->depth; i++) found = strcmp(a->path[i], b->path[i]);
  return found;
}

static struct lines sorted(const struct lines *in) {
  struct lines out = {malloc((in->count + 1) * sizeof *out.all), in->count};
  if (!out.all) abort();
  memcpy(out.all, in->all, in->count * sizeof *out.all);
  qsort(out.all, out.count, sizeof *out.all, order);
  return out;
}

/* `in` is sorted. */
static bool holds(const struct lines *in, const struct line *wanted) {
  return in->count && bsearch(wanted, in->all, in->count, sizeof *wanted, order);
}

/*
 * Settings of which a new value takes the place of the old one. In a word's place, `=` stands for one that both have,
 * `#` for a number and `?` for any.
 */
static const char *const settings[] = {
    "bgp router-id ?", "ospf router-id ?", "ospf6 router-id ?", "maximum-paths #", "maximum-paths ibgp #",
    "neighbor = remote-as #", "neighbor = description", "neighbor = password ?", "neighbor = ebgp-multihop #",
    "neighbor = timers #", "neighbor = timers connect #", "neighbor = bfd profile ?", "neighbor = maximum-prefix #",
    "neighbor = route-map ? in", "neighbor = route-map ? out", "= ospf cost #", "= ospf hello-interval #",
    "= ospf dead-interval #", "= ospf bfd profile ?", "= ospf6 cost #", "= ospf6 hello-interval #",
    "= ospf6 dead-interval #", "= ospf6 bfd profile ?", "set local-preference #", "set metric #", "set as-path prepend",
    "set community", "match = address prefix-list ?", "match community ?",
};

static size_t word(const char *at) { return strcspn(at, " "); }

static const char *next(const char *at) {
  at += word(at);
  return at + strspn(at, " ");
}

static bool same_word(const char *a, const char *b) { return word(a) == word(b) && !strncmp(a, b, word(a)); }

static bool is_number(const char *at) { return word(at) && strspn(at, "0123456789") >= word(at); }

/* Are both lines values of this setting? */
static bool both_set(const char *setting, const char *a, const char *b) {
  for (; *setting; setting = next(setting), a = next(a), b = next(b)) {
    if (!*a || !*b) return false;
    if (*setting == '?') continue;
    if (*setting == '#' ? !is_number(a) || !is_number(b) : !same_word(a, b)) return false;
    if (*setting != '#' && *setting != '=' && !same_word(setting, a)) return false;
  }
  return true;
}

static bool same_place(const struct line *a, const struct line *b) {
  if (a->depth != b->depth) return false;
  for (unsigned i = 0; i < a->depth; i++)
    if (strcmp(a->path[i], b->path[i])) return false;
  return true;
}

static bool replaced(const struct line *gone, const struct lines *after) {
  const char *of[sizeof settings / sizeof *settings];
  unsigned count = 0;
  for (unsigned n = 0; gone->depth && n < sizeof settings / sizeof *settings; n++)
    if (both_set(settings[n], gone->text, gone->text)) of[count++] = settings[n];
  for (unsigned i = 0; count && i < after->count; i++)
    for (unsigned n = 0; n < count; n++)
      if (same_place(gone, &after->all[i]) && both_set(of[n], gone->text, after->all[i].text)) return true;
  return false;
}

/* Blocks that `no` removes with all that is in them. An interface and an address family outlive their lines. */
static bool is_block(const char *text) {
  return !strncmp(text, "router ", 7) || !strncmp(text, "route-map ", 10) || !strncmp(text, "profile ", 8);
}

static bool within_gone(const struct line *line, const struct lines *after) {
  for (unsigned i = 0; i < line->depth; i++) {
    struct line block = {.text = line->path[i], .depth = i};
    memcpy(block.path, line->path, i * sizeof *block.path);
    if (is_block(block.text) && !holds(after, &block)) return true;
  }
  return false;
}

/* The AS is what makes a BGP neighbour: with that line all others of it go. */
static bool of_gone_neighbor(const struct line *line, const struct lines *after) {
  char start[80];
  if (strncmp(line->text, "neighbor ", 9) || !line->depth) return false;
  const char *who = next(line->text);
  int length = snprintf(start, sizeof start, "neighbor %.*s remote-as ", (int)word(who), who);
  if (!strncmp(line->text, start, (size_t)length)) return false;
  for (unsigned i = 0; i < after->count; i++)
    if (after->all[i].depth == 1 && !strcmp(after->all[i].path[0], line->path[0]) && !strncmp(after->all[i].text, start, (size_t)length))
      return false;
  return true;
}

static bool opens_context(const char *text) {
  return is_block(text) || !strncmp(text, "interface ", 10) || !strncmp(text, "address-family ", 15) || !strcmp(text, "bfd");
}

/* The profile goes with BFD itself; to take it away afterwards would bring BFD back. */
static bool of_gone_bfd(const struct line *line, const struct lines *after) {
  const char *profile = strstr(line->text, " bfd profile ");
  char text[80];
  if (!profile) return false;
  snprintf(text, sizeof text, "%.*s", (int)(profile - line->text + 4), line->text);
  struct line bfd = *line;
  bfd.text = text;
  return !holds(after, &bfd);
}

static void write_within(const struct line *line, const char *command, FILE *out) {
  for (unsigned i = 0; i < line->depth; i++) fprintf(out, "%s\n", line->path[i]);
  fprintf(out, "%s\n", command);
  for (unsigned i = 0; i < line->depth; i++) fputs("exit\n", out);
}

/* What FRR takes away only without its value. */
static size_t removal_length(const char *text) {
  static const char *const bare[] = {"set as-path prepend", "set community"};
  for (unsigned i = 0; i < sizeof bare / sizeof *bare; i++)
    if (!strncmp(text, bare[i], strlen(bare[i]))) return strlen(bare[i]);
  return strlen(text);
}

static void write_removal(const struct lines *after, const struct line *gone, FILE *out) {
  char command[512];
  if ((opens_context(gone->text) && !is_block(gone->text)) || within_gone(gone, after) || of_gone_neighbor(gone, after) ||
      of_gone_bfd(gone, after) || replaced(gone, after))
    return;
  const bool negated = !strncmp(gone->text, "no ", 3);
  snprintf(command, sizeof command, "%s%.*s", negated ? "" : "no ", (int)removal_length(gone->text), gone->text + (negated ? 3 : 0));
  write_within(gone, command, out);
}

static void write_addition(const struct line *added, FILE *out) {
  char command[512];
  snprintf(command, sizeof command, "%.400s%s", added->text, opens_context(added->text) ? "\nexit" : "");
  write_within(added, command, out);
}

char *frr_difference(const char *before, const char *after) {
  char *commands = NULL;
  size_t length;
  FILE *out = open_memstream(&commands, &length);
  if (!out) abort();
  struct lines old = split(before), new = split(after), oldSorted = sorted(&old), newSorted = sorted(&new);
  for (unsigned i = 0; i < old.count; i++)
    if (!holds(&newSorted, &old.all[i])) write_removal(&newSorted, &old.all[i], out);
  for (unsigned i = 0; i < new.count; i++)
    if (!holds(&oldSorted, &new.all[i])) write_addition(&new.all[i], out);
  fclose(out);
  return commands;
}
