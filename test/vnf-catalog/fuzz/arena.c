#define ARENA_ITSELF
#include "arena.h"

#include <stdint.h>

enum { MOST_KEPT = 1 << 20 };

static void *kept[MOST_KEPT];
static unsigned count;

/* Each block is one of the real allocator's, so that the sanitizer sees its bounds. */
static void *keep(void *block) {
  if (!block || count == MOST_KEPT) abort();
  kept[count++] = block;
  return block;
}

void *arena_malloc(size_t size) { return keep(malloc(size)); }

void *arena_calloc(size_t of, size_t size) { return keep(calloc(of, size)); }

static unsigned place_of(void *block) {
  for (unsigned i = count; i > 0; i--)
    if (kept[i - 1] == block) return i - 1;
  return count;
}

/* A stream's buffer comes from the C library itself. */
void arena_free(void *old) {
  unsigned at = old ? place_of(old) : count;
  if (at < count) kept[at] = NULL;
  free(old);
}

void *arena_realloc(void *old, size_t size) {
  unsigned at = old ? place_of(old) : count;
  if (at == count) return keep(realloc(old, size));
  kept[at] = realloc(old, size);
  return kept[at];
}

char *arena_strdup(const char *text) { return keep(strdup(text)); }

char *arena_strndup(const char *text, size_t most) { return keep(strndup(text, most)); }

void arena_clear(void) {
  while (count) free(kept[--count]);
}
