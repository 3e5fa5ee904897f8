/*
 * The UPF's role: upfd with its eBPF programs on the links, the kernel as the router between UEs and N6, and FRR when the document asks for
 * BGP. What upfd says of itself becomes part of the status.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "bgp.h"
#include "control.h"
#include "daemon.h"
#include "document.h"
#include "forwarding.h"
#include "frr.h"
#include "neighbors.h"
#include "proc-tables.h"
#include "role.h"
#include "services.h"

enum { MOST_TRACED = 1000, TRACE_LIMIT_MS = 65000 };

static void *parse(const char *text, size_t length, const struct links *links, struct reason *why) {
  struct upf_document *out = upf_document_parse(text, length, links, why);
  return out && upf_bgp_read(out, why) ? out : NULL;
}

/* What FRR is asked for, which may be nothing. */
static const struct routing *routing_of(const struct upf_document *in) {
  static const struct routing none;
  return in && in->routing ? in->routing : &none;
}

/* A link answers and asks for its own addresses alone: the data path of N3 is not that of another link on the same network. */
static void keep_links_apart(void) {
  write_knob("/proc/sys/net/ipv4/conf/all/arp_ignore", "1");
  write_knob("/proc/sys/net/ipv4/conf/all/arp_announce", "2");
}

/* What comes out of a tunnel arrives on N3, and the way back to its source leads elsewhere. */
static void accept_other_ways(void) {
  write_knob("/proc/sys/net/ipv4/conf/all/rp_filter", "0");
  write_knob("/proc/sys/net/ipv4/conf/default/rp_filter", "0");
}

/* The maps of the data path are pinned there, so that they outlive upfd. */
static bool before_links(struct reason *why) {
  harden();
  keep_links_apart();
  accept_other_ways();
  write_knob("/proc/sys/net/core/bpf_jit_enable", "1");
  if (mount("bpf", "/sys/fs/bpf", "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") == 0) return true;
  return refuse(why, "/sys/fs/bpf could not be mounted: %s", strerror(errno));
}

static bool apply(const void *document, const void *before, struct reason *why) {
  const struct upf_document *wanted = document;
  harden();
  if (*wanted->hostname) sethostname(wanted->hostname, strlen(wanted->hostname));
  return network_apply(&wanted->network, why) && daemon_follow(wanted, before != NULL, why) && forwarding_set(true, why) &&
         frr_apply(routing_of(wanted), before ? routing_of(before) : NULL, why);
}

static bool follows(const void *document, struct reason *why) {
  return daemon_follows(document) || refuse(why, "upfd has another document than the one in force");
}

/* Asked once for the whole status. */
static const struct json *status_of_upfd(struct reason *why) {
  static const struct json *status;
  static struct reason said;
  static bool asked;
  if (!asked) status = daemon_status(&said);
  asked = true;
  if (!status && why) *why = said;
  return status;
}

static bool healthy(const void *document, struct reason *why) {
  const struct upf_document *wanted = document;
  if (!forwarding_is(true, why) || !network_is(&wanted->network, why)) return false;
  if (!service_alive("upfd")) return refuse(why, "the daemon upfd is not running");
  const struct json *status = status_of_upfd(why), *ready = status ? json_get(status, "ready") : NULL;
  if (!status || !frr_healthy(routing_of(wanted), why)) return false;
  const char *reason = json_string(json_get(status, "reason"));
  if (ready && ready->kind == JSON_BOOLEAN && ready->truth) return true;
  return refuse(why, "%.300s", reason && *reason ? reason : "upfd is not ready and does not say why");
}

/* Whole numbers alone, as the contract has them. */
static void write_numbers(const struct json *object, FILE *out) {
  const char *comma = "";
  for (const struct json *each = object && object->kind == JSON_OBJECT ? object->child : NULL; each; each = each->next) {
    if (each->kind != JSON_NUMBER) continue;
    fputs(comma, out);
    json_write_string(out, each->key);
    fprintf(out, ":%s", each->text);
    comma = ",";
  }
}

static void counters(const void *document, FILE *out) {
  (void)document;
  const struct json *status = status_of_upfd(NULL);
  fprintf(out, "\"ip_forwarded_datagrams\":%ld", from_table("/proc/net/snmp", "Ip:", "ForwDatagrams"));
  fprintf(out, ",\"ip_out_no_routes\":%ld", from_table("/proc/net/snmp", "Ip:", "OutNoRoutes"));
  fprintf(out, ",\"ip6_forwarded_datagrams\":%ld", from_list("/proc/net/snmp6", "Ip6OutForwDatagrams"));
  const struct json *all = status ? json_get(status, "counters") : NULL;
  if (all && all->child) fputc(',', out);
  write_numbers(all, out);
}

static void gauges(const void *document, FILE *out) {
  const struct json *status = status_of_upfd(NULL), *all = status ? json_get(status, "gauges") : NULL;
  fprintf(out, "\"memory_available_bytes\":%ld", from_list("/proc/meminfo", "MemAvailable:") * 1024);
  if (all && all->child) fputc(',', out);
  write_numbers(all, out);
  if (routing_of(document)->bgp.wanted) bgp_gauges(out);
}

static void daemons(const void *document, FILE *out) {
  if (!document) return;
  fprintf(out, "\"upfd\":%s", service_alive("upfd") ? "true" : "false");
  frr_tell(routing_of(document), ",", out);
}

static void write_things(const struct json *kind, FILE *out) {
  const char *comma = "";
  for (const struct json *each = kind->kind == JSON_OBJECT ? kind->child : NULL; each; each = each->next) {
    fputs(comma, out);
    json_write_string(out, each->key);
    fputs(":{", out);
    write_numbers(each, out);
    fputc('}', out);
    comma = ",";
  }
}

/* `more`: of these neighbours as well; NULL: of none. */
static void write_labelled(const char *name, const struct bgp *more, FILE *out) {
  const struct json *status = status_of_upfd(NULL), *all = status ? json_get(status, name) : NULL;
  const char *comma = "";
  fprintf(out, ",\"%s\":{", name);
  for (const struct json *each = all && all->kind == JSON_OBJECT ? all->child : NULL; each; each = each->next) {
    fputs(comma, out);
    json_write_string(out, each->key);
    fputs(":{", out);
    write_things(each, out);
    fputc('}', out);
    comma = ",";
  }
  if (more) fputs(comma, out), bgp_numbers(more, out);
  fputc('}', out);
}

static void details(const void *document, FILE *out) {
  const struct bgp *bgp = &routing_of(document)->bgp;
  write_labelled("labelled", NULL, out);
  write_labelled("labelledGauges", bgp->wanted ? bgp : NULL, out);
  if (!bgp->wanted) return;
  fputc(',', out);
  bgp_states(bgp, out);
}

/* The words go into one line of the control socket. */
static bool is_word(const char *text) {
  return *text && strlen(text) < 64 && strspn(text, "0123456789abcdefABCDEFx:.") == strlen(text);
}

static int trace(int count, char **words) {
  struct reason why = {""};
  char line[128];
  size_t length = 0;
  long packets = count > 2 ? strtol(words[2], NULL, 10) : 10;
  if (!is_word(words[1]) || packets < 1 || packets > MOST_TRACED)
    return fprintf(stderr, "trace wants a SEID or the address of a UE, and a number from 1 to %d\n", MOST_TRACED), 2;
  snprintf(line, sizeof line, "trace %.63s %ld", words[1], packets);
  char *answer = control_ask(line, TRACE_LIMIT_MS, &length, &why);
  if (!answer) return fprintf(stderr, "%s\n", why.text), 1;
  fputs(answer, stdout);
  return 0;
}

static int command(int count, char **words) {
  return (count == 2 || count == 3) && !strcmp(words[0], "trace") ? trace(count, words) : -1;
}

const struct role role = {
    .name = "upf",
    .before_links = before_links,
    .parse = parse,
    .apply = apply,
    .follows = follows,
    .healthy = healthy,
    .counters = counters,
    .gauges = gauges,
    .daemons = daemons,
    .details = details,
    .command = command,
    .usage = "vnf trace SEID|UE-ADDRESS [COUNT]",
};
