"""What is refused, with cause and offending IE exactly (TS 29.244 7.5, 7.6, 8.2.1, 8.2.22, 8.2.80)."""
import n4
from n4 import BUFF, DUPL, FORW, NOCP, bar, far, group, node_id, pdi, pdr, qer, raw_ie, remove, urr, volume_ie
from scapy.contrib import pfcp
from trial import check, holds, same

MISSING, CONDITIONAL, LENGTH, INCORRECT, POLICY, FTEID, RULE, RESOURCES, NOT_SUPPORTED = 66, 67, 68, 69, 70, 71, 73, 75, 76
UE = "10.60.3.1"
UP = pdr(1, removal=0, far=1, side=0, tunnel="choose", instance="access", ue=UE)
DOWN = pdr(2, far=2, side=1, instance="internet", ue=UE)
TO_CORE = far(1, side=1, instance="internet")
TO_GNB = far(2, side=0, instance="access", tunnel=(7, "10.3.0.2"))
GOOD = [UP, DOWN, TO_CORE, TO_GNB]
ELEMENT = "29.244 8.2.22"


def refused(name, what, rules, cause, offending, failed=None, clause=ELEMENT, feature="refusals"):
    expects = f"cause {cause}, offending IE {offending}" + (f", failed rule {failed}" if failed else "") + ", no session"

    @check(name, feature, clause, f"establishment {what}", expects)
    def _(t):
        t.refused(rules, cause, offending, failed)


def forwarding(*more):
    return [UP, DOWN, TO_CORE, far(2, side=0, instance="access", more=more)]


def with_urr(*parts, **fields):
    return [*GOOD, urr(1, **fields, more=parts)]


MISSING_IES = [
    ("pdr_id", "with a PDR without id", [group(1, pfcp.IE_Precedence(precedence=1), pdi()), *GOOD], 56),
    ("precedence", "with a PDR without precedence", [pdr(3, precedence=None, far=1, side=0), *GOOD], 29),
    ("pdi", "with a PDR without PDI", [pdr(3, far=1), *GOOD], 2),
    ("source_interface", "with a PDI without source interface", [group(1, pfcp.IE_PDR_Id(id=3), pfcp.IE_Precedence(precedence=1), group(2, raw_ie(22, b"access"))), *GOOD], 20),
    ("far_id", "with a FAR without id", [*GOOD, group(3, raw_ie(44, b"\x01"))], 108),
    ("apply_action", "with a FAR without apply action", [*GOOD, far(3, action=None)], 44),
    ("qer_id", "with a QER without id", [*GOOD, group(7, pfcp.IE_GateStatus())], 109),
    ("gate_status", "with a QER without gate status", [*GOOD, group(7, pfcp.IE_QER_Id(id=1))], 25),
    ("urr_id", "with a URR without id", [*GOOD, group(6, raw_ie(62, b"\x02"), raw_ie(37, b"\0\0"))], 81),
    ("measurement_method", "with a URR without measurement method", [*GOOD, urr(1, method=None)], 62),
    ("reporting_triggers", "with a URR without reporting triggers", [*GOOD, urr(1, triggers=None)], 37),
    ("bar_id", "with a BAR without id", [*GOOD, group(85, raw_ie(140, b"\x05"))], 88),
    ("destination_interface", "with forwarding parameters without destination", [UP, DOWN, TO_CORE, far(2, tunnel=(7, "10.3.0.2"))], 42),
    ("create_pdr", "without any PDR", [TO_CORE, TO_GNB], 1),
    ("create_far", "without any FAR", [pdr(1, side=0, tunnel="choose")], 3),
]
for name, what, rules, offending in MISSING_IES:
    refused(f"missing_{name}", what, rules, MISSING, offending, clause="29.244 7.6.3")


@check("missing_node_id", "refusals", "29.244 7.5.2.1", "establishment without Node ID", "cause 66, offending IE 60")
def _(t):
    answer = t.smf.ask(50, [t.smf.f_seid(900), *GOOD], 0)
    same((answer.cause, answer.offending), (MISSING, 60), "cause and offending IE")


@check("missing_f_seid", "refusals", "29.244 7.5.2.1", "establishment without CP F-SEID", "cause 66, offending IE 57")
def _(t):
    answer = t.smf.ask(50, [node_id(), *GOOD], 0)
    same((answer.cause, answer.offending), (MISSING, 57), "cause and offending IE")


CONDITIONS = [
    ("forwarding_parameters", "with a FAR that forwards to nowhere", [UP, DOWN, TO_CORE, far(2)], 4),
    ("threshold_of_trigger", "with a volume trigger and no threshold", [*GOOD, urr(1, triggers=n4.VOLTH)], 31),
    ("period_of_trigger", "with a periodic trigger and no period", [*GOOD, urr(1, triggers=n4.PERIO)], 64),
    ("time_threshold_of_trigger", "with a time trigger and no time", [*GOOD, urr(1, method=n4.DURAT, triggers=n4.TIMTH)], 32),
    ("event_threshold_of_trigger", "with an event trigger and no event threshold", [*GOOD, urr(1, method=n4.EVENT, triggers=n4.EVETH)], 149),
    ("linked_of_trigger", "with a linked trigger and no linked URR", [*GOOD, urr(1, triggers=n4.LIUSA)], 82),
]
for name, what, rules, offending in CONDITIONS:
    refused(f"conditional_{name}", what, rules, CONDITIONAL, offending, clause="29.244 7.6.4")

UNSUPPORTED = [
    ("redirect", "with redirection", forwarding(pfcp.IE_RedirectInformation(type=2, address="http://x")), 38),
    ("header_enrichment", "with header enrichment", forwarding(raw_ie(98, b"\0\x01a\x01b")), 98),
    ("duplicate", "with a FAR that duplicates", [UP, DOWN, TO_CORE, far(2, FORW | DUPL, side=0)], 44),
    ("ethernet_filter", "with an Ethernet packet filter", [pdr(1, far=1, side=0, tunnel="choose", more=[], ), *GOOD[1:]], None),
    ("ethernet_session", "with Ethernet PDU session information", [pdr(1, far=1, side=0, tunnel="choose", filters=[raw_ie(142, b"\x01")]), *GOOD[1:]], 142),
    ("traffic_endpoint", "with a traffic endpoint", [pdr(1, far=1, side=0, filters=[raw_ie(131, b"\x01")]), *GOOD[1:]], 131),
    ("vlan_removal", "with removal of a VLAN tag", [pdr(1, removal=7, far=1, side=0, tunnel="choose"), *GOOD[1:]], 95),
    ("outer_udp", "with outer header creation UDP/IPv4", forwarding(raw_ie(84, b"\x04\0\x0a\x03\0\x02\x08\x68")), 84),
    ("monitoring_time", "with a monitoring time", with_urr(raw_ie(33, b"\0\0\0\x01")), 33),
    ("subsequent_event_threshold", "with an event threshold for after a monitoring time", with_urr(raw_ie(151, b"\0\0\0\x01")), 151),
    ("subsequent_event_quota", "with an event quota for after a monitoring time", with_urr(raw_ie(150, b"\0\0\0\x01")), 150),
]
UNSUPPORTED[3] = ("ethernet_filter", "with an Ethernet packet filter", [pdr(1, far=1, side=0, tunnel="choose", filters=[raw_ie(132, b"\0\x8a\0\x04\0\0\0\x01")]), *GOOD[1:]], 132)
for name, what, rules, offending in UNSUPPORTED:
    refused(f"unsupported_{name}", what, rules, NOT_SUPPORTED, offending, clause="29.244 8.2.1")

refused("unsupported_forwarding_policy", "with a forwarding policy", forwarding(raw_ie(41, b"\x01a")), POLICY, 41, clause="29.244 8.2.1")

LENGTHS = [
    ("pdr_id", "with a PDR id of 1 octet", [group(1, raw_ie(56, b"\x01")), *GOOD], 56),
    ("precedence", "with a precedence of 2 octets", [group(1, raw_ie(56, b"\0\x09"), raw_ie(29, b"\0\x01"), pdi()), *GOOD], 29),
    ("f_teid", "with an F-TEID without its address", [pdr(1, far=1, side=0, filters=[raw_ie(21, b"\x01\0\0\0\x01")]), *GOOD[1:]], 21),
    ("ue_address", "with a UE IP address of 2 octets", [pdr(1, far=1, side=0, filters=[raw_ie(93, b"\x02\x0a\x3c")]), *GOOD[1:]], 93),
    ("sdf_text", "with an SDF text longer than its IE", [pdr(1, far=1, side=0, filters=[raw_ie(23, b"\x01\0\0\xffpermit")]), *GOOD[1:]], 23),
    ("outer_header", "with an outer header without its address", forwarding(raw_ie(84, b"\x01\0\0\0\0\x07")), 84),
    ("zero_source_interface", "with a source interface of no octets", [pdr(1, far=1, filters=[], side=0, more=[]), *GOOD[1:]], None),
    ("mbr", "with an MBR of 5 octets", [*GOOD, group(7, pfcp.IE_QER_Id(id=1), pfcp.IE_GateStatus(), raw_ie(26, b"\0\0\0\0\x01"))], 26),
    ("volume", "with a volume threshold of 1 octet", [*GOOD, urr(1, triggers=n4.VOLTH, more=[raw_ie(31, b"\x01")])], 31),
    ("group", "with a PDI that is longer than its PDR", [group(1, raw_ie(56, b"\0\x09"), n4.Raw(b"\0\x02\0\xff\0\x14\0\x01\0")), *GOOD], 1),
]
LENGTHS[6] = ("source_interface", "with a source interface of no octets", [group(1, raw_ie(56, b"\0\x09"), raw_ie(29, b"\0\0\0\x01"), group(2, raw_ie(20))), *GOOD], 20)
for name, what, rules, offending in LENGTHS:
    refused(f"length_{name}", what, rules, LENGTH, offending, clause="29.244 7.6.5")

VALUES = [
    ("sdf_text", "with an SDF filter that is no rule", [pdr(1, far=1, side=0, tunnel="choose", filters=["allow everything"]), *GOOD[1:]], 23),
    ("f_teid_of_no_family", "with an F-TEID of no family", [pdr(1, far=1, side=0, filters=[raw_ie(21, b"\0\0\0\0\x01")]), *GOOD[1:]], 21),
    ("teid_zero", "with a local TEID of 0", [pdr(1, far=1, side=0, tunnel=(0, "10.3.0.1")), *GOOD[1:]], 21),
    ("peer_teid_zero", "with TEID 0 in the outer header", [UP, DOWN, TO_CORE, far(2, side=0, tunnel=(0, "10.3.0.2"))], 84),
    ("removal", "with an outer header removal of 200", [pdr(1, removal=200, far=1, side=0, tunnel="choose"), *GOOD[1:]], 95),
    ("action_none", "with a FAR that does nothing", [UP, DOWN, TO_CORE, far(2, 0, side=0)], 44),
    ("action_two", "with a FAR that forwards and buffers", [UP, DOWN, TO_CORE, far(2, FORW | BUFF, side=0)], 44),
    ("action_forward_notify", "with a FAR that forwards and notifies", [UP, DOWN, TO_CORE, far(2, FORW | NOCP, side=0)], 44),
    ("period_zero", "with a measurement period of 0", [*GOOD, urr(1, triggers=n4.PERIO, period=0)], 64),
    ("volume_of_nothing", "with a volume threshold of no volume", [*GOOD, urr(1, triggers=n4.VOLTH, more=[volume_ie(31)])], 31),
]
for name, what, rules, offending in VALUES:
    refused(f"incorrect_{name}", what, rules, INCORRECT, offending, clause="29.244 7.6.6")

UNKNOWN = [
    ("far", "with a PDR of a FAR that is not there", [pdr(1, far=99, side=0, tunnel="choose"), *GOOD[1:]], (0, 1)),
    ("qer", "with a PDR of a QER that is not there", [pdr(1, far=1, qers=[99], side=0, tunnel="choose"), *GOOD[1:]], (0, 1)),
    ("urr", "with a PDR of a URR that is not there", [pdr(1, far=1, urrs=[99], side=0, tunnel="choose"), *GOOD[1:]], (0, 1)),
    ("bar", "with a FAR of a BAR that is not there", [UP, DOWN, TO_CORE, far(2, BUFF, side=0, bar=9)], (1, 2)),
    ("pdr_twice", "with one PDR id twice", [UP, *GOOD], (0, 1)),
    ("far_twice", "with one FAR id twice", [*GOOD, TO_CORE], (1, 1)),
    ("qer_twice", "with one QER id twice", [*GOOD, qer(1), qer(1)], (2, 1)),
    ("urr_twice", "with one URR id twice", [*GOOD, urr(1), urr(1)], (3, 1)),
    ("bar_twice", "with one BAR id twice", [*GOOD, bar(1), bar(1)], (4, 1)),
    ("network_instance", "with a network instance that is not configured", [pdr(1, far=1, side=0, tunnel="choose", instance="nowhere"), *GOOD[1:]], (0, 1)),
]
for name, what, rules, failed in UNKNOWN:

    @check(f"rule_{name}", "refusals", "29.244 8.2.80", f"establishment {what}", f"cause 73, failed rule {failed}, no session")
    def _(t, rules=rules, failed=failed):
        before = t.gauge("sessions")
        _, answer = t.smf.establish(rules)
        same((answer.cause, answer.failed_rule), (RULE, failed), "cause and failed rule")
        same(t.gauge("sessions"), before, "sessions")


CHANGES = [
    ("update_pdr", pdr(99, precedence=5, kind=9), (0, 99)),
    ("update_far", far(99, FORW, kind=10), (1, 99)),
    ("update_qer", qer(99, kind=14), (2, 99)),
    ("update_urr", urr(99, kind=13), (3, 99)),
    ("update_bar", bar(99, 5, kind=86), (4, 99)),
    ("remove_pdr", remove(15, 99), (0, 99)),
    ("remove_far", remove(16, 99), (1, 99)),
    ("remove_qer", remove(18, 99), (2, 99)),
    ("remove_urr", remove(17, 99), (3, 99)),
    ("remove_bar", remove(87, 99), (4, 99)),
    ("query_urr", remove(77, 99), (3, 99)),
    ("create_pdr_again", UP, (0, 1)),
    ("create_far_again", TO_CORE, (1, 1)),
]
for name, rule, failed in CHANGES:

    @check(f"change_{name}", "refusals", "29.244 7.5.4", f"modification: {name.replace('_', ' ')} with an id that does not fit", f"cause 73, failed rule {failed}, and the session works as before")
    def _(t, rule=rule, failed=failed):
        session = t.session()
        answer = session.modify(rule)
        same((answer.cause, answer.failed_rule), (RULE, failed), "cause and failed rule")
        t.both(session, 1)


@check("change_all_or_nothing", "refusals", "29.244 6.3.3", "modification that drops uplink and updates a PDR that is not there", "cause 73, and uplink is still forwarded")
def _(t):
    session = t.session()
    same(session.modify(far(1, n4.DROP, kind=10), pdr(99, precedence=1, kind=9)).cause, RULE, "cause")
    t.up(session)


@check("change_of_unknown_session", "refusals", "29.244 7.5.5", "modification of a SEID that is none", "cause 65")
def _(t):
    same(t.smf.ask(52, [far(1, n4.DROP, kind=10)], 0xDEAD_BEEF).cause, 65, "cause")


@check("deletion_of_unknown_session", "refusals", "29.244 7.5.7", "deletion of a SEID that is none, and of SEID 0", "cause 65 twice")
def _(t):
    same([t.smf.ask(54, [], seid).cause for seid in (0xDEAD_BEEF, 0)], [65, 65], "causes")


@check("establishment_with_seid", "refusals", "29.244 7.2.2.4.2", "an establishment whose header has a SEID", "it is accepted or refused, and answered")
def _(t):
    answer = t.smf.ask(50, [node_id(), t.smf.f_seid(901), *GOOD], 77)
    holds(answer is not None, "no answer")
    if answer.cause == 1:
        t.smf.ask(54, [], answer.up_seid)


@check("application_refused", "refusals", "29.244 8.2.6", "establishment with an application id", "refused with offending IE 24")
def _(t):
    _, answer = t.smf.establish([pdr(1, far=1, side=0, tunnel="choose", filters=[pfcp.IE_ApplicationId(id="video")]), *GOOD[1:]])
    holds(answer.cause != 1, "it was accepted")
    same(answer.offending, 24, "offending IE")


@check("predefined_rules_refused", "refusals", "29.244 8.2.72", "establishment that activates predefined rules", "refused with offending IE 106")
def _(t):
    _, answer = t.smf.establish([pdr(1, far=1, side=0, tunnel="choose", more=[pfcp.IE_ActivatePredefinedRules(name="r")]), *GOOD[1:]])
    holds(answer.cause != 1, "it was accepted")
    same(answer.offending, 106, "offending IE")
