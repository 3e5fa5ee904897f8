/* rtnetlink: how a request is put together, sent, and how its answers are walked. */
#ifndef BERTH_NETLINK_H
#define BERTH_NETLINK_H

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request {
  struct nlmsghdr header;
  union {
    struct rtmsg route;
    struct ifaddrmsg address;
    struct ifinfomsg link;
    struct fib_rule_hdr rule;
  } body;
  char attributes[1536]; /* a route with the most next hops takes half of it */
};

typedef void (*netlink_visit)(const struct nlmsghdr *message, void *context);

void request_begin(struct request *ask, uint16_t type, uint16_t flags, size_t body);
void request_put(struct request *ask, uint16_t type, const void *data, size_t length);
/* Attributes that are put before the end belong to the nest. */
struct rtattr *request_nest(struct request *ask, uint16_t type);
void request_nest_end(struct request *ask, struct rtattr *nest);

/* Sends the request and returns the kernel's errno for it, 0 when done. */
int request_send(struct request *ask);
/* Sends a dump request and calls back for every answer; 0 or an errno. */
int request_dump(struct request *ask, netlink_visit visit, void *context);

enum { ANSWERS_GO_ON = -1 };
/* Walks one datagram of answers: ANSWERS_GO_ON, 0 at the end of the dump, or the kernel's errno. */
int answers_walk(const void *datagram, size_t length, netlink_visit visit, void *context);

/* What follows the message's fixed part of `body` octets; NULL when the message is shorter than that. */
const struct rtattr *attributes_of(const struct nlmsghdr *message, size_t body, size_t *left);
/* The first attribute of this type, or NULL. Its payload lies within `left`. */
const struct rtattr *attribute_of(const struct rtattr *first, size_t left, uint16_t type);
/* False when there is no such attribute of four octets. */
bool attribute_u32(const struct rtattr *first, size_t left, uint16_t type, uint32_t *out);

#endif
