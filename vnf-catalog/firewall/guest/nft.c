#include "nft.h"

#include <stdio.h>
#include <string.h>

#include "files.h"

#define SCRIPT RUN "/ruleset.nft"

enum { LIMIT_S = 30 };

/* Runs nft on the file and takes the first line that says "Error" as the reason. */
static bool run(const char *options, const char *path, struct reason *why) {
  char command[160], line[300], said[300] = "nft did not say why";
  bool found = false;
  snprintf(command, sizeof command, "timeout %d /usr/sbin/nft %s -f %s 2>&1 </dev/null", LIMIT_S, options, path);
  FILE *out = popen(command, "re");
  while (out && fgets(line, sizeof line, out)) {
    const char *error = strstr(line, "Error: ");
    if (found || !error) continue;
    found = true;
    snprintf(said, sizeof said, "%.200s", error + 7);
    said[strcspn(said, "\n")] = 0;
  }
  int status = out ? pclose(out) : -1;
  return status == 0 || refuse(why, "the kernel refuses the ruleset: %.200s", said);
}

bool nft_load_file(const char *path, struct reason *why) { return run("", path, why); }

bool nft_load(const char *script, struct reason *why) {
  if (!write_file(SCRIPT, script, strlen(script))) return refuse(why, "the ruleset could not be written to " SCRIPT);
  return run("-c", SCRIPT, why) && run("", SCRIPT, why);
}
