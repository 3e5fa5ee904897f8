/*
 * PFCP messages and information elements (TS 29.244, clauses 7 and 8): reading that copies nothing and trusts nothing, and
 * writing into a buffer of fixed size. Lengths of Release 15 to 17 are taken; octets after the known ones of an IE are skipped (5.24).
 */
#ifndef UPF_PFCP_H
#define UPF_PFCP_H

#include "numbers.h"
#include "rules.h"

struct pfcp_message {
  uint8_t type;
  bool has_seid;
  uint64_t seid;
  uint32_t sequence;            /* 24 bits */
  const uint8_t *body;
  size_t length;
  const struct dp_address *from; /* of a received one; NULL: read from elsewhere */
};

enum pfcp_verdict { PFCP_OK, PFCP_TOO_SHORT, PFCP_BAD_LENGTH, PFCP_BAD_VERSION };

/* One PFCP message; with FO a following message in the same datagram is found at *used. */
enum pfcp_verdict pfcp_read(const uint8_t *datagram, size_t length, struct pfcp_message *out, size_t *used);

struct ie {
  uint16_t type;
  uint16_t enterprise;          /* 0: none */
  const uint8_t *value;
  uint16_t length;
};

struct ies {
  const uint8_t *at, *end;
};

struct ies ies_of(const struct pfcp_message *message);
struct ies ies_within(const struct ie *group);
/* The next one; false at the end and when what follows is no whole IE: then `bad` is set. */
bool ie_next(struct ies *list, struct ie *out, bool *bad);
/* The first one of a type. */
bool ie_find(struct ies list, uint16_t type, struct ie *out);

/* Why a message is not accepted: cause (8.2.1) and the IE at fault (8.2.22), with the rule for Failed Rule ID (8.2.80). */
struct pfcp_fault {
  uint8_t cause;
  uint16_t offending;           /* IE type; 0: none */
  bool has_rule;
  uint8_t rule_kind;            /* 0 PDR, 1 FAR, 2 QER, 3 URR, 4 BAR */
  uint32_t rule_id;
  char text[160];               /* for the log */
};

/* Fills in the fault and returns false; a rule that is known already stays. */
bool pfcp_refuse(struct pfcp_fault *fault, uint8_t cause, uint16_t offending, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A Create or Update group. False with the fault: a mandatory IE is missing, a value cannot be, something that is not supported. */
bool pdr_parse(const struct ie *group, bool update, struct pdr_rule *out, struct pfcp_fault *fault);
bool far_parse(const struct ie *group, bool update, struct far_rule *out, struct pfcp_fault *fault);
bool qer_parse(const struct ie *group, bool update, struct qer_rule *out, struct pfcp_fault *fault);
bool urr_parse(const struct ie *group, bool update, struct urr_rule *out, struct pfcp_fault *fault);
/* The IE without which one of its reporting triggers means nothing; 0: none. */
uint16_t urr_lacks(const struct urr_rule *urr);
bool bar_parse(const struct ie *group, bool update, struct bar_rule *out, struct pfcp_fault *fault);
/* The id in a Remove, Update or Query group. */
bool rule_id_parse(const struct ie *group, uint32_t *out, struct pfcp_fault *fault);

bool fseid_parse(const struct ie *ie, struct fseid *out);
bool node_id_parse(const struct ie *ie, char out[256]);         /* printable: an address or a name */
bool cause_parse(struct ies list, uint8_t *cause);              /* false: there is none */
/* The flow description of an SDF filter: the IPFilterRule grammar of RFC 6733 4.3.1 as far as TS 29.244 8.2.5 allows it. */
bool sdf_text_parse(const char *text, size_t length, struct dp_filter *out, struct pfcp_fault *fault);
/* The same with lists of ports: a filter for each pair of a remote and a UE range, at most `most`. */
bool sdf_list_parse(const char *text, size_t length, struct dp_filter *out, unsigned most, unsigned *count, struct pfcp_fault *fault);

struct pfcp_writer {
  uint8_t *bytes;
  size_t size, length;
  bool overflow;
};

void pfcp_begin(struct pfcp_writer *writer, uint8_t *bytes, size_t size, uint8_t type, const uint64_t *seid, uint32_t sequence);
/* Fills in the length. 0 when it did not fit. */
size_t pfcp_end(struct pfcp_writer *writer);
void put_ie(struct pfcp_writer *writer, uint16_t type, const void *value, size_t length);
void put_u8(struct pfcp_writer *writer, uint16_t type, uint8_t value);
void put_u16(struct pfcp_writer *writer, uint16_t type, uint16_t value);
void put_u32(struct pfcp_writer *writer, uint16_t type, uint32_t value);
void put_u64(struct pfcp_writer *writer, uint16_t type, uint64_t value);
/* Flags whose octet 5 is the lowest one of `bits`: features, triggers. */
void put_bits(struct pfcp_writer *writer, uint16_t type, uint64_t bits, unsigned octets);
void put_node_id(struct pfcp_writer *writer, const char *node); /* an address or a name */
/* Volume threshold, quota or measurement: parts that are UINT64_MAX are left out. `packets`: NULL, or of a measurement. */
void put_volume(struct pfcp_writer *writer, uint16_t type, const struct volume *bytes, const struct volume *packets);
size_t put_group(struct pfcp_writer *writer, uint16_t type);    /* returns a mark for end_group */
void end_group(struct pfcp_writer *writer, size_t mark);
void put_fault(struct pfcp_writer *writer, const struct pfcp_fault *fault);
void put_fseid(struct pfcp_writer *writer, const struct fseid *fseid);
void put_fteid(struct pfcp_writer *writer, const struct fteid *fteid);
void put_ue_ip(struct pfcp_writer *writer, const struct ue_ip *ue);

#endif
