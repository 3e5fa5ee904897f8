#include "json.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 32, MOST_KEYS = 1024 };

struct reader {
  const char *start, *at, *end;
  struct reason *why;
  unsigned depth;
};

static struct json *read_value(struct reader *in);

static unsigned line_of(const struct reader *in) {
  unsigned line = 1;
  for (const char *c = in->start; c < in->at; c++) line += *c == '\n';
  return line;
}

static void *syntax(struct reader *in, const char *found) {
  refuse(in->why, "line %u is not JSON: %s", line_of(in), found);
  return NULL;
}

static void skip_space(struct reader *in) {
  while (in->at < in->end && strchr(" \t\r\n", *in->at) && *in->at) in->at++;
}

static bool accept(struct reader *in, char wanted) {
  skip_space(in);
  if (in->at >= in->end || *in->at != wanted) return false;
  in->at++;
  return true;
}

static struct json *node(enum json_kind kind) {
  struct json *made = calloc(1, sizeof *made);
  if (!made) abort();
  made->kind = kind;
  return made;
}

static bool read_hex4(struct reader *in, uint32_t *out) {
  *out = 0;
  for (int digit = 0; digit < 4; digit++, in->at++) {
    const char *digits = "0123456789abcdef", *found;
    if (in->at >= in->end || !*in->at) return false;
    found = strchr(digits, *in->at | ((*in->at >= 'A' && *in->at <= 'F') ? 0x20 : 0));
    if (!found) return false;
    *out = *out << 4 | (uint32_t)(found - digits);
  }
  return true;
}

static char *put_utf8(char *to, uint32_t code) {
  if (code < 0x80) {
    *to++ = (char)code;
  } else if (code < 0x800) {
    *to++ = (char)(0xc0 | code >> 6);
    *to++ = (char)(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *to++ = (char)(0xe0 | code >> 12);
    *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    *to++ = (char)(0x80 | (code & 0x3f));
  } else {
    *to++ = (char)(0xf0 | code >> 18);
    *to++ = (char)(0x80 | (code >> 12 & 0x3f));
    *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    *to++ = (char)(0x80 | (code & 0x3f));
  }
  return to;
}

/* After `\u`. A NUL would cut the C string short, so it is refused like a broken surrogate. */
static char *read_unicode(struct reader *in, char *to) {
  uint32_t high, low;
  if (!read_hex4(in, &high) || high == 0) return NULL;
  if (high < 0xd800 || high > 0xdfff) return put_utf8(to, high);
  if (high > 0xdbff || in->end - in->at < 6 || in->at[0] != '\\' || in->at[1] != 'u') return NULL;
  in->at += 2;
  if (!read_hex4(in, &low) || low < 0xdc00 || low > 0xdfff) return NULL;
  return put_utf8(to, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
}

static char *read_escape(struct reader *in, char *to) {
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  char named;
  const char *found;
  if (in->at >= in->end) return NULL;
  named = *in->at++;
  if (named == 'u') return read_unicode(in, to);
  found = named ? strchr(names, named) : NULL;
  if (!found) return NULL;
  *to++ = values[found - names];
  return to;
}

/* The octets of the well-formed UTF-8 character at `at`, 0 when there is none (Unicode, table 3-7). */
static unsigned utf8_length(const unsigned char *at, size_t left) {
  unsigned more = *at < 0x80 ? 0 : *at < 0xc2 ? 4 : *at < 0xe0 ? 1 : *at < 0xf0 ? 2 : *at < 0xf5 ? 3 : 4;
  if (more > 3 || more >= left) return 0;
  unsigned low = *at == 0xe0 ? 0xa0 : *at == 0xf0 ? 0x90 : 0x80, high = *at == 0xed ? 0x9f : *at == 0xf4 ? 0x8f : 0xbf;
  if (more && (at[1] < low || at[1] > high)) return 0;
  for (unsigned i = 2; i <= more; i++)
    if ((at[i] & 0xc0) != 0x80) return 0;
  return more + 1;
}

/* Copies one character that is no escape; NULL, with the reason, when it may not stand in a string. */
static char *read_plain(struct reader *in, const char *close, char *to) {
  if ((unsigned char)*in->at < 0x20) return in->at++, syntax(in, "a control character stands in a string");
  unsigned length = utf8_length((const unsigned char *)in->at, (size_t)(close - in->at));
  if (!length) return syntax(in, "a string is not UTF-8");
  while (length--) *to++ = *in->at++;
  return to;
}

/* After the opening quote. The decoded text is never longer than the source. */
static char *read_text(struct reader *in) {
  const char *close = in->at;
  while (close < in->end && *close != '"') close += *close == '\\' ? 2 : 1;
  if (close >= in->end) return syntax(in, "a string has no end");
  char *text = malloc((size_t)(close - in->at) + 1), *to = text;
  if (!text) abort();
  while (in->at < close) {
    if (*in->at != '\\') {
      if (!(to = read_plain(in, close, to))) return NULL;
      continue;
    }
    in->at++;
    to = read_escape(in, to);
    if (!to) return syntax(in, "a string holds an unknown escape");
  }
  in->at = close + 1;
  *to = 0;
  return text;
}

static bool digits(const char **at, const char *end) {
  const char *from = *at;
  while (*at < end && **at >= '0' && **at <= '9') ++*at;
  return *at > from;
}

static struct json *read_number(struct reader *in) {
  const char *from = in->at, *at = in->at;
  if (*at == '-') at++;
  const char *whole = at;
  if (!digits(&at, in->end) || (*whole == '0' && at > whole + 1)) return syntax(in, "a number is malformed");
  if (at < in->end && *at == '.' && (at++, !digits(&at, in->end))) return syntax(in, "a number is malformed");
  if (at < in->end && (*at == 'e' || *at == 'E')) {
    if (++at < in->end && (*at == '+' || *at == '-')) at++;
    if (!digits(&at, in->end)) return syntax(in, "a number is malformed");
  }
  struct json *made = node(JSON_NUMBER);
  made->text = strndup(from, (size_t)(at - from));
  in->at = at;
  return made;
}

static struct json *read_word(struct reader *in) {
  static const struct {
    const char *word;
    enum json_kind kind;
    bool truth;
  } words[] = {{"true", JSON_BOOLEAN, true}, {"false", JSON_BOOLEAN, false}, {"null", JSON_NULL, false}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i].word);
    if ((size_t)(in->end - in->at) < length || memcmp(in->at, words[i].word, length) != 0) continue;
    in->at += length;
    struct json *made = node(words[i].kind);
    made->truth = words[i].truth;
    return made;
  }
  return syntax(in, "a value was expected");
}

static bool read_key(struct reader *in, const struct json *object, char **key) {
  if (!accept(in, '"')) return syntax(in, "a key in quotes was expected");
  *key = read_text(in);
  if (!*key) return false;
  if (json_get(object, *key)) return refuse(in->why, "line %u repeats the key \"%.60s\"", line_of(in), *key);
  if (!accept(in, ':')) return syntax(in, "a colon was expected after a key");
  return true;
}

static struct json *read_children(struct reader *in, enum json_kind kind, char close) {
  struct json *made = node(kind), **tail = &made->child;
  unsigned count = 0;
  if (accept(in, close)) return made;
  do {
    /* Each key is compared with all before it, so their number is bounded. */
    if (kind == JSON_OBJECT && ++count > MOST_KEYS) return syntax(in, "an object has more than 1024 keys");
    char *key = NULL;
    if (kind == JSON_OBJECT && !read_key(in, made, &key)) return NULL;
    struct json *value = read_value(in);
    if (!value) return NULL;
    value->key = key;
    *tail = value;
    tail = &value->next;
  } while (accept(in, ','));
  return accept(in, close) ? made : syntax(in, "a comma or a closing bracket was expected");
}

static struct json *read_string(struct reader *in) {
  struct json *made = node(JSON_STRING);
  made->text = read_text(in);
  return made->text ? made : NULL;
}

static struct json *read_nested(struct reader *in, enum json_kind kind, char close) {
  if (in->depth >= DEEPEST) return syntax(in, "it is nested too deeply");
  in->depth++;
  struct json *made = read_children(in, kind, close);
  in->depth--;
  return made;
}

static struct json *read_value(struct reader *in) {
  skip_space(in);
  if (in->at >= in->end) return syntax(in, "it ends too early");
  if (accept(in, '{')) return read_nested(in, JSON_OBJECT, '}');
  if (accept(in, '[')) return read_nested(in, JSON_ARRAY, ']');
  if (accept(in, '"')) return read_string(in);
  if (*in->at == '-' || (*in->at >= '0' && *in->at <= '9')) return read_number(in);
  return read_word(in);
}

struct json *json_parse(const char *text, size_t length, struct reason *why) {
  struct reader in = {text, text, text + length, why, 0};
  struct json *value = read_value(&in);
  skip_space(&in);
  if (value && in.at < in.end) return syntax(&in, "text follows the document");
  return value;
}

struct json *json_get(const struct json *object, const char *key) {
  if (!object || object->kind != JSON_OBJECT) return NULL;
  struct json *member = object->child;
  while (member && strcmp(member->key, key) != 0) member = member->next;
  return member;
}

const char *json_string(const struct json *value) {
  return value && value->kind == JSON_STRING ? value->text : NULL;
}

bool json_unsigned(const struct json *value, uint64_t max, uint64_t *out) {
  if (!value || value->kind != JSON_NUMBER || strspn(value->text, "0123456789") != strlen(value->text)) return false;
  if (strlen(value->text) > 18) return false;
  *out = strtoull(value->text, NULL, 10);
  return *out <= max;
}

const char *json_kind_name(enum json_kind kind) {
  static const char *names[] = {"null", "a boolean", "a number", "a string", "an array", "an object"};
  return names[kind];
}

unsigned json_count(const struct json *value, const char *key, const char *start) {
  unsigned found = 0;
  if (!value || (value->kind != JSON_ARRAY && value->kind != JSON_OBJECT)) return 0;
  for (const struct json *each = value->child; each; each = each->next) {
    const char *text = json_string(each);
    if (text && each->key && !strcmp(each->key, key) && !strncmp(text, start, strlen(start))) found++;
    found += json_count(each, key, start);
  }
  return found;
}

void json_write_string(FILE *out, const char *text) {
  fputc('"', out);
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    if (*c == '"' || *c == '\\') fprintf(out, "\\%c", *c);
    else if (*c < 0x20) fprintf(out, "\\u%04x", *c);
    else fputc(*c, out);
  }
  fputc('"', out);
}
