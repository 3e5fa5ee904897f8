"""upfd itself: its control socket, what a new document changes while it runs, the delay of a BAR."""
import json
import os
import subprocess
import time

import n4
from n4 import BUFF, NOCP, bar, far
from lab import run
from trial import check, holds, same
from wire import datagram, gpdu, numbered


def reload(t, document):
    path = os.path.join(t.lab.folder, "other.json")
    with open(path, "w") as file:
        json.dump(document, file)
    return json.loads(t.lab.ask(f"reload {path}"))


@check("reload_of_limits", "control", "upfd reload", "a document with 2 buffered packets per session, and one in which nobody else may speak N4", "both in force at once; with the first document as before", alone=True)
def _(t):
    document = t.document()
    document["buffer"]["packetsPerSession"] = 2
    document["n4"]["allow"] = ["10.4.0.2/32"]
    same(reload(t, document), {"ok": True}, "answer")
    session = t.session(down_far={"action": BUFF})
    with t.counted(1, **{"in": 3, "buffered": 2, "buffer_full": 1}):
        for number in t.fresh(3):
            t.n6.send(datagram("10.6.0.2", session.ue, number))
    other = t.other_smf()
    holds(other.ask(1, [], seconds=0.3) is None, "somebody who may not speak is answered")
    same(reload(t, t.document()), {"ok": True}, "answer to the first document")
    holds(other.heartbeat() is not None, "no answer to somebody who may speak again")


@check("reload_refused", "control", "upfd reload", "a document with another number of sessions, one without N6, one that is no JSON", "each refused by its name, and nothing has changed", alone=True)
def _(t):
    session = t.session()
    more, less = t.document(), t.document()
    more["sessions"] += 1
    more["buffer"]["packetsPerSession"] = 1
    less["interfaces"].pop()
    for document, name in ((more, "sessions"), (less, "interfaces"), ("nothing", "")):
        answer = reload(t, document)
        holds(name in answer.get("error", ""), f"the answer is {answer}")
    t.both(session)
    waiting = t.session(down_far={"action": BUFF})
    t.down(waiting, 2, "buffered")


@check("leave_and_return", "control", "upfd leave", "upfd told to leave, packets while it is away, upfd started again", "it ends with code 0; packets pass all the while, and the session can be modified then", alone=True)
def _(t):
    session = t.session()
    same(json.loads(t.lab.ask("leave")), {"ok": True}, "answer")
    same(t.lab.daemon.wait(10), 0, "exit code")
    t.n6.drain()
    for number in t.fresh(3):
        t.n3.send(gpdu(session.teid, datagram(session.ue, "10.6.0.2", number)))
    same(len(t.n6.take(3, numbered())), 3, "packets at N6 while upfd is away")
    t.lab.start(t.lab.program, t.lab.objects, keep_log=True)
    t.both(session)
    same(session.modify(far(2, n4.DROP, kind=10)).cause, 1, "cause of a modification")


@check("n4_address_of_several", "N4", "29.244 8.2.37", "two more IPv6 addresses of N4's link, one of them given last and lower in nothing but time; upfd started again", "it speaks from the lowest one, as before", alone=True)
def _(t):
    more = ("fd04::7", "fd04::5")
    for address in more:
        subprocess.run(["ip", "-n", t.lab.upf, "address", "add", f"{address}/64", "dev", "n4", "nodad"], check=True)
    try:
        t.restart(t.document())
        other = t.other_smf("fd04::2")
        same(other.associate().cause, 1, "cause of the association")
        session = t.session(smf=other)
        same(session.answer.get(57)[9:], bytes.fromhex("fd04" + "0" * 26 + "01"), "address of the UPF's F-SEID")
        other.release()
        other.seids.clear()
    finally:
        for address in more:
            subprocess.run(["ip", "-n", t.lab.upf, "address", "del", f"{address}/64", "dev", "n4"], check=True)


@check("session_file_damaged", "state", "state over restarts", "upfd killed, an octet of a session in its file changed, upfd started again", "it begins without sessions, keeps the file aside and says so; nothing of the session passes, and a new one does", alone=True)
def _(t):
    session = t.session()
    t.lab.kill()
    path = os.path.join(t.lab.folder, "upf", "sessions")
    with open(path, "r+b") as file:
        data = file.read()
        at = data.index(t.smf.f_seid(session.seid).seid.to_bytes(8, "little"))
        file.seek(at)
        file.write(bytes([data[at] ^ 0xFF]))
    t.lab.start(t.lab.program, t.lab.objects, keep_log=True)
    same((t.gauge("sessions"), t.counter("session_files_set_aside")), (0, 1), "sessions and files set aside")
    holds(os.path.exists(f"{path}.damaged"), "the damaged file is not kept")
    t.smf.seids.clear()
    with t.counted(0, **{"in": 1, "teid_unknown": 1}):
        t.n3.send(gpdu(session.teid, datagram(session.ue, "10.6.0.2", 1)))
    t.begin()
    t.both(t.session())


@check("forwards_once_it_listens", "traffic", "29.244 5.2.1", "upfd started where the kernel does not forward yet, as at the boot of a guest; packets at once", "all are forwarded, of both families", alone=True)
def _(t):
    knobs = ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding")
    try:
        for knob in knobs:
            t.lab._sysctl(t.lab.upf, f"{knob}=0")
        t.restart(t.document())
        session = t.session(v6=True)
        t.both(session)
        t.both(session, v6=True)
    finally:
        for knob in knobs:
            t.lab._sysctl(t.lab.upf, f"{knob}=1")


@check("waits_for_neighbours", "traffic", "RFC 1122 2.3.2.2", "10 packets up and 10 down, each time when the UPF knows no neighbour of its links, of both families", "all arrive in their order", alone=True)
def _(t):
    session = t.session(v6=True)
    for v6 in (False, True):
        for way in (t.up, t.down):
            for link in ("n3", "n6"):
                for family in ("-4", "-6"):
                    run("ip", "-n", t.lab.upf, family, "neighbour", "flush", "dev", link)
            way(session, 10, v6=v6)


@check("control_refuses", "control", "upfd.sock", "a command that is none, a trace of nobody, a trace of no packets", "an error each that says what is wanted")
def _(t):
    for line in ("dance", "trace 10.99.99.99 3", "trace 0x1 0"):
        if t.lab.ask_command is None:
            holds(json.loads(t.lab.ask(line)).get("error"), f"no error for {line!r}")


@check("notification_after_the_delay", "BAR", "29.244 8.2.28", "BUFF and NOCP with a BAR of 500 ms delay, 3 packets", "no report for 0.4 s, then one")
def _(t):
    session = t.session(down_far={"action": BUFF | NOCP, "bar": 1}, more=[bar(1, delay=10)])
    begun = time.monotonic()
    t.down(session, 3, "buffered")
    holds(t.smf.pump(2, lambda: any(each.kind == 56 for each in t.smf.requests)), "no report")
    waited = time.monotonic() - begun
    holds(waited >= 0.4, f"a report after {waited:.2f} s")
    t.smf.pump(0.6)
    same(len(t.smf.reports(session.seid, 1)), 1, "reports")
