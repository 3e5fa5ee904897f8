/* When something of a session is next due: a heap with one deadline for each slot. */
#ifndef UPF_DEADLINES_H
#define UPF_DEADLINES_H

#include <stdint.h>

struct deadlines;

struct deadlines *deadlines_new(uint32_t slots);
void deadlines_free(struct deadlines *deadlines);
/* UINT64_MAX: none. */
void deadlines_set(struct deadlines *deadlines, uint32_t slot, uint64_t due);
uint64_t deadlines_next(const struct deadlines *deadlines);
/* A slot whose deadline is reached, which it then has no more; UINT32_MAX: none. */
uint32_t deadlines_take(struct deadlines *deadlines, uint64_t now);

#endif
