/* The sockets of N4 (UDP 8805) and of GTP-U signalling (UDP 2152, at each address of an interface). */
#ifndef UPF_SOCKETS_H
#define UPF_SOCKETS_H

#include <sys/types.h>

#include "agent.h"

struct sockets {
  int n4[2];                    /* IPv4, IPv6; -1: none */
  int gtpu[DP_INTERFACES][2];   /* likewise */
};

bool sockets_open(struct sockets *sockets, const struct agent_config *config, struct reason *why);
void sockets_close(struct sockets *sockets);
/* One datagram; the length, or -1 when none waits. */
ssize_t sockets_receive(int socket, struct n4_peer *from, uint8_t *bytes, size_t room);
/* False with errno. */
bool sockets_send(int socket, const struct n4_peer *to, const uint8_t *bytes, size_t length);
/* As struct agent has them; the context is the sockets. */
bool sockets_send_n4(void *sockets, const struct n4_peer *to, const uint8_t *bytes, size_t length);
bool sockets_send_gtpu(void *sockets, uint8_t interface, const struct n4_peer *to, const uint8_t *bytes, size_t length);

#endif
