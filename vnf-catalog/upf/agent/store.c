#include <string.h>

#include "pack.h"
#include "store-file.h"

/* A kill must find the words in the order in which they are written here. */
#define SET(place, value) __atomic_store_n(&(place), (value), __ATOMIC_SEQ_CST)

const char *store_damage(const struct store *store) { return *store->damage.text ? store->damage.text : NULL; }
uint32_t store_recovery(const struct store *store) { return store->header->recovery; }
struct counters *store_counters(struct store *store) { return &store->header->counters; }
struct node *store_node(struct store *store, uint32_t place) { return &store->header->nodes[place]; }
uint32_t store_size(const struct store *store) { return store->header->sessions; }
uint32_t store_used(const struct store *store) { return store->header->sessions - store->free_slot_count; }

uint32_t store_chunks(const struct store *store, uint32_t *all) {
  *all = store->header->chunks - CHUNKS_KEPT;
  return store->header->chunks - store->free_chunk_count;
}

static uint64_t turned(uint64_t value, unsigned by) { return value << by | value >> (64 - by); }

static void sip_round(uint64_t v[4]) {
  v[0] += v[1], v[1] = turned(v[1], 13) ^ v[0], v[0] = turned(v[0], 32);
  v[2] += v[3], v[3] = turned(v[3], 16) ^ v[2];
  v[0] += v[3], v[3] = turned(v[3], 21) ^ v[0];
  v[2] += v[1], v[1] = turned(v[1], 17) ^ v[2], v[2] = turned(v[2], 32);
}

/* SipHash-2-4 of eight octets. */
static uint64_t sip_hash(const uint64_t key[2], uint64_t message) {
  const uint64_t words[] = {message, 8ull << 56};
  uint64_t v[] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
  for (unsigned i = 0; i < 2; i++) {
    v[3] ^= words[i];
    sip_round(v), sip_round(v);
    v[0] ^= words[i];
  }
  v[2] ^= 0xff;
  for (unsigned i = 0; i < 4; i++) sip_round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/*
 * Who knows a SEID may change and delete the session, so it must not follow from another one. The uses of a slot are numbered, and
 * the number is enciphered (four rounds of a Feistel network): no two uses have the same, and none tells the next.
 */
static uint64_t seid_of(const struct store *store, uint32_t index) {
  uint16_t left = (uint16_t)(store->records[index].generation >> 16), right = (uint16_t)store->records[index].generation;
  for (uint64_t turn = 0; turn < 4; turn++) {
    uint16_t mixed = (uint16_t)(left ^ sip_hash(store->header->key, (uint64_t)index << 32 | turn << 16 | right));
    left = right;
    right = mixed;
  }
  return (uint64_t)left << 48 | (uint64_t)right << 32 | (index + 1);
}

bool store_new(struct store *store, uint32_t *index, uint64_t *seid) {
  if (!store->free_slot_count) return false;
  *index = store->free_slots[store->free_slot_first];
  store->free_slot_first = (store->free_slot_first + 1) % store->header->sessions;
  store->free_slot_count--;
  store->reserved[*index] = 1;
  store->records[*index].generation++;
  *seid = seid_of(store, *index);
  return true;
}

static void release_slot(struct store *store, uint32_t index) {
  uint32_t size = store->header->sessions;
  store->reserved[index] = 0;
  store->free_slots[(store->free_slot_first + store->free_slot_count++) % size] = index;
}

void store_cancel(struct store *store, uint32_t index) {
  store_rollback(store, index);
  if (store->reserved[index]) release_slot(store, index);
}

static bool is_alive(const struct record *record) { return record->seid && record->node != CONDEMNED; }

uint32_t store_find(const struct store *store, uint64_t seid) {
  uint32_t index = (uint32_t)seid - 1;
  if (!seid || index >= store->header->sessions) return NO_INDEX;
  return store->records[index].seid == seid && is_alive(&store->records[index]) ? index : NO_INDEX;
}

uint32_t store_owner(const struct store *store, uint32_t index) {
  const struct record *record = &store->records[index];
  return is_alive(record) ? record->node : NO_INDEX;
}

uint32_t store_owned(const struct store *store, uint32_t node) { return store->owned[node]; }
uint32_t store_condemned(const struct store *store) { return store->owned[CONDEMNED]; }

uint64_t store_seid(const struct store *store, uint32_t index) { return store->records[index].seid; }

static uint8_t packed[PACK_MOST + sizeof(struct chain_head)];

static uint32_t sum_of(const uint8_t *bytes, size_t length) {
  uint32_t sum = 0x811c9dc5;
  for (size_t i = 0; i < length; i++) sum = (sum ^ bytes[i]) * 0x01000193;
  return sum;
}

static bool read_chain(const struct store *store, uint32_t head, struct session *out) {
  struct chain_head about = {0, 0};
  size_t at = 0;
  for (uint32_t place = head; place < store->header->chunks && at + CHUNK_BYTES <= sizeof packed; at += CHUNK_BYTES) {
    memcpy(packed + at, store->chunks[place].bytes, CHUNK_BYTES);
    place = store->chunks[place].next;
  }
  memcpy(&about, packed, sizeof about);
  if (!at || about.length > at - sizeof about || sum_of(packed + sizeof about, about.length) != about.sum) return false;
  return session_unpack(packed + sizeof about, about.length, out);
}

bool store_sound(const struct store *store, uint32_t head) {
  static struct session session;
  return read_chain(store, head, &session);
}

static bool read_session(struct store *store, uint32_t index, uint32_t head, struct session *out) {
  if (!read_chain(store, head, out)) return false;
  out->index = index;
  out->seid = seid_of(store, index);
  out->node = store->records[index].node;
  return true;
}

bool store_get(struct store *store, uint32_t index, struct session *out) {
  return is_alive(&store->records[index]) && read_session(store, index, store->records[index].head, out);
}

bool store_get_condemned(struct store *store, uint32_t index, struct session *out) {
  const struct record *record = &store->records[index];
  return record->seid && record->node == CONDEMNED && read_session(store, index, record->head, out);
}

/* They are in the first chunk. */
bool store_sets(const struct store *store, uint32_t index, struct session *out) {
  const struct record *record = &store->records[index];
  const size_t before = sizeof(struct chain_head);
  return is_alive(record) && record->head < store->header->chunks &&
         session_unpack_sets(store->chunks[record->head].bytes + before, CHUNK_BYTES - before, out);
}

void store_condemn(struct store *store, uint32_t index) {
  struct record *record = &store->records[index];
  store->owned[record->node]--;
  store->owned[CONDEMNED]++;
  SET(record->node, CONDEMNED);
}

bool store_interrupted(struct store *store, uint32_t index, struct session *out) {
  return store->records[index].pending != NO_INDEX && read_session(store, index, store->records[index].pending, out);
}

void store_free_chain(struct store *store, uint32_t head) {
  while (head != NO_INDEX) {
    uint32_t next = store->chunks[head].next;
    store->free_chunks[store->free_chunk_count++] = head;
    head = next;
  }
}

/* All chunks in use have memory, and free ones that had some come first. */
static bool has_room(struct store *store, uint32_t count, uint32_t kept) {
  uint32_t used = store->header->chunks - store->free_chunk_count;
  return count + kept <= store->free_chunk_count && store_claim(store, used + count + kept);
}

static bool prepare(struct store *store, const struct session *wanted, uint32_t kept) {
  struct chain_head about = {(uint32_t)session_pack(wanted, packed + sizeof about, PACK_MOST), 0};
  const size_t whole = about.length + sizeof about;
  uint32_t count = (uint32_t)((whole + CHUNK_BYTES - 1) / CHUNK_BYTES), head = NO_INDEX;
  if (!about.length || !has_room(store, count, kept)) return false;
  about.sum = sum_of(packed + sizeof about, about.length);
  memcpy(packed, &about, sizeof about);
  for (uint32_t i = count; i-- > 0;) {
    struct chunk *chunk = &store->chunks[store->free_chunks[--store->free_chunk_count]];
    size_t rest = whole - i * CHUNK_BYTES;
    memcpy(chunk->bytes, packed + i * CHUNK_BYTES, rest < CHUNK_BYTES ? rest : CHUNK_BYTES);
    chunk->next = head;
    head = (uint32_t)(chunk - store->chunks);
  }
  store->pending_node = wanted->node;
  SET(store->records[wanted->index].pending, head);
  return true;
}

bool store_prepare(struct store *store, const struct session *wanted) { return prepare(store, wanted, CHUNKS_KEPT); }

void store_commit(struct store *store, uint32_t index) {
  struct record *record = &store->records[index];
  uint32_t old = record->seid ? record->head : NO_INDEX;
  if (record->seid) store->owned[record->node]--;
  store->owned[store->pending_node]++;
  record->node = store->pending_node;
  SET(record->head, record->pending);
  SET(record->seid, seid_of(store, index));
  SET(record->pending, NO_INDEX);
  store->reserved[index] = 0;
  store_free_chain(store, old);
}

void store_rollback(struct store *store, uint32_t index) {
  uint32_t pending = store->records[index].pending;
  SET(store->records[index].pending, NO_INDEX);
  store_free_chain(store, pending);
}

bool store_put(struct store *store, const struct session *wanted) {
  if (!prepare(store, wanted, 0)) return false;
  store_commit(store, wanted->index);
  return true;
}

void store_delete(struct store *store, uint32_t index) {
  struct record *record = &store->records[index];
  uint32_t old = record->head;
  if (!record->seid) return;
  store->owned[record->node]--;
  SET(record->seid, 0);
  record->head = NO_INDEX;
  store_free_chain(store, old);
  release_slot(store, index);
}
