/* A data path (datapath.h) that only records, and holds the agent to what it owes a real one. */
#ifndef UPF_RECORD_PATH_H
#define UPF_RECORD_PATH_H

#include <setjmp.h>

#include "datapath.h"

struct record {
  bool lost;                    /* the next dp_open finds nothing of before */
  bool deaf;                    /* events are lost */
  bool refusing;                /* the next dp_session_set is refused */
  jmp_buf *kill;                /* the next dp_session_set goes there, before or after its work */
  bool kill_after;
};

extern struct record record;

/* Packets that a URR has seen: counts them and tells as the limits want it. */
void record_use(uint32_t index, uint8_t urr, bool down, uint32_t bytes, uint64_t now_ns);
void record_event(const struct dp_event *event);
const struct dp_session *record_session(uint32_t index);
/* What is kept of all sessions: everything 0 when nothing has leaked. */
void record_print(void);

#endif
