/*
 * A host of one VLAN, for machines whose kernel has no VLANs: tagged-host LINK ID IPV4-ADDRESS
 * Answers ARP for its address and echo requests to it, with frames that carry the tag, and only when they came with it.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { TAG_AT = 12, TAG = 4, ARP_REQUEST = 1, ARP_REPLY = 2, ECHO_REQUEST = 8, ICMP = 1 };

static const uint8_t own[6] = {0x02, 0, 0, 0, 0x10, 0x01};
static uint32_t address;

/* The frame behind its tag, which the kernel has taken out of it; 0 when it was not tagged with `id`. */
static ssize_t receive(int fd, uint8_t *frame, size_t room, unsigned id) {
  char control[256];
  struct iovec data = {frame, room};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t got = recvmsg(fd, &message, 0);
  for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); got > 0 && at; at = CMSG_NXTHDR(&message, at)) {
    struct tpacket_auxdata *said = (void *)CMSG_DATA(at);
    if (at->cmsg_level == SOL_PACKET && at->cmsg_type == PACKET_AUXDATA && (said->tp_status & TP_STATUS_VLAN_VALID))
      return (said->tp_vlan_tci & 0xfff) == id ? got : 0;
  }
  return got < 0 ? got : 0;
}

static uint16_t sum(const uint8_t *data, size_t length) {
  uint32_t total = 0;
  for (size_t i = 0; i + 1 < length; i += 2) total += (uint32_t)data[i] << 8 | data[i + 1];
  if (length % 2) total += (uint32_t)data[length - 1] << 8;
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return (uint16_t)~total;
}

static int answer_arp(uint8_t *arp, size_t length) {
  if (length < 28 || arp[7] != ARP_REQUEST || memcmp(arp + 24, &address, 4)) return 0;
  arp[7] = ARP_REPLY;
  memcpy(arp + 18, arp + 8, 10);
  memcpy(arp + 8, own, 6);
  memcpy(arp + 14, &address, 4);
  return 1;
}

static int answer_echo(uint8_t *ip, size_t length) {
  size_t header = (size_t)(ip[0] & 15) * 4, whole = (size_t)ip[2] << 8 | ip[3];
  if (length < whole || whole < header + 8 || ip[9] != ICMP || ip[header] != ECHO_REQUEST || memcmp(ip + 16, &address, 4)) return 0;
  memcpy(ip + 16, ip + 12, 4);
  memcpy(ip + 12, &address, 4);
  ip[header] = ip[header + 2] = ip[header + 3] = 0;
  uint16_t check = sum(ip + header, whole - header);
  ip[header + 2] = (uint8_t)(check >> 8), ip[header + 3] = (uint8_t)check;
  return 1;
}

static void answer(int fd, uint8_t *frame, size_t length, unsigned id) {
  uint8_t out[2048] = {0};
  uint16_t type = (uint16_t)(frame[12] << 8 | frame[13]);
  int answers = type == ETHERTYPE_ARP ? answer_arp(frame + 14, length - 14) : type == ETHERTYPE_IP ? answer_echo(frame + 14, length - 14) : 0;
  if (!answers || length + TAG > sizeof out) return;
  memcpy(out, frame + 6, 6);
  memcpy(out + 6, own, 6);
  out[12] = 0x81, out[14] = (uint8_t)(id >> 8), out[15] = (uint8_t)id;
  memcpy(out + TAG_AT + TAG, frame + TAG_AT, length - TAG_AT);
  if (send(fd, out, length + TAG, 0) < 0) perror("send");
}

int main(int count, char **words) {
  static uint8_t frame[2000];
  const int yes = 1;
  int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  if (count != 4 || fd < 0) return fputs("usage: tagged-host LINK ID ADDRESS\n", stderr), 2;
  struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(words[1])};
  unsigned id = (unsigned)atoi(words[2]);
  address = inet_addr(words[3]);
  struct packet_mreq all = {.mr_ifindex = at.sll_ifindex, .mr_type = PACKET_MR_PROMISC};
  if (bind(fd, (void *)&at, sizeof at) || setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof yes) ||
      setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all))
    return perror("tagged-host"), 1;
  for (;;) {
    ssize_t got = receive(fd, frame, sizeof frame, id);
    if (got < 0) return perror("tagged-host"), 1;
    if (got >= 42) answer(fd, frame, (size_t)got, id);
  }
}
