"""QERs: gates, rates, marking (TS 29.244 5.4, TS 38.415)."""
import time

from n4 import pdr, qer
from trial import check, holds, same
from wire import datagram, gpdu, gtp_of, numbered


@check("gate_closed_up", "QER", "29.244 8.2.7", "a QER whose uplink gate is closed, then open", "uplink dropped by name, downlink not; then both")
def _(t):
    session = t.session(up={"qers": [1]}, down={"qers": [1]}, more=[qer(1, up=1)])
    t.up(session, 2, "gate_closed")
    t.down(session)
    session.modify(qer(1, kind=14))
    t.both(session)


@check("gate_closed_down", "QER", "29.244 8.2.7", "a QER whose downlink gate is closed", "downlink dropped by name, uplink not")
def _(t):
    session = t.session(up={"qers": [1]}, down={"qers": [1]}, more=[qer(1, down=1)])
    t.down(session, 2, "gate_closed")
    t.up(session)


@check("qfi_marking", "QER", "38.415 5.5.2.1", "a QER with QFI 9", "downlink with a PDU session container of PDU type 0 and QFI 9")
def _(t):
    session = t.session(down={"qers": [1]}, more=[qer(1, qfi=9)])
    (packet,) = t.down(session, 1, qfi=9)
    gtp = gtp_of(packet)
    same((gtp.container[0] >> 4, gtp.reflective, gtp.flags & 7), (0, False, 4), "PDU type, RQI, flags of GTP-U")


@check("qfi_marking_v6", "QER", "38.415 5.5.2.1", "QFI 33 over IPv6", "downlink with QFI 33")
def _(t):
    session = t.session(gnb="fd03::2", down={"qers": [1]}, more=[qer(1, qfi=33)])
    t.down(session, 2, qfi=33)


@check("qfi_updated", "QER", "29.244 7.5.4.5", "the QFI changed from 9 to 10", "QFI 10 from then on")
def _(t):
    session = t.session(down={"qers": [1]}, more=[qer(1, qfi=9)])
    t.down(session, 1, qfi=9)
    session.modify(qer(1, qfi=10, kind=14))
    t.down(session, 2, qfi=10)


@check("reflective_qos", "QER", "38.415 5.5.3.4", "a QER with QFI 7 and RQI", "downlink with the RQI bit")
def _(t):
    session = t.session(down={"qers": [1]}, more=[qer(1, qfi=7, rqi=1)])
    (packet,) = t.down(session, 1, qfi=7)
    holds(gtp_of(packet).reflective, "no RQI")


def delivered(t, session, way, seconds, rate, dports=(5000,), size=972):
    """Bytes per second that pass when about four times `rate`, in bytes per second, is sent."""
    port, to = (t.n6, t.n3) if way == 0 else (t.n3, t.n6)
    port.drain()
    ends = (session.ue, "10.6.0.2") if way == 0 else ("10.6.0.2", session.ue)
    inner = [datagram(*ends, number, dport=dports[number % len(dports)], size=size) for number in t.fresh(10)]
    ready = [bytes(gpdu(session.teid, each) if way == 0 else each) for each in inner]
    sent, begun = 0, time.monotonic()
    while (now := time.monotonic() - begun) < seconds:
        if sent * (size + 28) > now * rate * 4:
            time.sleep(0.001)
            continue
        for each in ready:
            to.send(each)
        sent += len(ready)
    time.sleep(0.2)
    passed = sum(size + 28 for each in port.drain() if numbered()(each))
    return passed / seconds, sent * (size + 28) / seconds


for way, name in ((0, "up"), (1, "down")):

    @check(f"mbr_{name}", "QER", "29.244 8.2.8", f"four times as much {name}link as an MBR of 2 Mbit/s for 2 s", "between 85 and 120 % of 2 Mbit/s passes; the rest is dropped by name")
    def _(t, way=way, name=name):
        session = t.session(up={"qers": [1]}, down={"qers": [1]}, more=[qer(1, mbr=(2000, 2000))])
        before = t.counts()
        passed, sent = delivered(t, session, way, 2.0, 250_000)
        share = passed * 8 / 2e6
        holds(0.85 <= share <= 1.2, f"{share:.2f} of the MBR passed, {sent * 8 / 1e6:.1f} Mbit/s sent")
        after = t.counts()
        holds(after.reasons[way]["mbr_exceeded"] > before.reasons[way]["mbr_exceeded"], "nothing was counted as mbr_exceeded")


@check("mbr_absent", "QER", "29.244 7.5.2.5", "a QER without MBR, 200 packets at once both ways", "all of them forwarded")
def _(t):
    t.both(t.session(up={"qers": [1]}, down={"qers": [1]}, more=[qer(1)]), 200)


@check("mbr_zero", "QER", "29.244 8.2.8", "an MBR of 0 up, 1 Gbit/s down", "nothing up, dropped by name; all down")
def _(t):
    session = t.session(up={"qers": [1]}, down={"qers": [1]}, more=[qer(1, mbr=(0, 1_000_000))])
    t.up(session, 2, "mbr_zero")
    t.down(session)


@check("session_ambr", "QER", "29.244 5.4.3", "two PDRs, each with a QER of its own and one of the session with 1 Mbit/s", "both flows together get no more than that")
def _(t):
    ue = t.ue()
    rules = t.rules(ue, 0x2600, "10.3.0.2", up={"qers": [1, 9], "tunnel": ("choose", 1), "filters": ["permit out 17 from any 5000 to assigned"], "precedence": 50}, more=[qer(1), qer(2), qer(9, mbr=(1000, 1000))])
    rules.append(pdr(3, precedence=100, removal=0, far=1, side=0, tunnel=("choose", 1), instance="access", ue=ue, qers=[2, 9]))
    session = t.session(ue=ue, rules=rules)
    passed, _ = delivered(t, session, 0, 2.0, 125_000, (5000, 5001))
    share = passed * 8 / 1e6
    holds(0.85 <= share <= 1.25, f"{share:.2f} of the session AMBR passed")
