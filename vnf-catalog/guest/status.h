/* `vnf status`: one JSON object about readiness, links, counters and daemons. */
#ifndef BERTH_STATUS_H
#define BERTH_STATUS_H

int status_main(void);

#endif
