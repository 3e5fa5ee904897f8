/*
 * The UPF's PFCP codec on the command line, for upf-codec.test.ts:
 *   numbers            "ie 1 Create PDR" and the like, one a line
 *   sdf < TEXTS        what each line of text says as a flow description
 *   read < HEX         what each line says as a PFCP message
 *   write              one message of each kind of writer, in hexadecimal
 *   gtpu               the GTP-U messages of the agent, in hexadecimal, one a line
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtpu.h"
#include "octets.h"
#include "upf-codec-print.h"

static int numbers(void) {
  for (unsigned i = 0; i <= UINT16_MAX; i++) {
    if (pfcp_ie_name(i)) printf("ie %u %s\n", i, pfcp_ie_name(i));
    if (pfcp_message_name(i)) printf("message %u %s\n", i, pfcp_message_name(i));
    if (pfcp_cause_name(i)) printf("cause %u %s\n", i, pfcp_cause_name(i));
  }
  return 0;
}

static int sdf_lines(void) {
  static char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    struct pfcp_fault fault = {.cause = 0};
    struct dp_filter filters[DP_FILTERS];
    unsigned count = 0;
    size_t length = strcspn(line, "\n");
    char *text = malloc(length + 1);
    memcpy(text, line, length);
    if (sdf_list_parse(text, length, filters, DP_FILTERS, &count, &fault))
      print_filters(filters, count);
    else
      print_fault(&fault);
    printf("\n");
    free(text);
  }
  return 0;
}

static unsigned nibble(char c) { return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10); }

/* Each message is a block of its own, so that a sanitizer sees its end. */
static int read_lines(void) {
  static char line[4 << 20];
  while (fgets(line, sizeof line, stdin)) {
    size_t length = strcspn(line, "\n") / 2;
    uint8_t *bytes = malloc(length ? length : 1);
    for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)(nibble(line[2 * i]) << 4 | nibble(line[2 * i + 1]));
    print_message(bytes, length);
    free(bytes);
  }
  return 0;
}

static void put_samples(struct pfcp_writer *out) {
  const struct fseid fseid = {.seid = 0x1122334455667788, .v4 = true, .v6 = true, .address4 = {10, 4, 0, 2}, .address6 = {0x20, 1, [15] = 7}};
  const struct fteid fteid = {.teid = 0x01020304, .v4 = true, .address4 = {10, 3, 0, 1}}, chosen = {.v4 = true, .choose = true, .has_choose_id = true, .choose_id = 9};
  const struct ue_ip ue = {.v4 = true, .v6 = true, .prefix6 = 56, .address4 = {10, 60, 0, 1}, .address6 = {0x20, 1, 0xd, 0xb8}};
  const struct volume bytes = {3, 1, 2}, packets = {30, 10, 20}, total = {5, UINT64_MAX, UINT64_MAX};
  const struct pfcp_fault faults[] = {
    {.cause = CAUSE_RULE_FAILURE, .has_rule = true, .rule_kind = RULE_PDR, .rule_id = 3},
    {.cause = CAUSE_MANDATORY_MISSING, .offending = IE_PDI, .has_rule = true, .rule_kind = RULE_BAR, .rule_id = 4},
    {.cause = CAUSE_RULE_FAILURE, .has_rule = true, .rule_kind = RULE_FAR, .rule_id = 0x10002},
  };
  put_node_id(out, "upf.example.org");
  put_node_id(out, "10.4.0.1");
  put_node_id(out, "2001:db8::1");
  for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) put_fault(out, &faults[i]);
  put_fseid(out, &fseid);
  put_u32(out, IE_RECOVERY_TIME_STAMP, 3900000000);
  put_bits(out, IE_UP_FUNCTION_FEATURES, UP_FTUP | UP_EMPU | UP_UEIP | UP_SSET | UP_IP6PL, 6);
  size_t created = put_group(out, IE_CREATED_PDR);
  put_u16(out, IE_PDR_ID, 1);
  put_fteid(out, &fteid);
  put_ue_ip(out, &ue);
  end_group(out, created);
  size_t pdi = put_group(out, IE_PDI);
  put_fteid(out, &chosen);
  end_group(out, pdi);
  size_t report = put_group(out, IE_USAGE_REPORT_DELETION);
  put_u32(out, IE_URR_ID, 7);
  put_u32(out, IE_UR_SEQN, 0);
  put_bits(out, IE_USAGE_REPORT_TRIGGER, USAGE_TERMR | USAGE_VOLTH, 3);
  put_volume(out, IE_VOLUME_MEASUREMENT, &bytes, &packets);
  put_volume(out, IE_VOLUME_MEASUREMENT, &total, NULL);
  end_group(out, report);
}

static void print_hex(const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) printf("%02x", bytes[i]);
  printf("\n");
}

static int gtpu_samples(void) {
  const struct dp_address v4 = {4, {10, 3, 0, 1}}, v6 = {6, {0x20, 1, 0xd, 0xb8, [15] = 1}};
  uint8_t bytes[GTPU_ROOM];
  print_hex(bytes, gtpu_echo_request(bytes, 258));
  print_hex(bytes, gtpu_echo_response(bytes, 65535));
  print_hex(bytes, gtpu_error_indication(bytes, 0xcafe0001, &v4));
  print_hex(bytes, gtpu_error_indication(bytes, 7, &v6));
  print_hex(bytes, gtpu_supported_extensions(bytes, 3));
  print_hex(bytes, gtpu_end_marker(bytes, 0x01020304));
  return 0;
}

static int write_samples(void) {
  uint8_t buffer[2048];
  const uint64_t seid = 0x0102030405060708;
  struct pfcp_writer out;
  pfcp_begin(&out, buffer, sizeof buffer, MSG_DELETION_RESPONSE, &seid, 0xabcdef);
  put_samples(&out);
  size_t length = pfcp_end(&out);
  print_hex(buffer, length);
  /* Whatever the room, a message that does not fit is none. */
  for (size_t room = 0; room < length; room++) {
    uint8_t *small = malloc(room ? room : 1);
    pfcp_begin(&out, small, room, MSG_DELETION_RESPONSE, &seid, 1);
    put_samples(&out);
    if (pfcp_end(&out)) return 1;
    free(small);
  }
  return 0;
}

int main(int count, char **arguments) {
  const char *what = count > 1 ? arguments[1] : "";
  if (!strcmp(what, "numbers")) return numbers();
  if (!strcmp(what, "sdf")) return sdf_lines();
  if (!strcmp(what, "read")) return read_lines();
  if (!strcmp(what, "write")) return write_samples();
  if (!strcmp(what, "gtpu")) return gtpu_samples();
  return 2;
}
