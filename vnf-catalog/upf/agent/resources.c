#include "resources.h"

#include <string.h>

#include "numbers.h"

static bool has_teid(const struct holdings *h, uint32_t teid) {
  for (unsigned i = 0; i < h->teid_count; i++)
    if (h->teids[i] == teid) return true;
  return false;
}

static bool has_route(const struct holdings *h, const struct dp_prefix *route) {
  for (unsigned i = 0; i < h->route_count; i++)
    if (!memcmp(&h->routes[i], route, sizeof *route)) return true;
  return false;
}

static void add_teid(struct holdings *h, uint32_t teid) {
  if (!has_teid(h, teid)) h->teids[h->teid_count++] = teid;
}

static void add_route(struct holdings *h, const struct dp_prefix *route) {
  if (!has_route(h, route)) h->routes[h->route_count++] = *route;
}

static struct dp_prefix route4(const struct ue_ip *ue) {
  struct dp_prefix route = {{4, {0}}, 32};
  memcpy(route.address.bytes, ue->address4, 4);
  return route;
}

static struct dp_prefix route6(const struct ue_ip *ue) {
  struct dp_prefix route = {{6, {0}}, ue->prefix6};
  memcpy(route.address.bytes, ue->address6, 16);
  return route;
}

void holdings_of(const struct session *session, struct holdings *out) {
  memset(out, 0, sizeof *out);
  for (unsigned i = 0; i < session->pdr_count; i++) {
    const struct pdr_rule *pdr = &session->pdrs[i];
    struct dp_prefix four = route4(&pdr->ue), six = route6(&pdr->ue);
    if (pdr->has_fteid && pdr->fteid.teid) add_teid(out, pdr->fteid.teid);
    if (pdr->has_ue && pdr->ue.v4) add_route(out, &four);
    if (pdr->has_ue && pdr->ue.v6) add_route(out, &six);
  }
}

static bool refuse_pdr(struct change *change, const struct pdr_rule *pdr, uint8_t cause, uint16_t offending, const char *why) {
  return fault_of_rule(&change->fault, cause, offending, RULE_PDR, pdr->id, "PDR %u: %s", pdr->id, why);
}

static void note_chosen(struct change *change, const struct pdr_rule *pdr) {
  for (unsigned i = 0; i < change->chosen_count; i++)
    if (change->chosen[i] == pdr->id) return;
  change->chosen[change->chosen_count++] = pdr->id;
}

static const struct dp_interface *interface_of_pdr(struct change *change, const struct pdr_rule *pdr) {
  uint8_t found = interface_of(&change->agent->interfaces, pdr->source, pdr->has_instance ? pdr->instance : "");
  return found == DP_NONE ? NULL : &change->agent->interfaces.all[found];
}

/* PDRs with the same CHOOSE ID in a message have the same F-TEID (8.2.3). */
static uint32_t same_choice(const struct change *change, const struct pdr_rule *pdr) {
  if (!pdr->fteid.has_choose_id) return 0;
  for (unsigned i = 0; i < change->after.pdr_count; i++) {
    const struct pdr_rule *other = &change->after.pdrs[i];
    bool of_message = false;
    for (unsigned k = 0; k < change->chosen_count; k++) of_message |= change->chosen[k] == other->id;
    if (of_message && other->has_fteid && !other->fteid.choose && other->fteid.has_choose_id && other->fteid.choose_id == pdr->fteid.choose_id && other->source == pdr->source)
      return other->fteid.teid;
  }
  return 0;
}

static bool choose_teid(struct change *change, struct pdr_rule *pdr) {
  const struct dp_interface *interface = interface_of_pdr(change, pdr);
  struct fteid *out = &pdr->fteid;
  if (!interface) return true; /* compile() names it */
  if ((out->v4 && !interface->local4.family) || (out->v6 && !interface->local6.family))
    return refuse_pdr(change, pdr, CAUSE_INVALID_FTEID_ALLOCATION, IE_F_TEID, out->v4 && !interface->local4.family ? "no IPv4 address is there for its F-TEID" : "no IPv6 address is there for its F-TEID");
  if (!(out->teid = same_choice(change, pdr))) {
    if (!teids_give(change->agent->teids, &out->teid)) return refuse_pdr(change, pdr, CAUSE_NO_RESOURCES, IE_F_TEID, "all TEIDs are taken");
    add_teid(&change->taken, out->teid);
  }
  out->choose = false;
  memcpy(out->address4, interface->local4.bytes, 4);
  memcpy(out->address6, interface->local6.bytes, 16);
  note_chosen(change, pdr);
  return true;
}

/* The UE has one address of a family in a session; NULL: none yet. */
static const struct ue_ip *address_so_far(const struct session *session, bool four) {
  for (unsigned i = 0; i < session->pdr_count; i++)
    if (session->pdrs[i].has_ue && (four ? session->pdrs[i].ue.v4 : session->pdrs[i].ue.v6)) return &session->pdrs[i].ue;
  return NULL;
}

/* A network instance without a pool of that family takes from any. */
static bool give_address(struct change *change, const struct pdr_rule *pdr, uint8_t family, struct dp_prefix *out) {
  struct pools *pools = change->agent->pools;
  bool own = pdr->has_instance && pools_have(pools, pdr->instance, family);
  return pools_give(pools, own ? pdr->instance : "", family, out);
}

static bool choose_address(struct change *change, struct pdr_rule *pdr, bool four) {
  const struct ue_ip *other = address_so_far(&change->after, four);
  struct dp_prefix given = {{0, {0}}, 0};
  if (!other) {
    if (!give_address(change, pdr, four ? 4 : 6, &given))
      return refuse_pdr(change, pdr, CAUSE_NO_ADDRESSES, IE_UE_IP_ADDRESS, four ? "no IPv4 address is free in its network instance" : "no IPv6 prefix is free in its network instance");
    add_route(&change->taken, &given);
  }
  if (four) {
    memcpy(pdr->ue.address4, other ? other->address4 : given.address.bytes, 4);
    pdr->ue.v4 = true;
    pdr->ue.choose4 = false;
  } else {
    memcpy(pdr->ue.address6, other ? other->address6 : given.address.bytes, 16);
    pdr->ue.prefix6 = other ? other->prefix6 : given.length;
    pdr->ue.v6 = true;
    pdr->ue.choose6 = false;
  }
  note_chosen(change, pdr);
  return true;
}

static bool choose_for(struct change *change, struct pdr_rule *pdr) {
  if (pdr->has_fteid && pdr->fteid.choose && !choose_teid(change, pdr)) return false;
  if (pdr->has_ue && pdr->ue.choose4 && !choose_address(change, pdr, true)) return false;
  return !(pdr->has_ue && pdr->ue.choose6) || choose_address(change, pdr, false);
}

/* The core's side first: its network instance is the one with the pool. */
bool resources_choose(struct change *change) {
  for (unsigned turn = 0; turn < 2; turn++)
    for (unsigned i = 0; i < change->after.pdr_count; i++) {
      struct pdr_rule *pdr = &change->after.pdrs[i];
      if ((pdr->source == DP_ACCESS) == (turn == 1) && !choose_for(change, pdr)) return false;
    }
  return true;
}

static bool own_address(struct change *change, const struct pdr_rule *pdr) {
  const struct dp_interface *interface = interface_of_pdr(change, pdr);
  if (!interface) return true;
  bool four = !pdr->fteid.v4 || (interface->local4.family && !memcmp(interface->local4.bytes, pdr->fteid.address4, 4));
  bool six = !pdr->fteid.v6 || (interface->local6.family && !memcmp(interface->local6.bytes, pdr->fteid.address6, 16));
  return four && six;
}

static bool take_teid(struct change *change, const struct pdr_rule *pdr) {
  uint32_t teid = pdr->fteid.teid;
  if (has_teid(&change->held, teid) || has_teid(&change->taken, teid)) return true;
  if (!own_address(change, pdr)) return refuse_pdr(change, pdr, CAUSE_INVALID_FTEID_ALLOCATION, IE_F_TEID, "its F-TEID has an address that is not the interface's");
  if (!teids_take(change->agent->teids, teid)) return refuse_pdr(change, pdr, CAUSE_INVALID_FTEID_ALLOCATION, IE_F_TEID, "its TEID is in use, or was until just now");
  add_teid(&change->taken, teid);
  return true;
}

static bool take_route(struct change *change, const struct pdr_rule *pdr, const struct dp_prefix *route) {
  if (has_route(&change->held, route) || has_route(&change->taken, route)) return true;
  if (!pools_take(change->agent->pools, route)) return refuse_pdr(change, pdr, CAUSE_RULE_FAILURE, IE_UE_IP_ADDRESS, "its UE address is another session's");
  add_route(&change->taken, route);
  return true;
}

static bool take_for(struct change *change, const struct pdr_rule *pdr) {
  struct dp_prefix four = route4(&pdr->ue), six = route6(&pdr->ue);
  if (pdr->has_fteid && !take_teid(change, pdr)) return false;
  if (pdr->has_ue && pdr->ue.v4 && !take_route(change, pdr, &four)) return false;
  return !(pdr->has_ue && pdr->ue.v6) || take_route(change, pdr, &six);
}

bool resources_take(struct change *change) {
  for (unsigned i = 0; i < change->after.pdr_count; i++)
    if (!take_for(change, &change->after.pdrs[i])) return false;
  return true;
}

void holdings_free(struct agent *agent, const struct holdings *holdings) {
  for (unsigned i = 0; i < holdings->teid_count; i++) teids_free(agent->teids, holdings->teids[i]);
  for (unsigned i = 0; i < holdings->route_count; i++) pools_free(agent->pools, &holdings->routes[i]);
}

bool holdings_take(struct agent *agent, const struct holdings *holdings) {
  bool all = true;
  for (unsigned i = 0; i < holdings->teid_count; i++) all &= teids_take(agent->teids, holdings->teids[i]);
  for (unsigned i = 0; i < holdings->route_count; i++) all &= pools_take(agent->pools, &holdings->routes[i]);
  return all;
}

void resources_undo(struct change *change) {
  holdings_free(change->agent, &change->taken);
  memset(&change->taken, 0, sizeof change->taken);
}

void resources_release(struct change *change) {
  struct holdings now, gone = {.teid_count = 0};
  holdings_of(&change->after, &now);
  for (unsigned i = 0; i < change->held.teid_count; i++)
    if (!has_teid(&now, change->held.teids[i])) add_teid(&gone, change->held.teids[i]);
  for (unsigned i = 0; i < change->held.route_count; i++)
    if (!has_route(&now, &change->held.routes[i])) add_route(&gone, &change->held.routes[i]);
  holdings_free(change->agent, &gone);
}
