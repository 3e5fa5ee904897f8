/*
 * The UPF's document on the command line, for upf-document.test.ts:
 *   upf-guest check FILE         "ok", or why the document is refused
 *   upf-guest check6 FILE        the same, of a guest whose links have no IPv4 address
 *   upf-guest unlinked FILE      the same, as upfd reads it: without knowing the links
 *   upf-guest show FILE          what was read, one line for each part
 *   upf-guest restart FILE NEW   how upfd with the one has to start again for the other
 *   upf-guest allows FILE IP     whether somebody with that address may speak N4
 *   upf-guest render FILE DAEMON the configuration of a daemon of FRR
 *   upf-guest difference FILE NEW DAEMON
 * The guest has the links n4 (10.4.0.1/24), n3 (10.3.0.1/24), n6 (10.6.0.1/24, fd06::1/64) and n9.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgp.h"
#include "document.h"
#include "files.h"
#include "frr.h"

static const char *const addresses[][2] = {{"10.4.0.1/24"}, {"10.3.0.1/24"}, {"10.6.0.1/24", "fd06::1/64"}, {NULL}};

static struct links links_of_guest(bool six_alone) {
  static struct link all[] = {{.name = "n4"}, {.name = "n3", .mtu = 1500}, {.name = "n6"}, {.name = "n9"}};
  for (unsigned i = 0; i < 4; i++) {
    all[i].addresses = calloc(2, sizeof *all[i].addresses);
    for (unsigned n = 0; n < 2; n++)
      if (addresses[i][n] && (!six_alone || strchr(addresses[i][n], ':'))) prefix_parse(addresses[i][n], &all[i].addresses[all[i].addressCount++]);
  }
  return (struct links){all, 4};
}

static void show(const struct upf_document *in) {
  char text[INET6_ADDRSTRLEN + 4];
  printf("n4 %s '%s' peers %u allowed %u%s t1 %u n1 %u heartbeat %u each %u\n", in->n4.link, in->n4.node_id, in->n4.peer_count,
         in->n4.allowed_count, in->n4.bounded ? " bounded" : "", in->n4.t1_ms, in->n4.n1, in->n4.heartbeat_seconds, in->n4.sessions_per_node);
  for (unsigned i = 0; i < in->n4.peer_count; i++)
    if (*in->n4.peer_ids[i]) address_text(&in->n4.peers[i], text), printf("%s is %s\n", text, in->n4.peer_ids[i]);
  for (unsigned i = 0; i < in->interface_count; i++) {
    const struct upf_interface *each = &in->interfaces[i];
    printf("%s %u %s", each->link, each->side, each->instance);
    for (unsigned n = 0; n < each->pool_count; n++) prefix_text(&each->pools[n], text), printf(" %s", text);
    puts(each->gtp ? " gtp" : "");
  }
  printf("sessions %u mtu %u buffer %u %u %u echo %u\n", in->sessions, in->ue_mtu, in->buffer.packets_per_session,
         in->buffer.packets, in->buffer.seconds, in->gtp_echo_seconds);
}

static const struct upf_document *read_new(const char *path, const struct links *links, struct reason *why) {
  size_t length = 0;
  const char *text = read_file(path, &length);
  struct upf_document *out = upf_document_parse(text ? text : "", length, links, why);
  return out && (!links || upf_bgp_read(out, why)) ? out : NULL;
}

static char *render(const struct upf_document *in, const char *daemon) {
  static const struct routing none;
  return frr_render(in->routing ? in->routing : &none, daemon);
}

static int restart(const struct upf_document *now, const char *path, const struct links *links) {
  struct reason why = {""};
  const struct upf_document *wanted = read_new(path, links, &why);
  if (!wanted) return puts(why.text), 1;
  const char *how = upf_restart_for(now, wanted);
  return puts(how ? how : "no"), 0;
}

static int difference(const struct upf_document *now, const char *path, const char *daemon, const struct links *links) {
  struct reason why = {""};
  const struct upf_document *wanted = read_new(path, links, &why);
  if (!wanted) return puts(why.text), 1;
  return fputs(frr_difference(render(now, daemon), render(wanted, daemon)), stdout), 0;
}

int main(int count, char **words) {
  struct reason why = {""};
  struct links links = links_of_guest(count > 1 && !strcmp(words[1], "check6"));
  if (count < 3) return fputs("usage: upf-guest check|check6|unlinked|show|restart|allows|render|difference FILE ...\n", stderr), 2;
  const struct upf_document *read = read_new(words[2], strcmp(words[1], "unlinked") ? &links : NULL, &why);
  struct address peer;
  if (!read) return puts(why.text), 1;
  if (!strcmp(words[1], "show")) return show(read), 0;
  if (!strcmp(words[1], "restart") && count > 3) return restart(read, words[3], &links);
  if (!strcmp(words[1], "render") && count > 3) return fputs(render(read, words[3]), stdout), 0;
  if (!strcmp(words[1], "difference") && count > 4) return difference(read, words[3], words[4], &links);
  if (!strcmp(words[1], "allows") && count > 3)
    return puts(address_parse(words[3], &peer) && upf_n4_allows(&read->n4, &peer) ? "yes" : "no"), 0;
  return puts("ok"), 0;
}
