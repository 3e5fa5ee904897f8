#include "forwarding.h"

#include "files.h"

static const char *const knobs[] = {"/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"};

/* Flows spread over the next hops of a route by their ports too, and not to a neighbour that does not answer. */
static void spread_flows(void) {
  write_knob("/proc/sys/net/ipv4/fib_multipath_hash_policy", "1");
  write_knob("/proc/sys/net/ipv6/fib_multipath_hash_policy", "1");
  write_knob("/proc/sys/net/ipv4/fib_multipath_use_neigh", "1");
}

bool forwarding_set(bool on, struct reason *why) {
  bool done = true;
  spread_flows();
  for (unsigned i = 0; i < sizeof knobs / sizeof *knobs; i++) done = write_knob(knobs[i], on ? "1" : "0") && done;
  return done || refuse(why, "the kernel's forwarding could not be set");
}

bool forwarding_is(bool on, struct reason *why) {
  for (unsigned i = 0; i < sizeof knobs / sizeof *knobs; i++)
    if ((read_number_file(knobs[i], 0) != 0) != on)
      return refuse(why, "forwarding is %s, unlike the configuration", on ? "off" : "on");
  return true;
}

/* `default` as well: it is what a card that shows up later begins with. */
void harden(void) {
  static const char *const off[] = {
      "/proc/sys/net/ipv4/conf/all/accept_redirects",        "/proc/sys/net/ipv4/conf/default/accept_redirects",
      "/proc/sys/net/ipv6/conf/all/accept_redirects",        "/proc/sys/net/ipv6/conf/default/accept_redirects",
      "/proc/sys/net/ipv4/conf/all/accept_source_route",     "/proc/sys/net/ipv6/conf/all/accept_ra",
      "/proc/sys/net/ipv4/conf/default/accept_source_route", "/proc/sys/net/ipv6/conf/default/accept_ra",
  };
  for (unsigned i = 0; i < sizeof off / sizeof *off; i++) write_knob(off[i], "0");
}
