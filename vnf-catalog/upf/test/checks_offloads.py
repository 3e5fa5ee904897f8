"""Frames that a kernel has not finished: checksums to be filled in by the card, segments to be cut by it."""
import contextlib
import socket
import struct

from lab import in_namespace
from scapy.layers.inet import TCP, UDP
from trial import check, holds, same
from wire import G_PDU, GTPU, datagram, gtp_bytes, gtp_of, is_gtp, numbered, right_checksums

UDP_SEGMENT = 103


@contextlib.contextmanager
def own_stack(t, link):
    """The side's own IP stack may send meanwhile."""
    for family in ("-4", "-6"):
        t.lab.rule(link, family, "del")
    try:
        yield
    finally:
        for family in ("-4", "-6"):
            t.lab.rule(link, family, "add")


def sender(t, link, local, kind=socket.SOCK_DGRAM):
    def make():
        made = socket.socket(socket.AF_INET6 if ":" in local else socket.AF_INET, kind)
        made.bind((local, 0))
        return made

    return in_namespace(t.lab.namespaces[link], make)


for v6 in (False, True):

    @check(f"checksum_unfinished_downlink_v{6 if v6 else 4}", "offloads", "RFC 768", "datagrams of the data network's kernel, whose checksum its card is to fill in", "in the tunnel with right checksums, octet by octet")
    def _(t, v6=v6):
        session = t.session(v6=True)
        local, to = ("fd06::2", session.ue6) if v6 else ("10.6.0.2", session.ue)
        t.n3.drain()
        with own_stack(t, "n6"), sender(t, "n6", local) as out:
            for number in range(5):
                out.sendto(b"UPF:%08d;" % number + b"x" * 700, (to, 6000))
            found = [gtp_of(each).inner for each in t.n3.take(5, is_gtp(G_PDU))]
        same([bytes(each[UDP].payload)[:13] for each in found], [b"UPF:%08d;" % number for number in range(5)], "payloads")
        holds(all(right_checksums(each) for each in found), "a wrong checksum in the tunnel")


@check("segments_uncut_downlink", "offloads", "GSO", "one send of 10 datagrams of 1,200 octets that the card is to cut (UDP_SEGMENT)", "10 datagrams in the tunnel with right checksums, in order, no octet changed")
def _(t):
    session = t.session()
    data = b"".join(b"UPF:%08d;" % number + bytes([number]) * 1187 for number in range(10))
    t.n3.drain()
    with own_stack(t, "n6"), sender(t, "n6", "10.6.0.2") as out:
        out.sendmsg([data], [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("H", 1200))], 0, (session.ue, 6000))
        found = [gtp_of(each).inner for each in t.n3.take(10, is_gtp(G_PDU))]
    same(len(found), 10, "datagrams")
    same(b"".join(bytes(each[UDP].payload) for each in found), data, "payload")
    holds(all(right_checksums(each) for each in found), "a wrong checksum in the tunnel")


@check("tcp_of_a_kernel_downlink", "offloads", "GSO", "a TCP connection attempt of the data network's kernel", "its SYN in the tunnel with a right checksum")
def _(t):
    session = t.session()
    t.n3.drain()
    with own_stack(t, "n6"), sender(t, "n6", "10.6.0.2", socket.SOCK_STREAM) as out:
        out.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            out.connect((session.ue, 80))
        found = [gtp_of(each).inner for each in t.n3.take(1, is_gtp(G_PDU))]
    holds(found and TCP in found[0], "no SYN")
    holds(right_checksums(found[0]), "a wrong checksum in the tunnel")


@check("checksum_unfinished_uplink", "offloads", "RFC 768", "G-PDUs of the gNB's kernel, whose outer checksum its card is to fill in", "the inner packets at N6 as they were")
def _(t):
    session = t.session()
    t.n6.drain()
    numbers = list(t.fresh(5))
    with own_stack(t, "n3"), sender(t, "n3", "10.3.0.2") as out:
        for number in numbers:
            inner = bytes(datagram(session.ue, "10.6.0.2", number, size=900))
            out.sendto(gtp_bytes(G_PDU, session.teid, inner), ("10.3.0.1", GTPU))
        found = t.n6.take(5, numbered())
    same(len(found), 5, "packets at N6")
    holds(all(right_checksums(each) for each in found), "a wrong checksum at N6")


@check("segments_uncut_uplink", "offloads", "GSO", "one send of 8 G-PDUs that the gNB's card is to cut", "8 inner packets at N6, or all of them dropped by name; never a damaged one")
def _(t):
    session = t.session()
    t.n6.drain()
    before = t.counts()
    parts = [gtp_bytes(G_PDU, session.teid, bytes(datagram(session.ue, "10.6.0.2", number, size=1000))) for number in t.fresh(8)]
    with own_stack(t, "n3"), sender(t, "n3", "10.3.0.2") as out:
        out.sendmsg([b"".join(parts)], [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("H", len(parts[0])))], 0, ("10.3.0.1", GTPU))
        found = t.n6.take(8, numbered())
    after = t.counts()
    after.add_up()
    holds(all(right_checksums(each) for each in found), "a wrong checksum at N6")
    if len(found) < 8:
        same(len(found), 0, "packets at N6")
        holds(sum(after.reasons[0].values()) > sum(before.reasons[0].values()), "neither forwarded nor counted as dropped")
