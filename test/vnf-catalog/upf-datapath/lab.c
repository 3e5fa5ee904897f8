#define _GNU_SOURCE

#include "lab.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "state.h"

unsigned failures;

void expect(bool right, const char *format, ...) {
  va_list arguments;
  if (right) return;
  failures++;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
}

static void give_up(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(70);
}

void run(const char *format, ...) {
  char command[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(command, sizeof command, format, arguments);
  va_end(arguments);
  if (system(command) != 0) give_up(command);
}

static void link_make(const char *name, const char *four, const char *six) {
  run("ip link add %s type veth peer name far-%s", name, name);
  run("ip link set far-%s up; ip link set %s up", name, name);
  run("ip addr add %s/24 dev %s; ip addr add %s/64 dev %s nodad", four, name, six, name);
}

void lab_enter(void) {
  if (unshare(CLONE_NEWNET | CLONE_NEWNS)) give_up("unshare");
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) give_up("mount");
  if (mount("sysfs", "/sys", "sysfs", 0, NULL) || mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL)) give_up("mount of a bpffs");
  run("ip link set lo up; echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
  link_make("n3", "10.3.0.1", "fd03::1");
  link_make("n6", "10.6.0.1", "fd06::1");
}

static struct dp_interface interface(const char *link, uint8_t side, const char *four, const char *six) {
  struct dp_interface made = {.side = side, .local4 = address_of(four), .local6 = address_of(six)};
  snprintf(made.link, sizeof made.link, "%s", link);
  snprintf(made.network_instance, sizeof made.network_instance, "%s", link);
  return made;
}

void lab_open(struct lab *lab, const char *object, uint32_t sessions) {
  struct reason why = {""};
  bool resumed;
  lab->config = (struct dp_config){.interfaces = {interface("n3", DP_ACCESS, "10.3.0.1", "fd03::1"),
                                                  interface("n6", DP_CORE, "10.6.0.1", "fd06::1")},
                                   .interface_count = 2,
                                   .sessions = sessions,
                                   .teids = sessions * 2,
                                   .ue_routes = sessions * 2,
                                   .object = object,
                                   .pins = "/sys/fs/bpf/upf",
                                   .ue_link = "upf0"};
  lab->dp = dp_open(&lab->config, &resumed, &why);
  if (!lab->dp) {
    printf("dp_open: %s\n", why.text);
    exit(70);
  }
  lab->n3 = if_nametoindex("n3");
  lab->n6 = if_nametoindex("n6");
  lab->ue = if_nametoindex("upf0-gtp");
  run("ip route replace 10.60.0.0/16 dev upf0; ip route replace fd60::/32 dev upf0");
}

int lab_packet(struct lab *lab, unsigned link, const struct frame *in, struct frame *out) {
  struct __sk_buff context = {.ifindex = link};
  LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = in->bytes, .data_size_in = (uint32_t)in->length, .data_out = out->bytes,
              .data_size_out = sizeof out->bytes, .ctx_in = &context, .ctx_size_in = sizeof context, .repeat = 1);
  const char *name = link == lab->ue ? "upf_ue" : "upf_link";
  const int program = bpf_program__fd(bpf_object__find_program_by_name(lab->dp->object, name));
  if (bpf_prog_test_run_opts(program, &options)) {
    printf("%zu octets: ", in->length);
    give_up("BPF_PROG_TEST_RUN");
  }
  out->length = options.data_size_out;
  return (int)options.retval;
}

static bool met[DP_REASONS];

bool lab_met(unsigned reason) { return met[reason]; }

const char *lab_outcome(struct lab *lab, unsigned direction) {
  static struct dp_totals before[2], now;
  const char *found = "";
  uint64_t changes = 0;
  dp_totals_read(lab->dp, &now);
  struct dp_totals *old = &before[direction];
  if (now.forwarded[direction] != old->forwarded[direction]) found = "forwarded", changes++;
  if (now.buffered[direction] != old->buffered[direction]) found = "buffered", changes++;
  uint64_t sum = now.forwarded[direction] + now.buffered[direction];
  for (unsigned i = 0; i < DP_REASONS; i++) {
    sum += now.dropped[direction][i];
    if (now.dropped[direction][i] == old->dropped[direction][i]) continue;
    met[i] = true;
    found = dp_reason_name(i);
    changes++;
  }
  expect(sum == now.in[direction], "in %llu is not the sum of the outcomes %llu, direction %u", (unsigned long long)now.in[direction],
         (unsigned long long)sum, direction);
  *old = now;
  return changes > 1 ? "several" : found;
}

void simple_session(struct dp_session *s, uint32_t index, uint32_t teid, const char *ue) {
  *s = (struct dp_session){.index = index, .seid = 0x100 + index, .pdr_count = 2, .far_count = 2};
  s->pdrs[0] = (struct dp_pdr){.id = 1, .precedence = 100, .side = DP_ACCESS, .interface = DP_NONE, .teid = teid, .removal = 6, .far = 0,
                               .ue_route_count = 1, .ue_routes = {prefix_of(ue)}};
  s->pdrs[1] = (struct dp_pdr){.id = 2, .precedence = 100, .side = DP_CORE, .interface = DP_NONE, .removal = DP_NONE, .far = 1,
                               .ue_route_count = 1, .ue_routes = {prefix_of(ue)}};
  s->fars[0] = (struct dp_far){.id = 1, .action = DP_FORW, .side = DP_CORE, .interface = DP_NONE};
  s->fars[1] = (struct dp_far){.id = 2, .action = DP_FORW, .side = DP_ACCESS, .interface = DP_NONE, .teid = 0x1001,
                               .peer = address_of("10.3.0.2")};
}
