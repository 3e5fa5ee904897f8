/* What the codec has read, as lines of JSON. */
#ifndef UPF_CODEC_PRINT_H
#define UPF_CODEC_PRINT_H

#include "pfcp.h"

void print_filters(const struct dp_filter *filters, unsigned count);
void print_fault(const struct pfcp_fault *fault);
/* A line for the message, one for each IE of it. */
void print_message(const uint8_t *bytes, size_t length);

#endif
