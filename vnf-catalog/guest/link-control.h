/* Settings of one link, by ioctl. The functions return 0 or an errno. */
#ifndef BERTH_LINK_CONTROL_H
#define BERTH_LINK_CONTROL_H

#include <net/if.h>
#include <stdbool.h>

int link_control(unsigned long request, struct ifreq *ask);
int link_set_up(const char *name, bool up);
void links_down(void); /* every link there is */
int link_set_mtu(const char *name, unsigned mtu);
unsigned link_mtu(const char *name); /* 0: there is no such link */
/*
 * Berth gives each address once, and a link-local one is made of the card's own MAC address. Duplicate address
 * detection would only keep the link from asking for its neighbours in the first second or two, in which what is to
 * be forwarded is lost. To be said before the link is up.
 */
void without_detection(const char *name);

#endif
