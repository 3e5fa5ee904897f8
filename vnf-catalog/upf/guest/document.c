#include "document.h"

#include <stdlib.h>

#include "document-checks.h"
#include "parts.h"

enum {
  SESSIONS = 100000,
  UE_MTU_LEAST = 1280, UE_MTU_MOST = 9000,
  PER_SESSION = 64, PER_SESSION_MOST = 1024, PACKETS = 8192, PACKETS_MOST = 65536, SECONDS = 30, SECONDS_MOST = 3600,
  ECHO_SECONDS = 60, ECHO_SECONDS_MOST = 3600,
};

static bool buffer_parse(const struct json *value, struct upf_buffer *out, struct reason *why) {
  static const char *const keys[] = {"packetsPerSession", "packets", "seconds", NULL};
  *out = (struct upf_buffer){PER_SESSION, PACKETS, SECONDS};
  if (!value) return true;
  bool good = only_keys(value, "buffer", keys, why) &&
              number_in(value, "buffer", "packetsPerSession", 1, PER_SESSION_MOST, &out->packets_per_session, why) &&
              number_in(value, "buffer", "packets", 1, PACKETS_MOST, &out->packets, why) &&
              number_in(value, "buffer", "seconds", 1, SECONDS_MOST, &out->seconds, why);
  if (!good) return false;
  return out->packets_per_session <= out->packets ||
         refuse(why, "buffer.packetsPerSession is %u, but buffer.packets is %u", out->packets_per_session, out->packets);
}

static bool network_read(const struct json *root, const struct links *links, struct upf_document *out, struct reason *why) {
  return !links || network_document(root, links, &out->network, why);
}

static bool number_read(const struct json *root, const char *key, unsigned least, unsigned most, unsigned *out, struct reason *why) {
  const struct json *value = json_get(root, key);
  uint64_t number = *out;
  if (value && (!json_unsigned(value, most, &number) || number < least))
    return refuse(why, "%s must be a number from %u to %u", key, least, most);
  *out = (unsigned)number;
  return true;
}

static bool numbers_read(const struct json *root, struct upf_document *out, struct reason *why) {
  out->sessions = SESSIONS;
  out->gtp_echo_seconds = ECHO_SECONDS;
  return number_read(root, "sessions", 1, UPF_MOST_SESSIONS, &out->sessions, why) &&
         number_read(root, "ueMtu", UE_MTU_LEAST, UE_MTU_MOST, &out->ue_mtu, why) &&
         number_read(root, "gtpEchoSeconds", 0, ECHO_SECONDS_MOST, &out->gtp_echo_seconds, why);
}

struct upf_document *upf_document_parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  static const char *const keys[] = {"hostname", NETWORK_KEYS, "n4", "interfaces", "sessions", "ueMtu", "buffer", "gtpEchoSeconds",
                                     "bgp", NULL};
  struct upf_document *out = calloc(1, sizeof *out);
  struct json *root = document_root(text, length, why);
  if (!out) abort();
  out->text = text;
  out->length = length;
  if (!root || !only_keys(root, "the configuration", keys, why)) return NULL;
  out->bgp = json_get(root, "bgp");
  bool good = hostname_parse(json_get(root, "hostname"), out->hostname, why) && network_read(root, links, out, why);
  const struct links *known = links ? &out->network.interfaces : NULL;
  good = good && n4_parse(json_get(root, "n4"), known, &out->n4, why) &&
         interfaces_parse(json_get(root, "interfaces"), known, out, why) && numbers_read(root, out, why) &&
         buffer_parse(json_get(root, "buffer"), &out->buffer, why);
  return good ? out : NULL;
}
