/*
 * The firewall's pure parts on the command line, for firewall-guest.test.ts:
 *   firewall-guest check FILE            "ok" and the warnings, or why the document is refused
 *   firewall-guest render FILE [BEFORE]  the nft script that makes it so, over the document BEFORE
 *   firewall-guest pair FILE             the same of a guest that shares 10.1.0.1 and fd02::1 with a peer
 * The guest has the links west, east and dmz.
 */
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "parts.h"
#include "render.h"

static void share(struct link *link, const char *own, const char *shared) {
  link->addresses = calloc(1, sizeof *link->addresses);
  link->vips = calloc(1, sizeof *link->vips);
  link->addressCount = link->vipCount = 1;
  prefix_parse(own, link->addresses);
  prefix_parse(shared, link->vips);
}

static struct firewall *read_document(const char *path, bool pair, struct reason *why) {
  static struct link all[] = {{.name = "west"}, {.name = "east"}, {.name = "dmz"}};
  static const struct links links = {all, 3};
  if (pair) share(&all[0], "10.1.0.2/24", "10.1.0.1/24"), share(&all[1], "fd02::2/64", "fd02::1/64");
  size_t length = 0;
  const char *text = read_file(path, &length);
  if (!text) return refuse(why, "the file could not be read"), NULL;
  return document_parse(text, length, &links, why);
}

int main(int count, char **words) {
  struct reason why = {""};
  const struct firewall *first = count > 2 ? read_document(words[2], !strcmp(words[1], "pair"), &why) : NULL;
  if (!first) return puts(why.text), 1;
  const struct firewall *before = count == 4 ? read_document(words[3], false, &why) : NULL;
  if (strcmp(words[1], "check")) return fputs(ruleset_render(first, before), stdout), 0;
  puts("ok");
  for (unsigned i = 0; i < first->ruleCount; i++)
    if (shadow_of(first, i)) printf("%s is shadowed by %s\n", first->rules[i].name, shadow_of(first, i)->name);
  return 0;
}
