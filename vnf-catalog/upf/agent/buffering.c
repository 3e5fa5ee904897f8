#include "buffering.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "numbers.h"
#include "reports.h"

static const uint64_t second = 1000000000ull, millisecond = 1000000ull;

struct packet {
  uint32_t next, far_id;
  uint64_t until_ns;
  uint16_t length, pdr;
  uint8_t direction, bytes[2048];
};

struct queue {
  uint32_t head, tail, count;    /* places + 1; 0: none */
  uint16_t pdr;                  /* of the packet that is to be told about */
  uint8_t qfi;
  uint64_t notify_ns;            /* when the report is due; 0: none */
  uint64_t quiet_ns;             /* until then the SMF knows */
  uint64_t extended_ns;          /* the SMF wants packets to wait until then */
};

struct buffers {
  struct packet *packets;
  struct queue *queues;
  uint32_t size, free, used;     /* free: place + 1 of the first free one that was used before */
  uint32_t fresh;                /* places from here on were never used */
  size_t length;
};

struct buffers *buffers_new(const struct agent_config *config) {
  struct buffers *b = calloc(1, sizeof *b);
  if (!b) return NULL;
  b->size = config->buffer_packets ? config->buffer_packets : 1;
  b->length = b->size * sizeof(struct packet);
  b->queues = calloc(config->sessions, sizeof *b->queues);
  /* Memory is taken by the pages that are used. */
  b->packets = mmap(NULL, b->length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (b->queues && b->packets != MAP_FAILED) return b;
  b->packets = b->packets == MAP_FAILED ? NULL : b->packets;
  return buffers_free(b), NULL;
}

void buffers_free(struct buffers *b) {
  if (b->packets) munmap(b->packets, b->length);
  free(b->queues);
  free(b);
}

uint32_t buffering_held(const struct agent *agent) { return agent->buffers->used; }

static struct packet *packet_at(struct buffers *b, uint32_t place) { return &b->packets[place - 1]; }

static uint32_t take_place(struct buffers *b) {
  uint32_t place = b->free;
  if (place) b->free = packet_at(b, place)->next;
  else if (b->fresh < b->size) place = ++b->fresh;
  if (place) b->used++;
  return place;
}

static void give_place(struct buffers *b, uint32_t place) {
  packet_at(b, place)->next = b->free;
  b->free = place;
  b->used--;
}

static void schedule(struct agent *agent, uint32_t index) {
  const struct queue *q = &agent->buffers->queues[index];
  uint64_t due = q->notify_ns ? q->notify_ns : UINT64_MAX;
  if (q->head) {
    uint64_t until = packet_at(agent->buffers, q->head)->until_ns;
    if (until < q->extended_ns) until = q->extended_ns;
    if (until < due) due = until;
  }
  deadlines_set(agent->buffer_due, index, due);
}

static void give_up(struct agent *agent, uint32_t index, uint8_t direction, const char *reason) {
  agent->counters->packets_given_up++;
  dp_discard(agent->dp, index, direction, reason);
}

static uint32_t unqueue(struct buffers *b, struct queue *q) {
  uint32_t place = q->head;
  q->head = packet_at(b, place)->next;
  if (!q->head) q->tail = 0;
  q->count--;
  return place;
}

static void enqueue(struct buffers *b, struct queue *q, uint32_t place) {
  packet_at(b, place)->next = 0;
  if (q->tail) packet_at(b, q->tail)->next = place;
  else q->head = place;
  q->tail = place;
  q->count++;
}

static void drop_first(struct agent *agent, uint32_t index, const char *reason) {
  uint32_t place = unqueue(agent->buffers, &agent->buffers->queues[index]);
  give_up(agent, index, packet_at(agent->buffers, place)->direction, reason);
  give_place(agent->buffers, place);
}

void buffering_forget(struct agent *agent, uint32_t index, const char *reason) {
  struct queue *q = &agent->buffers->queues[index];
  while (q->head) drop_first(agent, index, reason);
  memset(q, 0, sizeof *q);
  schedule(agent, index);
}

static uint8_t far_place(const struct session *session, uint32_t id) {
  for (unsigned i = 0; i < session->far_count; i++)
    if (session->fars[i].id == id) return (uint8_t)i;
  return DP_NONE;
}

static void inject(struct agent *agent, uint32_t index, uint8_t far, const struct packet *packet) {
  if (dp_inject(agent->dp, index, far, packet->pdr, packet->bytes, packet->length)) agent->counters->packets_drained++;
  else give_up(agent, index, packet->direction, "buffer_far_drop");
}

/* Packets whose FAR still buffers stay, in their order. */
static void drain(struct agent *agent, const struct session *session) {
  struct buffers *b = agent->buffers;
  struct queue *q = &b->queues[session->index];
  for (uint32_t left = q->count; left > 0; left--) {
    uint32_t place = unqueue(b, q);
    struct packet *packet = packet_at(b, place);
    uint8_t far = far_place(session, packet->far_id);
    uint8_t action = far == DP_NONE ? DP_DROP : session->fars[far].action;
    if (action & DP_BUFF) {
      enqueue(b, q, place);
      continue;
    }
    if (action & DP_FORW) inject(agent, session->index, far, packet);
    else give_up(agent, session->index, packet->direction, "buffer_far_drop");
    give_place(b, place);
  }
}

static bool far_changed(const struct change *change) {
  if (change->before.far_count != change->after.far_count) return true;
  for (unsigned i = 0; i < change->after.far_count; i++)
    if (change->before.fars[i].action != change->after.fars[i].action) return true;
  return false;
}

void buffering_change(struct change *change) {
  enum { MOST_EVENTS = 1024 };
  struct agent *agent = change->agent;
  uint32_t index = change->after.index;
  struct queue *q = &agent->buffers->queues[index];
  if (change->is_new) {
    memset(q, 0, sizeof *q);
    return;
  }
  bool changed = far_changed(change);
  if (!changed && !change->drobu) return;
  /* Packets that the data path buffered before the change come first. */
  dp_events(agent->dp, MOST_EVENTS, agent_event, agent);
  if (change->drobu) buffering_forget(agent, index, "buffer_discarded");
  if (changed) {
    q->quiet_ns = q->notify_ns = q->extended_ns = 0;
    drain(agent, &change->after);
  }
  schedule(agent, index);
}

static const struct bar_rule *bar_of(const struct session *session, const struct far_rule *far) {
  return far->present & FAR_BAR ? session_bar((struct session *)session, far->bar_id) : NULL;
}

static void notify(struct agent *agent, const struct session *session, const struct far_rule *far, const struct dp_event *event) {
  struct queue *q = &agent->buffers->queues[session->index];
  const struct bar_rule *bar = bar_of(session, far);
  if (q->notify_ns || q->quiet_ns > agent->now_ns) return;
  q->pdr = event->pdr;
  q->qfi = event->qfi;
  q->notify_ns = agent->now_ns + (bar && bar->present & BAR_DELAY ? bar->delay_ms * millisecond : 0);
  schedule(agent, session->index);
}

static uint32_t room_of(struct agent *agent, const struct session *session, const struct far_rule *far) {
  const struct bar_rule *bar = bar_of(session, far);
  uint32_t most = agent->config.buffer_session;
  return bar && bar->present & BAR_COUNT && bar->count < most ? bar->count : most;
}

static void keep(struct agent *agent, const struct session *session, const struct far_rule *far, const struct dp_event *event) {
  struct buffers *b = agent->buffers;
  struct queue *q = &b->queues[session->index];
  uint32_t place = q->count < room_of(agent, session, far) ? take_place(b) : 0;
  if (!place) {
    give_up(agent, session->index, event->direction, "buffer_full");
    return;
  }
  struct packet *packet = packet_at(b, place);
  packet->far_id = far->id;
  packet->pdr = event->pdr;
  packet->direction = event->direction;
  packet->until_ns = agent->now_ns + agent->config.buffer_seconds * second;
  packet->length = event->length;
  memcpy(packet->bytes, event->bytes, event->length);
  enqueue(b, q, place);
  agent->counters->packets_buffered++;
  schedule(agent, session->index);
}

/* A packet that was on its way here when its FAR was changed goes the way of the change, behind those that wait. */
static void take_packet(struct agent *agent, const struct session *session, const struct far_rule *far, const struct dp_event *event) {
  static struct packet passing;
  bool whole = event->length <= sizeof passing.bytes && event->packet_length <= event->length;
  if (whole && (far->action & DP_BUFF || (far->action & DP_FORW && agent->buffers->queues[session->index].count))) {
    keep(agent, session, far, event);
  } else if (whole && far->action & DP_FORW) {
    passing = (struct packet){.far_id = far->id, .pdr = event->pdr, .length = event->length, .direction = event->direction};
    memcpy(passing.bytes, event->bytes, event->length);
    inject(agent, session->index, far_place(session, far->id), &passing);
  } else {
    give_up(agent, session->index, event->direction, whole ? "buffer_far_drop" : "buffer_discarded");
  }
}

/* The place in the event is that of the rules by which the packet came; a change may have moved the FARs since. */
static const struct far_rule *far_of(const struct session *session, const struct dp_event *event) {
  const struct pdr_rule *pdr = session_pdr((struct session *)session, event->pdr);
  return pdr && pdr->present & PDR_FAR ? session_far((struct session *)session, pdr->far_id) : NULL;
}

void buffering_event(struct agent *agent, const struct dp_event *event) {
  static struct session session;
  const struct far_rule *far = NULL;
  bool known = event->session < store_size(agent->store) && event->generation == dp_session_generation(agent->dp, event->session) &&
               store_get(agent->store, event->session, &session);
  if (!known) {
    if (event->kind == DP_EVENT_BUFFER) give_up(agent, event->session, event->direction, "buffer_session_gone");
    return;
  }
  far = far_of(&session, event);
  if (!far && event->kind == DP_EVENT_BUFFER) give_up(agent, event->session, event->direction, "buffer_far_drop");
  if (!far) return;
  if (event->kind == DP_EVENT_BUFFER) take_packet(agent, &session, far, event);
  if (far->action & DP_NOCP) notify(agent, &session, far, event);
}

void buffering_told(struct agent *agent, uint32_t index, const struct pfcp_message *response) {
  static struct session session;
  struct queue *q = &agent->buffers->queues[index];
  struct bar_rule bar;
  struct pfcp_fault fault;
  struct ie ie;
  /* Nobody heard it: the next packet may tell again. */
  if (!response) q->quiet_ns = 0;
  if (!response) return;
  if (ie_find(ies_of(response), IE_PFCPSRRSP_FLAGS, &ie) && ie.length && ie.value[0] & SRRSP_DROBU) buffering_forget(agent, index, "buffer_discarded");
  if (!ie_find(ies_of(response), IE_UPDATE_BAR_REPORT, &ie) || !bar_parse(&ie, true, &bar, &fault)) return;
  if (bar.present & BAR_DURATION) q->extended_ns = bar.duration_s == UINT32_MAX ? UINT64_MAX : agent->now_ns + bar.duration_s * second;
  if (q->extended_ns) q->quiet_ns = q->extended_ns;
  schedule(agent, index);
  if (!store_get(agent->store, index, &session)) return;
  struct bar_rule *to = session_bar(&session, bar.id);
  if (!to) return;
  if (bar.present & BAR_COUNT) to->count = bar.count;
  if (bar.present & BAR_DELAY) to->delay_ms = bar.delay_ms;
  to->present |= bar.present & (BAR_COUNT | BAR_DELAY);
  store_put(agent->store, &session);
}

static void tick(struct agent *agent, uint32_t index) {
  static struct session session;
  struct queue *q = &agent->buffers->queues[index];
  if (q->notify_ns && q->notify_ns <= agent->now_ns) {
    q->notify_ns = 0;
    q->quiet_ns = agent->now_ns + agent->config.buffer_seconds * second;
    if (store_get(agent->store, index, &session) && !report_downlink(agent, &session, q->pdr, q->qfi)) q->quiet_ns = 0;
  }
  while (q->head && q->extended_ns <= agent->now_ns && packet_at(agent->buffers, q->head)->until_ns <= agent->now_ns) drop_first(agent, index, "buffer_expired");
  schedule(agent, index);
}

void buffering_tick(struct agent *agent) {
  enum { MOST_IN_A_TURN = 256 };
  for (unsigned i = 0; i < MOST_IN_A_TURN; i++) {
    uint32_t index = deadlines_take(agent->buffer_due, agent->now_ns);
    if (index == UINT32_MAX) return;
    tick(agent, index);
  }
}
