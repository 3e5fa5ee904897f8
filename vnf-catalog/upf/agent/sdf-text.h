/* The words of a flow description, cut out of a copy of it. */
#ifndef UPF_SDF_TEXT_H
#define UPF_SDF_TEXT_H

#include <stdbool.h>
#include <string.h>

#include "rules.h"

struct words {
  char text[SDF_TEXT];
  char *at;
};

/* False when it is empty, too long or has something else than printable ASCII and blanks. */
static inline bool words_begin(struct words *words, const char *text, size_t length) {
  if (!length || length >= sizeof words->text) return false;
  for (size_t i = 0; i < length; i++)
    if ((text[i] < ' ' || text[i] > '~') && text[i] != '\t') return false;
  memcpy(words->text, text, length);
  words->text[length] = '\0';
  words->at = words->text;
  return true;
}

static inline char *word_next(struct words *words) {
  char *start = words->at + strspn(words->at, " \t"), *end = start + strcspn(start, " \t");
  if (start == end) return NULL;
  words->at = *end ? end + 1 : end;
  *end = '\0';
  return start;
}

#endif
