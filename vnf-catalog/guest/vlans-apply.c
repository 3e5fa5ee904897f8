#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "files.h"
#include "link-control.h"
#include "modules.h"
#include "netlink.h"
#include "vlans.h"

enum { MOST_FOUND = 4096 };

/* What the card had before anybody set it, kept for when nobody wants it otherwise any more. */
static unsigned own_mtu(const char *name) {
  char path[64], text[16];
  snprintf(path, sizeof path, RUN "/mtu.%.15s", name);
  unsigned kept = (unsigned)read_number_file(path, 0);
  if (kept) return kept;
  kept = link_mtu(name);
  write_file(path, text, (size_t)snprintf(text, sizeof text, "%u\n", kept));
  return kept;
}

bool link_settings_apply(const struct links *links, const unsigned *mtus, struct reason *why) {
  for (unsigned i = 0; i < links->count; i++) {
    const char *name = links->all[i].name;
    unsigned own = links->all[i].mtu ? links->all[i].mtu : own_mtu(name), wanted = mtus[i] ? mtus[i] : own;
    int code = link_mtu(name) == wanted ? 0 : link_set_mtu(name, wanted);
    if (code) return refuse(why, "links: %s cannot have an mtu of %u: %s", name, wanted, strerror(code));
  }
  return true;
}

bool vlan_read(const struct nlmsghdr *message, struct kernel_vlan *out) {
  size_t left;
  uint16_t id;
  const struct rtattr *first = attributes_of(message, sizeof(struct ifinfomsg), &left), *info, *kind, *data;
  memset(out, 0, sizeof *out);
  if (message->nlmsg_type != RTM_NEWLINK || !first || !(info = attribute_of(first, left, IFLA_LINKINFO))) return false;
  kind = attribute_of(RTA_DATA(info), RTA_PAYLOAD(info), IFLA_INFO_KIND);
  data = attribute_of(RTA_DATA(info), RTA_PAYLOAD(info), IFLA_INFO_DATA);
  if (!kind || !data || RTA_PAYLOAD(kind) < 4 || memcmp(RTA_DATA(kind), "vlan", 4)) return false;
  data = attribute_of(RTA_DATA(data), RTA_PAYLOAD(data), IFLA_VLAN_ID);
  const struct rtattr *name = attribute_of(first, left, IFLA_IFNAME);
  if (!data || RTA_PAYLOAD(data) != sizeof id || !name || RTA_PAYLOAD(name) > sizeof out->name) return false;
  memcpy(&id, RTA_DATA(data), sizeof id);
  memcpy(out->name, RTA_DATA(name), RTA_PAYLOAD(name));
  out->name[sizeof out->name - 1] = 0;
  out->index = (unsigned)((const struct ifinfomsg *)NLMSG_DATA(message))->ifi_index;
  out->id = id;
  attribute_u32(first, left, IFLA_LINK, &out->parent);
  return true;
}

struct found {
  struct kernel_vlan all[MOST_FOUND];
  unsigned count;
};

static void note(const struct nlmsghdr *message, void *context) {
  struct found *found = context;
  if (found->count < MOST_FOUND && vlan_read(message, &found->all[found->count])) found->count++;
}

static const struct vlan *wanted_as(const struct vlans *wanted, const struct kernel_vlan *is) {
  for (unsigned i = 0; i < wanted->count; i++) {
    const struct vlan *each = &wanted->all[i];
    if (!strcmp(each->link.name, is->name) && each->id == is->id && if_nametoindex(each->parent) == is->parent) return each;
  }
  return NULL;
}

static int delete_link(unsigned index) {
  struct request ask;
  request_begin(&ask, RTM_DELLINK, 0, sizeof ask.body.link);
  ask.body.link.ifi_index = (int)index;
  return request_send(&ask);
}

static bool remove_others(const struct vlans *wanted, struct reason *why) {
  static struct found found;
  struct request ask;
  found.count = 0;
  request_begin(&ask, RTM_GETLINK, 0, sizeof ask.body.link);
  int code = request_dump(&ask, note, &found);
  if (code) return refuse(why, "the kernel's links could not be read: %s", strerror(code));
  for (unsigned i = 0; i < found.count; i++) {
    code = wanted_as(wanted, &found.all[i]) ? 0 : delete_link(found.all[i].index);
    if (code && code != ENODEV) return refuse(why, "vlans: %s could not be removed: %s", found.all[i].name, strerror(code));
  }
  return true;
}

static int make(const struct vlan *vlan) {
  struct request ask;
  const uint32_t parent = if_nametoindex(vlan->parent);
  request_begin(&ask, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof ask.body.link);
  request_put(&ask, IFLA_LINK, &parent, sizeof parent);
  request_put(&ask, IFLA_IFNAME, vlan->link.name, strlen(vlan->link.name) + 1);
  struct rtattr *info = request_nest(&ask, IFLA_LINKINFO);
  request_put(&ask, IFLA_INFO_KIND, "vlan", sizeof "vlan");
  struct rtattr *data = request_nest(&ask, IFLA_INFO_DATA);
  request_put(&ask, IFLA_VLAN_ID, &vlan->id, sizeof vlan->id);
  request_nest_end(&ask, data);
  request_nest_end(&ask, info);
  return request_send(&ask);
}

static bool settle(const struct vlan *vlan, struct reason *why) {
  const char *name = vlan->link.name;
  const unsigned mtu = vlan->link.mtu ? vlan->link.mtu : link_mtu(vlan->parent);
  int code = if_nametoindex(name) ? 0 : make(vlan);
  if (code) return refuse(why, "vlans: %s could not be made on %s: %s", name, vlan->parent, strerror(code));
  code = link_mtu(name) == mtu ? 0 : link_set_mtu(name, mtu);
  if (code) return refuse(why, "vlans: %s cannot have an mtu of %u: %s", name, mtu, strerror(code));
  if (!link_is_up(name)) {
    without_detection(name);
    code = link_set_up(name, true);
    if (code) return refuse(why, "vlans: %s could not be brought up: %s", name, strerror(code));
  }
  return addresses_settle(if_nametoindex(name), vlan->link.addresses, vlan->link.addressCount, why);
}

bool vlans_apply(const struct vlans *wanted, struct reason *why) {
  if (wanted->count) modules_load_for("berth:vlan");
  if (!remove_others(wanted, why)) return false;
  for (unsigned i = 0; i < wanted->count; i++)
    if (!settle(&wanted->all[i], why)) return false;
  return true;
}
