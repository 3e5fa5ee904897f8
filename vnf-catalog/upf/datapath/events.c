/* Events from the programs' ring, and packets back to them. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>

#include "state.h"

int dp_event_fd(struct dp *dp) { return ring_buffer__epoll_fd(dp->ring); }

static void fill(struct dp_event *out, const struct event *from, size_t octets) {
  const struct event_head *head = &from->head;
  *out = (struct dp_event){.kind = head->kind,
                           .interface = head->face,
                           .direction = head->direction,
                           .far = head->far,
                           .urr = head->urr,
                           .pdr = head->pdr,
                           .reason = head->reason,
                           .qfi = head->qfi,
                           .session = head->slot,
                           .generation = head->generation,
                           .teid = head->teid,
                           .length = head->length,
                           .packet_length = head->packet_length};
  memcpy(out->qers, head->qers, sizeof out->qers);
  out->peer.family = head->family;
  memcpy(out->peer.bytes, head->peer, sizeof out->peer.bytes);
  if (out->length > octets - sizeof *head) out->length = (uint16_t)(octets - sizeof *head);
  memcpy(out->bytes, from->bytes, out->length);
}

static int take_event(void *context, void *data, size_t octets) {
  struct dp *dp = context;
  if (octets >= sizeof(struct event_head)) {
    fill(&dp->event, data, octets);
    dp->take(dp->context, &dp->event);
  }
  return ++dp->taken < dp->most ? 0 : -ECANCELED;
}

bool events_begin(struct dp *dp, int map) {
  dp->ring = ring_buffer__new(map, take_event, dp, NULL);
  return dp->ring != NULL;
}

int dp_events(struct dp *dp, unsigned most, void (*take)(void *context, const struct dp_event *event), void *context) {
  dp->take = take;
  dp->context = context;
  dp->taken = 0;
  dp->most = most;
  if (most) ring_buffer__consume(dp->ring);
  return (int)dp->taken;
}

/* The direction of a PDR that is still there; else down, as what is buffered mostly is. */
static uint8_t direction_of(const struct dp *dp, uint32_t index, uint16_t pdr) {
  const uint32_t chains[] = {slot_plain(&dp->slots[index]), slot_tunnel(&dp->slots[index])};
  for (unsigned i = 0; i < 2; i++) {
    uint32_t place = chains[i];
    for (unsigned j = 0; j < MAX_PDRS && place && place < dp->cells.size; j++) {
      const struct pdr_cell *cell = cell_of(&dp->cells, place);
      if (cell->id == pdr) return cell->removal & PDR_DOWN ? 1 : 0;
      place = cell->next;
    }
  }
  return 1;
}

bool dp_inject(struct dp *dp, uint32_t index, uint8_t far, uint16_t pdr, const uint8_t *packet, size_t length) {
  uint8_t frame[ETH_HLEN + EVENT_BYTES];
  if (length == 0 || length > EVENT_BYTES || index >= dp->config.sessions) return false;
  const uint16_t protocol = htons(packet[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);
  const struct inject head = {.mark = htons(INJECT_MARK),
                              .generation = (uint16_t)dp->slots[index].generation,
                              .slot = index,
                              .pdr = pdr,
                              .far = far,
                              .direction = direction_of(dp, index, pdr)};
  const struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_protocol = protocol, .sll_ifindex = (int)dp->ue_link};
  memcpy(frame, &head, sizeof head);
  memcpy(frame + sizeof head, &protocol, sizeof protocol);
  memcpy(frame + ETH_HLEN, packet, length);
  return sendto(dp->packets, frame, ETH_HLEN + length, 0, (const void *)&to, sizeof to) == (ssize_t)(ETH_HLEN + length);
}
