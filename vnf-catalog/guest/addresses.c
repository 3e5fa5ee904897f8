#include "addresses.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <string.h>

#include "netlink.h"

enum { MOST_FOUND = 256 };

static int ask(unsigned link, uint16_t type, uint16_t flags, const struct prefix *address) {
  struct request ask;
  request_begin(&ask, type, flags, sizeof ask.body.address);
  ask.body.address.ifa_family = (uint8_t)address->base.family;
  ask.body.address.ifa_prefixlen = address->length;
  ask.body.address.ifa_index = link;
  ask.body.address.ifa_flags = address->base.family == AF_INET6 ? IFA_F_NODAD : 0;
  request_put(&ask, IFA_LOCAL, address->base.bytes, address_size(&address->base));
  request_put(&ask, IFA_ADDRESS, address->base.bytes, address_size(&address->base));
  return request_send(&ask);
}

bool address_add(unsigned link, const struct prefix *address, struct reason *why) {
  char text[INET6_ADDRSTRLEN + 4];
  int code = ask(link, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, address);
  if (!code || code == EEXIST) return true;
  prefix_text(address, text);
  return refuse(why, "the address %s was not accepted by the kernel: %s", text, strerror(code));
}

bool address_read(const struct nlmsghdr *message, unsigned link, struct prefix *out) {
  size_t left;
  const struct rtattr *first = attributes_of(message, sizeof(struct ifaddrmsg), &left);
  const struct ifaddrmsg *body = NLMSG_DATA(message);
  memset(out, 0, sizeof *out);
  if (message->nlmsg_type != RTM_NEWADDR || !first || body->ifa_index != link || body->ifa_scope == RT_SCOPE_LINK) return false;
  const struct rtattr *own = attribute_of(first, left, IFA_LOCAL);
  if (!own) own = attribute_of(first, left, IFA_ADDRESS);
  if (!own || RTA_PAYLOAD(own) > 16) return false;
  out->base.family = body->ifa_family;
  out->length = body->ifa_prefixlen;
  memcpy(out->base.bytes, RTA_DATA(own), RTA_PAYLOAD(own));
  return true;
}

struct found {
  unsigned link, count;
  struct prefix all[MOST_FOUND];
};

static void note(const struct nlmsghdr *message, void *context) {
  struct found *found = context;
  if (found->count < MOST_FOUND && address_read(message, found->link, &found->all[found->count])) found->count++;
}

static bool among(const struct prefix *address, const struct prefix *all, unsigned count) {
  for (unsigned i = 0; i < count; i++)
    if (prefix_equal(address, &all[i])) return true;
  return false;
}

bool addresses_settle(unsigned link, const struct prefix *wanted, unsigned count, struct reason *why) {
  static struct found found;
  struct request dump;
  memset(&found, 0, sizeof found);
  found.link = link;
  request_begin(&dump, RTM_GETADDR, 0, sizeof dump.body.address);
  int code = request_dump(&dump, note, &found);
  if (code) return refuse(why, "the kernel's addresses could not be read: %s", strerror(code));
  for (unsigned i = 0; i < found.count; i++)
    if (!among(&found.all[i], wanted, count)) ask(link, RTM_DELADDR, 0, &found.all[i]);
  for (unsigned i = 0; i < count; i++)
    if (!among(&wanted[i], found.all, found.count) && !address_add(link, &wanted[i], why)) return false;
  return true;
}
