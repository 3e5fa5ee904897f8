"""GTP-U beside G-PDUs, and G-PDUs that are odd or wrong (TS 29.281)."""
import struct
import time

from scapy.layers.inet import ICMP, IP, UDP, fragment
from scapy.layers.inet6 import ICMPv6PacketTooBig
from scapy.packet import Raw
from trial import check, holds, same
from wire import (
    ECHO_REQUEST, ECHO_RESPONSE, ERROR_INDICATION, G_PDU, SUPPORTED_HEADERS, datagram, gpdu, gtp_bytes, gtp_of, ip, is_gtp, main_address, numbered,
)


def from_gnb(data, v6=False, source=None, sport=2152):
    return ip(source or main_address("n3", v6), main_address("n3", v6, "1")) / UDP(sport=sport, dport=2152) / Raw(data)


for v6 in (False, True):

    @check(f"echo_v{6 if v6 else 4}", "GTP-U path", "29.281 7.2.2", "an echo request with sequence number 4711", "an echo response with 4711 and a recovery of 0")
    def _(t, v6=v6):
        t.n3.drain()
        t.n3.send(from_gnb(gtp_bytes(ECHO_REQUEST, 0, flags=0x32, options=struct.pack("!HBB", 4711, 0, 0)), v6))
        found = t.n3.take(1, is_gtp(ECHO_RESPONSE))
        holds(found, "no echo response")
        gtp = gtp_of(found[0])
        same((gtp.sequence, gtp.teid, gtp.body), (4711, 0, b"\x0e\0"), "sequence number, TEID, recovery")


@check("echo_from_another_port", "GTP-U path", "29.281 4.4.2.3", "an echo request from port 40000", "the response goes to port 40000")
def _(t):
    t.n3.drain()
    t.n3.send(from_gnb(gtp_bytes(ECHO_REQUEST, 0, flags=0x32, options=struct.pack("!HBB", 1, 0, 0)), sport=40000))
    found = t.n3.take(1, lambda each: UDP in each and each[UDP].dport == 40000)
    holds(found, "no response at port 40000")


@check("echo_over_n9", "GTP-U path", "29.281 7.2.2", "an echo request over N9", "an answer")
def _(t):
    t.n9.send(gpdu(0, None, link="n9", raw=gtp_bytes(ECHO_REQUEST, 0, flags=0x32, options=struct.pack("!HBB", 5, 0, 0))))
    holds(t.n9.take(1, is_gtp(ECHO_RESPONSE)), "no echo response")


for v6 in (False, True):

    @check(f"error_indication_v{6 if v6 else 4}", "GTP-U path", "29.281 7.3.1", "a G-PDU with a TEID that is none", "an error indication with that TEID and the UPF's address; dropped by name")
    def _(t, v6=v6):
        t.n3.drain()
        with t.counted(0, **{"in": 1, "teid_unknown": 1}):
            t.n3.send(gpdu(0x77777777, datagram("10.60.9.9", "10.6.0.2", 1), v6=v6))
            found = t.n3.take(1, is_gtp(ERROR_INDICATION))
        holds(found, "no error indication")
        body = gtp_of(found[0]).body
        same(body[:5], b"\x10" + struct.pack("!I", 0x77777777), "TEID I")
        address = bytes.fromhex("fd03" + "0" * 26 + "01") if v6 else bytes((10, 3, 0, 1))
        same(body[5:], b"\x85" + struct.pack("!H", len(address)) + address, "GTP-U peer address")
        same(gtp_of(found[0]).teid, 0, "TEID of the header")


@check("error_indication_bounded", "GTP-U path", "29.281 7.3.1", "200 G-PDUs with unknown TEIDs at once", "200 counted drops, and fewer error indications")
def _(t):
    t.n3.drain()
    with t.counted(0, **{"in": 200, "teid_unknown": 200}):
        for number in range(200):
            t.n3.send(gpdu(0x66600000 + number, datagram("10.60.9.9", "10.6.0.2", number)))
    time.sleep(0.4)
    found = sum(1 for each in t.n3.drain() if is_gtp(ERROR_INDICATION)(each))
    holds(found < 200, f"{found} error indications")


@check("error_indication_heeded", "GTP-U path", "29.244 5.2.3.3", "the gNB sends an error indication for the TEID of a downlink FAR", "a session report ERIR with that F-TEID to the SMF")
def _(t):
    session = t.session()
    body = b"\x10" + struct.pack("!I", session.down_teid) + b"\x85\0\x04" + bytes((10, 3, 0, 2))
    t.n3.send(from_gnb(gtp_bytes(ERROR_INDICATION, 0, body, flags=0x32, options=struct.pack("!HBB", 0, 0, 0))))
    reports = t.smf.reports(session.seid, 4)
    same(len(reports), 1, "reports")
    same(dict(reports[0].all(99)[0])[21], b"\x01" + struct.pack("!I", session.down_teid) + bytes((10, 3, 0, 2)), "remote F-TEID")


@check("error_indication_of_a_stranger", "GTP-U path", "29.281 7.3.1", "an error indication about a TEID that no FAR has", "no report, one count")
def _(t):
    session = t.session()
    before = t.counter("gtpu_errors_of_no_session")
    body = b"\x10" + struct.pack("!I", 0x55555555) + b"\x85\0\x04" + bytes((10, 3, 0, 2))
    t.n3.send(from_gnb(gtp_bytes(ERROR_INDICATION, 0, body)))
    same(t.smf.reports(session.seid, 4, seconds=0.4), [], "reports")
    same(t.counter("gtpu_errors_of_no_session") - before, 1, "unmatched error indications")


@check("error_indication_of_another_peer", "GTP-U path", "29.281 7.3.1", "a host of N3 sends an error indication about another gNB's tunnel; the data network sends one with the gNB's address", "no report, one count: only the tunnel's far end is believed, and GTP-U is not spoken on N6")
def _(t):
    session = t.session()
    before = t.counter("gtpu_errors_not_believed")
    body = b"\x10" + struct.pack("!I", session.down_teid) + b"\x85\0\x04" + bytes((10, 3, 0, 2))
    data = gtp_bytes(ERROR_INDICATION, 0, body, flags=0x32, options=struct.pack("!HBB", 0, 0, 0))
    t.n3.send(from_gnb(data, source="10.3.0.3"))
    t.n6.send(IP(src="10.3.0.2", dst="10.6.0.1") / UDP(sport=2152, dport=2152) / Raw(data))
    same(t.smf.reports(session.seid, 4, seconds=0.4), [], "reports")
    same(t.counter("gtpu_errors_not_believed") - before, 1, "not believed")


@check("no_gtpu_on_n6", "closed links", "29.281 4.4.2", "an echo request, and G-PDUs with a TEID that is and one that is not, from the data network to the UPF's N6 address", "nothing but port unreachable comes back, of each; nothing is forwarded or counted")
def _(t):
    session = t.session()
    t.n6.drain()
    to_us = IP(src="10.6.0.2", dst="10.6.0.1") / UDP(sport=2152, dport=2152)
    with t.counted(0):
        t.n6.send(to_us / Raw(gtp_bytes(ECHO_REQUEST, 0, b"", flags=0x32, options=struct.pack("!HBB", 7, 0, 0))))
        for teid in (session.teid, session.teid ^ 0x5555):
            t.n6.send(to_us / Raw(gtp_bytes(G_PDU, teid, bytes(datagram(session.ue, "10.6.0.3", 1)))))
        time.sleep(0.3)
    found = t.n6.drain()
    same([(each[ICMP].type, each[ICMP].code) for each in found if ICMP in each], [(3, 3)] * 3, "ICMP that came back")
    same([each for each in found if ICMP not in each and UDP in each], [], "UDP that came back")


@check("container_tolerated", "GTP-U", "38.415 5.5.2.2", "uplink with a PDU session container", "forwarded without it")
def _(t):
    t.up(t.session(), tunnel={"qfi": 9})


@check("container_with_delays", "GTP-U", "38.415 5.5.2.2", "an uplink container of 5 words, with delay results", "forwarded")
def _(t):
    session = t.session()
    extension = b"\x05" + b"\x18\x09" + b"\x11" * 16 + b"\0"
    odd(t, session, lambda inner: gtp_bytes(G_PDU, session.teid, bytes(inner), 0x34, b"\0\0\0\x85" + extension))


def odd(t, session, make, becomes="forwarded", count=2):
    """Uplink packets whose GTP-U header is made by hand."""
    t.n6.drain()
    inner = [datagram(session.ue, "10.6.0.2", number) for number in t.fresh(count)]
    with t.counted(0, **t.expected(becomes, count)):
        for each in inner:
            t.n3.send(from_gnb(make(each)))
        found = t.n6.take(count, numbered()) if becomes == "forwarded" else t.n6.take(1, numbered(), 0.1)
    same(len(found), count if becomes == "forwarded" else 0, "packets at N6")


def with_flags(name, flags, options, becomes, clause, sends, feature="GTP-U"):
    @check(name, feature, clause, sends, "forwarded" if becomes == "forwarded" else f"dropped as {becomes}")
    def _(t):
        session = t.session()
        odd(t, session, lambda inner: gtp_bytes(G_PDU, session.teid, bytes(inner), flags, options), becomes)


with_flags("sequence_number", 0x32, b"\x12\x34\0\0", "forwarded", "29.281 5.1", "uplink with a sequence number")
with_flags("n_pdu_number", 0x31, b"\0\0\x07\0", "forwarded", "29.281 5.1", "uplink with an N-PDU number")
with_flags("extension_udp_port", 0x34, b"\0\0\0\x40" + b"\x01\x08\x68\0", "forwarded", "29.281 5.2.2.1", "uplink with the extension header UDP port")
with_flags("extension_unknown_optional", 0x34, b"\0\0\0\x22" + b"\x01aa\0", "forwarded", "29.281 5.2.1", "uplink with an unknown extension header that need not be understood")
with_flags("extension_two", 0x34, b"\0\0\0\x40" + b"\x01\x08\x68\x85" + b"\x01\x10\x09\0", "forwarded", "29.281 5.2.1", "uplink with two extension headers")
with_flags("extension_pdcp", 0x34, b"\0\0\0\xc0" + b"\x01\0\x01\0", "forwarded", "29.281 5.2.2.2", "uplink with a PDCP PDU number")
with_flags("extension_zero_length", 0x34, b"\0\0\0\x85" + b"\0\x10\x09\0", "gtp_extension_zero", "29.281 5.2.1", "an extension header of length 0", "bad input")
with_flags("extension_beyond_the_end", 0x34, b"\0\0\0\x85" + b"\xff\x10\x09\0", "gtp_extension_short", "29.281 5.2.1", "an extension header longer than the message", "bad input")
with_flags("extension_chain_of_300", 0x34, b"\0\0\0\x40" + b"\x01\0\0\x40" * 300, "gtp_extension_chain", "29.281 5.2.1", "a chain of 300 extension headers", "bad input")
with_flags("gtp_version_0", 0x10, b"", "gtp_version", "29.281 5.1", "GTP version 0", "bad input")
with_flags("gtp_version_2", 0x50, b"", "gtp_version", "29.281 5.1", "GTP version 2", "bad input")
with_flags("gtp_prime", 0x20, b"", "gtp_prime", "29.281 5.1", "GTP' instead of GTP", "bad input")


@check("extension_must_be_understood", "GTP-U", "29.281 7.2.3", "an extension header that must be understood and is not", "dropped by name, and Supported Extension Headers Notification")
def _(t):
    session = t.session()
    t.n3.drain()
    odd(t, session, lambda inner: gtp_bytes(G_PDU, session.teid, bytes(inner), 0x34, b"\0\0\0\xe3" + b"\x01aa\0"), "gtp_extension_unknown", 1)
    found = t.n3.take(1, is_gtp(SUPPORTED_HEADERS))
    holds(found, "no notification")
    holds(0x85 in gtp_of(found[0]).body, "it does not list the PDU session container")


@check("extension_chain_of_1000", "bad input", "29.281 5.2.1", "a chain of 1,000 extension headers, in fragments", "dropped, nothing at N6, and the next packet passes")
def _(t):
    session = t.session()
    chain = b"\0\0\0\x40" + b"\x01\0\0\x40" * 999 + b"\x01\0\0\0"
    packet = from_gnb(gtp_bytes(G_PDU, session.teid, bytes(datagram(session.ue, "10.6.0.2", 1)), 0x34, chain))
    for part in fragment(packet, 1400):
        t.n3.send(part)
    same(t.n6.take(1, numbered(), 0.3), [], "packets at N6")
    t.up(session)


LYING = [
    ("length_too_long", lambda body: len(body) + 100, "gtp_length", "a length beyond the datagram"),
    ("length_zero", lambda body: 0, "inner_empty", "a length of 0"),
    ("length_of_half", lambda body: len(body) // 2, "inner_length", "a length that ends within the inner packet"),
]
for name, length, becomes, what in LYING:

    @check(f"gtp_{name}", "bad input", "29.281 5.1", f"G-PDUs with {what}", f"dropped as {becomes}")
    def _(t, length=length, becomes=becomes):
        session = t.session()
        odd(t, session, lambda inner: gtp_bytes(G_PDU, session.teid, bytes(inner), length=length(bytes(inner))), becomes)


@check("gtp_short", "bad input", "29.281 5.1", "datagrams of 1 and 7 octets to port 2152", "dropped as gtp_short")
def _(t):
    with t.counted(0, **{"in": 2, "gtp_short": 2}):
        t.n3.send(from_gnb(b"\x30"))
        t.n3.send(from_gnb(b"\x30\xff\0\0\0\0\0"))


@check("teid_zero", "bad input", "29.281 5.1", "a G-PDU with TEID 0", "dropped by name, nothing at N6")
def _(t):
    t.up(t.session(), 2, "teid_zero", teid=0)


@check("gtp_in_gtp", "bad input", "29.281 5.1", "a UE sends a G-PDU to the UPF's N3 address, within its own G-PDU", "dropped by name: no second decapsulation")
def _(t):
    session, other = t.session(), t.session()
    within = gpdu(other.teid, datagram(other.ue, "10.6.0.2", 1), outer=IP(src=session.ue, dst="10.3.0.1"))
    t.n6.drain()
    with t.counted(0, **{"in": 1, "gtp_in_gtp": 1}):
        t.n3.send(gpdu(session.teid, within))
    same(t.n6.take(1, numbered(), 0.2), [], "packets at N6")


INNER = [
    ("empty", b"", "inner_empty"),
    ("version_7", b"\x75" + b"\0" * 30, "inner_version"),
    ("half_header", b"\x45\0\0\x14\0\0\0\0\x40\x11", "inner_short"),
    ("header_length", b"\x42\0\0\x14" + b"\0" * 16, "inner_header_length"),
    ("lying_length", bytes(IP(src="10.60.1.1", dst="10.6.0.2", len=900) / UDP()), "inner_length"),
    ("ipv6_half_header", b"\x60" + b"\0" * 20, "inner_short"),
]
for name, inner, becomes in INNER:

    @check(f"inner_{name}", "bad input", "29.281 5.1", f"a G-PDU whose inner packet is wrong: {name.replace('_', ' ')}", f"dropped as {becomes}")
    def _(t, inner=inner, becomes=becomes):
        session = t.session()
        with t.counted(0, **{"in": 1, becomes: 1}):
            t.n3.send(from_gnb(gtp_bytes(G_PDU, session.teid, inner)))


@check("outer_fragments", "GTP-U", "29.281 4.2.2", "a G-PDU whose outer packet came in two fragments", "forwarded whole, or dropped by name; never in part")
def _(t):
    session = t.session()
    t.n6.drain()
    before = t.counts()
    inner = datagram(session.ue, "10.6.0.2", 7, size=1200)
    for part in fragment(gpdu(session.teid, inner), 800):
        t.n3.send(part)
    found = t.n6.take(1, numbered(), 0.5)
    after = t.counts()
    after.add_up()
    if found:
        same(found[0][UDP].payload, inner[UDP].payload, "payload")
    else:
        holds(sum(after.reasons[0].values()) > sum(before.reasons[0].values()), "neither forwarded nor counted as dropped")


@check("inner_fragments", "GTP-U", "RFC 791", "an inner packet in two fragments, up and down", "both fragments arrive, as they were")
def _(t):
    session = t.session()
    for way in (0, 1):
        whole = datagram(*((session.ue, "10.6.0.2") if way == 0 else ("10.6.0.2", session.ue)), 8, size=1200)
        parts = [IP(bytes(part)) for part in fragment(whole, 640)]
        port = t.n6 if way == 0 else t.n3
        port.drain()
        with t.counted(way, **{"in": 2, "forwarded": 2}):
            for part in parts:
                (t.n3 if way == 0 else t.n6).send(gpdu(session.teid, part) if way == 0 else part)
            found = port.take(2, (lambda each: each.src == session.ue) if way == 0 else is_gtp(G_PDU))
        bodies = [bytes(each) if way == 0 else gtp_of(each).body for each in found]
        same([body[20:] for body in bodies], [bytes(part)[20:] for part in parts], "fragments")


@check("too_big_v4", "GTP-U", "RFC 1191", "downlink of 1500 octets with DF", "fragmentation needed to the sender with the MTU of the tunnel, nothing in the tunnel")
def _(t):
    session = t.session()
    t.n6.drain()
    t.n6.send(IP(src="10.6.0.2", dst=session.ue, flags="DF") / UDP(sport=1, dport=2) / Raw(b"x" * 1472))
    found = t.n6.take(1, lambda each: ICMP in each)
    holds(found and (found[0][ICMP].type, found[0][ICMP].code) == (3, 4), "no fragmentation needed")
    holds(1280 <= found[0][ICMP].nexthopmtu <= 1464, f"MTU {found[0][ICMP].nexthopmtu}")


@check("too_big_v6", "GTP-U", "RFC 8201", "IPv6 downlink of 1500 octets", "packet too big to the sender")
def _(t):
    session = t.session(v6=True)
    t.n6.drain()
    t.n6.send(ip("fd06::2", session.ue6) / UDP(sport=1, dport=2) / Raw(b"x" * 1452))
    found = t.n6.take(1, lambda each: ICMPv6PacketTooBig in each)
    holds(found, "no packet too big")
    holds(1280 <= found[0][ICMPv6PacketTooBig].mtu <= 1464, f"MTU {found[0][ICMPv6PacketTooBig].mtu}")


@check("too_big_fragmented", "GTP-U", "RFC 791", "downlink of 1500 octets without DF", "fragments in the tunnel, whose payloads are the packet's")
def _(t):
    session = t.session()
    t.n3.drain()
    packet = IP(src="10.6.0.2", dst=session.ue) / UDP(sport=1, dport=2) / Raw(bytes(range(256)) * 5 + b"x" * 192)
    t.n6.send(packet)
    parts = [gtp_of(each).inner for each in t.n3.take(2, is_gtp(G_PDU))]
    holds(parts, "nothing came")
    payload = b"".join(bytes(part.payload) for part in sorted(parts, key=lambda part: part.frag))
    same(payload, bytes(packet.payload), "payload")


@check("path_failure", "GTP-U path", "29.244 7.4.5", "a gNB that answers no echo request", "a node report with a user plane path failure, once", alone=True)
def _(t):
    t.restart({**t.document(), "gtpEchoSeconds": 1, "n4": {**t.document()["n4"], "n1": 2}})
    session = t.session()
    t.down(session, 1)
    t.smf.pump(25, lambda: any(each.kind == 12 for each in t.smf.requests))
    reports = [each for each in t.smf.requests if each.kind == 12]
    holds(reports, "no node report within 25 s")
    same(reports[0].get(101)[0] & 1, 1, "node report type UPFR")
    same(dict(reports[0].all(102)[0])[103][-4:], bytes((10, 3, 0, 2)), "remote GTP-U peer")
