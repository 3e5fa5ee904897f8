/* Any octets as the kernel's answers: routes, addresses, VLANs, and the firewall's counters. */
#include "addresses.h"
#include "netlink.h"
#include "routes.h"
#include "vlans.h"

enum { MOST_MESSAGES = 256 };

void count_all(const struct nlmsghdr *const *messages, unsigned most);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

struct met {
  const struct nlmsghdr *all[MOST_MESSAGES];
  unsigned count;
};

static void take(const struct nlmsghdr *message, void *context) {
  struct met *met = context;
  struct route route;
  struct prefix address;
  struct kernel_vlan vlan;
  route_read(message, &route);
  address_read(message, 1, &address);
  if (vlan_read(message, &vlan) && !memchr(vlan.name, 0, sizeof vlan.name)) abort();
  if (met->count < MOST_MESSAGES) met->all[met->count++] = message;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  struct met met = {.count = 0};
  char *aligned = malloc(length + 1);
  memcpy(aligned, data, length);
  answers_walk(aligned, length, take, &met);
  count_all(met.all, met.count);
  arena_clear();
  return 0;
}
