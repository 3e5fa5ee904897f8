#include "store-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char magic[8] = "upfstore";
/* Seconds from 1900 (NTP, as PFCP has it) to 1970. */
static const uint32_t epoch = 2208988800u;

static size_t aligned(size_t length) { return (length + 63) & ~(size_t)63; }

static uint32_t chunks_for(uint32_t sessions) { return (sessions < 64 ? 64 : sessions) * CHUNKS_PER_SESSION + CHUNKS_KEPT; }

static uint32_t sizes(void) {
  return sizeof(struct header) * 31 + sizeof(struct session) * 17 + sizeof(struct node) * 7 + sizeof(struct counters);
}

static void boot_id(char out[40]) {
  memset(out, 0, 40);
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
  if (!file) return;
  if (!fgets(out, 40, file)) out[0] = 0;
  fclose(file);
}

static bool fits(const struct header *header, const struct store_config *config) {
  char boot[40];
  boot_id(boot);
  return !memcmp(header->magic, magic, sizeof magic) && header->version == STORE_VERSION && header->sizes == sizes() &&
         !memcmp(header->boot, boot, sizeof boot) && header->sessions == config->sessions &&
         header->chunks == chunks_for(config->sessions) && header->layout_length == config->layout_length &&
         !memcmp(header->layout, config->layout, config->layout_length);
}

static bool begin(struct store *store, const struct store_config *config, struct reason *why) {
  struct header *header = store->header;
  header->version = STORE_VERSION;
  header->sizes = sizes();
  boot_id(header->boot);
  header->sessions = config->sessions;
  header->chunks = chunks_for(config->sessions);
  header->recovery = (uint32_t)time(NULL) + epoch;
  if (getrandom(header->key, sizeof header->key, 0) != sizeof header->key) return refuse(why, "no random number for the key of the SEIDs: %s", strerror(errno));
  header->layout_length = (uint32_t)config->layout_length;
  memcpy(header->layout, config->layout, config->layout_length);
  for (uint32_t i = 0; i < header->sessions; i++) store->records[i].head = store->records[i].pending = NO_INDEX;
  /* Written last: a file that was begun and not finished is begun again. */
  memcpy(header->magic, magic, sizeof magic);
  return true;
}

static size_t chunk_at(const struct store *store, uint32_t place) { return (size_t)((uint8_t *)&store->chunks[place] - (uint8_t *)store->header); }

bool store_claim(struct store *store, uint32_t count) {
  enum { STEP = 512 };
  uint32_t all = store->header->chunks, wanted = count + STEP < all ? count + STEP : all;
  if (count <= store->claimed) return true;
  if (count > all) return false;
  size_t from = chunk_at(store, store->claimed);
  if (posix_fallocate(store->file, (off_t)from, (off_t)(chunk_at(store, wanted) - from))) {
    wanted = count;
    if (posix_fallocate(store->file, (off_t)from, (off_t)(chunk_at(store, wanted) - from))) return false;
  }
  store->claimed = wanted;
  return true;
}

static bool map(struct store *store, uint32_t sessions, struct reason *why) {
  size_t records = aligned(sizeof(struct header)), chunks = records + aligned(sessions * sizeof(struct record));
  store->length = chunks + (size_t)chunks_for(sessions) * sizeof(struct chunk);
  if (ftruncate(store->file, (off_t)store->length)) return refuse(why, "%s could not be made %zu bytes long: %s", store->path, store->length, strerror(errno));
  int code = posix_fallocate(store->file, 0, (off_t)chunks);
  if (code) return refuse(why, "%s has no room for %u sessions: %s", store->path, sessions, strerror(code));
  uint8_t *base = mmap(NULL, store->length, PROT_READ | PROT_WRITE, MAP_SHARED, store->file, 0);
  if (base == MAP_FAILED) return refuse(why, "%s could not be mapped: %s", store->path, strerror(errno));
  store->header = (struct header *)base;
  store->records = (struct record *)(base + records);
  store->chunks = (struct chunk *)(base + chunks);
  return true;
}

static bool header_of(int file, const struct store_config *config) {
  struct header *header = malloc(sizeof *header);
  bool same = header && pread(file, header, sizeof *header, 0) == (ssize_t)sizeof *header && fits(header, config);
  free(header);
  return same;
}

static bool open_file(struct store *store, const struct store_config *config, bool *resumed, struct reason *why) {
  store->file = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (store->file < 0) return refuse(why, "%s could not be opened: %s", store->path, strerror(errno));
  if (flock(store->file, LOCK_EX | LOCK_NB)) return refuse(why, "%s is in use: another upfd runs, end it first", store->path);
  *resumed = header_of(store->file, config);
  if (!*resumed && ftruncate(store->file, 0)) return refuse(why, "%s could not be emptied: %s", store->path, strerror(errno));
  return map(store, config->sessions, why) && (*resumed || begin(store, config, why));
}

/* False for a chain that leads out of the table or into another chain. */
static bool mark(const struct store *store, uint8_t *used, uint32_t head) {
  for (; head != NO_INDEX; head = store->chunks[head].next) {
    if (head >= store->header->chunks || used[head]) return false;
    used[head] = 1;
  }
  return true;
}

static bool is_sound(const struct store *store, uint32_t index) {
  const struct record *record = &store->records[index];
  if (record->pending != NO_INDEX && !store_sound(store, record->pending)) return false;
  if (!record->seid) return true;
  return (uint32_t)record->seid == index + 1 && record->node <= CONDEMNED && store_sound(store, record->head);
}

static bool mark_all(struct store *store, uint8_t *used, struct reason *why) {
  for (uint32_t i = 0; i < store->header->sessions; i++) {
    struct record *record = &store->records[i];
    /* A commit whose second word was not written any more. */
    if (record->seid && record->pending == record->head) record->pending = NO_INDEX;
    if (!record->seid) record->head = NO_INDEX;
    if (!mark(store, used, record->head) || !mark(store, used, record->pending) || !is_sound(store, i))
      return refuse(why, "%s is damaged at session slot %u", store->path, i);
  }
  return true;
}

bool store_find_free(struct store *store, bool *damaged, struct reason *why) {
  uint32_t chunks = store->header->chunks, sessions = store->header->sessions;
  uint8_t *used = calloc(chunks, 1);
  store->free_chunks = malloc(chunks * sizeof(uint32_t));
  store->free_slots = malloc(sessions * sizeof(uint32_t));
  store->reserved = calloc(sessions, 1);
  if (!used || !store->free_chunks || !store->free_slots || !store->reserved) return free(used), refuse(why, "no memory for %u sessions", sessions);
  bool sound = mark_all(store, used, why);
  *damaged = !sound;
  uint32_t end = chunks;
  while (end && !used[end - 1]) end--;
  /* Low places are given first, so that a small number of sessions touches little memory. */
  for (uint32_t i = chunks; i-- > 0;)
    if (!used[i]) store->free_chunks[store->free_chunk_count++] = i;
  for (uint32_t i = 0; i < sessions; i++) {
    if (!store->records[i].seid) store->free_slots[store->free_slot_count++] = i;
    else if (sound) store->owned[store->records[i].node]++;
  }
  free(used);
  /* What is in use has memory already, unless the file was copied. */
  if (sound && !store_claim(store, end + CHUNKS_KEPT < chunks ? end + CHUNKS_KEPT : chunks)) return refuse(why, "%s has no room: tmpfs is full", store->path);
  return sound;
}

static void path_of(const struct store_config *config, char out[4096]) { snprintf(out, 4096, "%s/sessions", config->folder); }

/* NULL with the reason; `*damaged`: because of what is in the file. */
static struct store *open_once(const struct store_config *config, bool *resumed, bool *damaged, struct reason *why) {
  struct store *store = calloc(1, sizeof *store);
  if (!store || config->layout_length > LAYOUT_MOST || !config->sessions)
    return refuse(why, "the store cannot be made for %u sessions", config->sessions), free(store), NULL;
  store->file = -1;
  path_of(config, store->path);
  if (open_file(store, config, resumed, why) && store_find_free(store, damaged, why)) return store;
  store_close(store);
  return NULL;
}

/* One is kept, to look at; it is less than the memory for sessions. */
struct store *store_open(const struct store_config *config, bool *resumed, struct reason *why) {
  char path[4096], aside[4096 + 16];
  bool damaged = false;
  struct store *store = open_once(config, resumed, &damaged, why);
  if (!damaged) return store;
  struct reason damage = *why;
  path_of(config, path);
  snprintf(aside, sizeof aside, "%s.damaged", path);
  if (rename(path, aside)) return refuse(why, "%s is damaged and could not be renamed: %s", path, strerror(errno)), NULL;
  if (!(store = open_once(config, resumed, &damaged, why)) && !unlink(aside)) store = open_once(config, resumed, &damaged, why);
  if (store) store->damage = damage;
  return store;
}

void store_close(struct store *store) {
  if (store->header) munmap(store->header, store->length);
  free(store->free_chunks);
  free(store->free_slots);
  free(store->reserved);
  if (store->file >= 0) close(store->file);
  free(store);
}

void store_remove(struct store *store) {
  unlink(store->path);
  store_close(store);
}
