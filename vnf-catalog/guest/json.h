/*
 * JSON (RFC 8259) to a tree, for documents of a few hundred KiB. Nothing is ever freed: the program
 * reads a document or two and exits. Duplicate keys are refused, since whoever wrote them meant one.
 */
#ifndef BERTH_JSON_H
#define BERTH_JSON_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "reason.h"

enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
  enum json_kind kind;
  struct json *next;  /* the sibling in an array or object */
  struct json *child; /* the first element or member */
  char *key;          /* inside an object */
  char *text;         /* a string's value, a number's literal */
  bool truth;
};

struct json *json_parse(const char *text, size_t length, struct reason *why);
struct json *json_get(const struct json *object, const char *key);
const char *json_string(const struct json *value); /* NULL unless a string */
bool json_unsigned(const struct json *value, uint64_t max, uint64_t *out);
const char *json_kind_name(enum json_kind kind);

/* How many strings below `value`, under `key`, begin with `start`. */
unsigned json_count(const struct json *value, const char *key, const char *start);

void json_write_string(FILE *out, const char *text);

#endif
