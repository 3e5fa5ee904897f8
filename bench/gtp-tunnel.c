/*
 * The kernel's own GTP (gtp.ko) in a guest, to be measured beside a UPF: makes the link gtp0 and one tunnel, and stays, since
 * the link lives as long as its socket:
 *   gtp-tunnel LOCAL PEER TEID UE     GTP-U received at LOCAL; a UE behind PEER, the same TEID both ways
 * Prints "ready". The link's route is the caller's work.
 */
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/gtp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1024, GTPU = 2152, V1 = 1 };

static struct {
  struct nlmsghdr head;
  unsigned char rest[ROOM];
} message;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct nlattr *put(unsigned short type, const void *value, size_t length) {
  struct nlattr *to = (struct nlattr *)((char *)&message + NLMSG_ALIGN(message.head.nlmsg_len));
  to->nla_type = type;
  to->nla_len = (unsigned short)(NLA_HDRLEN + length);
  if (length) memcpy((char *)to + NLA_HDRLEN, value, length);
  message.head.nlmsg_len = NLMSG_ALIGN(message.head.nlmsg_len) + NLA_ALIGN(to->nla_len);
  return to;
}

static void end(struct nlattr *nest) {
  nest->nla_len = (unsigned short)((char *)&message + message.head.nlmsg_len - (char *)nest);
}

static void begin(unsigned short type, unsigned short flags, const void *header, size_t length) {
  memset(&message, 0, sizeof message);
  message.head = (struct nlmsghdr){NLMSG_LENGTH((unsigned)length), type, NLM_F_REQUEST | NLM_F_ACK | flags, 1, 0};
  memcpy(NLMSG_DATA(&message.head), header, length);
}

/* The first answer; ends the program when it is an error. */
static struct nlmsghdr *ask(int fd, const char *what) {
  static char answer[8192];
  if (send(fd, &message, message.head.nlmsg_len, 0) < 0 || recv(fd, answer, sizeof answer, 0) < 0) fail(what);
  struct nlmsghdr *head = (struct nlmsghdr *)answer;
  if (head->nlmsg_type == NLMSG_ERROR) {
    const int code = ((struct nlmsgerr *)NLMSG_DATA(head))->error;
    if (code) fprintf(stderr, "%s: %s\n", what, strerror(-code)), exit(1);
  }
  return head;
}

static int open_socket(const char *local) {
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(GTPU)};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || inet_pton(AF_INET, local, &own.sin_addr) != 1 || bind(fd, (struct sockaddr *)&own, sizeof own)) fail(local);
  return fd;
}

static void make_link(int route, int socket1, int socket0) {
  const struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  const uint32_t hash = 1024, role = GTP_ROLE_GGSN;
  begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
  put(IFLA_IFNAME, "gtp0", sizeof "gtp0");
  struct nlattr *link = put(IFLA_LINKINFO, NULL, 0);
  put(IFLA_INFO_KIND, "gtp", sizeof "gtp");
  struct nlattr *data = put(IFLA_INFO_DATA, NULL, 0);
  put(IFLA_GTP_FD0, &socket0, sizeof socket0);
  put(IFLA_GTP_FD1, &socket1, sizeof socket1);
  put(IFLA_GTP_PDP_HASHSIZE, &hash, sizeof hash);
  put(IFLA_GTP_ROLE, &role, sizeof role);
  end(data);
  end(link);
  ask(route, "gtp0");
}

static unsigned short family_of_gtp(int generic) {
  const struct genlmsghdr head = {.cmd = CTRL_CMD_GETFAMILY, .version = 1};
  begin(GENL_ID_CTRL, 0, &head, sizeof head);
  put(CTRL_ATTR_FAMILY_NAME, "gtp", sizeof "gtp");
  struct nlmsghdr *answer = ask(generic, "the family gtp");
  const char *at = (char *)NLMSG_DATA(answer) + GENL_HDRLEN, *past = (char *)answer + answer->nlmsg_len;
  for (; at < past; at += NLA_ALIGN(((struct nlattr *)at)->nla_len))
    if (((struct nlattr *)at)->nla_type == CTRL_ATTR_FAMILY_ID) return *(unsigned short *)(at + NLA_HDRLEN);
  return fputs("gtp has no family id\n", stderr), exit(1), 0;
}

static void make_tunnel(const char *peer, uint32_t teid, const char *ue) {
  const struct genlmsghdr head = {.cmd = GTP_CMD_NEWPDP, .version = 0};
  const uint32_t version = V1, link = if_nametoindex("gtp0");
  int generic = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
  struct in_addr peer4, ue4;
  unsigned short family = family_of_gtp(generic);
  close(generic);
  generic = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
  if (inet_pton(AF_INET, peer, &peer4) != 1 || inet_pton(AF_INET, ue, &ue4) != 1) fail("an address");
  begin(family, 0, &head, sizeof head);
  put(GTPA_VERSION, &version, sizeof version);
  put(GTPA_LINK, &link, sizeof link);
  put(GTPA_PEER_ADDRESS, &peer4, sizeof peer4);
  put(GTPA_MS_ADDRESS, &ue4, sizeof ue4);
  put(GTPA_I_TEI, &teid, sizeof teid);
  put(GTPA_O_TEI, &teid, sizeof teid);
  ask(generic, "the tunnel");
}

int main(int count, char **words) {
  if (count != 5) return fputs("usage: gtp-tunnel LOCAL PEER TEID UE\n", stderr), 2;
  const struct sockaddr_in old = {.sin_family = AF_INET, .sin_port = htons(3386)};
  int route = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), socket0 = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(socket0, (const struct sockaddr *)&old, sizeof old)) fail("port 3386");
  make_link(route, open_socket(words[1]), socket0);
  make_tunnel(words[2], (uint32_t)strtoul(words[3], NULL, 10), words[4]);
  puts("ready");
  fflush(stdout);
  return pause();
}
