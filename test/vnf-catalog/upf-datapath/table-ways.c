/* The ways of packets: families inside and outside, tunnels on, containers, what is left to the kernel. */
#include "table.h"

static void both_families(void) {
  struct dp_session s;
  struct dp_totals totals;
  begin(&s);
  up("v4 in v4", &up4, 0x11, 5, "forwarded");
  carries("v4 in v4", &up4, 14);
  up("v6 in v4", &up6, 0x11, 5, "forwarded");
  carries("v6 in v4", &up6, 14);
  expect(out.bytes[12] == 0x86 && out.bytes[13] == 0xdd, "v6 in v4: the Ethernet type stays");
  down("v4 to v4", &down4, "forwarded");
  carries("v4 to v4", &down4, 14 + 36);
  down("v6 to v4", &down6, "forwarded");
  carries("v6 to v4", &down6, 14 + 36);
  expect(out.bytes[12] == 8 && out.bytes[13] == 0, "v6 to v4: the Ethernet type stays");
  dp_totals_read(lab.dp, &totals);
  for (unsigned i = 0; i < 2; i++)
    for (unsigned j = 0; j < 2; j++)
      expect(totals.interface_bytes[i][j] == 68 + 88, "interface %u: %llu octets %s", i, (unsigned long long)totals.interface_bytes[i][j],
             j ? "sent" : "received");
  end(&s);
}

static void g_pdu6(const struct inner *inner) {
  put_inner(&in, inner);
  wrap_gtp(&in, 0x11, 0, NULL, 0);
  wrap_udp(&in, "fd03::2", "fd03::1", 2152);
  wrap_ethernet(&in);
}

static unsigned sum6(const uint8_t *ip, size_t octets) {
  unsigned sum = 17 + (unsigned)octets - 40;
  for (size_t i = 8; i < octets; i++) sum += i % 2 ? ip[i] : (unsigned)ip[i] << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

static void outer_v6(void) {
  struct dp_session s;
  simple_session(&s, 0, 0x11, "10.60.0.1/32");
  begin(&s);
  s.fars[1].peer = address_of("fd03::2");
  set(&s, true);
  g_pdu6(&up4);
  sends("v4 in v6", lab.n3, UP, "forwarded", REDIRECT);
  carries("v4 in v6", &up4, 14);
  g_pdu6(&up6);
  sends("v6 in v6", lab.n3, UP, "forwarded", REDIRECT);
  carries("v6 in v6", &up6, 14);
  for (unsigned more = 0; more < 2000; more += 333) {
    struct inner long4 = down4, long6 = down6;
    long4.payload = long6.payload = (uint16_t)(more > 1300 ? 1300 : more);
    down("v4 to v6", &long4, "forwarded");
    carries("v4 to v6", &long4, 14 + 56);
    expect(sum6(out.bytes + 14, out.length - 14) == 0xffff, "v4 to v6, %u octets: the UDP checksum is %#x", more, sum6(out.bytes + 14, out.length - 14));
    down("v6 to v6", &long6, "forwarded");
    carries("v6 to v6", &long6, 14 + 56);
    expect(sum6(out.bytes + 14, out.length - 14) == 0xffff, "v6 to v6, %u octets: the UDP checksum is wrong", more);
  }
  end(&s);
}

/* Downlink with a QFI, reflective; then the marking. */
static void containers(void) {
  struct dp_session s;
  begin(&s);
  s.qer_count = 1;
  s.qers[0] = (struct dp_qer){.id = 9, .qfi = 33, .reflective = true};
  s.pdrs[1].qer_count = 1;
  s.fars[1].transport_marking = true;
  s.fars[1].tos = 0xb8;
  s.fars[1].tos_mask = 0xfc;
  set(&s, true);
  down("QFI", &down4, "forwarded");
  carries("QFI", &down4, 14 + 44);
  const uint8_t gtp[16] = {0x34, 255, 0, 76, 0, 0, 0x10, 1, 0, 0, 0, 0x85, 1, 0, 0x40 | 33, 0};
  expect(memcmp(out.bytes + 42, gtp, 16) == 0, "QFI: not the PDU session container");
  expect(out.bytes[15] == 0xb8, "QFI: TOS %#x of the outer header", out.bytes[15]);
  expect(memcmp(out.bytes + 14 + 8, "\x40\x11", 2) == 0 && memcmp(out.bytes + 26, "\x0a\x03\0\1\x0a\x03\0\2", 8) == 0,
         "QFI: not the outer addresses");
  end(&s);
}

/* N9: from the gNB to the next user plane and back, with the sequence number and the container's QFI kept. */
static void tunnel_to_tunnel(void) {
  struct dp_session s;
  simple_session(&s, 0, 0x11, "10.60.0.1/32");
  s.pdrs[1] = (struct dp_pdr){.id = 2, .precedence = 1, .side = DP_CORE, .interface = DP_NONE, .teid = 0x22, .removal = 0, .far = 1};
  s.fars[0].teid = 0x9999;
  s.fars[0].peer = address_of("10.6.0.7");
  set(&s, false);
  const uint8_t container[4] = {1, 0x10, 7, 0};
  put_inner(&in, &up4);
  wrap_gtp(&in, 0x11, 0x85, container, 4);
  in.bytes[0] |= 2;
  in.bytes[8] = 0xab;
  in.bytes[9] = 0xcd;
  wrap_udp(&in, "10.3.0.2", "10.3.0.1", 2152);
  wrap_ethernet(&in);
  sends("N9 up", lab.n3, UP, "forwarded", REDIRECT);
  const uint8_t gtp[16] = {0x36, 255, 0, 76, 0, 0, 0x99, 0x99, 0xab, 0xcd, 0, 0x85, 1, 0x10, 7, 0};
  expect(memcmp(out.bytes + 42, gtp, 16) == 0, "N9 up: not the header of the next tunnel");
  put_inner(&in, &down4);
  wrap_gtp(&in, 0x22, 0, NULL, 0);
  wrap_udp(&in, "10.6.0.7", "10.6.0.1", 2152);
  wrap_ethernet(&in);
  sends("N9 down", lab.n6, DOWN, "forwarded", REDIRECT);
  const uint8_t back[8] = {0x30, 255, 0, 68, 0, 0, 0x10, 1};
  expect(memcmp(out.bytes + 42, back, 8) == 0, "N9 down: not the header of the next tunnel");
  s.pdrs[1].removal = DP_NONE;
  set(&s, true);
  sends("N9 without removal", lab.n6, DOWN, "removal_absent", SHOT);
  s.pdrs[1].removal = 1;
  set(&s, true);
  sends("removal of v6", lab.n6, DOWN, "removal_mismatch", SHOT);
  s.pdrs[1].removal = 4;
  set(&s, true);
  sends("removal of IP alone", lab.n6, DOWN, "removal_tunnel", SHOT);
  end(&s);
}

/* What the kernel answers or does: such packets go up. */
static void left_to_kernel(void) {
  struct dp_session s;
  struct inner packet = up4;
  begin(&s);
  packet.ttl = 1;
  g_pdu(&in, &packet, 0x11, 0);
  sends("uplink at its last hop", lab.n3, UP, "ttl_expired", REDIRECT);
  expect(out.bytes[0] == 2 && out.bytes[1] == 'U', "uplink at its last hop: not to the UEs' link");
  packet.ttl = 64;
  packet.to = "10.6.0.1";
  g_pdu(&in, &packet, 0x11, 0);
  sends("to the UPF itself", lab.n3, UP, "forwarded", REDIRECT);
  packet.to = "10.60.0.99";
  g_pdu(&in, &packet, 0x11, 0);
  sends("to another UE", lab.n3, UP, "forwarded", REDIRECT);
  packet.to = "10.77.0.1";
  run("ip route add prohibit 10.77.0.0/16");
  g_pdu(&in, &packet, 0x11, 0);
  sends("to a prohibited network", lab.n3, UP, "route_prohibited", REDIRECT);
  packet.to = "224.0.0.5";
  g_pdu(&in, &packet, 0x11, 0);
  sends("to a group", lab.n3, UP, "multicast", SHOT);
  struct inner packet6 = up6;
  packet6.to = "fd77::1";
  g_pdu(&in, &packet6, 0x11, 0);
  sends("to no route", lab.n3, UP, "route_none", REDIRECT);

  packet = down4;
  packet.ttl = 1;
  put_inner(&in, &packet);
  wrap_ethernet(&in);
  sends("downlink at its last hop", lab.n6, DOWN, "ttl_expired", OK);
  packet.ttl = 64;
  packet.payload = 1500;
  packet.fragment = 0x4000;
  put_inner(&in, &packet);
  wrap_ethernet(&in);
  sends("downlink too big", lab.n6, DOWN, "too_big", OK);
  packet.fragment = 0;
  put_inner(&in, &packet);
  wrap_ethernet(&in);
  sends("downlink to be fragmented", lab.n6, DOWN, "", OK);
  packet.to = "10.60.0.99";
  packet.payload = 40;
  put_inner(&in, &packet);
  wrap_ethernet(&in);
  sends("for no UE", lab.n6, DOWN, "", OK);
  sends("for no UE, routed", lab.ue, DOWN, "session_unknown", SHOT);
  put_inner(&in, &down4);
  wrap_ethernet(&in);
  sends("for a UE, routed", lab.ue, DOWN, "forwarded", REDIRECT);
  struct inner same = down4;
  same.ttl = 64;
  struct frame plain;
  put_inner(&plain, &same);
  expect(memcmp(out.bytes + 50, plain.bytes, plain.length) == 0, "for a UE, routed: it aged twice");
  end(&s);
}

static void unroutable_peers(void) {
  struct dp_session s;
  begin(&s);
  const struct {
    const char *peer, *wanted;
  } cases[] = {{"10.88.0.1", "peer_no_route"}, {"10.3.0.1", "peer_is_local"}, {"10.89.0.1", "peer_prohibited"}, {"fd03::2", "forwarded"}};
  run("ip route add prohibit 10.89.0.0/16");
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    s.fars[1].peer = address_of(cases[i].peer);
    set(&s, true);
    down(cases[i].peer, &down4, cases[i].wanted);
  }
  s.fars[1].peer = address_of("10.3.0.2");
  set(&s, true);
  run("ip route add 10.3.0.2/32 dev n3 mtu lock 600");
  struct inner big = down4;
  big.payload = 900;
  down("a narrow way", &big, "outer_too_big");
  run("ip route del 10.3.0.2/32 dev n3");
  end(&s);
}

/* Of the link that a packet is to go out by, and of the UEs' link, by which the kernel takes what goes up. */
static void without_forwarding(void) {
  struct dp_session s;
  begin(&s);
  run("echo 0 >/proc/sys/net/ipv4/conf/n3/forwarding; echo 0 >/proc/sys/net/ipv4/conf/upf0/forwarding; echo 0 >/proc/sys/net/ipv6/conf/upf0/forwarding");
  down("N3 does not forward", &down4, "forwarding_off");
  const struct inner *const families[] = {&up4, &up6};
  for (unsigned i = 0; i < 2; i++) {
    g_pdu(&in, families[i], 0x11, 5);
    sends("the UEs' link does not forward", lab.n3, UP, "forwarding_off", REDIRECT);
  }
  run("echo 1 >/proc/sys/net/ipv4/conf/n3/forwarding; echo 1 >/proc/sys/net/ipv4/conf/upf0/forwarding; echo 1 >/proc/sys/net/ipv6/conf/upf0/forwarding");
  down("N3 forwards", &down4, "forwarded");
  up("the UEs' link forwards", &up4, 0x11, 5, "forwarded");
  end(&s);
}

void way_tests(void) {
  both_families();
  outer_v6();
  containers();
  tunnel_to_tunnel();
  left_to_kernel();
  unroutable_peers();
  without_forwarding();
}
