/*
 * The network part that every VNF's document has, on the command line, for network-guest.test.ts:
 *   network-guest check FILE      "ok", or why it is refused
 *   network-guest apply FILE ...  applies one after the other to the kernel; "ok", or why not, for each
 * The guest has the links west (10.1.0.1/24, fd01::1/64, MTU 1500) and east (10.2.0.1/24, fd02::1/64).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document-checks.h"
#include "files.h"
#include "network.h"

static struct links links_of_guest(void) {
  static struct link all[] = {{.name = "west", .mtu = 1500}, {.name = "east"}};
  static const char *const addresses[][2] = {{"10.1.0.1/24", "fd01::1/64"}, {"10.2.0.1/24", "fd02::1/64"}};
  for (unsigned i = 0; i < 2; i++) {
    all[i].addresses = calloc(2, sizeof *all[i].addresses);
    all[i].addressCount = 2;
    for (unsigned n = 0; n < 2; n++) prefix_parse(addresses[i][n], &all[i].addresses[n]);
  }
  return (struct links){all, 2};
}

static bool take(const char *path, bool apply, struct reason *why) {
  static const char *const keys[] = {NETWORK_KEYS, NULL};
  struct network network = {0};
  struct links links = links_of_guest();
  size_t length = 0;
  const char *text = read_file(path, &length);
  struct json *root = text ? document_root(text, length, why) : NULL;
  if (!root || !only_keys(root, "the configuration", keys, why) || !network_document(root, &links, &network, why)) return false;
  return !apply || network_apply(&network, why);
}

int main(int count, char **words) {
  for (int i = 2; i < count; i++) {
    struct reason why = {""};
    puts(take(words[i], !strcmp(words[1], "apply"), &why) ? "ok" : why.text);
  }
  return 0;
}
