/*
 * What has to outlive the agent's process: nodes, sessions, counters, the recovery time stamp. A file mapped from a folder on
 * tmpfs, with places instead of pointers, so that the next process finds it as this one left it, also after a kill.
 *
 * A session lies packed (pack.h) in a chain of small chunks. A change is written to a second chain first (store_prepare) and
 * comes into force by one word (store_commit); what lies between is undone or finished by whoever opens the store next.
 */
#ifndef UPF_STORE_H
#define UPF_STORE_H

#include "counters.h"
#include "session.h"

enum { STORE_NODES = 64, NODE_ID = 256, NODE_ALTERNATIVES = 8 };

/* A control plane function (8.2.38) that has or had an association. */
struct node {
  char id[NODE_ID];             /* empty: a free place */
  struct dp_address address;    /* where it speaks from: the association is bound to it */
  struct dp_address alternatives[NODE_ALTERNATIVES]; /* further ones that it told, 8.2.142; family 0: none */
  uint16_t port;
  bool associated;
  uint32_t recovery;            /* its recovery time stamp, 8.2.65 */
  uint32_t features;            /* CP function features, 8.2.58, the first octet as the lowest */
};

struct store;

struct store_config {
  const char *folder;
  uint32_t sessions;
  const void *layout;           /* with other bytes here, or another kernel's boot, an old store is not taken */
  size_t layout_length;
};

/*
 * `*resumed`: the file of an earlier process was taken. NULL with the reason. One that is damaged is renamed to
 * `sessions.damaged`, of which one is kept, and the store is begun anew.
 */
struct store *store_open(const struct store_config *config, bool *resumed, struct reason *why);
/* What was wrong with the file that store_open set aside; NULL: nothing. */
const char *store_damage(const struct store *store);
/* Keeps the file. */
void store_close(struct store *store);
/* Removes the file, too. */
void store_remove(struct store *store);

uint32_t store_recovery(const struct store *store);
struct counters *store_counters(struct store *store);
struct node *store_node(struct store *store, uint32_t place);
uint32_t store_size(const struct store *store);
uint32_t store_used(const struct store *store);
/* Chunks in use and in all. */
uint32_t store_chunks(const struct store *store, uint32_t *all);

/* A free slot with a SEID that was not used before; the one that is free for longest. False when all are taken. */
bool store_new(struct store *store, uint32_t *index, uint64_t *seid);
/* Gives back the slot of store_new that was not committed. */
void store_cancel(struct store *store, uint32_t index);
/* The session in a slot as it was committed; false for an empty one. */
bool store_get(struct store *store, uint32_t index, struct session *out);
/* The slot of a SEID, or NO_INDEX. */
uint32_t store_find(const struct store *store, uint64_t seid);
/* Who the session belongs to, without unpacking it: NO_INDEX for an empty slot. */
uint32_t store_owner(const struct store *store, uint32_t index);
/* The sessions of a node. */
uint32_t store_owned(const struct store *store, uint32_t node);
/* Its sets (csids.h) alone. */
bool store_sets(const struct store *store, uint32_t index, struct session *out);
uint64_t store_seid(const struct store *store, uint32_t index);

/* Writes `wanted` beside what is there. False when there is no room but what is kept for store_put. */
bool store_prepare(struct store *store, const struct session *wanted);
/* Puts into force what was prepared, or takes it back. */
void store_commit(struct store *store, uint32_t index);
void store_rollback(struct store *store, uint32_t index);
/* Both in one, of a session that does not grow: there is always room for it. */
bool store_put(struct store *store, const struct session *wanted);
void store_delete(struct store *store, uint32_t index);

/*
 * A session that is to end, with many others: from now on nothing above finds it, and it keeps its slot until store_delete. Whoever
 * opens the store next finds it condemned.
 */
void store_condemn(struct store *store, uint32_t index);
uint32_t store_condemned(const struct store *store);
bool store_get_condemned(struct store *store, uint32_t index, struct session *out);

/* What was prepared and neither committed nor taken back when the earlier process ended; false: nothing. */
bool store_interrupted(struct store *store, uint32_t index, struct session *out);

#endif
