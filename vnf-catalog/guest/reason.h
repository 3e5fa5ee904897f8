/* Why something was refused: one sentence, filled by whoever said no. */
#ifndef BERTH_REASON_H
#define BERTH_REASON_H

#include <stdbool.h>

struct reason {
  char text[320];
};

/* Writes the sentence and returns false, so that a check can end with `return refuse(...)`. */
bool refuse(struct reason *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
