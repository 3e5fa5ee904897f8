#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>

#include "addresses.h"
#include "files.h"
#include "link-control.h"
#include "links.h"

enum { WAIT_FOR_CARD_MS = 5000, POLL_MS = 20 };

/* The name that the kernel has now for the card with this MAC address. */
static bool card_with(const char *mac, char name[IFNAMSIZ]) {
  DIR *all = opendir("/sys/class/net");
  struct dirent *each;
  bool found = false;
  while (!found && all && (each = readdir(all))) {
    char path[300], *text;
    snprintf(path, sizeof path, "/sys/class/net/%s/address", each->d_name);
    text = each->d_name[0] == '.' ? NULL : read_file(path, NULL);
    found = text && !strncasecmp(text, mac, 17);
    if (found) snprintf(name, IFNAMSIZ, "%.15s", each->d_name);
    free(text);
  }
  if (all) closedir(all);
  return found;
}

static bool wait_for_card(const struct link *link, char name[IFNAMSIZ], struct reason *why) {
  const struct timespec pause = {0, POLL_MS * 1000000L};
  for (int waited = 0; waited < WAIT_FOR_CARD_MS; waited += POLL_MS) {
    if (card_with(link->mac, name)) return true;
    nanosleep(&pause, NULL);
  }
  return refuse(why, "no network card has the MAC address %s of %s", link->mac, link->name);
}

static bool rename_card(const char *from, const char *to, struct reason *why) {
  struct ifreq ask = {0};
  if (!strcmp(from, to)) return true;
  link_set_up(from, false);
  strcpy(ask.ifr_name, from);
  strcpy(ask.ifr_newname, to);
  int code = link_control(SIOCSIFNAME, &ask);
  return !code || refuse(why, "the link %s could not be named %s: %s", from, to, strerror(code));
}

/* Two passes: a descriptor may call its second card eth0, which the first one still holds. */
static bool rename_all(const struct links *links, struct reason *why) {
  char now[IFNAMSIZ], parked[IFNAMSIZ];
  for (unsigned i = 0; i < links->count; i++) {
    if (!wait_for_card(&links->all[i], now, why)) return false;
    snprintf(parked, sizeof parked, "parked%u", i & 0xff);
    if (strcmp(now, links->all[i].name) && !rename_card(now, parked, why)) return false;
  }
  for (unsigned i = 0; i < links->count; i++)
    if (!card_with(links->all[i].mac, now) || !rename_card(now, links->all[i].name, why)) return false;
  return true;
}

static bool raise_link(const struct link *link, struct reason *why) {
  int code = link->mtu ? link_set_mtu(link->name, link->mtu) : 0;
  if (code) return refuse(why, "%s cannot have an mtu of %u: %s", link->name, link->mtu, strerror(code));
  without_detection(link->name);
  code = link_set_up(link->name, true);
  if (code) return refuse(why, "%s could not be brought up: %s", link->name, strerror(code));
  for (unsigned i = 0; i < link->addressCount; i++)
    if (!address_add(if_nametoindex(link->name), &link->addresses[i], why)) return false;
  return true;
}

bool links_apply(const struct links *links, struct reason *why) {
  /* Without it a guest cannot even reach its own addresses. */
  int code = link_set_up("lo", true);
  if (code) return refuse(why, "lo could not be brought up: %s", strerror(code));
  if (!rename_all(links, why)) return false;
  for (unsigned i = 0; i < links->count; i++)
    if (!raise_link(&links->all[i], why)) return false;
  for (unsigned i = 0; i < links->count; i++)
    for (unsigned n = 0; n < links->all[i].routeCount; n++)
      if (!route_put(&links->all[i].routes[n], why)) return false;
  return true;
}

bool link_is_up(const char *name) {
  struct ifreq ask = {0};
  snprintf(ask.ifr_name, sizeof ask.ifr_name, "%.15s", name);
  return link_control(SIOCGIFFLAGS, &ask) == 0 && (ask.ifr_flags & IFF_UP);
}
