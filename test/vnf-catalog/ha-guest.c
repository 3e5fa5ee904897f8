/*
 * The parts of the guest that share addresses with a peer, on the command line, for ha-guest.test.ts:
 *   ha-guest check|keepalived|conntrackd META-DATA DOCUMENT [router]
 * The guest has the links west (10.1.0.2/24, fd01::2/64), east (10.2.0.2/24) and six (fd03::2/64).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document-checks.h"
#include "files.h"
#include "ha.h"
#include "vips.h"

static struct links links_of_guest(void) {
  static struct link all[] = {{.name = "west"}, {.name = "east"}, {.name = "six"}};
  static const char *const addresses[][2] = {{"10.1.0.2/24", "fd01::2/64"}, {"10.2.0.2/24", NULL}, {"fd03::2/64", NULL}};
  for (unsigned i = 0; i < 3; i++) {
    all[i].addresses = calloc(2, sizeof *all[i].addresses);
    for (unsigned n = 0; n < 2 && addresses[i][n]; n++) prefix_parse(addresses[i][n], &all[i].addresses[all[i].addressCount++]);
  }
  return (struct links){all, 3};
}

static struct json *read_json(const char *path, struct reason *why) {
  size_t length = 0;
  const char *text = read_file(path, &length);
  return text ? json_parse(text, length, why) : NULL;
}

int main(int count, char **words) {
  struct reason why = {""};
  struct links links = links_of_guest();
  struct json *meta = count > 3 ? read_json(words[2], &why) : NULL, *root = count > 3 ? read_json(words[3], &why) : NULL;
  struct ha ha;
  if (!meta || !root || !vips_parse(meta, &links, &why) || !ha_document(json_get(root, "ha"), &links, count == 4, &ha, &why))
    return puts(why.text), 1;
  if (!strcmp(words[1], "check")) return puts(ha.on ? "on" : "off"), 0;
  fputs(strcmp(words[1], "keepalived") ? ha_render_conntrackd(&ha, 0) : ha_render_keepalived(&ha), stdout);
  return 0;
}
