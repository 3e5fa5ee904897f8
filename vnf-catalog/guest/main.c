/* /usr/lib/berth/vnf, /init and /sbin/shutdown are one static program: starting it costs little. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "configuration.h"
#include "ha.h"
#include "init.h"
#include "role.h"
#include "status.h"

int main(int count, char **words) {
  const char *slash = count ? strrchr(words[0], '/') : NULL, *called = slash ? slash + 1 : count ? words[0] : "";
  if (!strcmp(called, "shutdown")) return shutdown_main(count, words);
  if (getpid() == 1) return init_main();
  if (count == 2 && !strcmp(words[1], "status")) return status_main();
  if (count == 2 && !strcmp(words[1], "vrrp-follow")) return ha_follow_main();
  if (count == 2 && !strcmp(words[1], "ha-check")) return ha_check_main();
  if (count == 2 && !strcmp(words[1], "day0")) return day0_main();
  if (count == 3 && !strcmp(words[1], "configure")) return configure_main(words[2]);
  int ended = role.command ? role.command(count - 1, words + 1) : -1;
  if (ended >= 0) return ended;
  fprintf(stderr, "usage: vnf status | vnf configure FILE%s%s\n", role.usage ? " | " : "", role.usage ? role.usage : "");
  return 2;
}
