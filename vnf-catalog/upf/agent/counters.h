/* What the agent counts beside the data path. They lie in the store, so that a restart of the agent does not set them back. */
#ifndef UPF_COUNTERS_H
#define UPF_COUNTERS_H

#include <stdint.h>

/* By message type of N4 (7.2.1), and by cause (8.2.1). */
enum { N4_TYPES = 64, N4_CAUSES = 96 };

struct counters {
  uint64_t requests_in[N4_TYPES], requests_out[N4_TYPES], responses_in[N4_TYPES], responses_out[N4_TYPES];
  uint64_t timeouts[N4_TYPES];
  uint64_t causes[N4_CAUSES];       /* of responses sent */
  uint64_t strangers, malformed, stray_responses, duplicates, requests_refused, no_association, version_refused;
  uint64_t foreign_nodes, bundles_cut;
  uint64_t sessions_made, sessions_deleted, sessions_lost_to_restart;
  uint64_t usage_reports, downlink_reports, error_reports, reports_failed;
  uint64_t packets_buffered, packets_drained, packets_given_up;
  uint64_t errors_sent, errors_received, errors_not_sent, errors_unmatched, errors_disbelieved;
  uint64_t gtpu_received, gtpu_sent, gtpu_malformed;
  uint64_t path_failures, path_recoveries;
  uint64_t n4_not_sent, gtpu_not_sent, files_set_aside;
  uint64_t log_suppressed;
};

#endif
