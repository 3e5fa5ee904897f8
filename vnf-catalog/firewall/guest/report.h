/* What the firewall counted, for the status. */
#ifndef BERTH_FIREWALL_REPORT_H
#define BERTH_FIREWALL_REPORT_H

#include <stdio.h>

/* `document` is NULL when none is in force. */
void report_counters(const void *document, FILE *out);
void report_details(const void *document, FILE *out);

#endif
