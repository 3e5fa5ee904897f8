#include "links.h"

#include <linux/rtnetlink.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

enum { WAIT_FOR_CARD_MS = 5000, POLL_MS = 20, DAY0_METRIC = 100 };

static unsigned children(const struct json *value) {
  unsigned count = 0;
  for (const struct json *each = value ? value->child : NULL; each; each = each->next) count++;
  return count;
}

static bool parse_addresses(const struct json *list, struct link *link, struct reason *why) {
  link->addresses = calloc(children(list) + 1, sizeof *link->addresses);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *text = json_string(each);
    if (!text || !prefix_parse(text, &link->addresses[link->addressCount++]))
      return refuse(why, "network-config: an address of %s is not of the form 10.1.0.1/24", link->name);
  }
  return true;
}

static bool parse_routes(const struct json *list, struct link *link, struct reason *why) {
  link->routes = calloc(children(list) + 1, sizeof *link->routes);
  for (const struct json *each = list ? list->child : NULL; each; each = each->next) {
    const char *to = json_string(json_get(each, "to")), *via = json_string(json_get(each, "via"));
    struct route *route = &link->routes[link->routeCount++];
    route->protocol = RTPROT_BOOT;
    route->metric = DAY0_METRIC;
    if (!to || !via || !network_parse(to, &route->to) || !address_parse(via, &route->via))
      return refuse(why, "network-config: a route of %s has no valid to and via", link->name);
  }
  return true;
}

static bool parse_link(const struct json *entry, struct link *link, struct reason *why) {
  const char *mac = json_string(json_get(json_get(entry, "match"), "macaddress"));
  const char *name = json_string(json_get(entry, "set-name"));
  const struct json *mtu = json_get(entry, "mtu");
  uint64_t octets = 0;
  if (!name) name = entry->key;
  if (!mac || strlen(mac) != 17) return refuse(why, "network-config: %.40s has no match.macaddress", entry->key);
  if (!*name || strlen(name) >= IFNAMSIZ || strpbrk(name, "/: \t\n"))
    return refuse(why, "network-config: \"%.40s\" is no interface name", name);
  if (mtu && (!json_unsigned(mtu, 65535, &octets) || octets < 68))
    return refuse(why, "network-config: the mtu of %s is not between 68 and 65535", name);
  strcpy(link->name, name);
  strcpy(link->mac, mac);
  link->mtu = (unsigned)octets;
  return parse_addresses(json_get(entry, "addresses"), link, why) && parse_routes(json_get(entry, "routes"), link, why);
}

bool links_parse(const struct json *document, struct links *out, struct reason *why) {
  const struct json *ethernets = json_get(document, "ethernets");
  uint64_t version;
  memset(out, 0, sizeof *out);
  if (!json_unsigned(json_get(document, "version"), 2, &version) || version != 2)
    return refuse(why, "network-config is not version 2");
  out->all = calloc(children(ethernets) + 1, sizeof *out->all);
  for (const struct json *each = ethernets ? ethernets->child : NULL; each; each = each->next) {
    if (!parse_link(each, &out->all[out->count], why)) return false;
    for (unsigned i = 0; i < out->count; i++)
      if (!strcmp(out->all[i].name, out->all[out->count].name))
        return refuse(why, "network-config gives two links the name %s", out->all[i].name);
    out->count++;
  }
  return true;
}

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

static int control(unsigned long request, struct ifreq *ask) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int code = fd < 0 || ioctl(fd, request, ask) ? errno : 0;
  close(fd);
  return code;
}

static int set_up(const char *name, bool up) {
  struct ifreq ask = {0};
  strcpy(ask.ifr_name, name);
  int code = control(SIOCGIFFLAGS, &ask);
  ask.ifr_flags = (short)(up ? ask.ifr_flags | IFF_UP : ask.ifr_flags & ~IFF_UP);
  return code ? code : control(SIOCSIFFLAGS, &ask);
}

static bool rename_card(const char *from, const char *to, struct reason *why) {
  struct ifreq ask = {0};
  if (!strcmp(from, to)) return true;
  set_up(from, false);
  strcpy(ask.ifr_name, from);
  strcpy(ask.ifr_newname, to);
  int code = control(SIOCSIFNAME, &ask);
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
  struct ifreq ask = {0};
  int code = 0;
  strcpy(ask.ifr_name, link->name);
  ask.ifr_mtu = (int)link->mtu;
  if (link->mtu) code = control(SIOCSIFMTU, &ask);
  if (code) return refuse(why, "%s cannot have an mtu of %u: %s", link->name, link->mtu, strerror(code));
  code = set_up(link->name, true);
  if (code) return refuse(why, "%s could not be brought up: %s", link->name, strerror(code));
  for (unsigned i = 0; i < link->addressCount; i++)
    if (!address_add((int)if_nametoindex(link->name), &link->addresses[i], why)) return false;
  return true;
}

bool links_apply(const struct links *links, struct reason *why) {
  /* Without it a guest cannot even reach its own addresses. */
  int code = set_up("lo", true);
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
  return control(SIOCGIFFLAGS, &ask) == 0 && (ask.ifr_flags & IFF_UP);
}
