/*
 * Numbers of TS 29.244: messages (7.3), information elements (8.1.2), causes (8.2.1), flags. The lists have the name
 * of each, for constants here, for sentences in the log (numbers.c) and for the test that compares them with other decoders.
 */
#ifndef UPF_NUMBERS_H
#define UPF_NUMBERS_H

#include <stdint.h>

#define PFCP_MESSAGES(X) \
  X(HEARTBEAT_REQUEST, 1, "Heartbeat Request") \
  X(HEARTBEAT_RESPONSE, 2, "Heartbeat Response") \
  X(PFD_REQUEST, 3, "PFD Management Request") \
  X(PFD_RESPONSE, 4, "PFD Management Response") \
  X(SETUP_REQUEST, 5, "Association Setup Request") \
  X(SETUP_RESPONSE, 6, "Association Setup Response") \
  X(UPDATE_REQUEST, 7, "Association Update Request") \
  X(UPDATE_RESPONSE, 8, "Association Update Response") \
  X(RELEASE_REQUEST, 9, "Association Release Request") \
  X(RELEASE_RESPONSE, 10, "Association Release Response") \
  X(VERSION_NOT_SUPPORTED, 11, "Version Not Supported Response") \
  X(NODE_REPORT_REQUEST, 12, "Node Report Request") \
  X(NODE_REPORT_RESPONSE, 13, "Node Report Response") \
  X(SET_DELETION_REQUEST, 14, "Session Set Deletion Request") \
  X(SET_DELETION_RESPONSE, 15, "Session Set Deletion Response") \
  X(SET_MODIFICATION_REQUEST, 16, "Session Set Modification Request") \
  X(SET_MODIFICATION_RESPONSE, 17, "Session Set Modification Response") \
  X(ESTABLISHMENT_REQUEST, 50, "Session Establishment Request") \
  X(ESTABLISHMENT_RESPONSE, 51, "Session Establishment Response") \
  X(MODIFICATION_REQUEST, 52, "Session Modification Request") \
  X(MODIFICATION_RESPONSE, 53, "Session Modification Response") \
  X(DELETION_REQUEST, 54, "Session Deletion Request") \
  X(DELETION_RESPONSE, 55, "Session Deletion Response") \
  X(REPORT_REQUEST, 56, "Session Report Request") \
  X(REPORT_RESPONSE, 57, "Session Report Response")

#define PFCP_CAUSES(X) \
  X(ACCEPTED, 1, "Request accepted") \
  X(MORE_REPORTS, 2, "More Usage Report to send") \
  X(PARTIAL, 3, "Request partially accepted") \
  X(REJECTED, 64, "Request rejected") \
  X(NO_SESSION, 65, "Session context not found") \
  X(MANDATORY_MISSING, 66, "Mandatory IE missing") \
  X(CONDITIONAL_MISSING, 67, "Conditional IE missing") \
  X(INVALID_LENGTH, 68, "Invalid length") \
  X(MANDATORY_INCORRECT, 69, "Mandatory IE incorrect") \
  X(INVALID_FORWARDING_POLICY, 70, "Invalid Forwarding Policy") \
  X(INVALID_FTEID_ALLOCATION, 71, "Invalid F-TEID allocation option") \
  X(NO_ASSOCIATION, 72, "No established PFCP Association") \
  X(RULE_FAILURE, 73, "Rule creation / modification Failure") \
  X(CONGESTION, 74, "PFCP entity in congestion") \
  X(NO_RESOURCES, 75, "No resources available") \
  X(NOT_SUPPORTED, 76, "Service not supported") \
  X(SYSTEM_FAILURE, 77, "System failure") \
  X(REDIRECTION, 78, "Redirection Requested") \
  X(NO_ADDRESSES, 79, "All dynamic addresses are occupied") \
  X(UNKNOWN_PREDEFINED_RULE, 80, "Unknown Pre-defined Rule") \
  X(UNKNOWN_APPLICATION, 81, "Unknown Application ID")

#define PFCP_IES(X) \
  X(CREATE_PDR, 1, "Create PDR") \
  X(PDI, 2, "PDI") \
  X(CREATE_FAR, 3, "Create FAR") \
  X(FORWARDING_PARAMETERS, 4, "Forwarding Parameters") \
  X(DUPLICATING_PARAMETERS, 5, "Duplicating Parameters") \
  X(CREATE_URR, 6, "Create URR") \
  X(CREATE_QER, 7, "Create QER") \
  X(CREATED_PDR, 8, "Created PDR") \
  X(UPDATE_PDR, 9, "Update PDR") \
  X(UPDATE_FAR, 10, "Update FAR") \
  X(UPDATE_FORWARDING_PARAMETERS, 11, "Update Forwarding Parameters") \
  X(UPDATE_BAR_REPORT, 12, "Update BAR (PFCP Session Report Response)") \
  X(UPDATE_URR, 13, "Update URR") \
  X(UPDATE_QER, 14, "Update QER") \
  X(REMOVE_PDR, 15, "Remove PDR") \
  X(REMOVE_FAR, 16, "Remove FAR") \
  X(REMOVE_URR, 17, "Remove URR") \
  X(REMOVE_QER, 18, "Remove QER") \
  X(CAUSE, 19, "Cause") \
  X(SOURCE_INTERFACE, 20, "Source Interface") \
  X(F_TEID, 21, "F-TEID") \
  X(NETWORK_INSTANCE, 22, "Network Instance") \
  X(SDF_FILTER, 23, "SDF Filter") \
  X(APPLICATION_ID, 24, "Application ID") \
  X(GATE_STATUS, 25, "Gate Status") \
  X(MBR, 26, "MBR") \
  X(GBR, 27, "GBR") \
  X(QER_CORRELATION_ID, 28, "QER Correlation ID") \
  X(PRECEDENCE, 29, "Precedence") \
  X(TRANSPORT_LEVEL_MARKING, 30, "Transport Level Marking") \
  X(VOLUME_THRESHOLD, 31, "Volume Threshold") \
  X(TIME_THRESHOLD, 32, "Time Threshold") \
  X(MONITORING_TIME, 33, "Monitoring Time") \
  X(SUBSEQUENT_VOLUME_THRESHOLD, 34, "Subsequent Volume Threshold") \
  X(SUBSEQUENT_TIME_THRESHOLD, 35, "Subsequent Time Threshold") \
  X(INACTIVITY_DETECTION_TIME, 36, "Inactivity Detection Time") \
  X(REPORTING_TRIGGERS, 37, "Reporting Triggers") \
  X(REDIRECT_INFORMATION, 38, "Redirect Information") \
  X(REPORT_TYPE, 39, "Report Type") \
  X(OFFENDING_IE, 40, "Offending IE") \
  X(FORWARDING_POLICY, 41, "Forwarding Policy") \
  X(DESTINATION_INTERFACE, 42, "Destination Interface") \
  X(UP_FUNCTION_FEATURES, 43, "UP Function Features") \
  X(APPLY_ACTION, 44, "Apply Action") \
  X(DOWNLINK_DATA_SERVICE_INFORMATION, 45, "Downlink Data Service Information") \
  X(DOWNLINK_DATA_NOTIFICATION_DELAY, 46, "Downlink Data Notification Delay") \
  X(DL_BUFFERING_DURATION, 47, "DL Buffering Duration") \
  X(DL_BUFFERING_SUGGESTED_PACKET_COUNT, 48, "DL Buffering Suggested Packet Count") \
  X(PFCPSMREQ_FLAGS, 49, "PFCPSMReq-Flags") \
  X(PFCPSRRSP_FLAGS, 50, "PFCPSRRsp-Flags") \
  X(LOAD_CONTROL_INFORMATION, 51, "Load Control Information") \
  X(SEQUENCE_NUMBER, 52, "Sequence Number") \
  X(METRIC, 53, "Metric") \
  X(OVERLOAD_CONTROL_INFORMATION, 54, "Overload Control Information") \
  X(TIMER, 55, "Timer") \
  X(PDR_ID, 56, "PDR ID") \
  X(F_SEID, 57, "F-SEID") \
  X(APPLICATION_IDS_PFDS, 58, "Application ID's PFDs") \
  X(NODE_ID, 60, "Node ID") \
  X(MEASUREMENT_METHOD, 62, "Measurement Method") \
  X(USAGE_REPORT_TRIGGER, 63, "Usage Report Trigger") \
  X(MEASUREMENT_PERIOD, 64, "Measurement Period") \
  X(FQ_CSID, 65, "FQ-CSID") \
  X(VOLUME_MEASUREMENT, 66, "Volume Measurement") \
  X(DURATION_MEASUREMENT, 67, "Duration Measurement") \
  X(TIME_OF_FIRST_PACKET, 69, "Time of First Packet") \
  X(TIME_OF_LAST_PACKET, 70, "Time of Last Packet") \
  X(QUOTA_HOLDING_TIME, 71, "Quota Holding Time") \
  X(DROPPED_DL_TRAFFIC_THRESHOLD, 72, "Dropped DL Traffic Threshold") \
  X(VOLUME_QUOTA, 73, "Volume Quota") \
  X(TIME_QUOTA, 74, "Time Quota") \
  X(START_TIME, 75, "Start Time") \
  X(END_TIME, 76, "End Time") \
  X(QUERY_URR, 77, "Query URR") \
  X(USAGE_REPORT_MODIFICATION, 78, "Usage Report (Session Modification Response)") \
  X(USAGE_REPORT_DELETION, 79, "Usage Report (Session Deletion Response)") \
  X(USAGE_REPORT, 80, "Usage Report (Session Report Request)") \
  X(URR_ID, 81, "URR ID") \
  X(LINKED_URR_ID, 82, "Linked URR ID") \
  X(DOWNLINK_DATA_REPORT, 83, "Downlink Data Report") \
  X(OUTER_HEADER_CREATION, 84, "Outer Header Creation") \
  X(CREATE_BAR, 85, "Create BAR") \
  X(UPDATE_BAR, 86, "Update BAR (Session Modification Request)") \
  X(REMOVE_BAR, 87, "Remove BAR") \
  X(BAR_ID, 88, "BAR ID") \
  X(CP_FUNCTION_FEATURES, 89, "CP Function Features") \
  X(USAGE_INFORMATION, 90, "Usage Information") \
  X(UE_IP_ADDRESS, 93, "UE IP Address") \
  X(PACKET_RATE, 94, "Packet Rate") \
  X(OUTER_HEADER_REMOVAL, 95, "Outer Header Removal") \
  X(RECOVERY_TIME_STAMP, 96, "Recovery Time Stamp") \
  X(DL_FLOW_LEVEL_MARKING, 97, "DL Flow Level Marking") \
  X(HEADER_ENRICHMENT, 98, "Header Enrichment") \
  X(ERROR_INDICATION_REPORT, 99, "Error Indication Report") \
  X(MEASUREMENT_INFORMATION, 100, "Measurement Information") \
  X(NODE_REPORT_TYPE, 101, "Node Report Type") \
  X(USER_PLANE_PATH_FAILURE_REPORT, 102, "User Plane Path Failure Report") \
  X(REMOTE_GTPU_PEER, 103, "Remote GTP-U Peer") \
  X(UR_SEQN, 104, "UR-SEQN") \
  X(UPDATE_DUPLICATING_PARAMETERS, 105, "Update Duplicating Parameters") \
  X(ACTIVATE_PREDEFINED_RULES, 106, "Activate Predefined Rules") \
  X(DEACTIVATE_PREDEFINED_RULES, 107, "Deactivate Predefined Rules") \
  X(FAR_ID, 108, "FAR ID") \
  X(QER_ID, 109, "QER ID") \
  X(RELEASE_REQUEST_FLAGS, 111, "PFCP Association Release Request") \
  X(GRACEFUL_RELEASE_PERIOD, 112, "Graceful Release Period") \
  X(PDN_TYPE, 113, "PDN Type") \
  X(FAILED_RULE_ID, 114, "Failed Rule ID") \
  X(TIME_QUOTA_MECHANISM, 115, "Time Quota Mechanism") \
  X(USER_PLANE_IP_RESOURCE_INFORMATION, 116, "User Plane IP Resource Information") \
  X(USER_PLANE_INACTIVITY_TIMER, 117, "User Plane Inactivity Timer") \
  X(AGGREGATED_URRS, 118, "Aggregated URRs") \
  X(SUBSEQUENT_VOLUME_QUOTA, 121, "Subsequent Volume Quota") \
  X(SUBSEQUENT_TIME_QUOTA, 122, "Subsequent Time Quota") \
  X(RQI, 123, "RQI") \
  X(QFI, 124, "QFI") \
  X(QUERY_URR_REFERENCE, 125, "Query URR Reference") \
  X(ADDITIONAL_USAGE_REPORTS_INFORMATION, 126, "Additional Usage Reports Information") \
  X(CREATE_TRAFFIC_ENDPOINT, 127, "Create Traffic Endpoint") \
  X(UPDATE_TRAFFIC_ENDPOINT, 129, "Update Traffic Endpoint") \
  X(REMOVE_TRAFFIC_ENDPOINT, 130, "Remove Traffic Endpoint") \
  X(TRAFFIC_ENDPOINT_ID, 131, "Traffic Endpoint ID") \
  X(ETHERNET_PACKET_FILTER, 132, "Ethernet Packet Filter") \
  X(PROXYING, 137, "Proxying") \
  X(SUGGESTED_BUFFERING_PACKETS_COUNT, 140, "Suggested Buffering Packets Count") \
  X(ETHERNET_PDU_SESSION_INFORMATION, 142, "Ethernet PDU Session Information") \
  X(ETHERNET_INACTIVITY_TIMER, 146, "Ethernet Inactivity Timer") \
  X(ADDITIONAL_MONITORING_TIME, 147, "Additional Monitoring Time") \
  X(EVENT_QUOTA, 148, "Event Quota") \
  X(EVENT_THRESHOLD, 149, "Event Threshold") \
  X(SUBSEQUENT_EVENT_QUOTA, 150, "Subsequent Event Quota") \
  X(SUBSEQUENT_EVENT_THRESHOLD, 151, "Subsequent Event Threshold") \
  X(FRAMED_ROUTE, 153, "Framed-Route") \
  X(FRAMED_ROUTING, 154, "Framed-Routing") \
  X(FRAMED_IPV6_ROUTE, 155, "Framed-IPv6-Route") \
  X(TIME_STAMP, 156, "Time Stamp") \
  X(AVERAGING_WINDOW, 157, "Averaging Window") \
  X(PAGING_POLICY_INDICATOR, 158, "Paging Policy Indicator") \
  X(INTERFACE_TYPE, 160, "3GPP Interface Type") \
  X(PFCPSRREQ_FLAGS, 161, "PFCPSRReq-Flags") \
  X(PFCPAUREQ_FLAGS, 162, "PFCPAUReq-Flags") \
  X(ACTIVATION_TIME, 163, "Activation Time") \
  X(DEACTIVATION_TIME, 164, "Deactivation Time") \
  X(CREATE_MAR, 165, "Create MAR") \
  X(REMOVE_MAR, 168, "Remove MAR") \
  X(UPDATE_MAR, 169, "Update MAR") \
  X(UE_IP_ADDRESS_POOL_IDENTITY, 177, "UE IP address Pool Identity") \
  X(ALTERNATIVE_SMF_IP_ADDRESS, 178, "Alternative SMF IP Address") \
  X(PACKET_REPLICATION, 179, "Packet Replication and Detection Carry-On Information") \
  X(SMF_SET_ID, 180, "SMF Set ID") \
  X(QUOTA_VALIDITY_TIME, 181, "Quota Validity Time") \
  X(NUMBER_OF_REPORTS, 182, "Number of Reports") \
  X(SESSION_RETENTION_INFORMATION, 183, "PFCP Session Retention Information") \
  X(PFCPASRSP_FLAGS, 184, "PFCPASRsp-Flags") \
  X(CP_ENTITY_IP_ADDRESS, 185, "CP PFCP Entity IP Address") \
  X(PFCPSEREQ_FLAGS, 186, "PFCPSEReq-Flags") \
  X(USER_PLANE_PATH_RECOVERY_REPORT, 187, "User Plane Path Recovery Report") \
  X(IP_MULTICAST_ADDRESSING_INFO, 188, "IP Multicast Addressing Info") \
  X(CREATE_BRIDGE_INFO, 194, "Create Bridge Info for TSC") \
  X(CREATE_SRR, 212, "Create SRR") \
  X(PROVIDE_ATSSS_CONTROL_INFORMATION, 220, "Provide ATSSS Control Information") \
  X(DATA_NETWORK_ACCESS_IDENTIFIER, 232, "Data Network Access Identifier") \
  X(UE_IP_ADDRESS_POOL_INFORMATION, 233, "UE IP address Pool Information") \
  X(MT_EDT_CONTROL_INFORMATION, 249, "MT-EDT Control Information") \
  X(QER_CONTROL_INDICATIONS, 251, "QER Control Indications") \
  X(NF_INSTANCE_ID, 253, "NF Instance ID") \
  X(REDUNDANT_DETECTION_PARAMETERS, 255, "Redundant Transmission Detection Parameters") \
  X(UPDATED_PDR, 256, "Updated PDR") \
  X(S_NSSAI, 257, "S-NSSAI") \
  X(PFCPASREQ_FLAGS, 259, "PFCPASReq-Flags") \
  X(MPTCP_APPLICABLE_INDICATION, 265, "MPTCP Applicable Indication") \
  X(NUMBER_OF_UE_IP_ADDRESSES, 268, "Number of UE IP Addresses") \
  X(REDUNDANT_FORWARDING_PARAMETERS, 270, "Redundant Transmission Forwarding Parameters") \
  X(TRANSPORT_DELAY_REPORTING, 271, "Transport Delay Reporting") \
  X(PARTIAL_FAILURE_INFORMATION, 272, "Partial Failure Information") \
  X(OFFENDING_IE_INFORMATION, 274, "Offending IE Information") \
  X(DNS_QUERY_FILTER, 294, "DNS Query Filter") \
  X(MBS_SESSION_IDENTIFIER, 305, "MBS Session Identifier")

enum pfcp_message_type {
#define X(name, number, text) MSG_##name = number,
  PFCP_MESSAGES(X)
#undef X
};

enum pfcp_cause {
#define X(name, number, text) CAUSE_##name = number,
  PFCP_CAUSES(X)
#undef X
};

enum pfcp_ie_type {
#define X(name, number, text) IE_##name = number,
  PFCP_IES(X)
#undef X
};

/* NULL for a number that is not in the list. */
const char *pfcp_message_name(unsigned type);
const char *pfcp_cause_name(unsigned cause);
const char *pfcp_ie_name(unsigned type);

/* UP function features: octet 5 has the lowest bits. */
#define UP_BUCP (1ull << 0)
#define UP_DDND (1ull << 1)
#define UP_DLBD (1ull << 2)
#define UP_TRST (1ull << 3)
#define UP_FTUP (1ull << 4)
#define UP_PFDM (1ull << 5)
#define UP_EMPU (1ull << 8)
#define UP_PDIU (1ull << 9)
#define UP_UDBC (1ull << 10)
#define UP_QUOAC (1ull << 11)
#define UP_TRACE (1ull << 12)
#define UP_FRRT (1ull << 13)
#define UP_PFDE (1ull << 14)
#define UP_EPFAR (1ull << 15)
#define UP_UEIP (1ull << 18)
#define UP_SSET (1ull << 19)
#define UP_MNOP (1ull << 20)
#define UP_BUNDL (1ull << 22)
#define UP_IP6PL (1ull << 29)

/* CP function features. */
enum { CP_LOAD = 1, CP_OVRL = 2, CP_EPFAR = 4, CP_SSET = 8, CP_BUNDL = 16, CP_MPAS = 32, CP_ARDR = 64, CP_UIAUR = 128 };

/* Reporting triggers (8.2.19): octet 5 has the lowest bits. */
enum reporting_trigger {
  TRIGGER_PERIO = 1 << 0, TRIGGER_VOLTH = 1 << 1, TRIGGER_TIMTH = 1 << 2, TRIGGER_QUHTI = 1 << 3,
  TRIGGER_START = 1 << 4, TRIGGER_STOPT = 1 << 5, TRIGGER_DROTH = 1 << 6, TRIGGER_LIUSA = 1 << 7,
  TRIGGER_VOLQU = 1 << 8, TRIGGER_TIMQU = 1 << 9, TRIGGER_ENVCL = 1 << 10, TRIGGER_MACAR = 1 << 11,
  TRIGGER_EVETH = 1 << 12, TRIGGER_EVEQU = 1 << 13, TRIGGER_IPMJL = 1 << 14, TRIGGER_QUVTI = 1 << 15,
  TRIGGER_REEMR = 1 << 16, TRIGGER_UPINT = 1 << 17,
};

/* Usage report trigger (8.2.41): the same, but for other places of some. */
enum usage_report_trigger {
  USAGE_PERIO = 1 << 0, USAGE_VOLTH = 1 << 1, USAGE_TIMTH = 1 << 2, USAGE_QUHTI = 1 << 3,
  USAGE_START = 1 << 4, USAGE_STOPT = 1 << 5, USAGE_DROTH = 1 << 6, USAGE_IMMER = 1 << 7,
  USAGE_VOLQU = 1 << 8, USAGE_TIMQU = 1 << 9, USAGE_LIUSA = 1 << 10, USAGE_TERMR = 1 << 11,
  USAGE_MONIT = 1 << 12, USAGE_ENVCL = 1 << 13, USAGE_MACAR = 1 << 14, USAGE_EVETH = 1 << 15,
  USAGE_EVEQU = 1 << 16, USAGE_TEBUR = 1 << 17,
};

/* Report type, node report type. */
enum { REPORT_DLDR = 1, REPORT_USAR = 2, REPORT_ERIR = 4, REPORT_UPIR = 8 };
enum { NODE_REPORT_UPFR = 1, NODE_REPORT_UPRR = 2 };

/* PFCPSMReq-Flags, PFCPSRRsp-Flags, PFCPSRReq-Flags, PFCPAUReq-Flags, association release request. */
enum { SMREQ_DROBU = 1, SMREQ_SNDEM = 2, SMREQ_QAURR = 4 };
enum { SRRSP_DROBU = 1 };
enum { SRREQ_PSDBU = 1 };
enum { AUREQ_PARPS = 1 };
enum { RELEASE_SARR = 1 };

/* Measurement information (8.2.68). */
enum { MEASURE_MBQE = 1, MEASURE_INAM = 2, MEASURE_RADI = 4, MEASURE_ISTM = 8, MEASURE_MNOP = 16 };

/* Failed rule id type (8.2.80); pfcp_fault.rule_kind. */
enum rule_kind { RULE_PDR = 0, RULE_FAR = 1, RULE_QER = 2, RULE_URR = 3, RULE_BAR = 4 };

#endif
