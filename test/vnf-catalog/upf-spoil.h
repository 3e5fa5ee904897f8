/* Damages the file of sessions of an agent that has ended: its first slot, which is in use. */
#ifndef UPF_SPOIL_H
#define UPF_SPOIL_H

#include <stdint.h>

/* `what`: chain, node or bytes. */
void spoil_file(const char *folder, uint32_t sessions, const char *what);

#endif
