/* The layout of the store's file. */
#ifndef UPF_STORE_FILE_H
#define UPF_STORE_FILE_H

#include "pack.h"
#include "store.h"

enum { CHUNK_BYTES = 124, CHUNKS_PER_SESSION = 8, LAYOUT_MOST = 4096, STORE_VERSION = 5 };
enum { CONDEMNED = STORE_NODES }; /* as the node of a record: the session is to end */

/* What no change of rules takes: usage of the longest session can be written beside the old one when the table is full. */
enum { CHUNKS_KEPT = (PACK_MOST + 8 + CHUNK_BYTES - 1) / CHUNK_BYTES };

/* One slot. `seid` is 0 when it is empty; it is written last when a session is made and first when one goes. */
struct record {
  uint64_t seid;
  uint32_t head, pending;       /* chains of chunks: in force, prepared */
  uint32_t generation;          /* how often the slot was used */
  uint32_t node;
};

struct chunk {
  uint32_t next;
  uint8_t bytes[CHUNK_BYTES];   /* the first chunk of a chain begins with struct chain_head */
};

struct chain_head {
  uint32_t length, sum;         /* of all that follows */
};

struct header {
  char magic[8];
  uint32_t version, sizes;      /* sizes: a sum of the structures' sizes, for a changed build */
  char boot[40];                /* the kernel's boot id: times of another boot mean nothing */
  uint32_t sessions, chunks;
  uint32_t recovery;
  uint64_t key[2];              /* of the SEIDs */
  uint32_t layout_length;
  uint8_t layout[LAYOUT_MOST];
  struct counters counters;
  struct node nodes[STORE_NODES];
};

struct store {
  struct header *header;
  struct record *records;
  struct chunk *chunks;
  size_t length;
  int file;                     /* locked: another process does not write it */
  uint32_t claimed;             /* chunks below have memory */
  char path[4096];
  struct reason damage;         /* why an earlier file was set aside; empty: none was */
  /* Not in the file: found again when it is opened. */
  uint32_t *free_chunks, free_chunk_count;
  uint32_t *free_slots, free_slot_first, free_slot_count;
  uint32_t pending_node;        /* of what was prepared; there is one change at a time */
  uint8_t *reserved;            /* slots between store_new and commit */
  uint32_t owned[STORE_NODES + 1]; /* sessions of each node, and those that are condemned */
};

/* Fills the lists of what is free from what is not; false, and `*damaged`: what is in use cannot be. */
bool store_find_free(struct store *store, bool *damaged, struct reason *why);
/* Whether memory was to be had for the chunks below `count`; a page that tmpfs has not would end the process by SIGBUS. */
bool store_claim(struct store *store, uint32_t count);
void store_free_chain(struct store *store, uint32_t head);
/* A session can be read from the chain, and is as it was written. */
bool store_sound(const struct store *store, uint32_t head);

#endif
