/* Process 1 of the guest, and the `shutdown` that talks to it. */
#ifndef BERTH_INIT_H
#define BERTH_INIT_H

int init_main(void);
int shutdown_main(int count, char **words);

#endif
