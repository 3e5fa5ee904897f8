"""Packets both ways: families, filters, precedence, actions, handover, N9 (TS 29.244 5.2, TS 29.281)."""
from n4 import DROP, FORW, far, pdr, qer, sdf_ie
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.packet import Raw
from trial import check, holds, same
from wire import END_MARKER, G_PDU, datagram, gpdu, gtp_of, ip, is_gtp, numbered

ANY = "permit out ip from any to assigned"


for inner6 in (False, True):
    for outer6 in (False, True):
        names = f"IPv{6 if inner6 else 4} in IPv{6 if outer6 else 4}"
        identity = f"v{6 if inner6 else 4}_in_v{6 if outer6 else 4}"
        parts = {"up": {"tunnel": "choose6", "removal": 1}, "gnb": "fd03::2"} if outer6 else {}

        @check(f"uplink_{identity}", "traffic", "29.281 5.1", f"5 G-PDUs, {names}", "5 at N6 with one hop less and right checksums; counted 5 in, 5 forwarded")
        def _(t, inner6=inner6, outer6=outer6, parts=parts):
            t.up(t.session(v6=inner6, **parts), 5, v6=inner6, tunnel={"v6": outer6})

        @check(f"downlink_{identity}", "traffic", "29.281 5.1", f"5 packets from N6, {names}", "5 G-PDUs at the gNB with its TEID; counted 5 in, 5 forwarded")
        def _(t, inner6=inner6, parts=parts):
            t.down(t.session(v6=inner6, **parts), 5, v6=inner6)


@check("dual_stack_session", "traffic", "29.244 8.2.62", "a session with both families", "both ways, both families")
def _(t):
    session = t.session(v6=True)
    t.both(session)
    t.both(session, v6=True)


@check("small_and_large_packets", "traffic", "29.281 5.1", "payloads of 12, 13, 100, 1000 and 1372 octets both ways", "each octet of each at the other side")
def _(t):
    session = t.session()
    for size in (12, 13, 100, 1000, 1372):
        t.both(session, 2, size=size)


@check("outer_header_of_downlink", "traffic", "29.281 4.4.2", "a downlink packet", "UDP port 2152, source 10.3.0.1, right UDP length, GTP-U length and IP checksum")
def _(t):
    session = t.session()
    (packet,) = t.down(session, 1)
    gtp = gtp_of(packet)
    same((packet.src, packet.dst, packet[UDP].dport), ("10.3.0.1", "10.3.0.2", 2152), "source, destination, port")
    same((packet[UDP].len, gtp.length), (packet.len - 20, len(gtp.data) - 8), "UDP and GTP-U length")
    same(packet.chksum, IP(bytes(packet.copy())[:20] + b"").__class__(rebuilt(packet)).chksum, "IP checksum")


def rebuilt(packet):
    again = packet.copy()
    del again.chksum
    return bytes(again)


@check("two_ues_do_not_mix", "traffic", "29.244 5.2.1", "two sessions, packets of both in turn", "each packet in the right tunnel")
def _(t):
    one, two = t.session(), t.session(gnb="10.3.0.3")
    for _ in range(3):
        t.both(one, 1)
        t.both(two, 1)


@check("spoofed_source_v4", "anti-spoofing", "29.244 5.2.1", "uplink with another UE's source address", "nothing at N6; dropped by name")
def _(t):
    other = t.session()
    t.up(t.session(), 3, "spoofed_source", source=other.ue)


@check("spoofed_source_v6", "anti-spoofing", "29.244 5.2.1", "uplink with an IPv6 source of another prefix", "nothing at N6; dropped by name")
def _(t):
    t.up(t.session(v6=True), 3, "spoofed_source", v6=True, source="2001:db8:60:ffff::1")


@check("whole_prefix_of_a_ue", "anti-spoofing", "29.244 8.2.62", "uplink from another address of the UE's /64, and downlink to it", "forwarded both ways")
def _(t):
    session = t.session(v6=True)
    session.ue6 = session.ue6[:-1] + "abcd"
    t.both(session, v6=True)


@check("downlink_of_no_session", "dropped packets", "29.244 5.2.1", "a packet to an address of the pool that no session has", "no G-PDU; dropped by name")
def _(t):
    t.down(t.session(), 3, "session_unknown", to="10.60.250.250")


@check("pdr_without_far", "dropped packets", "29.244 7.5.2.2", "a PDR without FAR, then traffic", "nothing at N6; dropped by name")
def _(t):
    session = t.session(up={"far": None})
    t.up(session, 3, "far_none")
    t.down(session)


@check("far_drops_uplink", "FAR", "29.244 8.2.26", "a FAR with DROP", "nothing at N6; dropped by name; downlink goes on")
def _(t):
    session = t.session(up_far={"action": DROP, "side": None, "instance": None})
    t.up(session, 3, "far_drop")
    t.down(session)


@check("far_drops_downlink", "FAR", "29.244 8.2.26", "downlink FAR set to DROP, and to FORW again", "dropped by name, then forwarded")
def _(t):
    session = t.session()
    session.modify(far(2, DROP, kind=10))
    t.down(session, 3, "far_drop")
    session.modify(far(2, FORW, kind=10))
    t.down(session)


@check("transport_marking", "FAR", "29.244 8.2.12", "transport level marking of 0xB8 on the downlink FAR", "the outer header has DSCP EF, the inner one has not")
def _(t):
    session = t.session(down_far={"marking": (0xB8, 0xFC)})
    (packet,) = t.down(session, 1)
    same((packet.tos & 0xFC, gtp_of(packet).inner.tos), (0xB8, 0), "outer and inner type of service")


FILTERS = [
    ("protocol", "permit out 17 from any to assigned", {}, {"protocol": "tcp"}),
    ("remote_address", "permit out ip from 10.6.0.2 to assigned", {}, {"remote": "10.6.0.3"}),
    ("remote_network", "permit out ip from 10.6.0.2/31 to assigned", {}, {"remote": "8.8.8.8"}),
    ("remote_port", "permit out 17 from any 5000 to assigned", {}, {"remote_port": 5001}),
    ("remote_port_range", "permit out 17 from any 4990-5000 to assigned", {}, {"remote_port": 5001}),
    ("remote_port_list", "permit out 17 from any 80,443,5000 to assigned", {}, {"remote_port": 81}),
    ("ue_port", "permit out 17 from any to assigned 4000", {}, {"ue_port": 4001}),
    ("ue_port_range", "permit out 17 from any to assigned 4000-4010", {}, {"ue_port": 4011}),
    ("any_to_any", "permit out ip from any to any", {}, None),
    ("both_ends", "permit out 17 from 10.6.0.2 5000 to assigned 4000", {}, {"ue_port": 3999}),
    ("tos", sdf_ie(ANY, tos=(0xB8, 0xFC)), {"tos": 0xB8}, {"tos": 0x28}),
]


def flow(session, way, number, remote="10.6.0.2", remote_port=5000, ue_port=4000, protocol="udp", tos=0):
    ends = (session.ue, remote, ue_port, remote_port) if way == 0 else (remote, session.ue, remote_port, ue_port)
    layer = UDP if protocol == "udp" else TCP
    return IP(src=ends[0], dst=ends[1], tos=tos) / layer(sport=ends[2], dport=ends[3]) / Raw(b"UPF:%08d;...." % number)


for name, text, good, bad in FILTERS:

    @check(f"filter_{name}", "SDF filters", "29.244 8.2.5", f"a PDR with {text if isinstance(text, str) else 'type of service 0xB8/0xFC'}: packets that fit, and that do not, both ways", "the first ones forwarded, the others dropped by name")
    def _(t, text=text, good=good, bad=bad):
        session = t.session(up={"filters": [text]}, down={"filters": [text]})
        for way, send in ((0, t.up), (1, t.down)):
            send(session, packets=[flow(session, way, number, **good) for number in t.fresh(2)])
            if bad is not None:
                packets = [flow(session, way, number, **bad) for number in t.fresh(2)]
                send(session, becomes="pdr_filter", packets=packets)


@check("filter_v6", "SDF filters", "29.244 8.2.5", "a filter for an IPv6 host", "its packets forwarded, another host's dropped by name")
def _(t):
    text = "permit out ip from fd06::2 to assigned"
    session = t.session(v6=True, up={"filters": [text]}, down={"filters": [text]})
    t.both(session, v6=True)
    t.up(session, 2, "pdr_filter", v6=True, to="fd06::3")
    t.down(session, 2, "pdr_filter", v6=True, source="fd06::3")


@check("filter_flow_label", "SDF filters", "29.244 8.2.5", "a filter with a flow label", "packets with that label forwarded, others dropped by name")
def _(t):
    session = t.session(v6=True, up={"filters": [sdf_ie(ANY, flow_label=0x12345)]})
    t.up(session, 2, v6=True, fl=0x12345)
    t.up(session, 2, "pdr_filter", v6=True, fl=0x12346)


@check("filter_several", "SDF filters", "29.244 7.5.2.2", "a PDR with two filters", "packets of either forwarded, others dropped by name")
def _(t):
    session = t.session(up={"filters": ["permit out 17 from any 5000 to assigned", "permit out 17 from any 6000 to assigned"]})
    t.up(session, 2, dport=5000)
    t.up(session, 2, dport=6000)
    t.up(session, 2, "pdr_filter", dport=7000)


@check("filter_bidirectional", "SDF filters", "29.244 5.2.1A", "a filter with an id in one PDR, the id alone in the other", "both directions follow it")
def _(t):
    session = t.session(up={"filters": [sdf_ie("permit out 17 from any 5000 to assigned", identity=3)]}, down={"filters": [sdf_ie(identity=3)]})
    t.up(session, 2, dport=5000)
    t.up(session, 2, "pdr_filter", dport=5001)
    t.down(session, 2, sport=5000)
    t.down(session, 2, "pdr_filter", sport=5001)


@check("precedence", "PDR", "29.244 8.2.11", "a PDR for port 5000 with precedence 10 that drops, one for all with 100", "port 5000 dropped, others forwarded")
def _(t):
    session = t.session()
    answer = session.modify(
        pdr(5, precedence=10, removal=0, far=5, side=0, tunnel=(session.teid, "10.3.0.1"), instance="access", ue=session.ue, filters=["permit out 17 from any 5000 to assigned"]),
        far(5, DROP),
    )
    same(answer.cause, 1, "cause")
    t.up(session, 2, "far_drop", dport=5000)
    t.up(session, 2, dport=5001)


@check("precedence_updated", "PDR", "29.244 7.5.4.2", "the precedence of a dropping PDR set from 10 to 200", "its packets meet the other PDR then")
def _(t):
    session = t.session(up_far={}, more=[])
    session.modify(
        pdr(5, precedence=10, removal=0, far=5, side=0, tunnel=(session.teid, "10.3.0.1"), instance="access", ue=session.ue), far(5, DROP)
    )
    t.up(session, 2, "far_drop")
    same(session.modify(pdr(5, precedence=200, kind=9)).cause, 1, "cause")
    t.up(session, 2)


@check("qfi_match", "PDR", "29.244 8.2.89", "a PDR with QFI 5", "packets with QFI 5 forwarded, with 6 or without dropped by name")
def _(t):
    session = t.session(up={"qfis": [5]})
    t.up(session, 2, tunnel={"qfi": 5})
    t.up(session, 2, "pdr_qfi", tunnel={"qfi": 6})
    t.up(session, 2, "pdr_qfi")


@check("source_interface_match", "PDR", "29.244 8.2.2", "the TEID of N3, used over N9", "nothing at N6; dropped by name")
def _(t):
    session = t.session()
    with t.counted(1, **{"in": 2, "pdr_source": 2}):
        for number in t.fresh(2):
            t.n9.send(gpdu(session.teid, datagram(session.ue, "10.6.0.2", number), link="n9"))
    same([each for each in t.n6.drain() if numbered()(each)], [], "packets at N6")


@check("removal_mismatch", "PDR", "29.244 8.2.64", "a PDR that removes GTP-U over IPv6, packets over IPv4", "dropped by name")
def _(t):
    t.up(t.session(up={"removal": 1}), 2, "removal_mismatch")


@check("framed_route", "PDR", "29.244 5.16", "a session with framed route 192.0.2.0/24", "packets from and to that network, both ways")
def _(t):
    session = t.session(up={"framed": ["192.0.2.0/24"]}, down={"framed": ["192.0.2.0/24"]})
    t.up(session, 2, source="192.0.2.9")
    t.up(session, 2, "spoofed_source", source="192.0.3.9")
    t.both(session)


@check("framed_route_too_big", "PDR", "29.244 5.16", "a packet for a framed route, larger than the way to the UE, with and without don't-fragment", "an ICMP error at N6; two fragments in the tunnel")
def _(t):
    session = t.session(up={"framed": ["192.0.2.0/24"]}, down={"framed": ["192.0.2.0/24"]})
    t.n3.drain(), t.n6.drain()
    t.n6.send(datagram("10.6.0.2", "192.0.2.7", 1, size=1450, flags="DF"))
    back = t.n6.take(1, lambda each: ICMP in each, 1.0)
    holds(back and (back[0][ICMP].type, back[0][ICMP].code) == (3, 4), "no ICMP error at N6")
    t.n6.send(datagram("10.6.0.2", "192.0.2.7", 2, size=1450))
    found = t.n3.take(2, is_gtp(G_PDU, session.down_teid), 1.0)
    same(len(found), 2, "fragments in the tunnel")


@check("framed_route_v6", "PDR", "29.244 5.16", "a session with a framed IPv6 route", "uplink from that network")
def _(t):
    session = t.session(v6=True, up={"framed": ["2001:db8:99::/48"]}, down={"framed": ["2001:db8:99::/48"]})
    t.up(session, 2, v6=True, source="2001:db8:99::7")


@check("path_switch", "FAR", "29.244 7.5.4.3", "the downlink FAR moved to another gNB with SNDEM", "one end marker with the old TEID at the old gNB, and traffic at the new one")
def _(t):
    session = t.session()
    t.down(session, 2)
    old = session.down_teid
    t.n3.drain()
    answer = session.modify(far(2, FORW, side=0, tunnel=(0x2700, "10.3.0.3"), end_marker=True, kind=10))
    same(answer.cause, 1, "cause")
    markers = [gtp_of(each) for each in t.n3.take(9, is_gtp(END_MARKER), 0.4)]
    same([each.teid for each in markers], [old], "end markers' TEIDs")
    session.down_teid, session.gnb = 0x2700, "10.3.0.3"
    t.both(session)


@check("path_switch_without_marker", "FAR", "29.244 7.5.4.3", "the same without SNDEM", "no end marker")
def _(t):
    session = t.session()
    session.modify(far(2, FORW, side=0, tunnel=(0x2701, "10.3.0.3"), kind=10))
    same(t.n3.take(9, is_gtp(END_MARKER), 0.3), [], "end markers")
    session.down_teid, session.gnb = 0x2701, "10.3.0.3"
    t.down(session)


@check("end_marker_v6", "FAR", "29.281 7.3.2", "a path switch from a gNB over IPv6", "one end marker over IPv6")
def _(t):
    session = t.session(gnb="fd03::2")
    session.modify(far(2, FORW, side=0, tunnel=(0x2702, "10.3.0.3"), end_marker=True, kind=10))
    markers = t.n3.take(9, is_gtp(END_MARKER), 0.4)
    same([each.dst for each in markers], ["fd03::2"], "destinations of end markers")


def n9_session(t, qfi=None):
    """An intermediate UPF: GTP-U on both sides."""
    teid = 0x3000 + t.number()
    session = t.session(rules=[
        pdr(1, removal=0, far=1, side=0, tunnel="choose", instance="access"),
        pdr(2, removal=0, far=2, side=1, tunnel="choose", instance="n9", qers=[1] if qfi else []),
        far(1, side=1, instance="n9", tunnel=(teid, "10.9.0.2")), far(2, side=0, instance="access", tunnel=(teid + 1, "10.3.0.2")),
        *([qer(1, qfi=qfi)] if qfi else []),
    ])
    created = session.answer.created()
    return created[1]["fteid"], created[2]["fteid"], teid


@check("n9_uplink", "N9", "29.281 4.1", "G-PDUs over N3 for a FAR with a tunnel over N9", "G-PDUs at 10.9.0.2 with that TEID, the inner packet as it was")
def _(t):
    (teid, *_), _, peer = n9_session(t)
    inner = [datagram("10.99.0.1", "10.98.0.1", number) for number in t.fresh(4)]
    with t.counted(0, **{"in": 4, "forwarded": 4}):
        for each in inner:
            t.n3.send(gpdu(teid, each))
        found = t.n9.take(4, is_gtp(G_PDU, peer))
    same([gtp_of(each).body for each in found], [bytes(each) for each in inner], "inner packets")
    same({(each.src, each.dst) for each in found}, {("10.9.0.1", "10.9.0.2")}, "outer addresses")


@check("n9_downlink", "N9", "29.281 4.1", "G-PDUs over N9 for a FAR with a tunnel over N3", "G-PDUs at the gNB, the inner packet as it was")
def _(t):
    _, (teid, v4, _), peer = n9_session(t)
    same(v4, "10.9.0.1", "address of the F-TEID at N9")
    inner = [datagram("10.98.0.1", "10.99.0.1", number) for number in t.fresh(4)]
    with t.counted(1, **{"in": 4, "forwarded": 4}):
        for each in inner:
            t.n9.send(gpdu(teid, each, link="n9"))
        found = t.n3.take(4, is_gtp(G_PDU, peer + 1))
    same([gtp_of(each).body for each in found], [bytes(each) for each in inner], "inner packets")


@check("n9_container_kept", "N9", "38.415 5.4.1", "G-PDUs with QFI 12 over N3", "the container with QFI 12 over N9")
def _(t):
    (teid, *_), _, peer = n9_session(t)
    t.n3.send(gpdu(teid, datagram("10.99.0.1", "10.98.0.1", 1), qfi=12))
    (found,) = t.n9.take(1, is_gtp(G_PDU, peer)) or [None]
    holds(found is not None, "nothing at N9")
    same(gtp_of(found).qfi, 12, "QFI")
    same(gtp_of(found).container[0] >> 4, 1, "PDU type")


@check("cp_function_data", "N3", "29.244 5.3", "G-PDUs of the SMF for a UE and back, rules of both sides with the data network's name", "G-PDUs at the gNB, and at the SMF's address")
def _(t):
    teid = 0x4000 + t.number()
    session = t.session(rules=[
        pdr(1, removal=0, far=1, side=3, tunnel="choose", instance="internet"), far(1, side=0, instance="internet", tunnel=(teid, "10.3.0.2")),
        pdr(2, removal=0, far=2, side=0, tunnel="choose", instance="internet"), far(2, side=3, tunnel=(teid + 1, "10.3.0.3")),
    ])
    created = session.answer.created()
    for sender, identity, receiver, number in (("10.3.0.3", 1, "10.3.0.2", teid), ("10.3.0.2", 2, "10.3.0.3", teid + 1)):
        inner = datagram("10.99.0.1", "10.98.0.1", *t.fresh(1))
        t.n3.send(gpdu(created[identity]["fteid"][0], inner, source=sender))
        found = t.n3.take(1, is_gtp(G_PDU, number))
        same([(gtp_of(each).body, each.src, each.dst) for each in found], [(bytes(inner), "10.3.0.1", receiver)], "tunnelled packets")


@check("icmp_both_ways", "traffic", "29.281 5.1", "echo requests up, IPv4 and IPv6", "they arrive as they were")
def _(t):
    session = t.session(v6=True)
    t.up(session, packets=[IP(src=session.ue, dst="10.6.0.2") / ICMP() / Raw(b"UPF:%08d;" % number) for number in t.fresh(2)])
    t.up(session, v6=True, packets=[IPv6(src=session.ue6, dst="fd06::2") / ICMPv6EchoRequest(data=b"UPF:%08d;" % number) for number in t.fresh(2)])


@check("last_hop", "traffic", "RFC 791", "uplink and downlink with TTL 1", "time exceeded to the sender, nothing forwarded")
def _(t):
    session = t.session()
    t.n3.drain(), t.n6.drain()
    t.n3.send(gpdu(session.teid, datagram(session.ue, "10.6.0.2", 1, ttl=1)))
    back = t.n3.take(1, is_gtp(G_PDU, session.down_teid), 1.0)
    holds(back and ICMP in gtp_of(back[0]).inner and gtp_of(back[0]).inner[ICMP].type == 11, "no time exceeded in the tunnel")
    t.n6.send(datagram("10.6.0.2", session.ue, 2, ttl=1))
    back = t.n6.take(1, lambda each: ICMP in each, 1.0)
    holds(back and back[0][ICMP].type == 11, "no time exceeded at N6")

