/* Packet detection: precedence, QFI, SDF filters, addresses, interfaces; and forwarding actions. */
#include "table.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include "state.h"

/* Three uplink PDRs of one TEID: filtered by precedence 10, by QFI 20, any 30; each with its own far, two of which drop. */
static void precedence(void) {
  struct dp_session s;
  struct inner packet = up4;
  begin(&s);
  s.pdr_count = 4;
  s.far_count = 3;
  s.fars[2] = (struct dp_far){.id = 3, .action = DP_DROP};
  s.pdrs[2] = s.pdrs[0];
  s.pdrs[2].id = 3;
  s.pdrs[2].precedence = 10;
  s.pdrs[2].far = 2;
  s.pdrs[2].filter_count = 1;
  s.pdrs[2].filters[0] = (struct dp_filter){.family = 4, .protocol = 17, .remote = prefix_of("10.6.0.0/24"), .remote_ports = {50, 60}, .ue_ports = {0, 65535}};
  s.pdrs[3] = s.pdrs[0];
  s.pdrs[3].id = 4;
  s.pdrs[3].precedence = 20;
  s.pdrs[3].far = 2;
  s.pdrs[3].qfi_count = 2;
  s.pdrs[3].qfis[0] = 7;
  s.pdrs[3].qfis[1] = 63;
  set(&s, true);
  up("met by the filter", &packet, 0x11, 5, "far_drop");
  packet.destination_port = 61;
  up("behind the filter's ports", &packet, 0x11, 5, "forwarded");
  up("met by the QFI", &packet, 0x11, 63, "far_drop");
  up("without QFI", &packet, 0x11, 0, "forwarded");
  packet.destination_port = 50;
  packet.to = "10.6.1.9";
  up("outside the filter's network", &packet, 0x11, 5, "forwarded");
  packet.to = "10.6.0.9";
  packet.protocol = 6;
  up("of another protocol", &packet, 0x11, 5, "forwarded");
  s.pdrs[0].precedence = 5;
  set(&s, true);
  packet.protocol = 17;
  up("met by what comes first now", &packet, 0x11, 63, "forwarded");
  end(&s);
}

static const struct {
  const char *what;
  struct dp_filter filter;
  struct inner packet;
  const char *wanted;
} filters[] = {
    {"any", {.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}}, {.to = "10.6.0.9"}, "forwarded"},
    {"UE port", {.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {99, 99}}, {.to = "10.6.0.9", .source_port = 99}, "forwarded"},
    {"UE port, other", {.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {99, 99}}, {.to = "10.6.0.9", .source_port = 98}, "pdr_filter"},
    {"TOS", {.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}, .has_tos = true, .tos = 0x28, .tos_mask = 0xfc},
     {.to = "10.6.0.9", .tos = 0x2b}, "forwarded"},
    {"TOS, other", {.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}, .has_tos = true, .tos = 0x28, .tos_mask = 0xfc},
     {.to = "10.6.0.9", .tos = 0x2c}, "pdr_filter"},
    {"SPI", {.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}, .has_spi = true, .spi = 0x00070008},
     {.to = "10.6.0.9", .protocol = 50, .source_port = 7, .destination_port = 8}, "forwarded"},
    {"SPI, other", {.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}, .has_spi = true, .spi = 0x00070009},
     {.to = "10.6.0.9", .protocol = 50, .source_port = 7, .destination_port = 8}, "pdr_filter"},
    {"flow label of none", {.any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}, .has_flow_label = true, .flow_label = 5},
     {.to = "10.6.0.9"}, "pdr_filter"},
    {"family", {.family = 6, .any_protocol = true, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}}, {.to = "10.6.0.9"}, "pdr_filter"},
    {"ports of what has none", {.any_protocol = true, .remote_ports = {1, 2}, .ue_ports = {0, 65535}}, {.to = "10.6.0.9", .protocol = 1, .destination_port = 1}, "pdr_filter"},
    {"a later fragment of nothing", {.any_protocol = true, .remote_ports = {53, 53}, .ue_ports = {0, 65535}},
     {.to = "10.6.0.9", .destination_port = 53, .fragment = 9}, "fragment_without_ports"},
    {"a first fragment that meets no PDR", {.any_protocol = true, .remote_ports = {53, 53}, .ue_ports = {0, 65535}},
     {.to = "10.6.0.9", .destination_port = 54, .fragment = 0x2000}, "pdr_filter"},
    {"its later fragment, when a PDR has come", {.any_protocol = true, .remote_ports = {54, 54}, .ue_ports = {0, 65535}},
     {.to = "10.6.0.9", .destination_port = 54, .fragment = 9}, "fragment_without_ports"},
    {"a first fragment", {.any_protocol = true, .remote_ports = {53, 53}, .ue_ports = {0, 65535}},
     {.to = "10.6.0.9", .destination_port = 53, .fragment = 0x2000}, "forwarded"},
    {"its later fragment", {.any_protocol = true, .remote_ports = {53, 53}, .ue_ports = {0, 65535}},
     {.to = "10.6.0.9", .destination_port = 1, .fragment = 9}, "forwarded"},
};

/* As if that time had passed since first fragments came. */
static void age_fragments(uint64_t ns) {
  int map = bpf_obj_get("/sys/fs/bpf/upf/fragments");
  struct fragment_key key, *before = NULL;
  struct fragment_ports ports;
  unsigned count = 0;
  for (; !bpf_map_get_next_key(map, before, &key); before = &key, count++) {
    if (bpf_map_lookup_elem(map, &key, &ports)) continue;
    ports.at -= ns;
    bpf_map_update_elem(map, &key, &ports, BPF_EXIST);
  }
  expect(count == 1, "%u first fragments are known, and not the one that met a PDR", count);
  close(map);
}

static void packet_of_fragment(struct dp_session *s) {
  const struct inner packet = {.from = "10.60.0.1", .to = "10.6.0.9", .payload = 16, .destination_port = 1, .fragment = 9};
  s->pdrs[0].filters[0] = (struct dp_filter){.any_protocol = true, .remote_ports = {53, 53}, .ue_ports = {0, 65535}};
  set(s, true);
  up("a later fragment after half a minute", &packet, 0x11, 0, "fragment_without_ports");
}

static void every_filter(void) {
  struct dp_session s;
  begin(&s);
  s.pdrs[0].filter_count = 1;
  for (unsigned i = 0; i < sizeof filters / sizeof *filters; i++) {
    struct inner packet = filters[i].packet;
    packet.from = "10.60.0.1";
    packet.payload = 16;
    s.pdrs[0].filters[0] = filters[i].filter;
    set(&s, true);
    up(filters[i].what, &packet, 0x11, 0, filters[i].wanted);
  }
  age_fragments(31000000000ull);
  packet_of_fragment(&s);
  s.pdrs[0].filters[0] = (struct dp_filter){.family = 6, .any_protocol = true, .remote = prefix_of("fd06::/16"), .ue = prefix_of("fd60:0:0:1::7/128"), .remote_ports = {0, 65535}, .ue_ports = {0, 65535}};
  set(&s, true);
  up("v6 addresses", &up6, 0x11, 0, "forwarded");
  struct inner other = up6;
  other.from = "fd60:0:0:1::8";
  up("v6 addresses, other", &other, 0x11, 0, "pdr_filter");
  /* the last of eight meets */
  s.pdrs[0].filter_count = DP_FILTERS;
  for (unsigned i = 0; i < DP_FILTERS; i++) {
    s.pdrs[0].filters[i] = filters[1].filter;
    s.pdrs[0].filters[i].ue_ports = (struct dp_ports){(uint16_t)(2000 + i), (uint16_t)(2000 + i)};
  }
  set(&s, true);
  struct inner packet = up4;
  packet.source_port = 2007;
  up("the eighth filter", &packet, 0x11, 0, "forwarded");
  packet.source_port = 2008;
  up("no filter of eight", &packet, 0x11, 0, "pdr_filter");
  end(&s);
}

static void interfaces_and_gaps(void) {
  struct dp_session s;
  begin(&s);
  s.pdrs[0].side = DP_CORE;
  set(&s, true);
  up("from the other side", &up4, 0x11, 0, "pdr_source");
  s.pdrs[0].side = DP_ACCESS;
  s.pdrs[0].interface = 1;
  set(&s, true);
  up("from another network instance", &up4, 0x11, 0, "pdr_source");
  s.pdrs[0].interface = 0;
  s.pdrs[0].qfi_count = 1;
  s.pdrs[0].qfis[0] = 9;
  set(&s, true);
  up("of another QFI", &up4, 0x11, 8, "pdr_qfi");
  s.pdrs[0].qfi_count = 0;
  s.pdrs[0].far = DP_NONE;
  set(&s, true);
  up("without FAR", &up4, 0x11, 0, "far_none");
  s.pdrs[0].far = 0;
  const struct {
    struct dp_far far;
    const char *wanted;
  } fars[] = {
      {{.action = 0, .side = DP_CORE, .interface = DP_NONE}, "far_no_action"},
      {{.action = DP_DROP | DP_FORW, .side = DP_CORE, .interface = DP_NONE}, "far_drop"},
      {{.action = DP_FORW, .side = DP_ACCESS, .interface = DP_NONE}, "far_no_tunnel"},
      {{.action = DP_FORW, .side = DP_SGI_LAN, .interface = DP_NONE}, "far_no_interface"},
      {{.action = DP_FORW, .side = DP_CORE, .interface = 1}, "forwarded"},
  };
  for (unsigned i = 0; i < sizeof fars / sizeof *fars; i++) {
    s.fars[0] = fars[i].far;
    set(&s, true);
    up(fars[i].wanted, &up4, 0x11, 0, fars[i].wanted);
  }
  s.fars[1] = (struct dp_far){.action = DP_FORW, .side = DP_CORE, .interface = DP_NONE};
  set(&s, true);
  down("back where it came from", &down4, "far_loop");
  s.pdr_count = 1;
  set(&s, true);
  g_pdu(&in, &up4, 0x11, 0);
  put_inner(&in, &down4);
  wrap_ethernet(&in);
  sends("without a downlink PDR", lab.n6, DOWN, "", OK);
  s.pdr_count = 0;
  set(&s, true);
  up("without PDR", &up4, 0x11, 0, "teid_unknown");
  end(&s);
}

/* Two downlink PDRs with a route each: neither is for the other's. */
static void routes_of_pdrs(void) {
  struct dp_session s;
  struct inner packet = down4;
  simple_session(&s, 0, 0x11, "10.60.0.1/32");
  s.pdr_count = 3;
  s.pdrs[2] = s.pdrs[1];
  s.pdrs[2].id = 3;
  s.pdrs[2].ue_routes[0] = prefix_of("10.60.0.2/32");
  s.pdrs[2].filter_count = 1;
  s.pdrs[2].filters[0] = (struct dp_filter){.protocol = 6, .remote_ports = {0, 65535}, .ue_ports = {0, 65535}};
  set(&s, false);
  packet.to = "10.60.0.2";
  down("the other's route", &packet, "pdr_address");
  put_inner(&in, &down4);
  wrap_ethernet(&in);
  sends("for a UE, and from the access", lab.n3, DOWN, "pdr_source", SHOT);
  in.bytes[12] = 0x88;
  sends("not IP", lab.ue, DOWN, "not_ip", SHOT);
  end(&s);
}

static void framed_routes(void) {
  struct dp_session s;
  struct inner packet = down4;
  begin(&s);
  s.pdrs[1].ue_route_count = 5;
  s.pdrs[1].ue_routes[2] = prefix_of("192.168.7.0/24");
  s.pdrs[1].ue_routes[3] = prefix_of("fd99::/48");
  s.pdrs[1].ue_routes[4] = prefix_of("fd60:0:0:2::1/128");
  set(&s, true);
  packet.to = "192.168.7.200";
  down("a framed route", &packet, "forwarded");
  packet.to = "192.168.8.1";
  put_inner(&in, &packet);
  wrap_ethernet(&in);
  sends("beside the framed route", lab.n6, DOWN, "", OK);
  struct inner packet6 = down6;
  packet6.to = "fd99:0:0:9::1";
  down("a framed v6 route", &packet6, "forwarded");
  packet6.to = "fd60:0:0:2::1";
  down("one v6 address", &packet6, "forwarded");
  packet6.to = "fd60:0:0:1::2";
  down("the /64 beside it", &packet6, "forwarded");
  end(&s);
  struct dp_totals totals;
  dp_totals_read(lab.dp, &totals);
  expect(totals.teids == 0 && totals.ue_routes == 0 && totals.sessions == 0, "%u TEIDs, %u routes, %u sessions are left", totals.teids,
         totals.ue_routes, totals.sessions);
}

void rule_tests(void) {
  precedence();
  every_filter();
  interfaces_and_gaps();
  routes_of_pdrs();
  framed_routes();
}
