/* Single numbers out of the kernel's text tables; 0 when they are not there. */
#ifndef BERTH_PROC_TABLES_H
#define BERTH_PROC_TABLES_H

/* The value in a two-line table such as /proc/net/snmp, where a heading line names the columns. */
long from_table(const char *path, const char *row, const char *column);
/* The number behind `name` in a list such as /proc/meminfo. */
long from_list(const char *path, const char *name);

#endif
