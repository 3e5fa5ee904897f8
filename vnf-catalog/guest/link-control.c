#include "link-control.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "files.h"

int link_control(unsigned long request, struct ifreq *ask) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int code = fd < 0 || ioctl(fd, request, ask) ? errno : 0;
  if (fd >= 0) close(fd);
  return code;
}

static struct ifreq about(const char *name) {
  struct ifreq ask = {0};
  snprintf(ask.ifr_name, sizeof ask.ifr_name, "%.15s", name);
  return ask;
}

int link_set_up(const char *name, bool up) {
  struct ifreq ask = about(name);
  int code = link_control(SIOCGIFFLAGS, &ask);
  ask.ifr_flags = (short)(up ? ask.ifr_flags | IFF_UP : ask.ifr_flags & ~IFF_UP);
  return code ? code : link_control(SIOCSIFFLAGS, &ask);
}

int link_set_mtu(const char *name, unsigned mtu) {
  struct ifreq ask = about(name);
  ask.ifr_mtu = (int)mtu;
  return link_control(SIOCSIFMTU, &ask);
}

unsigned link_mtu(const char *name) {
  struct ifreq ask = about(name);
  return link_control(SIOCGIFMTU, &ask) ? 0 : (unsigned)ask.ifr_mtu;
}

void without_detection(const char *name) {
  const char *const all[] = {"all", name};
  char path[100];
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%.15s/accept_dad", all[i]);
    write_knob(path, "0");
  }
}

void links_down(void) {
  DIR *all = opendir("/sys/class/net");
  struct dirent *each;
  while (all && (each = readdir(all)))
    if (each->d_name[0] != '.' && strlen(each->d_name) < IFNAMSIZ) link_set_up(each->d_name, false);
  if (all) closedir(all);
}
