"""URRs and BARs: measurements equal by hand, thresholds, quotas, times, buffering, notification (TS 29.244 5.2.2, 5.2.3, 7.5.8)."""
import time

import n4
from n4 import BUFF, DROP, DURAT, EVENT, EVEQU, EVETH, FORW, LIUSA, NOCP, PERIO, START, STOPT, TIMTH, TIMQU, VOLQU, VOLTH, bar, far, remove, urr
from scapy.contrib import pfcp
from trial import check, holds, same
from wire import G_PDU, datagram, gtp_of, is_gtp, number_of

SIZE = 60  # octets of an inner packet with a payload of 32
IMMER, TERMR, LIUSA_REPORT, EVETH_REPORT, EVEQU_REPORT = 1 << 7, 1 << 11, 1 << 10, 1 << 15, 1 << 16
STOPPED = 1.6  # seconds after which traffic has stopped for an inactivity detection time of 1 s


def measured(t, urr_rule, **parts):
    return t.session(up={"urrs": [1], **parts.pop("up", {})}, down={"urrs": [1]}, more=[urr_rule, *parts.pop("more", [])], **parts)


def only_usage(t, session, seconds=2.0, count=1):
    reports = t.smf.reports(session.seid, 2, count, seconds)
    usage = [each for report in reports for each in report.usage()]
    same(len(usage), count, "usage reports")
    return usage[0]


@check("usage_on_deletion", "URR", "29.244 7.5.7.1", "5 packets up, 3 down, then deletion", "a usage report in the answer: 300 up, 180 down, 480 in all; trigger TERMR")
def _(t):
    session = measured(t, urr(1))
    t.up(session, 5)
    t.down(session, 3)
    (usage,) = t.smf.delete(session.seid).usage()
    t.smf.seids.pop(session.seid)
    same((usage.up, usage.down, usage.total), (5 * SIZE, 3 * SIZE, 8 * SIZE), "volume up, down, total")
    same(usage.triggers & TERMR, TERMR, "trigger TERMR")


@check("usage_counts_what_is_forwarded", "URR", "29.244 5.2.2.2", "3 packets forwarded, 3 dropped by a gate", "180 octets")
def _(t):
    session = measured(t, urr(1), up={"qers": [1]}, more=[n4.qer(1)])
    t.up(session, 3)
    session.modify(n4.qer(1, up=1, kind=14))
    t.up(session, 3, "gate_closed")
    (usage,) = session.modify(remove(77, 1)).usage()
    same(usage.up, 3 * SIZE, "volume up")


@check("immediate_report", "URR", "29.244 5.2.2.3", "query of a URR in a modification, twice, 4 and 2 packets before", "240, then 120 octets; trigger IMMER; numbers 0 and 1 or any that rise by one")
def _(t):
    session = measured(t, urr(1))
    t.up(session, 4)
    (first,) = session.modify(remove(77, 1)).usage()
    t.up(session, 2)
    (second,) = session.modify(remove(77, 1)).usage()
    same((first.up, second.up), (4 * SIZE, 2 * SIZE), "volumes")
    same(second.number - first.number, 1, "difference of UR-SEQN")
    same((first.triggers & IMMER, second.triggers & IMMER), (IMMER, IMMER), "triggers IMMER")


@check("query_all", "URR", "29.244 8.2.58", "QAURR with two URRs", "two usage reports")
def _(t):
    session = measured(t, urr(1), more=[urr(2)])
    same(len(session.modify(n4.raw_ie(49, b"\x04")).usage()), 2, "usage reports")


@check("usage_on_removal", "URR", "29.244 7.5.5.1", "removal of a URR after 3 packets", "its last usage in the answer: 180 octets")
def _(t):
    session = measured(t, urr(1))
    t.up(session, 3)
    (usage,) = session.modify(remove(17, 1)).usage()
    same(usage.up, 3 * SIZE, "volume up")


@check("volume_threshold", "URR", "29.244 8.2.13", "a threshold of 300 octets in all, 5 packets up", "one report with trigger VOLTH and 300 octets")
def _(t):
    session = measured(t, urr(1, triggers=VOLTH, threshold=(5 * SIZE,)))
    t.up(session, 5)
    usage = only_usage(t, session)
    same((usage.triggers & VOLTH, usage.total), (VOLTH, 5 * SIZE), "trigger and volume")


@check("volume_threshold_not_reached", "URR", "29.244 8.2.13", "a threshold of 301 octets, 5 packets of 60", "no report")
def _(t):
    session = measured(t, urr(1, triggers=VOLTH, threshold=(5 * SIZE + 1,)))
    t.up(session, 5)
    same(t.smf.reports(session.seid, 2, seconds=0.4), [], "reports")


@check("volume_threshold_again", "URR", "29.244 5.2.2.3", "a threshold of 300 octets, three times 5 packets", "three reports that sum up to 900 octets")
def _(t):
    session = measured(t, urr(1, triggers=VOLTH, threshold=(5 * SIZE,)))
    total = 0
    for _ in range(3):
        t.up(session, 5)
        total += only_usage(t, session).total
    same(total, 15 * SIZE, "sum of the reports")


@check("volume_threshold_up", "URR", "29.244 8.2.13", "an uplink threshold of 180 octets: 5 packets down, then 3 up", "no report before the third one up")
def _(t):
    session = measured(t, urr(1, triggers=VOLTH, threshold=(None, 3 * SIZE)))
    t.down(session, 5)
    same(t.smf.reports(session.seid, 2, seconds=0.3), [], "reports")
    t.up(session, 3)
    usage = only_usage(t, session)
    same((usage.up, usage.down), (3 * SIZE, 5 * SIZE), "volume up and down")


@check("volume_threshold_down", "URR", "29.244 8.2.13", "a downlink threshold of 120 octets, 2 packets down", "a report of 120 octets down")
def _(t):
    session = measured(t, urr(1, triggers=VOLTH, threshold=(None, None, 2 * SIZE)))
    t.down(session, 2)
    same(only_usage(t, session).down, 2 * SIZE, "volume down")


@check("volume_quota", "URR", "29.244 5.2.2.2", "a quota of 300 octets, 5 packets, then 3", "a report VOLQU; the 3 are dropped by name")
def _(t):
    session = measured(t, urr(1, triggers=VOLQU, quota=(5 * SIZE,)))
    t.up(session, 5)
    t.up(session, 3, "quota_exhausted")
    same(only_usage(t, session).triggers & VOLQU, VOLQU, "trigger")


@check("volume_quota_renewed", "URR", "29.244 5.2.2.2", "an exhausted quota, then an update with a new one", "traffic again, as much as the new one")
def _(t):
    session = measured(t, urr(1, triggers=VOLQU, quota=(2 * SIZE,)))
    t.up(session, 2)
    t.up(session, 1, "quota_exhausted")
    only_usage(t, session)
    same(session.modify(urr(1, method=None, triggers=None, quota=(3 * SIZE,), kind=13)).cause, 1, "cause")
    t.up(session, 3)
    t.up(session, 1, "quota_exhausted")


@check("volume_quota_zero", "URR", "29.244 5.2.2.2", "a quota of 0", "the first packet is dropped by name")
def _(t):
    t.up(measured(t, urr(1, triggers=VOLQU, quota=(0,))), 2, "quota_exhausted")


@check("periodic_report", "URR", "29.244 8.2.42", "a period of 1 s, 2 packets", "four reports with 120 octets in all, trigger PERIO, the last ones about 1 s apart")
def _(t):
    session = measured(t, urr(1, triggers=PERIO, period=1))
    t.up(session, 2)
    # A report waits for the response to the one before: only while somebody answers at once they are a period apart.
    usage = [each for report in t.smf.reports(session.seid, 2, 4, 8) for each in report.usage()]
    same(len(usage), 4, "usage reports")
    same(({each.triggers & PERIO for each in usage}, sum(each.total for each in usage)), ({PERIO}, 2 * SIZE), "triggers and volume")
    apart = usage[3].arrived - usage[2].arrived
    holds(0.5 < apart < 1.6, f"the last report came {apart:.2f} s after the one before")


@check("time_threshold", "URR", "29.244 8.2.32", "duration with a threshold of 1 s", "a report TIMTH with a duration of 1 s")
def _(t):
    session = measured(t, urr(1, method=DURAT, triggers=TIMTH, seconds=1))
    t.up(session, 1)
    usage = only_usage(t, session, 3)
    same(usage.triggers & TIMTH, TIMTH, "trigger")
    holds(usage.seconds in (1, 2), f"duration {usage.seconds}")


@check("time_quota", "URR", "29.244 8.2.46", "a time quota of 1 s, packets after it", "a report TIMQU; the packets are dropped by name")
def _(t):
    session = measured(t, urr(1, method=DURAT, triggers=TIMQU, time_quota=1))
    t.up(session, 1)
    same(only_usage(t, session, 3).triggers & TIMQU, TIMQU, "trigger")
    t.up(session, 2, "usage_blocked")


@check("start_of_traffic", "URR", "29.244 8.2.19", "start of traffic, then 3 packets", "one report START")
def _(t):
    session = measured(t, urr(1, method=EVENT, triggers=START))
    t.up(session, 3)
    same(only_usage(t, session).triggers & START, START, "trigger")
    same(t.smf.reports(session.seid, 2, seconds=0.3), [], "further reports")


@check("stop_of_traffic", "URR", "29.244 8.2.19", "stop of traffic with an inactivity of 1 s, a packet", "one report STOPT after about 1 s")
def _(t):
    session = measured(t, urr(1, method=DURAT, triggers=STOPT, inactivity=1))
    t.up(session, 1)
    same(only_usage(t, session, 4).triggers & STOPT, STOPT, "trigger")


@check("event_threshold", "URR", "29.244 8.2.113", "an event threshold of 2, inactivity of 1 s: 3 packets, a pause, 3 packets", "no report, then one EVETH with the times of both starts of traffic")
def _(t):
    session = measured(t, urr(1, method=EVENT, triggers=EVETH, events=2, inactivity=1))
    t.up(session, 3)
    same(t.smf.reports(session.seid, 2, seconds=STOPPED), [], "reports")
    t.up(session, 3)
    usage = only_usage(t, session)
    same((usage.triggers & EVETH_REPORT, len(usage.events)), (EVETH_REPORT, 2), "trigger and events")
    holds(1 <= usage.events[1] - usage.events[0] <= 60, f"times of the events: {usage.events}")


@check("event_quota", "URR", "29.244 8.2.112", "an event quota of 2: packets three times, with pauses; then a quota of 1, packets twice", "a report EVEQU at the second start, whose packets pass; those of the next start are dropped by name; the same after the new quota")
def _(t):
    session = measured(t, urr(1, method=EVENT, triggers=EVEQU, event_quota=2, inactivity=1))
    for _ in range(2):
        t.up(session, 3)
        time.sleep(STOPPED)
    usage = only_usage(t, session)
    same((usage.triggers & EVEQU_REPORT, len(usage.events)), (EVEQU_REPORT, 2), "trigger and events")
    t.up(session, 2, "quota_exhausted")
    t.down(session, 1, "quota_exhausted")
    same(session.modify(urr(1, method=None, triggers=None, event_quota=1, kind=13)).cause, 1, "cause")
    t.up(session, 3)
    same(only_usage(t, session).triggers & EVEQU_REPORT, EVEQU_REPORT, "trigger")
    time.sleep(STOPPED)
    t.up(session, 1, "quota_exhausted")
    same(t.smf.reports(session.seid, 2, seconds=0.3), [], "further reports")


@check("event_quota_zero", "URR", "29.244 8.2.112", "an event quota of 0, 2 packets", "both are dropped by name; one report EVEQU without the time of an event")
def _(t):
    session = measured(t, urr(1, method=EVENT, triggers=EVEQU, event_quota=0))
    t.up(session, 2, "quota_exhausted")
    usage = only_usage(t, session)
    same((usage.triggers & EVEQU_REPORT, usage.events), (EVEQU_REPORT, []), "trigger and events")
    same(t.smf.reports(session.seid, 2, seconds=0.3), [], "further reports")


@check("linked_urr", "URR", "29.244 5.2.2.4", "URR 2 linked to URR 1, which reaches its threshold", "both are reported, URR 2 with trigger LIUSA")
def _(t):
    rules = [urr(1, triggers=VOLTH, threshold=(3 * SIZE,)), urr(2, triggers=LIUSA, linked=[1])]
    session = t.session(up={"urrs": [1, 2]}, down={"urrs": [1, 2]}, more=rules)
    t.up(session, 3)
    t.smf.pump(1.0)
    usage = {each.urr: each for report in t.smf.reports(session.seid, 2) for each in report.usage()}
    same(sorted(usage), [1, 2], "URRs reported")
    same((usage[1].triggers & VOLTH, usage[2].triggers & LIUSA_REPORT), (VOLTH, LIUSA_REPORT), "triggers")


@check("two_urrs_of_a_pdr", "URR", "29.244 5.2.2.1", "two URRs of one PDR, 4 packets", "both have counted 240 octets")
def _(t):
    session = t.session(up={"urrs": [1, 2]}, more=[urr(1), urr(2)])
    t.up(session, 4)
    usage = session.modify(n4.raw_ie(49, b"\x04")).usage()
    same([each.up for each in usage], [4 * SIZE] * 2, "volumes")


@check("usage_survives_update", "URR", "29.244 5.2.2", "2 packets, an update of a FAR, 2 packets", "240 octets")
def _(t):
    session = measured(t, urr(1))
    t.up(session, 2)
    session.modify(far(2, FORW, side=0, tunnel=(0x2800, "10.3.0.3"), kind=10))
    t.up(session, 2)
    (usage,) = session.modify(remove(77, 1)).usage()
    same(usage.up, 4 * SIZE, "volume up")


@check("usage_has_times", "URR", "29.244 7.5.5.2", "a query after 2 packets", "start time, end time, time of first and of last packet")
def _(t):
    session = measured(t, urr(1))
    t.up(session, 2)
    (usage,) = session.modify(remove(77, 1)).usage()
    same({75, 76, 69, 70} & usage.kinds, {75, 76, 69, 70}, "elements")


@check("buffered_and_drained", "BAR", "29.244 5.2.3", "5 packets for a FAR that buffers, then FORW", "all 5 in order, counted as forwarded, and none buffered any more")
def _(t):
    session = t.session(down_far={"action": BUFF})
    before = t.counts()
    first = t.numbers
    t.down(session, 5, "buffered")
    t.n3.drain()
    same(session.modify(far(2, FORW, kind=10)).cause, 1, "cause")
    found = [gtp_of(each) for each in t.n3.take(5, is_gtp(G_PDU))]
    same([number_of(each.inner) for each in found], list(range(first, first + 5)), "packets")
    same({each.teid for each in found}, {session.down_teid}, "TEIDs")
    after = t.counts()
    same((after.forwarded[1] - before.forwarded[1], after.buffered[1] - before.buffered[1], after.into[1] - before.into[1]), (5, 0, 5), "forwarded, buffered, in")


@check("buffer_bounded", "BAR", "29.244 8.2.83", "a BAR of 3 packets, 8 packets", "3 buffered, 5 dropped by name; the 3 are drained")
def _(t):
    session = t.session(down_far={"action": BUFF, "bar": 1}, more=[bar(1, 3)])
    with t.counted(1, **{"in": 8, "buffered": 3, "buffer_full": 5}):
        for number in t.fresh(8):
            t.n6.send(datagram("10.6.0.2", session.ue, number))
    t.n3.drain()
    session.modify(far(2, FORW, kind=10))
    same(len(t.n3.take(9, is_gtp(G_PDU), 0.4)), 3, "packets drained")


@check("buffer_bounded_by_configuration", "BAR", "29.244 5.2.3", "20 packets, no BAR; the configuration says 16 of a session", "16 buffered, 4 dropped by name")
def _(t):
    session = t.session(down_far={"action": BUFF})
    with t.counted(1, **{"in": 20, "buffered": 16, "buffer_full": 4}):
        for number in t.fresh(20):
            t.n6.send(datagram("10.6.0.2", session.ue, number))


@check("buffer_expires", "BAR", "29.244 5.2.3", "2 packets buffered, 3 s configured", "after 4 s none is buffered, both dropped by name")
def _(t):
    session = t.session(down_far={"action": BUFF})
    before = t.counts()
    t.down(session, 2, "buffered")
    time.sleep(4)
    after = t.counts()
    same((after.buffered[1] - before.buffered[1], after.reasons[1]["buffer_expired"] - before.reasons[1]["buffer_expired"]), (0, 2), "buffered, expired")


@check("buffer_of_deleted_session", "BAR", "29.244 5.2.3", "3 packets buffered, the session deleted", "none buffered, 3 dropped by name")
def _(t):
    session = t.session(down_far={"action": BUFF})
    before = t.counts()
    t.down(session, 3, "buffered")
    t.smf.delete(session.seid)
    t.smf.seids.pop(session.seid)
    after = t.counts()
    same((after.buffered[1] - before.buffered[1], after.reasons[1]["buffer_session_gone"] - before.reasons[1]["buffer_session_gone"]), (0, 3), "buffered, dropped")


@check("buffer_then_drop", "BAR", "29.244 8.2.26", "3 packets buffered, the FAR set to DROP", "none is sent; 3 dropped by name")
def _(t):
    session = t.session(down_far={"action": BUFF})
    before = t.counts()
    t.down(session, 3, "buffered")
    t.n3.drain()
    session.modify(far(2, DROP, kind=10))
    same(t.n3.take(1, is_gtp(G_PDU), 0.3), [], "packets")
    same(t.counts().reasons[1]["buffer_far_drop"] - before.reasons[1]["buffer_far_drop"], 3, "dropped")


@check("drop_buffered", "BAR", "29.244 8.2.58", "3 packets buffered, DROBU with FORW", "none of them is sent; the next packet is")
def _(t):
    session = t.session(down_far={"action": BUFF})
    t.down(session, 3, "buffered")
    t.n3.drain()
    session.modify(n4.raw_ie(49, b"\x01"), far(2, FORW, kind=10))
    same(t.n3.take(1, is_gtp(G_PDU), 0.3), [], "packets")
    t.down(session, 1)


@check("notification", "BAR", "29.244 7.5.8.2", "3 packets for a FAR with BUFF and NOCP", "one downlink data report with PDR 2")
def _(t):
    session = t.session(down_far={"action": BUFF | NOCP})
    t.down(session, 3, "buffered")
    t.smf.pump(0.5)
    reports = t.smf.reports(session.seid, 1)
    same(len(reports), 1, "reports")
    same(dict(reports[0].all(83)[0])[56], b"\0\x02", "PDR")


@check("notification_again", "BAR", "29.244 5.2.3", "buffered and notified, forwarded, buffered again, a packet", "a second report")
def _(t):
    session = t.session(down_far={"action": BUFF | NOCP})
    t.down(session, 1, "buffered")
    same(len(t.smf.reports(session.seid, 1)), 1, "first reports")
    session.modify(far(2, FORW, kind=10))
    t.n3.take(1, is_gtp(G_PDU), 0.5)
    session.modify(far(2, BUFF | NOCP, kind=10))
    t.down(session, 1, "buffered")
    same(len(t.smf.reports(session.seid, 1)), 1, "second reports")


@check("bar_updated", "BAR", "29.244 7.5.4.11", "a BAR of 2 packets updated to 5", "5 are buffered")
def _(t):
    session = t.session(down_far={"action": BUFF, "bar": 1}, more=[bar(1, 2)])
    same(session.modify(bar(1, 5, kind=86)).cause, 1, "cause")
    with t.counted(1, **{"in": 7, "buffered": 5, "buffer_full": 2}):
        for number in t.fresh(7):
            t.n6.send(datagram("10.6.0.2", session.ue, number))


@check("bar_in_report_response", "BAR", "29.244 7.5.9.2", "a BAR of 2 packets, set to 5 in the answer to the downlink data report", "5 are buffered")
def _(t):
    session = t.session(down_far={"action": BUFF | NOCP, "bar": 1}, more=[bar(1, 2)])
    t.smf.quiet = True
    t.down(session, 1, "buffered")
    (report,) = t.smf.reports(session.seid, 1)
    t.smf.send(t.smf.message(57, [pfcp.IE_Cause(cause=1), bar(1, 5, kind=12)], session.up_seid, report.sequence))
    t.smf.quiet = False
    t.smf.pump(0.3)
    with t.counted(1, **{"in": 6, "buffered": 4, "buffer_full": 2}):
        for number in t.fresh(6):
            t.n6.send(datagram("10.6.0.2", session.ue, number))


@check("report_of_a_session_that_is_gone", "BAR", "29.244 7.5.9.1", "the SMF answers a report with cause 65: it has no such session", "the session is deleted, or stays and is deleted by the SMF; nothing of it is left")
def _(t):
    before = t.gauge("sessions")
    session = t.session(down_far={"action": BUFF | NOCP})
    t.smf.quiet = True
    t.down(session, 1, "buffered")
    (report,) = t.smf.reports(session.seid, 1)
    t.smf.send(t.smf.message(57, [pfcp.IE_Cause(cause=65)], session.up_seid, report.sequence))
    t.smf.quiet = False
    t.smf.pump(0.3)
    t.smf.delete(session.seid)
    t.smf.seids.pop(session.seid)
    same(t.gauge("sessions"), before, "sessions")
