/*
 * What a control plane function has provisioned: the rules of TS 29.244 as they were said, before they are resolved
 * for the data path (compile.h). A `present` bit says that the information element was there: in a Create message an absent
 * one has its default, in an Update message it leaves the old value.
 */
#ifndef UPF_RULES_H
#define UPF_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "datapath.h"

enum { NI_LENGTH = 64, SDF_TEXT = 256, RULE_URR_IDS = 4, RULE_QER_IDS = 4, RULE_LINKED = 4 };

struct fseid {
  uint64_t seid;
  bool v4, v6;
  uint8_t address4[4], address6[16];
};

/* Local F-TEID of a PDI (8.2.3). */
struct fteid {
  uint32_t teid;
  bool v4, v6, choose, has_choose_id;
  uint8_t choose_id;
  uint8_t address4[4], address6[16];
};

/* UE IP address (8.2.62). */
struct ue_ip {
  bool v4, v6, choose4, choose6, destination;
  uint8_t address4[4], address6[16];
  uint8_t prefix6; /* length; 64 when not said */
};

/* A flow description with lists of ports becomes several of these, which then have the same id. */
struct sdf {
  uint32_t id;     /* of a bidirectional filter; 0: none */
  bool has_text;   /* false: refers to the filter that brought this id */
  struct dp_filter filter;
};

enum pdr_present {
  PDR_PRECEDENCE = 1, PDR_PDI = 2, PDR_REMOVAL = 4, PDR_FAR = 8, PDR_QERS = 16, PDR_URRS = 32,
};

struct pdr_rule {
  uint16_t id;
  unsigned present;
  uint32_t precedence;
  uint8_t removal;
  uint32_t far_id;
  uint8_t qer_count, urr_count;
  uint32_t qer_ids[RULE_QER_IDS], urr_ids[RULE_URR_IDS];
  /* PDI */
  uint8_t source;                 /* interface, 8.2.2 */
  bool has_instance, has_fteid, has_ue;
  char instance[NI_LENGTH];
  struct fteid fteid;             /* after CHOOSE: the one that was given */
  struct ue_ip ue;
  uint8_t sdf_count, qfi_count, framed_count;
  struct sdf sdfs[DP_FILTERS];
  uint8_t qfis[DP_QFIS];
  struct dp_prefix framed[DP_UE_ROUTES];
};

enum far_present { FAR_ACTION = 1, FAR_FORWARDING = 2, FAR_BAR = 4, FAR_DESTINATION = 8, FAR_INSTANCE = 16, FAR_OUTER = 32, FAR_MARKING = 64 };

struct far_rule {
  uint32_t id;
  unsigned present;
  uint8_t action;                 /* DP_*; the bits that are not carried out are refused when parsed */
  uint8_t destination;            /* interface, 8.2.24 */
  char instance[NI_LENGTH];
  uint32_t teid;                  /* outer header creation, 8.2.56 */
  struct dp_address peer;
  struct dp_address peer6;        /* when both families were given: peer is the IPv4 one, family 0: none */
  uint8_t tos, tos_mask;
  uint8_t bar_id;
  bool end_marker;                /* PFCPSMReq-Flags SNDEM of this update, 8.2.58 */
};

enum qer_present { QER_GATE = 1, QER_MBR = 2, QER_QFI = 4, QER_RQI = 8, QER_CORRELATION = 16 };

struct qer_rule {
  uint32_t id;
  unsigned present;
  bool closed_up, closed_down;
  uint64_t mbr_up_kbps, mbr_down_kbps;
  uint8_t qfi;
  bool reflective;
  uint32_t correlation;
};

enum urr_present {
  URR_METHOD = 1, URR_TRIGGERS = 2, URR_PERIOD = 4, URR_VOLUME_THRESHOLD = 8, URR_VOLUME_QUOTA = 16, URR_TIME_THRESHOLD = 32,
  URR_TIME_QUOTA = 64, URR_HOLDING = 128, URR_LINKED = 256, URR_INACTIVITY = 512, URR_INFORMATION = 1024,
  URR_EVENT_THRESHOLD = 2048, URR_EVENT_QUOTA = 4096,
};

struct volume { /* 8.2.13; a part that was not said is UINT64_MAX */
  uint64_t total, up, down;
};

struct urr_rule {
  uint32_t id;
  unsigned present;
  bool by_duration, by_volume, by_event;    /* 8.2.40 */
  uint32_t triggers;                        /* 8.2.19, the octets from the first on as the lowest bits: octet 5 bit 1 is bit 0 */
  uint32_t period_s, time_threshold_s, time_quota_s, holding_s, inactivity_s, event_threshold, event_quota;
  struct volume threshold, quota;
  uint8_t information;                      /* 8.2.68 measurement information */
  uint8_t linked_count;
  uint32_t linked[RULE_LINKED];
};

enum bar_present { BAR_DELAY = 1, BAR_COUNT = 2, BAR_DURATION = 4 };

struct bar_rule {
  uint8_t id;
  unsigned present;
  uint32_t delay_ms;                        /* downlink data notification delay, 8.2.28 */
  uint16_t count;                           /* suggested buffering packets count, 8.2.83 */
  uint32_t duration_s;                      /* of a report response; UINT32_MAX: no end */
};

#endif
