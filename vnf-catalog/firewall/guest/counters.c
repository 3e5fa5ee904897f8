/* The named counters, by one NFT_MSG_GETOBJ dump: starting nft for them would cost more than the whole status. */
#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nft.h"

struct request {
  struct nlmsghdr header;
  struct nfgenmsg family;
  char attributes[64];
};

static void put(struct request *ask, uint16_t type, const void *data, size_t length) {
  struct nlattr *at = (void *)((char *)ask + NLMSG_ALIGN(ask->header.nlmsg_len));
  at->nla_type = type;
  at->nla_len = (uint16_t)(NLA_HDRLEN + length);
  memcpy((char *)at + NLA_HDRLEN, data, length);
  ask->header.nlmsg_len = NLMSG_ALIGN(ask->header.nlmsg_len) + (uint32_t)NLA_ALIGN(at->nla_len);
}

static bool ask_for_counters(int fd) {
  struct request ask = {0};
  const uint32_t counter = htonl(NFT_OBJECT_COUNTER);
  ask.header.nlmsg_len = NLMSG_LENGTH(sizeof ask.family);
  ask.header.nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETOBJ;
  ask.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  ask.family.nfgen_family = NFPROTO_INET;
  put(&ask, NFTA_OBJ_TABLE, "berth", sizeof "berth");
  put(&ask, NFTA_OBJ_TYPE, &counter, sizeof counter);
  return send(fd, &ask, ask.header.nlmsg_len, 0) == (ssize_t)ask.header.nlmsg_len;
}

/* The attribute of this type among `left` octets, or NULL. */
static const struct nlattr *attribute(const void *first, int left, uint16_t type) {
  const struct nlattr *at = first;
  while (left >= NLA_HDRLEN && at->nla_len >= NLA_HDRLEN && at->nla_len <= left) {
    if ((at->nla_type & NLA_TYPE_MASK) == type) return at;
    left -= NLA_ALIGN(at->nla_len);
    at = (const void *)((const char *)at + NLA_ALIGN(at->nla_len));
  }
  return NULL;
}

static const void *payload(const struct nlattr *at) { return (const char *)at + NLA_HDRLEN; }

static uint64_t number_in(const struct nlattr *nest, uint16_t type) {
  const struct nlattr *at = attribute(payload(nest), nest->nla_len - NLA_HDRLEN, type);
  uint64_t value = 0;
  if (at && at->nla_len == NLA_HDRLEN + sizeof value) memcpy(&value, payload(at), sizeof value);
  return be64toh(value);
}

static void note(const struct nlmsghdr *message, struct counters *out) {
  const size_t before = NLMSG_LENGTH(sizeof(struct nfgenmsg));
  if (message->nlmsg_len < before) return;
  const void *first = (const char *)message + NLMSG_ALIGN(before);
  const int left = (int)(message->nlmsg_len - NLMSG_ALIGN(before));
  const struct nlattr *name = attribute(first, left, NFTA_OBJ_NAME), *data = attribute(first, left, NFTA_OBJ_DATA);
  if (!name || !data) return;
  if ((out->count & (out->count - 1)) == 0) {
    out->all = realloc(out->all, (out->count ? out->count * 2 : 1) * sizeof *out->all);
    if (!out->all) abort();
  }
  out->all[out->count++] = (struct counter){strndup(payload(name), name->nla_len - NLA_HDRLEN),
                                            number_in(data, NFTA_COUNTER_PACKETS), number_in(data, NFTA_COUNTER_BYTES)};
}

/* Reads answers to the end of the dump; false when the kernel refused it. */
static bool take_answers(int fd, struct counters *out) {
  static char answer[32768] __attribute__((aligned(8)));
  ssize_t got;
  while ((got = recv(fd, answer, sizeof answer, 0)) > 0) {
    unsigned left = (unsigned)got;
    for (struct nlmsghdr *at = (void *)answer; NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
      if (at->nlmsg_type == NLMSG_DONE) return true;
      if (at->nlmsg_type == NLMSG_ERROR) return false;
      note(at, out);
    }
  }
  return false;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct counter *)a)->name, ((const struct counter *)b)->name);
}

bool counters_read(struct counters *out) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  *out = (struct counters){NULL, 0};
  if (fd < 0) return false;
  bool done = ask_for_counters(fd) && take_answers(fd, out);
  close(fd);
  if (out->count) qsort(out->all, out->count, sizeof *out->all, by_name);
  return done && out->count > 0;
}

bool counter_exists(const struct counters *in, const char *name) {
  const struct counter wanted = {.name = (char *)name};
  return in->count && bsearch(&wanted, in->all, in->count, sizeof wanted, by_name);
}

struct counter counter_named(const struct counters *in, const char *name) {
  struct counter wanted = {(char *)name, 0, 0};
  const struct counter *found = in->count ? bsearch(&wanted, in->all, in->count, sizeof wanted, by_name) : NULL;
  return found ? *found : wanted;
}
