/* What the checks of every VNF's configuration document have in common. */
#ifndef BERTH_DOCUMENT_CHECKS_H
#define BERTH_DOCUMENT_CHECKS_H

#include "json.h"

enum { MOST_ENTRIES = 4096 };

/* `known` ends with NULL. `where` is the path that the refusal names, such as rules[3]. */
bool only_keys(const struct json *object, const char *where, const char *const *known, struct reason *why);
/* Counts a list that may be absent; false when it is something else or longer than `most`. */
bool list_of(const struct json *list, const char *where, unsigned most, unsigned *count, struct reason *why);
/* The member `key` of an object as a number; an absent one leaves `out` as it is. */
bool number_in(const struct json *object, const char *where, const char *key, unsigned least, unsigned most, unsigned *out,
               struct reason *why);
bool flag_in(const struct json *object, const char *where, const char *key, bool *out, struct reason *why);
/* 1 to 40 letters, digits, dots, hyphens and underscores. */
bool is_name(const char *text);
/* The document's tree; an empty document is an empty object. */
struct json *document_root(const char *text, size_t length, struct reason *why);
/* An absent value is the empty name. */
bool hostname_parse(const struct json *value, char out[64], struct reason *why);

#endif
