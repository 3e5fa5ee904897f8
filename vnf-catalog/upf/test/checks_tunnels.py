"""F-TEIDs, UE addresses and pools, release lengths (TS 29.244 5.5, 5.21, 8.2.3, 8.2.62)."""
import n4
from n4 import far, node_id, pdr, raw_ie, remove
from trial import check, holds, same

FTEID = 71


@check("choose_v4", "F-TEID", "29.244 5.5.3", "CHOOSE for IPv4", "a TEID that is not 0 at 10.3.0.1, and traffic through it")
def _(t):
    session = t.session()
    teid, v4, v6 = session.answer.created()[1]["fteid"]
    holds(teid != 0, "TEID 0")
    same((v4, v6), ("10.3.0.1", None), "address")
    t.both(session)


@check("choose_v6", "F-TEID", "29.244 5.5.3", "CHOOSE for IPv6", "a TEID at fd03::1, and uplink traffic over IPv6")
def _(t):
    session = t.session(up={"tunnel": "choose6", "removal": 1})
    same(session.answer.created()[1]["fteid"][1:], (None, "fd03::1"), "address")
    t.up(session, tunnel={"v6": True})


@check("choose_both", "F-TEID", "29.244 8.2.3", "CHOOSE for IPv4 and IPv6", "one TEID with both addresses; traffic over both")
def _(t):
    session = t.session(up={"tunnel": "choose46", "removal": 6})
    same(session.answer.created()[1]["fteid"][1:], ("10.3.0.1", "fd03::1"), "addresses")
    t.up(session)
    t.up(session, tunnel={"v6": True})


@check("choose_of_a_family_that_is_not_there", "F-TEID", "29.244 8.2.1", "CHOOSE for IPv6 at N9, which has no IPv6 address", "refused with cause 71, no session")
def _(t):
    before = t.gauge("sessions")
    _, answer = t.smf.establish([
        pdr(1, removal=6, far=1, side=1, tunnel="choose6", instance="n9"), far(1, side=0, tunnel=(7, "10.3.0.2")),
    ])
    same(answer.cause, FTEID, "cause")
    same(t.gauge("sessions"), before, "sessions")


@check("choose_id_same", "F-TEID", "29.244 8.2.3", "two PDRs with one CHOOSE_ID", "the same TEID for both")
def _(t):
    ue = t.ue()
    rules = t.rules(ue, 0x2000, "10.3.0.2", up={"tunnel": ("choose", 5), "filters": ["permit out 17 from any to assigned"], "precedence": 50})
    rules.append(pdr(3, precedence=200, removal=0, far=1, side=0, tunnel=("choose", 5), instance="access", ue=ue))
    session = t.session(ue=ue, rules=rules)
    created = session.answer.created()
    same(created[1]["fteid"], created[3]["fteid"], "F-TEIDs of PDR 1 and 3")


@check("choose_id_different", "F-TEID", "29.244 8.2.3", "two PDRs with different CHOOSE_IDs", "different TEIDs")
def _(t):
    ue = t.ue()
    rules = t.rules(ue, 0x2001, "10.3.0.2", up={"tunnel": ("choose", 5)})
    rules.append(pdr(3, precedence=200, removal=0, far=1, side=0, tunnel=("choose", 6), instance="access", ue=ue))
    created = t.session(ue=ue, rules=rules).answer.created()
    holds(created[1]["fteid"] != created[3]["fteid"], "one TEID for both")


@check("teids_unique", "F-TEID", "29.281 5.1", "20 sessions", "20 different TEIDs")
def _(t):
    same(len({t.session().teid for _ in range(20)}), 20, "different TEIDs")


@check("teid_given", "F-TEID", "29.244 5.5.1", "a TEID that the SMF chose, at the UPF's address", "cause 1, and traffic through it")
def _(t):
    session = t.session(up={"tunnel": (0x00ABCDEF, "10.3.0.1")})
    t.up(session, teid=0x00ABCDEF)


@check("teid_given_twice", "F-TEID", "29.244 5.5.1", "the same TEID for another session", "refused, and the first one works")
def _(t):
    session = t.session(up={"tunnel": (0x00ABCDE0, "10.3.0.1")})
    _, answer = t.smf.establish(t.rules(t.ue(), 9, "10.3.0.2", up={"tunnel": (0x00ABCDE0, "10.3.0.1")}))
    holds(answer.cause != 1, "it was accepted")
    t.up(session, teid=0x00ABCDE0)


@check("teid_at_a_foreign_address", "F-TEID", "29.244 5.5.1", "a TEID at an address that is not the UPF's", "refused, offending IE 21")
def _(t):
    _, answer = t.smf.establish(t.rules(t.ue(), 9, "10.3.0.2", up={"tunnel": (0x00ABCDE1, "10.3.0.77")}))
    holds(answer.cause != 1, "it was accepted")
    same(answer.offending, 21, "offending IE")


@check("teid_not_reused_while_in_use", "F-TEID", "29.281 5.1", "a session deleted, another one made, traffic to the old TEID", "error indication, nothing at N6")
def _(t):
    old = t.session()
    t.smf.delete(old.seid)
    new = t.session()
    holds(old.teid != new.teid, "the TEID was given again at once")
    t.up(old, 2, "teid_unknown")


@check("modify_creates_tunnel", "F-TEID", "29.244 7.5.5.2", "modification that creates a PDR with CHOOSE", "its F-TEID in the answer, and traffic through it")
def _(t):
    session = t.session()
    answer = session.modify(pdr(5, precedence=10, removal=0, far=1, side=0, tunnel="choose", instance="access", ue=session.ue))
    same(answer.cause, 1, "cause")
    t.up(session, teid=answer.created()[5]["fteid"][0])
    t.up(session)


@check("removed_pdr_ends_tunnel", "F-TEID", "29.244 7.5.4.6", "modification that removes the uplink PDR", "its TEID is unknown then; downlink goes on")
def _(t):
    session = t.session()
    same(session.modify(remove(15, 1)).cause, 1, "cause")
    t.up(session, 2, "teid_unknown")
    t.down(session)


@check("pool_v4", "UE IP", "29.244 5.21.2", "CHOOSE of an IPv4 address in the network instance", "one of 10.60.0.0/16, the same in both PDRs, and traffic with it")
def _(t):
    session = t.session(rules=t.rules("choose4", 0x2100, "10.3.0.2"))
    given = {each["ue"][0] for each in session.answer.created().values() if "ue" in each}
    same(len(given), 1, "different addresses")
    session.ue = given.pop()
    holds(session.ue.startswith("10.60."), session.ue)
    session.down_teid = 0x2100
    t.both(session)


@check("pool_v6", "UE IP", "29.244 5.21.2", "CHOOSE of an IPv6 prefix", "a /64 of 2001:db8:60::/48, and traffic with it")
def _(t):
    session = t.session(rules=t.rules("choose6", 0x2101, "10.3.0.2"))
    session.ue6 = next(each["ue"][1] for each in session.answer.created().values() if "ue" in each)
    holds(session.ue6.startswith("2001:db8:60:"), session.ue6)
    session.down_teid = 0x2101
    if session.ue6.endswith("::"):
        session.ue6 += "1"
    t.both(session, v6=True)


@check("pool_both", "UE IP", "29.244 5.21.2", "CHOOSE of both", "both, and traffic with both")
def _(t):
    session = t.session(rules=t.rules("choose46", 0x2102, "10.3.0.2"))
    session.ue, session.ue6 = next(each["ue"] for each in session.answer.created().values() if "ue" in each)
    session.down_teid = 0x2102
    if session.ue6.endswith("::"):
        session.ue6 += "1"
    t.both(session)
    t.both(session, v6=True)


@check("pool_addresses_differ", "UE IP", "29.244 5.21.2", "20 sessions with CHOOSE", "20 different addresses")
def _(t):
    sessions = [t.session(rules=t.rules("choose4", 0x2200 + number, "10.3.0.2")) for number in range(20)]
    same(len({next(each["ue"][0] for each in s.answer.created().values() if "ue" in each) for s in sessions}), 20, "different addresses")


@check("pool_of_an_instance_without_one", "UE IP", "29.244 5.21.2", "CHOOSE where no network instance of the session has a pool", "an address of the pool that there is, the same in both PDRs")
def _(t):
    session = t.session(rules=[
        pdr(1, removal=0, far=1, side=0, tunnel="choose", instance="access", ue="choose4"),
        pdr(2, far=2, side=1, instance="n9", ue="choose4"), far(1, side=1, instance="n9"), far(2, side=0, tunnel=(7, "10.3.0.2")),
    ])
    given = {each["ue"][0] for each in session.answer.created().values() if "ue" in each}
    same(len(given), 1, "different addresses")
    holds(given.pop().startswith("10.60."), "it is of no pool")


@check("pool_given_back", "UE IP", "29.244 5.21.2", "a session with CHOOSE, deleted, 50 times", "as many addresses of the pool in use as before")
def _(t):
    used = lambda: t.lab.status()["labelledGauges"]["pool"]["internet"]["ipv4_used"]  # noqa: E731
    before = used()
    for _ in range(50):
        session = t.session(rules=t.rules("choose4", 0x2300, "10.3.0.2"))
        t.smf.delete(session.seid)
        t.smf.seids.pop(session.seid)
    same(used(), before, "addresses in use")


@check("ue_address_twice", "UE IP", "29.244 5.21", "a UE address that another session has", "refused, and the first session works")
def _(t):
    session = t.session()
    _, answer = t.smf.establish(t.rules(session.ue, 9, "10.3.0.2"))
    holds(answer.cause != 1, "it was accepted")
    t.both(session)


@check("ue_address_free_again", "UE IP", "29.244 5.21", "a session deleted, its UE address given to another", "accepted, and traffic goes to the new tunnel")
def _(t):
    old = t.session()
    t.both(old)
    t.smf.delete(old.seid)
    t.both(t.session(ue=old.ue))


@check("apply_action_of_two_octets", "releases", "29.244 8.2.26", "a FAR with an apply action of Release 16 length", "accepted")
def _(t):
    t.down(t.session(down_far={"wide": True}))


@check("triggers_of_three_octets", "releases", "29.244 8.2.19", "a URR with reporting triggers of 3 octets", "accepted")
def _(t):
    t.up(t.session(more=[n4.urr(1, octets=3)], up={"urrs": [1]}))


@check("longer_elements", "releases", "29.244 5.24", "F-SEID, Node ID and PDR id with octets that later releases may add", "accepted")
def _(t):
    ue = t.ue()
    more = [raw_ie(56, b"\0\x07later"), raw_ie(29, b"\0\0\0\x64later"), n4.pdi(side=0, tunnel="choose", ue=ue), raw_ie(108, b"\0\0\0\x01later")]
    t.session(ue=ue, rules=[*t.rules(ue, 0x2300, "10.3.0.2"), n4.group(1, *more)])


@check("unknown_elements_skipped", "releases", "29.244 7.6.7", "unknown elements at each level, vendor's ones too", "accepted, and traffic both ways")
def _(t):
    unknown = [raw_ie(399, b"abc"), raw_ie(0x8001, b"\x12\x34abc"), raw_ie(0x7FFF)]
    ue = t.ue()
    rules = t.rules(ue, 0x2400, "10.3.0.2", up={"filters": unknown, "more": unknown}, down_far={"more": unknown})
    session = t.session(ue=ue, rules=[*unknown, *rules])
    session.down_teid = 0x2400
    t.both(session)


@check("vendor_element_too_short", "releases", "29.244 8.1.1", "a vendor's element of 1 octet", "answered, and the next session is accepted")
def _(t):
    answer = t.smf.ask(50, [node_id(), t.smf.f_seid(902), raw_ie(0x8001, b"\x12"), *t.rules(t.ue(), 9, "10.3.0.2")], 0)
    holds(answer is not None, "no answer")
    if answer.cause == 1:
        t.smf.ask(54, [], answer.up_seid)
    t.up(t.session())


@check("instance_as_labels", "releases", "29.244 8.2.4", "network instances written as labels, as some SMFs do", "accepted, and traffic both ways")
def _(t):
    ue = t.ue()
    labels = lambda name: bytes([len(name)]) + name.encode()  # noqa: E731
    session = t.session(ue=ue, rules=[
        pdr(1, removal=0, far=1, side=0, tunnel="choose", filters=[raw_ie(22, labels("access"))], ue=ue),
        pdr(2, far=2, side=1, filters=[raw_ie(22, labels("internet"))], ue=ue),
        far(1, side=1, more=[raw_ie(22, labels("internet"))]),
        far(2, side=0, tunnel=(0x2500, "10.3.0.2"), more=[raw_ie(22, labels("access"))]),
    ])
    session.down_teid = 0x2500
    t.both(session)
