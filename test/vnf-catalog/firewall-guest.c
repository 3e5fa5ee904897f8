/*
 * The firewall's pure parts on the command line, for firewall-guest.test.ts:
 *   firewall-guest check FILE            "ok" and the warnings, or why the document is refused
 *   firewall-guest render FILE [BEFORE]  the nft script that makes it so, over the document BEFORE
 * The guest has the links west, east and dmz.
 */
#include <string.h>

#include "files.h"
#include "parts.h"
#include "render.h"

static struct firewall *read_document(const char *path, struct reason *why) {
  static struct link all[] = {{.name = "west"}, {.name = "east"}, {.name = "dmz"}};
  const struct links links = {all, 3};
  size_t length = 0;
  const char *text = read_file(path, &length);
  if (!text) return refuse(why, "the file could not be read"), NULL;
  return document_parse(text, length, &links, why);
}

int main(int count, char **words) {
  struct reason why = {""};
  const struct firewall *first = count > 2 ? read_document(words[2], &why) : NULL;
  if (!first) return puts(why.text), 1;
  const struct firewall *before = count == 4 ? read_document(words[3], &why) : NULL;
  if (!strcmp(words[1], "render")) return fputs(ruleset_render(first, before), stdout), 0;
  puts("ok");
  for (unsigned i = 0; i < first->ruleCount; i++)
    if (shadow_of(first, i)) printf("%s is shadowed by %s\n", first->rules[i].name, shadow_of(first, i)->name);
  return 0;
}
