"""What checks are made of: an associated SMF, sessions, packets both ways, and counts that must be equal by hand."""
import collections
import contextlib
import time

import n4
from n4 import ACCEPTED, Smf
from wire import G_PDU, Port, datagram, gpdu, gtp_of, main_address, numbered

Check = collections.namedtuple("Check", "name feature clause sends expects run alone")
CHECKS = []


def check(name, feature, clause, sends, expects, alone=False):
    """`alone`: it stops or starts the UPF, so it needs a native one."""

    def add(run):
        CHECKS.append(Check(name, feature, clause, sends, expects, run, alone))
        return run

    return add


class Wrong(Exception):
    pass


def same(found, expected, what):
    if found != expected:
        raise Wrong(f"{what}: {found!r}, and not {expected!r}")


def holds(truth, what):
    if not truth:
        raise Wrong(what)


class Counts:
    """The data path's counters of one status, by direction 0 up and 1 down."""

    def __init__(self, status):
        numbers = {**status["gauges"], **status["counters"]}
        ways = ("up", "down")
        self.into = [numbers[f"{way}_in_packets"] for way in ways]
        self.forwarded = [numbers[f"{way}_forwarded_packets"] for way in ways]
        self.dropped = [numbers[f"{way}_dropped_packets"] for way in ways]
        self.buffered = [numbers[f"{way}_buffered_packets"] for way in ways]
        self.reasons = [collections.Counter(), collections.Counter()]
        for way, name in enumerate(ways):
            for reason, each in status["labelled"].get(f"{name}dropreason", {}).items():
                self.reasons[way][reason] = each["packets"]

    def add_up(self):
        for way, name in enumerate(("up", "down")):
            parts = self.forwarded[way] + self.buffered[way] + sum(self.reasons[way].values())
            same(parts, self.into[way], f"{name}: forwarded + buffered + each reason of drops, against packets in")
            same(self.dropped[way], sum(self.reasons[way].values()), f"{name}: dropped, against the sum of its reasons")


def between(before, after, way):
    """What one direction has counted: a Counter of in, forwarded, buffered and reasons."""
    found = collections.Counter({"in": after.into[way] - before.into[way]})
    found["forwarded"] = after.forwarded[way] - before.forwarded[way]
    found["buffered"] = after.buffered[way] - before.buffered[way]
    for reason in after.reasons[way]:
        found[reason] = after.reasons[way][reason] - before.reasons[way][reason]
    return {key: value for key, value in found.items() if value}


class Session:
    def __init__(self, smf, seid, answer, ue, ue6, gnb, down_teid):
        self.smf, self.seid, self.answer, self.ue, self.ue6 = smf, seid, answer, ue, ue6
        self.gnb, self.down_teid = gnb, down_teid
        created = [each["fteid"] for each in answer.created().values() if "fteid" in each]
        self.teid = created[0][0] if created else None

    @property
    def up_seid(self):
        return self.smf.seids[self.seid]

    def modify(self, *rules):
        return self.smf.modify(self.seid, rules)


class Trial:
    def __init__(self, lab):
        self.lab = lab
        self.n3, self.n9, self.n6 = (Port(lab, link) for link in ("n3", "n9", "n6"))
        self.smf = Smf(lab)
        self.next = 0
        self.numbers = 0
        self.open_sessions = []
        self.smfs = [self.smf]

    def begin(self):
        same(self.smf.associate().cause, ACCEPTED, "cause of the association")

    def counts(self):
        return Counts(self.lab.status())

    def gauge(self, name):
        return self.lab.status()["gauges"][name]

    def counter(self, name):
        return self.lab.status()["counters"][name]

    def other_smf(self, address="10.4.0.3", name=None):
        found = Smf(self.lab, address, name)
        self.smfs.append(found)
        return found

    def clean(self):
        """After each check: nothing of it is left, and the counts add up."""
        for session in self.open_sessions:
            if session.seid in session.smf.seids:
                session.smf.delete(session.seid)
        self.open_sessions = []
        for smf in self.smfs[1:]:
            smf.close()
        self.smfs = [self.smf]
        self.smf.quiet = False
        self.smf.requests = []
        for port in (self.n3, self.n9, self.n6):
            port.drain()
        self.counts().add_up()
        left = self.gauge("sessions")
        if left:
            # The next check is not to suffer from it.
            self.smf.release()
            self.begin()
            self.smf.seids.clear()
        same(left, 0, "sessions that the check has left")

    def number(self):
        self.next = self.next % 200 + 1
        return self.next

    def ue(self):
        return f"10.60.1.{self.number()}"

    def rules(self, ue, down_teid, gnb, up=None, down=None, up_far=None, down_far=None, more=()):
        """Two PDRs and two FARs, 1 for the way up and 2 for the way down; the dictionaries change parts of them."""
        return [
            n4.pdr(1, **{"removal": 0, "far": 1, "side": 0, "tunnel": "choose", "instance": "access", "ue": ue, **(up or {})}),
            n4.pdr(2, **{"far": 2, "side": 1, "instance": "internet", "ue": ue, **(down or {})}),
            n4.far(1, **{"side": 1, "instance": "internet", **(up_far or {})}),
            n4.far(2, **{"side": 0, "instance": "access", "tunnel": (down_teid, gnb), **(down_far or {})}),
            *more,
        ]

    def session(self, ue=None, gnb="10.3.0.2", smf=None, v6=False, rules=None, **parts):
        """A session that was accepted; it is deleted after the check."""
        number = self.number()
        ue4 = ue if isinstance(ue, str) else f"10.60.1.{number}"
        ue6 = f"2001:db8:60:{number:x}::1" if v6 else None
        down_teid = 0x1000 + number
        smf = smf or self.smf
        rules = rules or self.rules((ue4, ue6) if v6 else ue4, down_teid, gnb, **parts)
        seid, answer = smf.establish(rules)
        holds(answer is not None, "the establishment was not answered")
        same((answer.cause, answer.offending), (ACCEPTED, None), "cause and offending IE of the establishment")
        session = Session(smf, seid, answer, ue4, ue6, gnb, down_teid)
        self.open_sessions.append(session)
        return session

    def refused(self, rules, cause, offending=None, failed=None):
        before = self.gauge("sessions")
        seid, answer = self.smf.establish(rules)
        if answer is not None and answer.cause == ACCEPTED:
            self.smf.delete(seid)
        holds(answer is not None, "the establishment was not answered")
        self._same_refusal(answer, cause, offending, failed)
        same(self.gauge("sessions"), before, "sessions after a refused establishment")

    def refused_change(self, session, rules, cause, offending=None, failed=None):
        answer = session.modify(*rules)
        holds(answer is not None, "the modification was not answered")
        self._same_refusal(answer, cause, offending, failed)

    def _same_refusal(self, answer, cause, offending, failed):
        same((answer.cause, answer.offending), (cause, offending), "cause and offending IE")
        if failed is not None:
            same(answer.failed_rule, failed, "failed rule (kind, id)")

    def fresh(self, count):
        first = self.numbers
        self.numbers += count
        return range(first, first + count)

    @contextlib.contextmanager
    def counted(self, way, **expected):
        """Exactly these counts in one direction, and none in the other."""
        before = self.counts()
        yield
        wanted = {key: value for key, value in expected.items() if value}
        until = time.monotonic() + 2
        while between(before, after := self.counts(), way) != wanted and time.monotonic() < until:
            time.sleep(0.02)
        same(between(before, after, way), wanted, f"counted {'down' if way else 'up'}")
        same(between(before, after, 1 - way), {}, f"counted {'up' if way else 'down'}")

    def expected(self, becomes, count):
        return {"in": count, becomes: count}

    def up(self, session, count=3, becomes="forwarded", v6=False, to=None, at=None, teid=None, tunnel=None, packets=None, **fields):
        """Packets of a UE; answers those that arrived at N6 (or at the port `at`), after they were compared."""
        to = to or main_address("n6", v6)
        source = fields.pop("source", session.ue6 if v6 else session.ue)
        port = at or self.n6
        port.drain()
        numbers = list(self.fresh(count))
        inner = packets or [datagram(source, to, number, **fields) for number in numbers]
        found = []
        with self.counted(0, **self.expected(becomes, len(inner))):
            for each in inner:
                self.n3.send(gpdu(session.teid if teid is None else teid, each, **(tunnel or {})))
            if becomes == "forwarded" and at is None:
                found = port.take(len(inner), numbered(to=to))
                same([bytes(each) for each in found], [bytes(hop(each)) for each in inner], "packets at N6, a hop less")
        if becomes != "forwarded":
            same([bytes(each) for each in port.drain() if numbered()(each)], [], "packets that arrived all the same")
        return found

    def down(self, session, count=3, becomes="forwarded", v6=False, qfi=None, at=None, teid=None, packets=None, to_gnb=None, **fields):
        """Packets to a UE; answers the G-PDUs that arrived at the gNB."""
        to = fields.pop("to", session.ue6 if v6 else session.ue)
        source = fields.pop("source", main_address("n6", v6))
        port = at or self.n3
        port.drain()
        inner = packets or [datagram(source, to, number, **fields) for number in self.fresh(count)]
        found = []
        with self.counted(1, **self.expected(becomes, len(inner))):
            for each in inner:
                self.n6.send(each)
            if becomes == "forwarded":
                found = port.take(len(inner), lambda each: gtp_of(each) is not None and gtp_of(each).kind == G_PDU)
                gtps = [gtp_of(each) for each in found]
                same([each.body for each in gtps], [bytes(hop(each)) for each in inner], "packets in the tunnel, a hop less")
                same({each.teid for each in gtps}, {session.down_teid if teid is None else teid}, "TEIDs")
                same({each.qfi for each in gtps}, {qfi}, "QFIs")
                same({each.dst for each in found}, {to_gnb or session.gnb}, "gNBs")
        if becomes != "forwarded":
            same([each for each in port.drain() if gtp_of(each) is not None and gtp_of(each).kind == G_PDU], [], "G-PDUs that arrived all the same")
        return found

    def both(self, session, count=3, **fields):
        self.up(session, count, **fields)
        self.down(session, count, **fields)


def hop(packet):
    """The same after a router."""
    again = packet.copy()
    if packet.version == 6:
        again.hlim = packet.hlim - 1
    else:
        again.ttl = packet.ttl - 1
        del again.chksum
    return again.__class__(bytes(again))
