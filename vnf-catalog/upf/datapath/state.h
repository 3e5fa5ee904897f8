/* What the files of this folder share: the open data path. datapath.h is what others see. */
#ifndef UPF_STATE_H
#define UPF_STATE_H

#include <bpf/libbpf.h>

#include "datapath.h"
#include "layout.h"

enum { CELLS_PER_SESSION = 16, CELLS_MORE = 4096, TC_PRIORITY = 2152 };

/* Cells that are free, first freed first used: a packet that read a place before it was freed is long gone when it is filled again. */
struct cells {
  __u8 (*all)[CELL_BYTES];
  uint32_t *free;
  uint32_t size, first, waiting; /* of the ring `free`: its size, where it begins, how many wait in it */
};

struct dp {
  struct dp_config config;
  struct bpf_object *object;
  struct slot *slots;
  struct cells cells;
  struct shared *shared;
  struct near *near_teids, *near_addresses;
  size_t slots_octets, cells_octets, near_octets;
  int teids, addresses, prefixes, counts;
  uint32_t sessions, teids_used, routes_used;
  struct ring_buffer *ring;
  void (*take)(void *context, const struct dp_event *event);
  void *context;
  unsigned taken, most;
  struct dp_event event;
  struct counts *of_cpus; /* room to read the counts of every CPU */
  int cpus;
  int packets;            /* AF_PACKET, for dp_inject */
  int raw4, raw6;         /* for end markers */
  unsigned ue_link, ue_peer;
  char peer_link[16];
};

/* cells.c */
bool cells_begin(struct cells *cells, void *all, uint32_t count);
void cells_end(struct cells *cells);
/* 0 when none is left. The cell is zeroed. */
uint32_t cell_take(struct cells *cells);
void cell_give(struct cells *cells, uint32_t place);
/* Everything but the cells marked in `used`, one octet each, becomes free. */
void cells_reset(struct cells *cells, const uint8_t *used, uint32_t count);
static inline void *cell_of(const struct cells *cells, uint32_t place) { return cells->all[place]; }

/* chains.c: what belongs to a slot */
enum { OWNED_LIMIT = 512, OWNED_ROUTES = DP_PDRS * DP_UE_ROUTES };

struct owned {
  uint32_t cells[OWNED_LIMIT];
  unsigned cell_count;
  uint32_t teids[DP_PDRS];
  unsigned teid_count;
  struct flat_prefix routes[OWNED_ROUTES];
  unsigned route_count;
};

uint32_t slot_tunnel(const struct slot *slot);
uint32_t slot_plain(const struct slot *slot);
bool owns_cell(const struct owned *owned, uint32_t place);
bool owns_teid(const struct owned *owned, uint32_t teid);
bool owns_route(const struct owned *owned, const struct flat_prefix *route);
/* Without the cells of counts and buckets, which the slot itself names. */
void owned_of(const struct dp *dp, uint64_t rules, struct owned *out);

/* rules.c: a session as cells */
struct flat flat_of(const struct dp_address *address);
struct flat_prefix flat_prefix_of(const struct dp_prefix *prefix);
bool rules_check(const struct dp_session *wanted, struct reason *why);
/* The chains of the rules; counts and buckets are those of `state`. 0 in *rules' lower 48 bits: no PDR. */
bool rules_write(struct dp *dp, const struct dp_session *wanted, const struct slot *state, struct owned *taken, uint64_t *rules);

/* tables.c */
bool teid_add(struct dp *dp, uint32_t teid, uint32_t slot, struct reason *why);
void teid_remove(struct dp *dp, uint32_t teid);
bool teid_free(const struct dp *dp, uint32_t teid, uint32_t slot, struct reason *why);
bool ue_route_add(struct dp *dp, const struct flat_prefix *route, uint32_t slot, struct reason *why);
void ue_route_remove(struct dp *dp, const struct flat_prefix *route);
bool route_free(const struct dp *dp, const struct flat_prefix *route, uint32_t slot, struct reason *why);
/* Finds again what is in use; entries that no slot has any more are taken out. */
bool tables_resume(struct dp *dp, struct reason *why);

/* near.c */
uint32_t near_places(const struct dp_config *config);
/* Of all TEIDs and UE addresses that the slot has. */
void near_put(const struct dp *dp, uint32_t slot, const struct owned *of);
void near_take_teid(const struct dp *dp, uint32_t teid);
void near_take_route(const struct dp *dp, const struct flat_prefix *route);

/* session.c */
void limits_set(struct limits_cell *cell, const struct dp_urr_limits *limits);

/* events.c */
bool events_begin(struct dp *dp, int map);

/* devices.c */
bool devices_make(struct dp *dp, uint16_t mtu, struct reason *why);
void devices_remove(struct dp *dp);
/* The MTU of a link; 0 when there is none. */
unsigned device_mtu(const char *link);

/* features.c: by ethtool */
bool features_set(const char *link, const char *const *prefixes, bool on, struct reason *why);

/* load.c */
uint64_t interfaces_digest(const struct dp_config *config);
bool programs_load(struct dp *dp, const struct settings *settings, bool *resumed, struct reason *why);
bool programs_attach(struct dp *dp, struct reason *why);
void programs_detach(struct dp *dp);
void pins_remove(const struct dp *dp);

#endif
