/* The configuration of keepalived and of conntrackd. */
#include <stdlib.h>

#include "files.h"
#include "ha.h"

enum {
  ANNOUNCEMENTS = 3,            /* of each address at a take-over, and again after ANNOUNCE_AGAIN_S */
  ANNOUNCE_AGAIN_S = 1,
  ANNOUNCE_REFRESH_S = 30,      /* while it is master */
  CHECK_EVERY_S = 2,
  CHECK_LIMIT_S = 10,
  HIGHEST_PRIORITY = 50,        /* real-time, should it ever be late: the peer would take its silence for its end */
  PURGE_S = 60,                 /* after which a member that is no longer master forgets connections of its own */
  SOCKET_OCTETS = 1249280,
  FEWEST_BUCKETS = 1024,
  DEFAULT_ENTRIES = 65536,
};

static void write_address(FILE *out, const struct link *link, const struct prefix *address) {
  char text[INET6_ADDRSTRLEN + 4];
  prefix_text(address, text);
  fprintf(out, "    %s dev %s\n", text, link->name);
}

/* What the advertisements list: one family of one link. The rest is moved along without being listed. */
static bool listed(const struct ha *ha, const struct link *link, const struct prefix *address) {
  return link == ha->election && address->base.family == ha->election->vips[0].base.family;
}

static void write_addresses(FILE *out, const struct ha *ha, bool wanted) {
  for (unsigned i = 0; i < ha->links->count; i++) {
    const struct link *link = &ha->links->all[i];
    for (unsigned n = 0; n < link->vipCount; n++)
      if (listed(ha, link, &link->vips[n]) == wanted) write_address(out, link, &link->vips[n]);
  }
}

static void write_tracked(FILE *out, const struct ha *ha) {
  for (unsigned i = 0; i < ha->links->count; i++)
    if (ha->links->all[i].vipCount) fprintf(out, "    %s\n", ha->links->all[i].name);
}

static void write_instance(FILE *out, const struct ha *ha) {
  fprintf(out, "vrrp_instance berth {\n  state BACKUP\n  version 3\n  interface %s\n", ha->election->name);
  fprintf(out, "  virtual_router_id %u\n  priority %u\n", ha->routerId, ha->priority);
  fprintf(out, "  advert_int %u.%02u\n", ha->advertisementMs / 1000, ha->advertisementMs % 1000 / 10);
  if (!ha->preempt) fputs("  nopreempt\n", out);
  fputs("  track_script {\n    fit\n  }\n  track_interface {\n", out);
  write_tracked(out, ha);
  fputs("  }\n  virtual_ipaddress {\n", out);
  write_addresses(out, ha, true);
  fputs("  }\n  virtual_ipaddress_excluded {\n", out);
  write_addresses(out, ha, false);
  fputs("  }\n}\n", out);
}

char *ha_render_keepalived(const struct ha *ha) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  fputs("global_defs {\n  router_id berth\n  vrrp_version 3\n  script_user root\n  enable_script_security\n", out);
  fputs("  vrrp_notify_fifo " RUN "/vrrp.fifo\n  fifo_write_vrrp_states_on_reload\n", out);
  fprintf(out, "  max_auto_priority %d\n", HIGHEST_PRIORITY);
  fprintf(out, "  vrrp_garp_master_repeat %d\n  vrrp_garp_master_delay %d\n", ANNOUNCEMENTS, ANNOUNCE_AGAIN_S);
  fprintf(out, "  vrrp_garp_master_refresh %d\n}\n", ANNOUNCE_REFRESH_S);
  fprintf(out, "vrrp_script fit {\n  script \"/usr/lib/berth/vnf ha-check\"\n  interval %d\n  timeout %d\n}\n", CHECK_EVERY_S, CHECK_LIMIT_S);
  write_instance(out, ha);
  fclose(out);
  return text;
}

static void write_own(FILE *out, const struct ha *ha) {
  char text[INET6_ADDRSTRLEN];
  for (unsigned i = 0; i < ha->links->count; i++)
    for (unsigned n = 0; n < ha->links->all[i].addressCount; n++) {
      const struct address *address = &ha->links->all[i].addresses[n].base;
      address_text(address, text);
      fprintf(out, "        %s_address %s\n", address->family == AF_INET ? "IPv4" : "IPv6", text);
    }
}

static void write_sync(FILE *out, const struct ha *ha) {
  char text[INET6_ADDRSTRLEN] = "";
  for (unsigned i = ha->sync->addressCount; i-- > 0;)
    if (ha->sync->addresses[i].base.family == AF_INET) address_text(&ha->sync->addresses[i].base, text);
  fprintf(out, "Sync {\n  Mode FTFW {\n    PurgeTimeout %d\n    StartupResync on\n  }\n", PURGE_S);
  fprintf(out, "  Multicast {\n    IPv4_address " HA_SYNC_GROUP "\n    Group %d\n    IPv4_interface %s\n    Interface %s\n", HA_SYNC_PORT, text, ha->sync->name);
  fprintf(out, "    SndSocketBuffer %d\n    RcvSocketBuffer %d\n    Checksum on\n  }\n}\n", SOCKET_OCTETS, SOCKET_OCTETS);
}

char *ha_render_conntrackd(const struct ha *ha, unsigned entries) {
  const unsigned most = entries ? entries : DEFAULT_ENTRIES;
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  write_sync(out, ha);
  fprintf(out, "General {\n  HashSize %u\n  HashLimit %u\n  Syslog off\n  LogFile off\n", most / 4 > FEWEST_BUCKETS ? most / 4 : FEWEST_BUCKETS, most * 2);
  fputs("  LockFile " RUN "/conntrackd.lock\n  UNIX {\n    Path " RUN "/conntrackd.ctl\n  }\n", out);
  fprintf(out, "  NetlinkBufferSize %d\n  NetlinkBufferSizeMaxGrowth %d\n", SOCKET_OCTETS * 2, SOCKET_OCTETS * 8);
  fputs("  Filter From Kernelspace {\n    Protocol Accept {\n      TCP\n      UDP\n      SCTP\n      DCCP\n      ICMP\n      IPv6-ICMP\n    }\n"
        "    Address Ignore {\n        IPv4_address 127.0.0.1\n        IPv6_address ::1\n        IPv4_address " HA_SYNC_GROUP "\n", out);
  write_own(out, ha);
  fputs("    }\n  }\n}\n", out);
  fclose(out);
  return text;
}
