"""State over restarts, traces, many sessions, and bad input to a UPF that has to go on (TS 29.244 6.2, 7.6, 19A)."""
import copy
import random
import signal
import struct
import subprocess
import time

import n4
from n4 import far, node_id, pdr, raw_ie
from trial import Wrong, check, holds, same
from wire import datagram, gpdu, gtp_bytes, numbered

KILLED, RULE = -signal.SIGKILL, 73


@check("trace", "state", "vnf trace", "a trace of 2 packets of a session by its UE's address, 3 packets", "two lines of JSON or a list, with PDR 1 and FAR 1")
def _(t):
    session = t.session()
    asked = ask_in_background(t, f"trace {session.ue} 2")
    time.sleep(0.3)
    t.up(session, 3)
    text = asked()
    holds('"pdr":1' in text.replace(" ", "") and '"far":1' in text.replace(" ", ""), f"the trace says {text[:300]!r}")


def ask_in_background(t, line):
    import threading

    answer = []
    thread = threading.Thread(target=lambda: answer.append(t.lab.ask(line)), daemon=True)
    thread.start()

    def join():
        thread.join(20)
        holds(answer, f"no answer to {line!r}")
        return answer[0]

    return join


@check("agent_killed_data_path_goes_on", "state", "state over restarts", "upfd killed, packets while it is away, upfd started again", "packets pass all the while; the session can be modified and deleted then", alone=True)
def _(t):
    session = t.session()
    t.both(session)
    same(t.lab.kill(), KILLED, "exit code")
    t.n6.drain()
    for number in t.fresh(5):
        t.n3.send(gpdu(session.teid, datagram(session.ue, "10.6.0.2", number)))
    same(len(t.n6.take(5, numbered())), 5, "packets at N6 while upfd is away")
    t.lab.start(t.lab.program, t.lab.objects, keep_log=True)
    t.both(session)
    t.associate_if_needed()
    same(session.modify(far(2, n4.DROP, kind=10)).cause, 1, "cause of a modification")
    t.down(session, 2, "far_drop")


@check("agent_killed_counts_go_on", "state", "state over restarts", "upfd killed and started", "counters and a URR's usage as before", alone=True)
def _(t):
    session = t.session(up={"urrs": [1]}, more=[n4.urr(1)])
    t.up(session, 4)
    before = t.counts()
    t.lab.kill()
    t.lab.start(t.lab.program, t.lab.objects, keep_log=True)
    same(t.counts().into, before.into, "packets in")
    t.associate_if_needed()
    (usage,) = session.modify(n4.remove(77, 1)).usage()
    same(usage.up, 240, "volume up")


@check("recycled_ids_after_restart", "state", "state over restarts", "a session, upfd killed and started, 20 more sessions", "no TEID or SEID is given twice", alone=True)
def _(t):
    session = t.session()
    t.lab.kill()
    t.lab.start(t.lab.program, t.lab.objects, keep_log=True)
    t.associate_if_needed()
    more = [t.session() for _ in range(20)]
    holds(session.teid not in {each.teid for each in more}, "the TEID was given again")
    holds(session.up_seid not in {each.up_seid for each in more}, "the SEID was given again")
    t.both(session)


@check("new_recovery_after_restart", "state", "29.244 19A", "heartbeats before and after a restart of upfd", "the recovery time stamp stays where sessions were resumed, or the sessions are gone", alone=True)
def _(t):
    session = t.session()
    before = t.smf.heartbeat().get(96)
    time.sleep(1.1)
    t.lab.kill()
    t.lab.start(t.lab.program, t.lab.objects, keep_log=True)
    after = t.smf.heartbeat().get(96)
    if before == after:
        t.both(session)
    else:
        same(t.gauge("sessions"), 0, "sessions under a new recovery time stamp")


@check("graceful_stop", "state", "29.244 6.2.8", "upfd is told to stop", "it asks the SMF to release the association, and ends with code 0", alone=True)
def _(t):
    t.session()
    t.lab.daemon.send_signal(signal.SIGTERM)
    asked = t.smf.pump(8, lambda: any(each.kind in (7, 9) for each in t.smf.requests))
    holds(asked, "no association update or release from the UPF")
    t.smf.pump(0.5)
    t.smf.release_if_open = False
    try:
        t.smf.ask(9, [node_id(t.smf.name)], seconds=1)
        code = t.lab.daemon.wait(15)
    except subprocess.TimeoutExpired:
        code = "still running after 15 s"
    t.lab.start(t.lab.program, t.lab.objects, keep_log=True)
    t.begin()
    same(code, 0, "exit code")


@check("upf_sends_heartbeats", "N4", "29.244 6.2.2", "an association, heartbeats every second configured", "at least two heartbeats of the UPF in 4 s, with one recovery time stamp", alone=True)
def _(t):
    document = t.document()
    document["n4"]["heartbeatSeconds"] = 1
    t.restart(document)
    t.smf.pump(4, lambda: sum(each.kind == 1 for each in t.smf.requests) >= 2)
    stamps = [each.get(96) for each in t.smf.requests if each.kind == 1]
    holds(len(stamps) >= 2, f"{len(stamps)} heartbeats")
    same(len(set(stamps)), 1, "different recovery time stamps")


@check("upf_sets_up_association", "N4", "29.244 6.2.6.3", "10.4.0.3 configured as a peer", "the UPF asks it for an association; a session can be made then", alone=True)
def _(t):
    document = t.document()
    document["n4"]["peers"] = ["10.4.0.3"]
    other = t.other_smf()
    t.restart(document)
    holds(other.pump(6, lambda: any(each.kind == 5 for each in other.requests)), "no association setup request")
    other.pump(0.3)
    t.both(t.session(smf=other))


@check("many_sessions", "state", "sizing", "500 sessions, then all deleted", "gauges of sessions, PDRs, TEIDs, memory and the data path's tables as before")
def _(t):
    before = table(t)
    sessions = [t.session(ue=f"10.60.{100 + number // 250}.{number % 250 + 1}") for number in range(500)]
    same(t.gauge("sessions"), before["sessions"] + 500, "sessions")
    t.both(sessions[0], 1)
    t.both(sessions[499], 1)
    for session in sessions:
        t.smf.delete(session.seid)
        t.smf.seids.pop(session.seid)
    same(table(t), before, "gauges")


def table(t):
    gauges = t.lab.status()["gauges"]
    return {name: gauges[name] for name in ("sessions", "pdrs", "teids", "session_memory_used_bytes", "data_path_sessions", "data_path_teids", "data_path_ue_routes")}


def template(t):
    """An establishment whose sequence number, SEID, and addresses are set by hand: 20,000 of them by scapy take a minute."""
    ue, teid = "10.60.77.77", 0x0BADCAFE
    message = bytearray(t.smf.message(50, [node_id(), t.smf.f_seid(0x1122334455667788), *t.rules(ue, teid, "10.3.0.2")], 0, 0))
    marks = {"ue": bytes((10, 60, 77, 77)), "teid": struct.pack("!I", teid), "seid": struct.pack("!Q", 0x1122334455667788)}
    places = {name: [at for at in range(len(message)) if message[at : at + len(mark)] == mark] for name, mark in marks.items()}

    def make(number):
        out = bytearray(message)
        struct.pack_into("!I", out, 12, number << 8)
        for at in places["ue"]:
            out[at + 1 : at + 4] = bytes((61 + number // 65536, number // 256 % 256, number % 256))
        for at in places["seid"]:
            struct.pack_into("!Q", out, at, 0x9_0000_0000 + number)
        return bytes(out)

    return make


@check("20000_sessions_at_once", "bad input", "sizing", "20,000 establishments as fast as they are answered, windows of 200, and 10 more than the table holds", "all within the table are accepted, the others refused with cause 75; deleted, everything is as at the start")
def _(t):
    before, memory = table(t), t.lab.memory_kib()
    make, accepted, causes = template(t), [], {}
    most = 20010 - before["sessions"]
    for first in range(1, most + 1, 200):
        numbers = range(first, min(first + 200, most + 1))
        for answer in burst(t, [make(number) for number in numbers]):
            causes[answer.cause] = causes.get(answer.cause, 0) + 1
            if answer.cause == 1:
                accepted.append(answer.up_seid)
    same(t.gauge("sessions"), before["sessions"] + len(accepted), "sessions")
    delete_all(t, accepted)
    same(causes, {1: 20000 - before["sessions"], 75: 10}, "causes")
    same(table(t), before, "gauges after the deletion")
    grown = t.lab.memory_kib() - memory
    holds(grown < 16384, f"upfd has grown by {grown} KiB")
    t.both(t.session())


def burst(t, messages):
    """Sends them at once, and again what was not answered, as an SMF does; the answers, one of each."""
    waiting = {int.from_bytes(data[12:15], "big"): data for data in messages}
    found = {}

    def done():
        # Answers to repetitions of an earlier burst may still come.
        for sequence in [each for each in waiting if each in t.smf.answers]:
            found[sequence] = t.smf.answers[sequence][0]
            del waiting[sequence]
        return not waiting

    t.smf.answers.clear()
    for _ in range(5):
        for data in list(waiting.values()):
            t.smf.send(data)
        if t.smf.pump(3, done):
            return found.values()
    raise Wrong(f"{len(waiting)} of {len(messages)} requests were not answered, sent 5 times")


def delete_all(t, seids):
    for first in range(0, len(seids), 200):
        part = enumerate(seids[first : first + 200])
        burst(t, [t.smf.message(54, [], seid, 0x800000 + first + place) for place, seid in part])
    t.smf.answers.clear()


def survives(t, session):
    holds(t.smf.heartbeat() is not None, "no answer to a heartbeat")
    t.both(session, 1)


@check("error_path_then_delete", "bad input", "29.244 7.5.3", "500 establishments that are refused, each at another element", "tables and memory as at the start")
def _(t):
    before, memory = table(t), t.lab.memory_kib()
    good = t.rules("10.60.200.1", 7, "10.3.0.2")
    bad = [pdr(9, far=1, side=0, tunnel="choose", instance="nowhere"), far(9, n4.FORW), raw_ie(6, b"\0\x51\0\x04\0\0\0\x01"), pdr(8, far=77, side=0), raw_ie(1, b"\0\x38")]
    for number in range(500):
        _, answer = t.smf.establish([*good, bad[number % len(bad)]])
        holds(answer is not None and answer.cause != 1, f"cause {answer and answer.cause} of refusal {number}")
    same(table(t), before, "gauges")
    grown = t.lab.memory_kib() - memory
    holds(grown < 4096, f"upfd has grown by {grown} KiB")


def hostile(name, clause, sends, make):
    @check(name, "bad input", clause, sends, "no crash, sessions as before, the next heartbeat and packets are answered")
    def _(t):
        session = t.session()
        before = table(t)
        for data in make(t, session):
            t.smf.send(data)
        t.smf.pump(0.3)
        same(table(t), before, "gauges")
        survives(t, session)


def nested(size):
    """Groups within groups, as deep as that many octets allow."""
    data = b""
    while len(data) + 4 <= size:
        data = struct.pack("!HH", 1 if len(data) % 8 else 2, len(data)) + data
    return data


def establishment(t, body):
    return [t.smf.message(50, [node_id(), t.smf.f_seid(950), n4.Raw(body)], 0)]


hostile("nested_groups", "29.244 8.1.1", "an establishment of 60,000 octets of nested groups (all that a datagram holds)", lambda t, s: establishment(t, nested(60000)))
hostile("nested_groups_1_mib", "29.244 8.1.1", "18 such messages, more than 1 MiB, one after the other", lambda t, s: [each for _ in range(18) for each in establishment(t, nested(60000))])
hostile("zero_length_elements", "29.244 8.1.1", "an establishment in which each known element has no octets", lambda t, s: [each for kind in range(1, 180) for each in establishment(t, struct.pack("!HH", kind, 0))])
hostile("group_longer_than_message", "29.244 8.1.1", "a Create PDR whose length is beyond the message", lambda t, s: establishment(t, b"\0\x01\xff\xff\0\x38\0\x02\0\x01"))
hostile("message_length_too_long", "29.244 7.2.2", "a header whose length is beyond the datagram", lambda t, s: [b"\x20\x01\xff\xff\0\0\x01\0"])
hostile("message_length_too_short", "29.244 7.2.2", "a header whose length is 0", lambda t, s: [b"\x21\x32\0\0" + b"\0" * 30])
hostile("empty_datagrams", "29.244 7.2.2", "datagrams of 0 to 15 octets", lambda t, s: [b"\x21\x32\0\x0c\0\0\0\0\0\0\0\0\0\0\x01\0"[:size] for size in range(16)])
hostile("seid_zero", "29.244 7.2.2.4.2", "modification and deletion with SEID 0, and without a SEID at all", lambda t, s: [t.smf.message(52, [], 0), t.smf.message(54, [], 0), t.smf.message(54, []), t.smf.message(52, [])])
hostile("unbounded_urrs", "29.244 7.5.2.4", "an establishment with 2,000 URRs", lambda t, s: establishment(t, b"".join(bytes(each) for each in [*t.rules(t.ue(), 8, "10.3.0.2"), *(n4.urr(number) for number in range(1, 2001))])))
hostile("unbounded_filters", "29.244 7.5.2.2", "a PDR with 1,000 SDF filters", lambda t, s: establishment(t, bytes(pdr(1, far=1, side=0, tunnel="choose", filters=["permit out ip from any to assigned"] * 1000))))
hostile("long_filter", "29.244 8.2.5", "an SDF filter of 50,000 octets", lambda t, s: establishment(t, bytes(pdr(1, far=1, side=0, tunnel="choose", filters=["permit out 17 from any " + "1," * 25000 + "2 to assigned"]))))
hostile("responses_as_requests", "29.244 6.4", "every type of message with an empty body, to no session", lambda t, s: [t.smf.message(kind, [], seid) for kind in range(0, 256) for seid in (None, 0) if kind not in (5, 9, 14)])


def mutated(t, session):
    """The same on each run."""
    dice = random.Random(29244)
    base = [
        t.smf.message(50, [node_id(), t.smf.f_seid(951), *t.rules("10.60.201.1", 7, "10.3.0.2", more=[n4.urr(1, triggers=n4.VOLTH, threshold=(1000,)), n4.qer(1, qfi=9), n4.bar(1, 5)])], 0),
        t.smf.message(52, [n4.urr(9, kind=13), far(2, n4.FORW, side=0, tunnel=(9, "10.3.0.3"), kind=10)], 0x7FFF_FFFF_FFFF),
    ]
    for _ in range(1000):
        data = bytearray(dice.choice(base))
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(16, len(data))] = dice.randrange(256)
        yield bytes(data)


@check("mutated_messages", "bad input", "29.244 7.6", "1,000 messages with 1 to 4 octets changed", "each answered or ignored; those that were accepted deleted, everything is as before")
def _(t):
    session = t.session()
    before = table(t)
    accepted = []
    for data in mutated(t, session):
        answer = t.smf.exchange(copy.copy(data), 0.05)
        if answer is not None and answer.kind == 51 and answer.cause == 1:
            t.smf.ask(54, [], answer.up_seid)
            accepted.append(answer)
    same(table(t), before, f"gauges after {len(accepted)} accepted ones were deleted")
    survives(t, session)


@check("mutated_packets", "bad input", "29.281 5.1", "2,000 G-PDUs with 1 to 4 octets changed from GTP-U on", "in = forwarded + buffered + dropped, and the next packets pass")
def _(t):
    session = t.session()
    dice = random.Random(29281)
    base = gtp_bytes(255, session.teid, bytes(datagram(session.ue, "10.6.0.2", 1)), 0x34, b"\0\0\0\x85\x01\x10\x09\0")
    before = t.counts()
    for _ in range(2000):
        data = bytearray(base)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        t.n3.send(gpdu(0, None, raw=bytes(data)))
    after = t.counts()
    after.add_up()
    holds(after.into[0] > before.into[0], "nothing was counted")
    survives(t, session)


@check("log_is_bounded", "bad input", "log", "2,000 malformed messages at once", "fewer than 100 lines more in the log")
def _(t):
    if not t.lab.native:
        return
    before = t.lab.log().count("\n")
    for _ in range(2000):
        t.smf.send(b"\x21\x32\0\x0c\0\0\0\0\0\0\0\0\0\0\x01")
    holds(t.smf.heartbeat() is not None, "no answer to a heartbeat")
    lines = t.lab.log().count("\n") - before
    holds(lines < 100, f"{lines} lines")
