"""N4: association, heartbeats, releases, several SMFs, duplicates, versions (TS 29.244 6.2, 7.4)."""
import time

import n4
from answers import Answer
from n4 import ACCEPTED, DROP, NTP, far, node_id, raw_ie
from scapy.contrib import pfcp
from trial import check, holds, same

NO_ASSOCIATION, REJECTED, NOT_FOUND, MISSING, NOT_SUPPORTED = 72, 64, 65, 66, 76


@check("association_setup", "N4", "29.244 7.4.4", "association setup of an SMF that has one", "cause 1, the UPF's node id as a name, a recovery time stamp")
def _(t):
    answer = t.smf.associate()
    same(answer.kind, 6, "message type")
    same(answer.cause, ACCEPTED, "cause")
    same(answer.get(60), b"\x02\x03upf\x07example", "node id")
    stamp = int.from_bytes(answer.get(96), "big") - NTP
    holds(abs(stamp - time.time()) < 600, f"the recovery time stamp is {stamp}, now is {time.time():.0f}")


@check("features_are_what_works", "N4", "29.244 8.2.25", "association setup", "exactly DDND, DLBD, FTUP, EMPU, FRRT, UEIP, SSET, MNOP, BUNDL and IP6PL")
def _(t):
    bits = int.from_bytes(t.smf.associate().get(43), "little")
    works = {"DDND", "DLBD", "FTUP", "EMPU", "FRRT", "UEIP", "SSET", "MNOP", "BUNDL", "IP6PL"}
    same({name for bit, name in enumerate(FEATURES) if bits >> bit & 1}, works, "features")
    same(bits >> len(FEATURES), 0, "features of later octets")


# Octets 5 to 8, the lowest bit of each first.
FEATURES = (
    ["BUCP", "DDND", "DLBD", "TRST", "FTUP", "PFDM", "HEEU", "TREU", "EMPU", "PDIU", "UDBC", "QUOAC", "TRACE", "FRRT", "PFDE", "EPFAR"]
    + ["DPDRA", "ADPDP", "UEIP", "SSET", "MNOP", "MTE", "BUNDL", "GCOM", "MPAS", "RTTL", "VTIME", "NORP", "IPTV", "IP6PL", "TSCU", "MPTCP"]
)


@check("association_without_node_id", "N4", "29.244 7.6.3", "association setup without Node ID", "cause 66, offending IE 60")
def _(t):
    answer = t.smf.ask(5, [pfcp.IE_RecoveryTimeStamp(timestamp=t.smf.recovery)])
    same((answer.cause, answer.offending), (MISSING, 60), "cause and offending IE")


@check("association_without_recovery", "N4", "29.244 7.6.3", "association setup without Recovery Time Stamp", "cause 66, offending IE 96")
def _(t):
    answer = t.smf.ask(5, [node_id()])
    same((answer.cause, answer.offending), (MISSING, 96), "cause and offending IE")


@check("heartbeat_answered", "N4", "29.244 7.4.2", "two heartbeats", "the same recovery time stamp twice, that of the association")
def _(t):
    stamps = {t.smf.associate().get(96), t.smf.heartbeat().get(96), t.smf.heartbeat().get(96)}
    same(len(stamps), 1, "different recovery time stamps")


@check("heartbeat_without_association", "N4", "29.244 6.2.2", "heartbeat of an SMF that has no association", "an answer")
def _(t):
    holds(t.other_smf().heartbeat() is not None, "no answer")


@check("association_by_name", "N4", "29.244 8.2.38", "association setup with a name as node id", "cause 1")
def _(t):
    other = t.other_smf(name="smf.example")
    same(other.associate().cause, ACCEPTED, "cause")
    same(other.release().cause, ACCEPTED, "cause of the release")


@check("association_over_ipv6", "N4", "29.244 8.2.38", "association and a session over IPv6", "cause 1, and the UPF's F-SEID has its IPv6 address")
def _(t):
    other = t.other_smf("fd04::2")
    same(other.associate().cause, ACCEPTED, "cause")
    session = t.session(smf=other)
    same(session.answer.get(57)[0] & 3, 1, "flags of the F-SEID")
    t.up(session)
    other.release()


@check("two_smfs", "N4", "29.244 5.22", "a session each of two SMFs with the same SEID of theirs", "both accepted, with SEIDs of the UPF that differ; the release of one leaves the other's")
def _(t):
    other = t.other_smf()
    same(other.associate().cause, ACCEPTED, "cause")
    other.next_seid = t.smf.next_seid
    mine, theirs = t.session(), t.session(smf=other)
    holds(mine.up_seid != theirs.up_seid, "both have the same SEID")
    t.both(mine)
    t.both(theirs)
    same(other.release().cause, ACCEPTED, "cause of the release")
    other.seids.clear()
    t.both(mine)


@check("node_id_of_another_smf", "N4", "29.244 6.2.8", "release, update, set deletion and a session in the name of an SMF, from the address of another one; then its association setup", "cause 72 of each and 64 of the setup, one count each; the session of the SMF carries traffic")
def _(t):
    other = t.other_smf(name=t.smf.name)
    mine = t.session()
    before = t.counter("n4_requests_for_foreign_nodes")
    same([other.ask(kind, [node_id(t.smf.name)]).cause for kind in (9, 7, 14)], [NO_ASSOCIATION] * 3, "causes")
    _, answer = other.establish(t.rules("10.60.2.1", 7, "10.3.0.2"))
    same((answer.cause, other.associate().cause), (NO_ASSOCIATION, REJECTED), "causes of an establishment and an association")
    same(t.counter("n4_requests_for_foreign_nodes") - before, 5, "counted")
    t.both(mine)


@check("session_of_another_smf", "N4", "29.244 7.5.5", "modification and deletion of an SMF's session by another SMF, which knows its SEID", "cause 65 and SEID 0 of each, one count each; the session carries traffic")
def _(t):
    other = t.other_smf()
    same(other.associate().cause, ACCEPTED, "cause of the association")
    mine = t.session()
    before = t.counter("n4_requests_for_foreign_nodes")
    answers = [other.ask(kind, parts, mine.up_seid) for kind, parts in ((52, [far(2, DROP, kind=10)]), (54, []))]
    same([(each.cause, each.seid) for each in answers], [(NOT_FOUND, 0)] * 2, "causes and SEIDs")
    same(t.counter("n4_requests_for_foreign_nodes") - before, 2, "counted")
    t.both(mine)
    same(other.release().cause, ACCEPTED, "cause of the release")


@check("alternative_smf_address", "N4", "29.244 8.2.142", "association setup with a further address of the SMF, of IPv6, and a session from there", "cause 1, and the session carries traffic")
def _(t):
    other = t.other_smf(name="smf.example")
    further = t.other_smf("fd04::2", name="smf.example")
    here = raw_ie(178, b"\x01" + bytes.fromhex("fd04" + "0" * 26 + "02"))
    same(other.ask(5, [node_id(other.name), pfcp.IE_RecoveryTimeStamp(timestamp=other.recovery), here]).cause, ACCEPTED, "cause")
    t.both(t.session(smf=further))
    same(other.release().cause, ACCEPTED, "cause of the release")
    further.seids.clear()


@check("cp_fseid_of_a_stranger", "N4", "29.244 8.2.37", "sessions whose CP F-SEID has SEID 0, or an address that may not speak N4", "cause 69, offending IE 57")
def _(t):
    rules = t.rules("10.60.2.1", 7, "10.3.0.2")
    for cp in (t.smf.f_seid(0), pfcp.IE_FSEID(v4=1, seid=9, ipv4="192.0.2.1")):
        answer = t.smf.ask(50, [node_id(t.smf.name), cp, *rules], 0)
        same((answer.cause, answer.offending), (69, 57), "cause and offending IE")


@check("bundle_bounded", "bad input", "29.244 6.5", "4,000 heartbeats in one datagram", "answers to 64 of them, one count")
def _(t):
    before = t.counter("n4_datagrams_cut")
    stamp = pfcp.IE_RecoveryTimeStamp(timestamp=t.smf.recovery)
    all_ = [bytearray(t.smf.message(1, [stamp], sequence=0x600000 + each)) for each in range(4000)]
    for each in all_[:-1]:
        each[0] |= 4
    t.smf.send(b"".join(all_))
    t.smf.pump(1, lambda: len(answered(t)) > 64)
    same(len(answered(t)), 64, "answers")
    same(t.counter("n4_datagrams_cut") - before, 1, "datagrams that were cut")


def answered(t):
    return [each for each in t.smf.answers if 0x600000 <= each < 0x601000]


@check("association_update", "N4", "29.244 7.4.4.3", "association update with the features of the CP function", "cause 1")
def _(t):
    same(t.smf.ask(7, [node_id(), pfcp.IE_CPFunctionFeatures()]).cause, ACCEPTED, "cause")


@check("association_update_unknown", "N4", "29.244 6.2.7", "association update of an SMF that has no association", "cause 72")
def _(t):
    other = t.other_smf()
    same(other.ask(7, [node_id(other.address)]).cause, NO_ASSOCIATION, "cause")


@check("association_release", "N4", "29.244 6.2.8", "association release with two sessions", "cause 1, no session left, establishment refused with cause 72, then associated again")
def _(t):
    other = t.other_smf()
    same(other.associate().cause, ACCEPTED, "cause of the association")
    before = t.gauge("sessions")
    t.session(smf=other), t.session(smf=other)
    same(t.gauge("sessions"), before + 2, "sessions")
    same(other.release().cause, ACCEPTED, "cause")
    same(t.gauge("sessions"), before, "sessions after the release")
    other.seids.clear()
    _, answer = other.establish(t.rules("10.60.2.1", 7, "10.3.0.2"))
    same(answer.cause, NO_ASSOCIATION, "cause of an establishment after it")


@check("release_unknown", "N4", "29.244 6.2.8", "association release of an SMF that has none", "cause 72")
def _(t):
    same(t.other_smf().release().cause, NO_ASSOCIATION, "cause")


@check("establishment_without_association", "N4", "29.244 7.5.3", "session establishment of an SMF that has no association", "cause 72")
def _(t):
    _, answer = t.other_smf().establish(t.rules("10.60.2.1", 7, "10.3.0.2"))
    same(answer.cause, NO_ASSOCIATION, "cause")


@check("smf_restart", "N4", "29.244 19A", "heartbeat with a later recovery time stamp", "the sessions of that SMF go; after a new association one can be made")
def _(t):
    other = t.other_smf()
    same(other.associate().cause, ACCEPTED, "cause of the association")
    before = t.gauge("sessions")
    t.session(smf=other)
    other.recovery += 10
    other.heartbeat()
    same(t.gauge("sessions"), before, "sessions after the restart")
    other.seids.clear()
    same(other.associate().cause, ACCEPTED, "cause of the new association")
    t.both(t.session(smf=other))
    other.release()
    other.seids.clear()


@check("association_again_after_restart", "N4", "29.244 6.2.6", "association setup with a later recovery time stamp", "the sessions of that SMF go")
def _(t):
    other = t.other_smf()
    same(other.associate().cause, ACCEPTED, "cause of the association")
    before = t.gauge("sessions")
    t.session(smf=other)
    other.recovery += 10
    same(other.associate().cause, ACCEPTED, "cause")
    same(t.gauge("sessions"), before, "sessions after it")
    other.seids.clear()
    other.release()


@check("session_set_deletion", "N4", "29.244 7.4.6", "session set deletion of a node", "cause 1, and its sessions are gone, the association is not")
def _(t):
    other = t.other_smf()
    same(other.associate().cause, ACCEPTED, "cause of the association")
    before = t.gauge("sessions")
    t.session(smf=other), t.session(smf=other)
    same(other.ask(14, [node_id(other.address)]).cause, ACCEPTED, "cause")
    same(t.gauge("sessions"), before, "sessions after it")
    other.seids.clear()
    t.up(t.session(smf=other))
    other.release()
    other.seids.clear()


@check("pfd_management_refused", "N4", "29.244 7.4.3", "PFD management request", "a response with cause 76")
def _(t):
    same(t.smf.ask(3, [raw_ie(58, b"\0\x18\0\x01a")]).cause, NOT_SUPPORTED, "cause")


@check("version_not_supported", "N4", "29.244 7.6.1", "a message of version 2", "Version Not Supported Response with its sequence number")
def _(t):
    data = bytearray(t.smf.message(1, [], sequence=0x123456))
    data[0] = 0x40
    answer = t.smf.exchange(bytes(data))
    holds(answer is not None, "no answer")
    same((answer.kind, answer.sequence), (11, 0x123456), "message type and sequence number")


@check("unknown_message_ignored", "N4", "29.244 7.6.2", "a message of type 99", "no answer, and the next heartbeat is answered")
def _(t):
    holds(t.smf.exchange(t.smf.message(99), 0.4) is None, "an answer")
    holds(t.smf.heartbeat() is not None, "no answer to the next heartbeat")


@check("duplicate_same_bytes", "N4", "29.244 6.4", "the same establishment three times", "the same bytes three times, and one session")
def _(t):
    before = t.gauge("sessions")
    session = t.session()
    again = t.smf.message(50, [node_id(), t.smf.f_seid(session.seid + 500), *t.rules("10.60.2.9", 9, "10.3.0.2")], 0)
    answers = [t.smf.exchange(again).data for _ in range(3)]
    same(len(set(answers)), 1, "different answers")
    same(t.gauge("sessions"), before + 2, "sessions")
    t.smf.ask(54, [], Answer(answers[0]).up_seid)


@check("duplicate_deletion_same_bytes", "N4", "29.244 6.4", "the same deletion twice", "cause 1 twice with the same bytes, though the session is gone")
def _(t):
    session = t.session()
    message = t.smf.message(54, [], session.up_seid)
    first, second = t.smf.exchange(message), t.smf.exchange(message)
    t.smf.seids.pop(session.seid)
    same((first.cause, first.data), (ACCEPTED, second.data), "first and second answer")


@check("sequences_out_of_order", "N4", "29.244 6.4", "two modifications, the later sequence number first", "both answered with cause 1")
def _(t):
    session = t.session()
    for sequence in (0xFFFFFE, 0x000001, 0xFFFFFD):
        answer = t.smf.exchange(t.smf.message(52, [n4.far(2, n4.FORW, kind=10)], session.up_seid, sequence))
        same(answer.cause, ACCEPTED, f"cause of {sequence:x}")


@check("request_repeated", "N4", "29.244 6.4", "downlink data with notification, and no answer to the report", "the report three times with the same bytes: N1 is 2 repetitions at most")
def _(t):
    session = t.session(down_far={"action": n4.BUFF | n4.NOCP})
    t.smf.quiet = True
    t.down(session, 1, "buffered")
    reports = t.smf.reports(session.seid, 1, count=9, seconds=1.6)
    holds(2 <= len(reports) <= 3, f"{len(reports)} reports")
    same(len({each.data for each in reports}), 1, "different reports")


@check("stray_response_ignored", "N4", "29.244 6.4", "responses nobody asked for, of each kind", "no answer, one count each, and the next heartbeat is answered")
def _(t):
    before = t.counter("n4_stray_responses")
    for kind in (2, 6, 8, 10, 13, 57):
        t.smf.send(t.smf.message(kind, [pfcp.IE_Cause(cause=1)], 7 if kind == 57 else None, 0x777777))
    holds(t.smf.heartbeat() is not None, "no answer")
    same(t.counter("n4_stray_responses") - before, 6, "stray responses")


@check("stranger_ignored", "N4", "allow-list", "association and a heartbeat from an address that may not", "no answer, and two counts")
def _(t):
    before = t.counter("n4_stranger_datagrams")
    stranger = t.other_smf("10.4.0.200")
    holds(stranger.ask(1, [], seconds=0.3) is None and stranger.ask(5, [node_id("10.4.0.200")], seconds=0.3) is None, "an answer")
    same(t.counter("n4_stranger_datagrams") - before, 2, "strangers")


@check("zero_sequence", "N4", "29.244 7.2.2", "a heartbeat with sequence number 0", "an answer with sequence number 0")
def _(t):
    answer = t.smf.exchange(t.smf.message(1, [pfcp.IE_RecoveryTimeStamp(timestamp=t.smf.recovery)], sequence=0))
    holds(answer is not None and answer.sequence == 0, "no answer")
