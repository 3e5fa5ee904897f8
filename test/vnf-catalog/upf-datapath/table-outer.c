/* Outer headers that lie, and inner packets that are none. */
#include "table.h"

enum { IP = 14, UDP = 34, GTP = 42 };

/* One octet of a G-PDU (Ethernet, IPv4, UDP, GTP-U with container, from 0 on) is changed. */
static const struct {
  const char *what;
  unsigned at;
  uint8_t value;
  const char *wanted;
} changes[] = {
    {"IPv4 checksum", IP + 10, 0x77, "outer_checksum"},
    {"IPv4 header of 16 octets", IP, 0x44, "outer_header_length"},
    {"IPv4 length beyond the frame", IP + 2, 9, "outer_length"},
    {"UDP length beyond the packet", UDP + 4, 9, "udp_length"},
    {"UDP length 4", UDP + 5, 4, "udp_length"},
    {"UDP length 10", UDP + 5, 10, "gtp_short"},
    {"GTP version 2", GTP, 0x54, "gtp_version"},
    {"GTP prime", GTP, 0x24, "gtp_prime"},
    {"GTP length beyond the datagram", GTP + 2, 9, "gtp_length"},
    {"GTP length 2", GTP + 3, 2, "gtp_short"},
    {"GTP length that cuts the extension", GTP + 3, 6, "gtp_extension_short"},
    {"GTP length without inner packet", GTP + 3, 8, "inner_empty"},
    {"GTP length that cuts the inner header", GTP + 3, 20, "inner_short"},
    {"GTP length that cuts the inner packet", GTP + 3, 40, "inner_length"},
    {"extension of length 0", GTP + 12, 0, "gtp_extension_zero"},
    {"extension beyond the datagram", GTP + 12, 200, "gtp_extension_short"},
    {"an extension that must be known", GTP + 11, 0xa0, "gtp_extension_unknown"},
    {"a container of type 5", GTP + 13, 0x50, "gtp_container"},
    {"TEID of nobody", GTP + 7, 0x12, "teid_unknown"},
    {"TEID 0", GTP + 7, 0, "teid_zero"},
    {"inner version 5", GTP + 16, 0x55, "inner_version"},
    {"an Ethernet PDU", GTP + 16, 0x02, "inner_version"},
    {"inner header of 8 octets", GTP + 16, 0x42, "inner_header_length"},
    {"inner length beyond the PDU", GTP + 18, 9, "inner_length"},
    {"inner checksum", GTP + 16 + 10, 0x77, "inner_checksum"},
    {"inner source changed", GTP + 16 + 15, 9, "inner_checksum"},
};

static void fix_outer_checksum(void) {
  unsigned sum = 0;
  in.bytes[IP + 10] = in.bytes[IP + 11] = 0;
  for (unsigned i = 0; i < 20; i += 2) sum += (unsigned)in.bytes[IP + i] << 8 | in.bytes[IP + i + 1];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  in.bytes[IP + 10] = (uint8_t)(~sum >> 8);
  in.bytes[IP + 11] = (uint8_t)~sum;
}

static void changed_octets(void) {
  struct dp_session s;
  begin(&s);
  for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) {
    g_pdu(&in, &up4, 0x11, 5);
    in.bytes[changes[i].at] = changes[i].value;
    if (changes[i].at == IP + 2) fix_outer_checksum();
    const bool answered = strcmp(changes[i].wanted, "gtp_extension_unknown") == 0;
    sends(changes[i].what, lab.n3, UP, changes[i].wanted, answered ? OK : SHOT);
  }
  g_pdu(&in, &up4, 0x11, 5);
  in.bytes[IP + 6] = 0x20;
  fix_outer_checksum();
  sends("first outer fragment", lab.n3, UP, "outer_fragment", SHOT);
  end(&s);
}

/* Extension headers of four octets each, all of a kind that need not be known. */
static void chain(unsigned count) {
  uint8_t headers[4000] = {0};
  for (unsigned i = 0; i < count; i++) {
    headers[i * 4] = 1;
    headers[i * 4 + 3] = i + 1 < count ? 0x20 : 0;
  }
  put_inner(&in, &up4);
  wrap_gtp(&in, 0x11, 0x20, headers, count * 4);
  wrap_udp(&in, "10.3.0.2", "10.3.0.1", 2152);
  wrap_ethernet(&in);
}

static void chains(void) {
  struct dp_session s;
  begin(&s);
  chain(8);
  sends("8 extension headers", lab.n3, UP, "forwarded", REDIRECT);
  carries("8 extension headers", &up4, 14);
  chain(9);
  sends("9 extension headers", lab.n3, UP, "gtp_extension_chain", SHOT);
  chain(700);
  sends("700 extension headers", lab.n3, UP, "gtp_extension_chain", SHOT);
  end(&s);
}

static void others(void) {
  struct dp_session s;
  struct inner packet = up4;
  begin(&s);
  packet.to = "10.3.0.1";
  packet.destination_port = 2152;
  up("a G-PDU in a G-PDU", &packet, 0x11, 0, "gtp_in_gtp");
  g_pdu(&in, &up4, 0x11, 5);
  in.bytes[GTP + 1] = 1;
  sends("an echo request", lab.n3, UP, "", OK);
  g_pdu(&in, &up4, 0x11, 5);
  in.bytes[UDP + 2] = 0;
  sends("another port", lab.n3, UP, "", OK);
  g_pdu(&in, &up4, 0x11, 5);
  in.bytes[IP + 19] = 77;
  sends("another address", lab.n3, UP, "", OK);
  for (size_t octets = 34; octets < 110; octets++) {
    g_pdu(&in, &up4, 0x11, 5);
    in.length = octets;
    lab_packet(&lab, lab.n3, &in, &out);
    const char *found = lab_outcome(&lab, UP);
    expect(strcmp(found, "forwarded") != 0 && strcmp(found, "several") != 0, "a frame cut to %zu octets: %s", octets, found);
  }
  end(&s);
}

void outer_tests(void) {
  changed_octets();
  chains();
  others();
}

static const struct {
  const char *from, *to, *wanted;
} addresses[] = {
    {"127.0.0.1", "10.6.0.9", "inner_source"},   {"224.0.0.1", "10.6.0.9", "inner_source"},
    {"0.0.0.0", "10.6.0.9", "inner_source"},     {"10.60.0.1", "127.0.0.1", "inner_destination"},
    {"10.60.0.2", "10.6.0.9", "spoofed_source"}, {"fd60:0:0:2::1", "fd06::9", "spoofed_source"},
    {"ff02::1", "fd06::9", "inner_source"},      {"::1", "fd06::9", "inner_source"},
    {"::", "fd06::9", "inner_source"},           {"fd60:0:0:1::1", "::1", "inner_destination"},
    {"fd60:0:0:1::1", "ff02::1", "multicast"},   {"fd60:0:0:1:ffff::1", "fd06::9", "forwarded"},
    {"10.60.0.1", "169.254.169.254", "link_local"}, {"fd60:0:0:1::1", "fe80::2", "link_local"},
    {"10.60.0.1", "10.3.0.2", "way_closed"},     {"fd60:0:0:1::1", "fd03::2", "way_closed"},
    {"::ffff:10.60.0.1", "fd06::9", "spoofed_source"},
};

static void inner_extensions(void) {
  struct dp_session s;
  struct inner packet = up6;
  begin(&s);
  packet.protocol = 60;
  packet.source_port = 17 << 8;
  up("a destination header", &packet, 0x11, 0, "forwarded");
  packet.source_port = 60 << 8;
  up("destination headers all along", &packet, 0x11, 0, "inner_extension");
  packet.payload = 2;
  packet.source_port = 17 << 8 | 9;
  up("a header beyond the packet", &packet, 0x11, 0, "inner_extension");
  end(&s);
}

void inner_tests(void) {
  struct dp_session s;
  begin(&s);
  for (unsigned i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    const struct inner packet = {.from = addresses[i].from, .to = addresses[i].to, .payload = 9};
    up(addresses[i].from, &packet, 0x11, 0, addresses[i].wanted);
  }
  end(&s);
  inner_extensions();
}
