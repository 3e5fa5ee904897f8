/*
 * The guest program frees nothing (json.h): it reads a document or two and exits. A fuzzer reads millions, so
 * this, included before everything else, keeps what is allocated, and the harness gives it back after each input.
 */
#ifndef BERTH_FUZZ_ARENA_H
#define BERTH_FUZZ_ARENA_H

#include <stdlib.h>
#include <string.h>

void *arena_malloc(size_t size);
void *arena_calloc(size_t count, size_t size);
void *arena_realloc(void *old, size_t size);
void arena_free(void *old);
char *arena_strdup(const char *text);
char *arena_strndup(const char *text, size_t most);
void arena_clear(void);

#ifndef ARENA_ITSELF
#define malloc arena_malloc
#define calloc arena_calloc
#define realloc arena_realloc
#define strdup arena_strdup
#define strndup arena_strndup
#define free arena_free
#endif

#endif
