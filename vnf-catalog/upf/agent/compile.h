/*
 * From the rules as provisioned to the rules that the data path follows: names and ids become places, addresses become routes.
 * A pure function: what it refuses, it refuses with the cause and the rule that PFCP wants to hear.
 */
#ifndef UPF_COMPILE_H
#define UPF_COMPILE_H

#include "pfcp.h"
#include "session.h"

struct interfaces {
  const struct dp_interface *all;
  unsigned count;
};

/* The limits of `urrs` are left alone: usage.h has them. */
bool compile(const struct session *session, const struct interfaces *interfaces, struct dp_session *out, struct pfcp_fault *fault);

/*
 * The place of a network instance with a 3GPP side; an empty name is the first of the side. DP_NONE: there is none. On the access side
 * the name of another interface will do, since some SMFs name the data network on both sides.
 */
uint8_t interface_of(const struct interfaces *interfaces, uint8_t side, const char *instance);

struct pdr_rule *session_pdr(struct session *session, uint32_t id);
struct far_rule *session_far(struct session *session, uint32_t id);
struct qer_rule *session_qer(struct session *session, uint32_t id);
struct urr_rule *session_urr(struct session *session, uint32_t id);
struct bar_rule *session_bar(struct session *session, uint32_t id);

/* Fills in the fault and returns false. */
bool fault_of_rule(struct pfcp_fault *fault, uint8_t cause, uint16_t offending, uint8_t kind, uint32_t id, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
bool fault_of(struct pfcp_fault *fault, uint8_t cause, uint16_t offending, const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
