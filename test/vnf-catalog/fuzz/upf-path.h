/* A data path (datapath.h) that records, and ends the program when the agent breaks what it owes a real one. */
#ifndef UPF_PATH_H
#define UPF_PATH_H

#include "datapath.h"

enum { PATH_SESSIONS = 8 };

/* Forgets everything. */
void path_clear(void);
/* The next dp_session_set is refused. */
void path_refuse(void);
/* NULL: the slot is empty. */
const struct dp_session *path_session(uint32_t index);
unsigned path_sessions(void);
/* Lets URR `urr` of the slot count, by either direction. */
void path_use(uint32_t index, uint8_t urr, bool down, uint32_t bytes, uint64_t now_ns);

#define MUST(holds) \
  do { \
    if (!(holds)) __builtin_trap(); \
  } while (0)

#endif
