/*
 * The router's pure parts on the command line, for router-guest.test.ts:
 *   router-guest check FILE             "ok", or why the document is refused
 *   router-guest render FILE DAEMON     the daemon's configuration
 *   router-guest difference FILE FILE DAEMON
 * The guest has the links west and east.
 */
#include <string.h>

#include "document.h"
#include "files.h"
#include "frr.h"

static struct routing *read_document(const char *path, struct reason *why) {
  static struct link all[] = {{.name = "west"}, {.name = "east"}};
  const struct links links = {all, 2};
  size_t length = 0;
  const char *text = read_file(path, &length);
  struct router *read = document_parse(text ? text : "", length, &links, why);
  return read ? &read->routing : NULL;
}

int main(int count, char **words) {
  struct reason why = {""};
  const struct routing *first = count > 2 ? read_document(words[2], &why) : NULL;
  if (!first) return puts(why.text), 1;
  if (!strcmp(words[1], "check")) return puts("ok"), 0;
  if (!strcmp(words[1], "render") && count == 4) return fputs(frr_render(first, words[3]), stdout), 0;
  const struct routing *second = count == 5 ? read_document(words[3], &why) : NULL;
  if (!second) return puts(why.text), 1;
  return fputs(frr_difference(frr_render(first, words[4]), frr_render(second, words[4])), stdout), 0;
}
