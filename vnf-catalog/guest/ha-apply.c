/* The daemons of a member: their files, their place among process 1's services, and what is told of them. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "ha-state.h"
#include "modules.h"
#include "services.h"
#include "sha256.h"

#define KEEPALIVED_CONF RUN "/keepalived.conf"

static const char *const daemons[] = {"keepalived", "vrrp-follow", "conntrackd"};
enum { WITHOUT_STATES = 2, WITH_STATES = 3 };

static unsigned daemon_count(const struct ha *ha) { return !ha->on ? 0 : ha->sync ? WITH_STATES : WITHOUT_STATES; }

/* True when the file has another text than before. */
static bool replace(const char *path, const char *text) {
  char *before = read_file(path, NULL);
  bool same = before && !strcmp(before, text);
  free(before);
  if (!same) write_file(path, text, strlen(text));
  return !same;
}

/* keepalived takes a new file while it runs. conntrackd does not, so its line changes with its file. */
static unsigned serial_of(const char *text) {
  uint8_t digest[32];
  sha256(text, strlen(text), digest);
  return (unsigned)digest[0] << 16 | (unsigned)digest[1] << 8 | digest[2];
}

static void write_services(FILE *out, const struct ha *ha, unsigned states) {
  fputs("vrrp-follow 1 - - /usr/lib/berth/vnf vrrp-follow\n", out);
  if (ha->sync) fprintf(out, "conntrackd %u - " RUN "/conntrackd.lock /usr/sbin/conntrackd -C " CONNTRACKD_CONF "\n", states);
  fputs("keepalived 1 " VRRP_FIFO " - /usr/sbin/keepalived --vrrp --dont-fork --log-console --no-syslog --use-file " KEEPALIVED_CONF
        " --pid " RUN "/keepalived.pid --vrrp_pid " RUN "/vrrp.pid\n", out);
}

static void reload_keepalived(void) {
  long pid = read_number_file(SERVICES_ALIVE "/keepalived", 0);
  if (pid > 0) kill((pid_t)pid, SIGHUP);
}

static bool start(const struct ha *ha, unsigned entries, struct reason *why) {
  char *text = NULL, *keepalived = ha_render_keepalived(ha);
  size_t length = 0;
  unsigned states = 0;
  modules_load_for("berth:ha");
  if (ha->sync) {
    char *conntrackd = ha_render_conntrackd(ha, entries);
    replace(CONNTRACKD_CONF, conntrackd);
    states = serial_of(conntrackd);
    write_knob("/proc/sys/net/netfilter/nf_conntrack_events", "1");
  }
  bool changed = replace(KEEPALIVED_CONF, keepalived);
  FILE *out = open_memstream(&text, &length);
  if (!out) abort();
  write_services(out, ha, states);
  fclose(out);
  if (replace(SERVICES_MORE, text) && kill(1, SIGHUP) != 0) return refuse(why, "process 1 could not be told of the daemons");
  if (changed) reload_keepalived();
  return true;
}

bool ha_apply(const struct ha *ha, unsigned entries, struct reason *why) {
  return !ha->on || start(ha, entries, why);
}

bool ha_healthy(const struct ha *ha, struct reason *why) {
  for (unsigned i = 0; i < daemon_count(ha); i++)
    if (!service_alive(daemons[i])) return refuse(why, "the daemon %s is not running", daemons[i]);
  return true;
}

void ha_counters(const struct ha *ha, FILE *out) {
  const struct ha_state state = ha_state_read();
  if (ha->on) fprintf(out, ",\"vrrp_transitions_total\":%lu", state.transitions);
}

void ha_gauges(const struct ha *ha, FILE *out) {
  const struct ha_state state = ha_state_read();
  if (ha->on) fprintf(out, ",\"vrrp_state\":%d", service_alive("keepalived") ? state.now : VRRP_FAULT);
}

void ha_daemons(const struct ha *ha, const char *comma, FILE *out) {
  for (unsigned i = 0; i < daemon_count(ha); i++, comma = ",")
    fprintf(out, "%s\"%s\":%s", comma, daemons[i], service_alive(daemons[i]) ? "true" : "false");
}
