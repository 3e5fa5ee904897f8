/* The firewall's configuration document (docs/vnf-guest-contract.md), checked and parsed. */
#ifndef BERTH_FIREWALL_DOCUMENT_H
#define BERTH_FIREWALL_DOCUMENT_H

#include "ha.h"
#include "network.h"
#include "ranges.h"

enum {
  MOST_ZONES = 16,
  SELF = MOST_ZONES, /* the firewall itself, as a zone */
  ZONE_ROOM = 21,
  NAME_ROOM = 41,
  MOST_SETS = 256,
  MOST_NAMED = 8,
  MOST_RULES = 4095,
  MOST_PLACES = 4095, /* a rule has one in every pair of zones that it joins; 12 bits of the mark of a flow */
  MOST_LINES = 16384, /* of the kernel's, for all places together */
  MOST_NAT = 512,
  MOST_MAPPED_PORTS = 1024,
};

struct zone {
  char name[ZONE_ROOM];
  const char **interfaces;
  unsigned interfaceCount;
  bool antiSpoofing;
  bool bounded; /* `networks` are given, so the routing table is not asked */
  struct ranges networks[2];
};

struct set {
  char name[NAME_ROOM];
  enum kind kind;
  struct ranges ranges;
};

/* One list of a rule: what it holds itself, and the sets it names. */
struct match {
  bool given;
  struct ranges own[KINDS];
  const struct set *named[MOST_NAMED];
  unsigned namedCount;
};

enum action { DROP, REJECT, ACCEPT };
enum { ANY_PROTOCOL = -1 };
/* What reads a protocol for the connections that it announces. */
enum helper { FTP, TFTP, HELPERS, NO_HELPER = HELPERS };

struct window {
  bool given;
  unsigned from, to; /* minutes of the day */
  uint8_t days;      /* bit 0: Sunday; 0: every day */
};

struct rate {
  unsigned packets, connections; /* per second; one of the two, or neither */
  unsigned burst;
};

struct rule {
  char name[NAME_ROOM];
  bool enabled, log;
  uint32_t from, to; /* bits of zones */
  struct match source, destination, sourcePorts, destinationPorts;
  struct ranges icmpTypes; /* type and code, as connection tracking keeps them */
  int protocol;
  struct window time;
  struct rate rate;
  unsigned total, perSource; /* connections; 0: no limit */
  enum helper helper;
  enum action action;
};

struct source_nat {
  char name[NAME_ROOM];
  uint32_t from, to;
  struct match source, destination;
  bool masquerade;
  struct range address, ports;
  enum kind kind; /* of `address` */
  bool hasPorts;
};

struct destination_nat {
  char name[NAME_ROOM];
  uint32_t from;
  struct address address, toAddress;
  int protocol;
  bool hasPorts, hairpin;
  struct range ports, toPorts;
};

struct prefix_nat {
  char name[NAME_ROOM];
  uint32_t zone;
  struct prefix inside, outside;
};

struct firewall {
  char hostname[64];
  struct network network;
  struct ha ha;
  enum action otherwise;
  struct zone zones[MOST_ZONES];
  unsigned zoneCount;
  struct set *sets;
  unsigned setCount;
  struct rule *rules;
  unsigned ruleCount;
  struct source_nat *sources;
  struct destination_nat *destinations;
  struct prefix_nat *prefixes;
  unsigned sourceCount, destinationCount, prefixCount;
  uint32_t synZones;
  struct rate syn, log;
  unsigned conntrackEntries; /* 0: as the kernel has it */
  bool helpers[HELPERS];     /* the ones that rules may ask for */
  bool offload;
  uint8_t digest[32];
};

struct firewall *document_parse(const char *text, size_t length, const struct links *links, struct reason *why);

#endif
