/* What upfd cannot take while it runs. */
#include <string.h>

#include "document.h"

static bool same_interfaces(const struct upf_document *a, const struct upf_document *b) {
  return a->interface_count == b->interface_count && !memcmp(a->interfaces, b->interfaces, sizeof a->interfaces);
}

static bool same_vlan(const struct vlan *a, const struct vlan *b) {
  if (strcmp(a->link.name, b->link.name) || strcmp(a->parent, b->parent) || a->id != b->id) return false;
  if (a->link.addressCount != b->link.addressCount) return false;
  for (unsigned i = 0; i < a->link.addressCount; i++)
    if (!prefix_equal(&a->link.addresses[i], &b->link.addresses[i])) return false;
  return true;
}

static const struct vlan *vlan_named(const struct upf_document *in, const char *name) {
  for (unsigned i = 0; i < in->network.vlans.count; i++)
    if (!strcmp(in->network.vlans.all[i].link.name, name)) return &in->network.vlans.all[i];
  return NULL;
}

/* A VLAN that is made anew has neither programs nor sockets of upfd, and another address is another F-TEID. */
static bool same_link(const struct upf_document *a, const struct upf_document *b, const char *name) {
  const struct vlan *here = vlan_named(a, name), *there = vlan_named(b, name);
  return here && there ? same_vlan(here, there) : here == there;
}

static bool same_links(const struct upf_document *a, const struct upf_document *b) {
  for (unsigned i = 0; i < b->interface_count; i++)
    if (!same_link(a, b, b->interfaces[i].link)) return false;
  return same_link(a, b, b->n4.link);
}

/* The largest packet towards UEs is found by the links when upfd starts. */
static unsigned mtu_asked(const struct upf_document *in, const char *name) {
  const struct vlan *vlan = vlan_named(in, name);
  if (vlan && vlan->link.mtu) return vlan->link.mtu;
  for (unsigned i = 0; i < in->network.day0->count; i++)
    if (!strcmp(in->network.day0->all[i].name, vlan ? vlan->parent : name)) return in->network.mtus[i];
  return 0;
}

static bool same_mtus(const struct upf_document *a, const struct upf_document *b) {
  for (unsigned i = 0; i < b->interface_count; i++)
    if (mtu_asked(a, b->interfaces[i].link) != mtu_asked(b, b->interfaces[i].link)) return false;
  return true;
}

const char *upf_restart_for(const struct upf_document *now, const struct upf_document *wanted) {
  if (!now || !same_interfaces(now, wanted) || now->sessions != wanted->sessions || strcmp(now->n4.link, wanted->n4.link) ||
      strcmp(now->n4.node_id, wanted->n4.node_id) || !same_links(now, wanted))
    return "stop";
  if (now->n4.t1_ms != wanted->n4.t1_ms || now->n4.n1 != wanted->n4.n1 || now->ue_mtu != wanted->ue_mtu ||
      now->buffer.packets != wanted->buffer.packets || now->gtp_echo_seconds != wanted->gtp_echo_seconds || !same_mtus(now, wanted))
    return "leave";
  return NULL;
}
