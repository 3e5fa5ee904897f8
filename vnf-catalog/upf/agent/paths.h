/*
 * Supervision of GTP-U paths (TS 29.281 7.2, TS 29.244 5.10): a peer that FARs lead to is asked by an echo request every so often. One
 * that does not answer N3 requests, T3 apart, has failed until it answers again. Sockets and clocks are the caller's.
 */
#ifndef UPF_PATHS_H
#define UPF_PATHS_H

#include "datapath.h"

struct paths_config {
  unsigned most;              /* peers; further ones are not supervised */
  uint32_t echo_s, t3_ms, n3; /* echo_s 0: nobody is asked */
  /* An echo request with this sequence number, from the UPF's address of that interface. */
  void (*echo)(void *context, uint8_t interface, const struct dp_address *peer, uint16_t sequence);
  void (*changed)(void *context, uint8_t interface, const struct dp_address *peer, bool failed);
  void *context;
};

struct paths;

/* NULL: T3 or N3 is 0, or no memory. */
struct paths *paths_new(const struct paths_config *config);
void paths_end(struct paths *paths);
/* One FAR more, or less, leads to a peer. False: there are too many peers, or it was not known. */
bool paths_use(struct paths *paths, uint8_t interface, const struct dp_address *peer, uint64_t now_ns);
bool paths_unuse(struct paths *paths, uint8_t interface, const struct dp_address *peer);
/* An echo response; false: not asked for. */
bool paths_answer(struct paths *paths, uint8_t interface, const struct dp_address *peer, uint16_t sequence);
void paths_tick(struct paths *paths, uint64_t now_ns);
uint64_t paths_next(const struct paths *paths);

struct paths_numbers {
  unsigned peers, failed;
  uint64_t asked, answered, failures, recoveries, unsupervised;
};

void paths_numbers(const struct paths *paths, struct paths_numbers *out);

#endif
