/* End markers (TS 29.281 7.3.2): a GTP-U header and nothing else, sent by the kernel's routes of the FAR's link. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "state.h"

enum { PORT = 2152, END_MARKER = 254, GTP = 8, UDP_HEADER = 8 };

static void put16(uint8_t *at, unsigned value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static void put_udp_gtp(uint8_t *at, uint32_t teid) {
  put16(at, PORT);
  put16(at + 2, PORT);
  put16(at + 4, UDP_HEADER + GTP);
  put16(at + 6, 0);
  at[8] = 0x30;
  at[9] = END_MARKER;
  put16(at + 10, 0);
  put16(at + 12, teid >> 16);
  put16(at + 14, teid & 0xffff);
}

static unsigned sum_of(const uint8_t *at, unsigned octets) {
  unsigned sum = 0;
  for (unsigned i = 0; i < octets; i += 2) sum += (unsigned)at[i] << 8 | at[i + 1];
  return sum;
}

static unsigned fold(unsigned sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

static bool send4(struct dp *dp, const struct dp_interface *by, const struct dp_far *far, uint8_t tos) {
  uint8_t packet[20 + UDP_HEADER + GTP] = {0x45, tos, 0, sizeof packet, 0, 0, 0x40, 0, 64, IPPROTO_UDP};
  struct sockaddr_in to = {.sin_family = AF_INET};
  memcpy(packet + 12, by->local4.bytes, 4);
  memcpy(packet + 16, far->peer.bytes, 4);
  memcpy(&to.sin_addr, far->peer.bytes, 4);
  put_udp_gtp(packet + 20, far->teid);
  setsockopt(dp->raw4, SOL_SOCKET, SO_BINDTODEVICE, by->link, (socklen_t)strlen(by->link));
  return sendto(dp->raw4, packet, sizeof packet, 0, (const void *)&to, sizeof to) == (ssize_t)sizeof packet;
}

static bool send6(struct dp *dp, const struct dp_interface *by, const struct dp_far *far, uint8_t tos) {
  uint8_t packet[40 + UDP_HEADER + GTP] = {(uint8_t)(0x60 | tos >> 4), (uint8_t)(tos << 4), 0, 0, 0, UDP_HEADER + GTP, IPPROTO_UDP, 64};
  struct sockaddr_in6 to = {.sin6_family = AF_INET6};
  memcpy(packet + 8, by->local6.bytes, 16);
  memcpy(packet + 24, far->peer.bytes, 16);
  memcpy(&to.sin6_addr, far->peer.bytes, 16);
  put_udp_gtp(packet + 40, far->teid);
  put16(packet + 46, fold(sum_of(packet + 8, sizeof packet - 8) + UDP_HEADER + GTP + IPPROTO_UDP));
  setsockopt(dp->raw6, SOL_SOCKET, SO_BINDTODEVICE, by->link, (socklen_t)strlen(by->link));
  return sendto(dp->raw6, packet, sizeof packet, 0, (const void *)&to, sizeof to) == (ssize_t)sizeof packet;
}

static const struct dp_interface *interface_of(const struct dp *dp, const struct dp_far *far) {
  for (unsigned i = 0; i < dp->config.interface_count; i++) {
    const struct dp_interface *at = &dp->config.interfaces[i];
    const bool has = far->peer.family == 6 ? at->local6.family == 6 : at->local4.family == 4;
    if (at->side == far->side && has && (far->interface == DP_NONE || far->interface == i)) return at;
  }
  return NULL;
}

bool dp_end_marker(struct dp *dp, const struct dp_far *far) {
  const struct dp_interface *by = far->peer.family ? interface_of(dp, far) : NULL;
  const uint8_t tos = far->transport_marking ? far->tos & far->tos_mask : 0;
  if (!by || !(far->peer.family == 6 ? send6(dp, by, far, tos) : send4(dp, by, far, tos))) return false;
  dp->shared->end_markers++;
  return true;
}
