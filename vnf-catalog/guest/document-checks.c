#include "document-checks.h"

#include <ctype.h>
#include <string.h>

bool only_keys(const struct json *object, const char *where, const char *const *known, struct reason *why) {
  if (object->kind != JSON_OBJECT)
    return refuse(why, "%s must be an object, not %s", where, json_kind_name(object->kind));
  for (const struct json *each = object->child; each; each = each->next) {
    const char *const *key = known;
    while (*key && strcmp(*key, each->key)) key++;
    if (!*key) return refuse(why, "%s has an unknown key \"%.60s\"", where, each->key);
  }
  return true;
}

bool list_of(const struct json *list, const char *where, unsigned most, unsigned *count, struct reason *why) {
  *count = 0;
  if (!list) return true;
  if (list->kind != JSON_ARRAY) return refuse(why, "%s must be an array, not %s", where, json_kind_name(list->kind));
  for (const struct json *each = list->child; each; each = each->next) ++*count;
  return *count <= most || refuse(why, "%s has %u entries; %u are allowed", where, *count, most);
}

bool number_in(const struct json *object, const char *where, const char *key, unsigned least, unsigned most, unsigned *out,
               struct reason *why) {
  const struct json *value = json_get(object, key);
  uint64_t number = 0;
  if (!value) return true;
  if (!json_unsigned(value, most, &number) || number < least)
    return refuse(why, "%s.%s must be a number from %u to %u", where, key, least, most);
  *out = (unsigned)number;
  return true;
}

bool flag_in(const struct json *object, const char *where, const char *key, bool *out, struct reason *why) {
  const struct json *value = json_get(object, key);
  if (value && value->kind != JSON_BOOLEAN) return refuse(why, "%s.%s must be true or false", where, key);
  if (value) *out = value->truth;
  return true;
}

bool is_name(const char *text) {
  size_t length = strlen(text);
  for (const char *c = text; *c; c++)
    if (!isalnum((unsigned char)*c) && !strchr("._-", *c)) return false;
  return length >= 1 && length <= 40;
}

struct json *document_root(const char *text, size_t length, struct reason *why) {
  size_t blank = 0;
  while (blank < length && text[blank] && strchr(" \t\r\n", text[blank])) blank++;
  return blank == length ? json_parse("{}", 2, why) : json_parse(text, length, why);
}

bool hostname_parse(const struct json *value, char out[64], struct reason *why) {
  const char *text = value ? json_string(value) : "";
  if (!text || strlen(text) > 63 || *text == '-' || (value && !*text))
    return refuse(why, "hostname must be a name of 1 to 63 characters");
  for (const char *c = text; *c; c++)
    if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.')
      return refuse(why, "hostname may hold letters, digits, hyphens and dots only");
  strcpy(out, text);
  return true;
}
