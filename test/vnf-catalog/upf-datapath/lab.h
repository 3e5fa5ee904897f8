/* A UPF's network namespace of its own, packets for it, and what became of them. */
#ifndef UPF_LAB_H
#define UPF_LAB_H

#include "datapath.h"

enum { FRAME = 4096 };

struct frame {
  uint8_t bytes[FRAME];
  size_t length;
};

struct lab {
  struct dp *dp;
  struct dp_config config;
  unsigned n3, n6, ue;
};

/* Sentences about what went wrong; the program ends with their number. */
extern unsigned failures;
void expect(bool right, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A namespace with links n3 (10.3.0.1, fd03::1) and n6 (10.6.0.1, fd06::1), and a bpffs; ends with the process. */
void lab_enter(void);
void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
void lab_open(struct lab *lab, const char *object, uint32_t sessions);

/* Runs the program of a link once. Its verdict; `out` is the frame afterwards. */
int lab_packet(struct lab *lab, unsigned link, const struct frame *in, struct frame *out);
/* The one reason that was counted since the last call, by direction; "forwarded", "buffered", "" for nothing, "several". */
const char *lab_outcome(struct lab *lab, unsigned direction);
/* A packet was dropped by that reason, at some time. */
bool lab_met(unsigned reason);

/* Parts of frames, from the inside out. */
struct inner {
  const char *from, *to;   /* addresses of one family */
  uint8_t protocol, tos, ttl;
  uint16_t source_port, destination_port;
  uint16_t payload;        /* octets behind the 8 of the ports */
  uint16_t fragment;       /* IPv4: flags and offset */
};

struct dp_address address_of(const char *text);
struct dp_prefix prefix_of(const char *text);
void put_inner(struct frame *frame, const struct inner *inner);
/* Extension headers: as octets, with the type of the first; NULL: none. */
void wrap_gtp(struct frame *frame, uint32_t teid, uint8_t first, const uint8_t *extensions, size_t octets);
void wrap_udp(struct frame *frame, const char *from, const char *to, uint16_t port);
void wrap_ethernet(struct frame *frame);
/* All of it: a G-PDU from the gNB with a QFI (0: no container). */
void g_pdu(struct frame *frame, const struct inner *inner, uint32_t teid, uint8_t qfi);

/* A session with PDR 1 (uplink, TEID), PDR 2 (downlink, UE), FAR 0 to core, FAR 1 to the gNB's TEID 0x1001. */
void simple_session(struct dp_session *session, uint32_t index, uint32_t teid, const char *ue);

#endif
