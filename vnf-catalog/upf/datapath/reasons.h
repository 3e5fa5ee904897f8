/*
 * The names of dropped packets, one list for the programs and for what reads their counts. A place in the list is
 * what maps hold: new names go to the end.
 */
#ifndef UPF_REASONS_H
#define UPF_REASONS_H

#define DP_EACH_REASON(X)                                                                              \
  /* the outer headers */                                                                              \
  X(outer_header_length) X(outer_length) X(outer_checksum) X(outer_fragment) X(udp_length)             \
  X(gso_tunnel)                                                                                        \
  /* GTP-U */                                                                                          \
  X(gtp_short) X(gtp_version) X(gtp_prime) X(gtp_length) X(gtp_extension_short)                        \
  X(gtp_extension_zero) X(gtp_extension_chain) X(gtp_extension_unknown) X(gtp_container)               \
  X(gtp_in_gtp) X(teid_zero) X(teid_unknown)                                                           \
  /* the inner packet */                                                                               \
  X(inner_empty) X(inner_version) X(inner_short) X(inner_header_length) X(inner_length)                \
  X(inner_checksum) X(inner_extension) X(inner_source) X(inner_destination)                            \
  /* session and packet detection rule */                                                              \
  X(session_unknown) X(session_gone) X(rules_changing) X(pdr_none) X(pdr_source) X(pdr_qfi)            \
  X(pdr_filter) X(pdr_address) X(spoofed_source) X(fragment_without_ports)                             \
  X(removal_absent) X(removal_mismatch) X(removal_tunnel)                                              \
  /* QoS and usage */                                                                                  \
  X(gate_closed) X(mbr_zero) X(mbr_exceeded) X(quota_exhausted) X(usage_blocked)                       \
  /* forwarding action */                                                                              \
  X(far_none) X(far_drop) X(far_no_action) X(far_no_tunnel) X(far_no_interface)                        \
  X(far_no_local_address)                                                                              \
  /* the way out */                                                                                    \
  X(peer_no_route) X(peer_prohibited) X(peer_is_local) X(outer_too_big) X(route_none)                  \
  X(route_prohibited) X(too_big) X(ttl_expired) X(multicast) X(no_room) X(gso_unsegmented)             \
  X(checksum_unfinished) X(not_ip)                                                                     \
  /* buffering, and what the agent gave up */                                                          \
  X(buffer_too_big) X(buffer_queue_full) X(buffer_full) X(buffer_expired) X(buffer_session_gone)       \
  X(buffer_far_drop) X(buffer_discarded) X(inject_stale) X(inject_malformed)                           \
  X(far_loop) X(link_local) X(way_closed) X(forwarding_off)

enum dp_reason {
  DP_FORWARDED = 0,
#define DP_REASON_NUMBER(name) DP_DROP_##name,
  DP_EACH_REASON(DP_REASON_NUMBER)
#undef DP_REASON_NUMBER
  DP_REASON_COUNT
};

#endif
