#!/usr/bin/python3
"""Times a session set deletion on the real data path, natively:
    set_deletion.py FOLDER [SESSIONS]       upfd and upf.bpf.o of the folder (compile.sh, without --checked); root
While the sessions of one SMF end, another one sends heartbeats one after another, and its UE packets. Prints one line of JSON.
"""
import copy
import json
import os
import select
import statistics
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from scapy.config import conf  # noqa: E402

conf.verb = 0

from answers import parse  # noqa: E402
from checks_state import template  # noqa: E402
from lab import DOCUMENT, Lab  # noqa: E402
from n4 import ACCEPTED, node_id  # noqa: E402
from trial import Trial, Wrong, same  # noqa: E402
from wire import datagram, gpdu, numbered  # noqa: E402

WINDOW, MOST_SECONDS = 200, 120


def causes_of(smf, messages):
    """Sends them, and again those whose answer did not come within a second; the causes by hand, since there are many."""
    waiting, found = {data[12:15]: data for data in messages}, set()
    for _ in range(5):
        for data in waiting.values():
            smf.send(data)
        while waiting and select.select([smf.socket], [], [], 1)[0]:
            answer = smf.socket.recv(65536)
            if answer[1] == 51 and waiting.pop(answer[12:15], None):
                found.add(dict(parse(answer[16:]))[19][0])
        if not waiting:
            return found
    raise Wrong(f"{len(waiting)} of {len(messages)} establishments were not answered, sent 5 times")


def fill(t, count):
    """Sessions per second of one SMF that waits for the answers to its window."""
    make, begun = template(t), time.monotonic()
    for first in range(1, count + 1, WINDOW):
        causes = causes_of(t.smf, [make(number) for number in range(first, min(first + WINDOW, count + 1))])
        same(causes, {ACCEPTED}, f"causes from {first} on")
    return count / (time.monotonic() - begun)


def beat(smf):
    """Seconds until a heartbeat is answered, by the clock of the kernel."""
    sent = time.time()
    return smf.heartbeat().arrived - sent


def end(t, other, session):
    """Ends all sessions of the first SMF. (seconds, those of each heartbeat meanwhile, packets sent and arrived)."""
    ended = t.smf.message(14, [node_id(t.smf.name)])
    begun, beats, packets = time.time(), [], 0
    t.n6.drain()
    t.smf.send(ended)
    while not t.smf.pump(0.001, lambda: any(each[0].kind == 15 for each in t.smf.answers.values())):
        if time.time() - begun > MOST_SECONDS:
            raise Wrong(f"no answer to the set deletion within {MOST_SECONDS} s")
        t.n3.send(gpdu(session.teid, datagram(session.ue, "10.6.0.2", packets)))
        packets += 1
        beats.append(beat(other))
    answer = next(each[0] for each in t.smf.answers.values() if each[0].kind == 15)
    same(answer.cause, ACCEPTED, "cause of the deletion")
    return answer.arrived - begun, beats, packets, len(t.n6.take(packets, numbered()))


def measure(lab, count):
    t = Trial(lab)
    t.begin()
    other = t.other_smf()
    same(other.associate().cause, ACCEPTED, "cause of the association")
    session = t.session(smf=other)
    before = statistics.median(beat(other) for _ in range(50))
    perSecond = fill(t, count)
    same(t.gauge("sessions"), count + 1, "sessions")
    seconds, beats, sent, arrived = end(t, other, session)
    same(t.gauge("sessions"), 1, "sessions that are left")
    ms = [round(each * 1000, 1) for each in (before, statistics.median(beats), max(beats))]
    return {
        **{"sessions": count, "establishedPerSecond": round(perSecond), "seconds": round(seconds, 2)},
        **{"heartbeats": len(beats), "heartbeatMsBefore": ms[0], "heartbeatMsMedian": ms[1], "heartbeatMsMost": ms[2]},
        **{"packetsSent": sent, "packetsArrived": arrived},
    }


def main():
    folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    document = copy.deepcopy(DOCUMENT)
    document["sessions"] = document["n4"]["sessionsPerNode"] = count + 1
    document["interfaces"][2]["pools"] = ["10.0.0.0/8"] if count > 60_000 else document["interfaces"][2]["pools"]
    lab = Lab()
    try:
        lab.open()
        lab.start(os.path.join(folder, "upfd"), os.path.join(folder, "upf.bpf.o"), document)
        print(json.dumps(measure(lab, count)))
    finally:
        lab.close()


if __name__ == "__main__":
    main()
