"""The packets that are sent through the firewall, each with what must come of it.

`passes` arrives at the other side, `drops` nowhere, `answers` is refused by an answer to the sender. The
firewall runs the document of documents.mjs.
"""
from scapy.all import (
    AH, ESP, GRE, ICMP, IP, TCP, UDP, ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest,
    ICMPv6PacketTooBig, IPOption_LSRR, IPv6, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, PadN, Raw, SCTP,
    SCTPChunkInit, fragment, fragment6, raw,
)

INSIDE, OUTSIDE, SERVER = "10.1.0.2", "10.2.0.2", "10.1.0.80"
INSIDE6, OUTSIDE6 = "fd01::2", "fd02::2"
FIREWALL, FIREWALL_OUT = "10.1.0.1", "10.2.0.1"
SERVER6, FIREWALL6_OUT = "fd01::80", "fd02::1"


class Case:
    def __init__(self, side, expected, name, packets, check=None):
        self.side, self.expected, self.name, self.check = side, expected, name, check
        self.packets = packets if isinstance(packets, list) else [packets]


def tcp(source, target, sport, dport, flags, seq=1000, ack=0, **more):
    layer = IPv6 if ":" in source else IP
    return layer(src=source, dst=target, **more) / TCP(sport=sport, dport=dport, flags=flags, seq=seq, ack=ack)


def udp(source, target, sport, dport, **more):
    layer = IPv6 if ":" in source else IP
    return layer(src=source, dst=target, **more) / UDP(sport=sport, dport=dport)


def between(source, target):
    """Does the frame's packet go from here to there?"""
    def check(packet):
        layer = packet[IPv6] if IPv6 in packet else packet[IP]
        inner = packet[TCP] if TCP in packet else packet[UDP] if UDP in packet else None
        ends = [(layer.src, inner and inner.sport), (layer.dst, inner and inner.dport)]
        return all(want[0] == end[0] and want[1] in (None, end[1]) for want, end in zip((source, target), ends))
    return check


def handshake(source, target, dport, sport):
    """A TCP connection from the inside with data both ways."""
    there, back = (source, target, sport, dport), (target, source, dport, sport)
    family = "IPv6" if ":" in source else "IPv4"
    return [
        Case("west", "passes", f"{family} SYN to an allowed port", tcp(*there, "S", 1000)),
        Case("east", "passes", f"{family} SYN+ACK in answer", tcp(*back, "SA", 5000, 1001)),
        Case("west", "passes", f"{family} ACK that establishes", tcp(*there, "A", 1001, 5001)),
        Case("east", "passes", f"{family} data of an established connection", tcp(*back, "PA", 5001, 1001)),
        Case("west", "drops", f"{family} data far outside the window", tcp(*there, "PA", 900_000_000, 5001)),
        Case("east", "drops", f"{family} data from another port than the server's", tcp(target, source, dport + 1, sport, "PA", 5001, 1001)),
    ]


def tcp_cases():
    cases = handshake(INSIDE, OUTSIDE, 80, 20001) + handshake(INSIDE6, OUTSIDE6, 80, 20002)
    for source, target in ((INSIDE, OUTSIDE), (INSIDE6, OUTSIDE6)):
        family = "IPv6" if ":" in source else "IPv4"
        cases += [
            Case("west", "passes", f"{family} SYN to the end of a range of ports", tcp(source, target, 20003, 8100, "S")),
            Case("west", "drops", f"{family} SYN one behind the range", tcp(source, target, 20004, 8101, "S")),
            Case("west", "drops", f"{family} SYN to a port without a rule", tcp(source, target, 20005, 81, "S")),
            Case("east", "drops", f"{family} SYN from the outside to an allowed port", tcp(target, source, 20006, 80, "S")),
            Case("east", "drops", f"{family} SYN+ACK that nobody asked for", tcp(target, source, 80, 20007, "SA", ack=1)),
            Case("west", "drops", f"{family} ACK without a connection", tcp(source, target, 20008, 80, "A", ack=1)),
            Case("east", "drops", f"{family} RST without a connection", tcp(target, source, 80, 20009, "R")),
        ]
        for name, flags in (("no flag", ""), ("FIN, PSH and URG", "FPU"), ("SYN and FIN", "SF"), ("SYN and RST", "SR"), ("FIN alone", "F"), ("every flag", "FSRPAU")):
            cases.append(Case("west", "drops", f"{family} TCP with {name}", tcp(source, target, 20010, 80, flags)))
    cases += [
        Case("west", "drops", "IPv4 SYN from a host that a set forbids", tcp("10.1.0.66", OUTSIDE, 20020, 80, "S")),
        Case("west", "drops", "IPv6 SYN from a network that a set forbids", tcp("fd01::bad:1", OUTSIDE6, 20020, 80, "S")),
        Case("west", "answers", "IPv4 SYN that is rejected", tcp(INSIDE, OUTSIDE, 20021, 23, "S")),
        Case("west", "answers", "IPv6 SYN that is rejected", tcp(INSIDE6, OUTSIDE6, 20021, 23, "S")),
        Case("east", "passes", "IPv6 SYN inward that a rule allows", tcp(OUTSIDE6, INSIDE6, 20022, 22, "S")),
        Case("east", "drops", "IPv4 SYN inward that it allows for IPv6 only", tcp(OUTSIDE, INSIDE, 20022, 22, "S")),
        Case("west", "passes", "first connection of a source with a limit of two", tcp(INSIDE, OUTSIDE, 20023, 7000, "S")),
        Case("west", "passes", "second connection of that source", tcp(INSIDE, OUTSIDE, 20024, 7000, "S")),
        Case("west", "drops", "third connection of that source", tcp(INSIDE, OUTSIDE, 20025, 7000, "S")),
        Case("west", "passes", "first connection of another source", tcp("10.1.0.3", OUTSIDE, 20023, 7000, "S")),
        Case("west", "drops", "SYN with a wrong checksum", corrupt(tcp(INSIDE, OUTSIDE, 20026, 80, "S"))),
    ]
    return cases


def corrupt(packet):
    packet[TCP].chksum = 0x1234
    return packet


def udp_cases():
    cases = []
    for source, target in ((INSIDE, OUTSIDE), (INSIDE6, OUTSIDE6)):
        family = "IPv6" if ":" in source else "IPv4"
        cases += [
            Case("west", "passes", f"{family} UDP to an allowed port", udp(source, target, 21001, 53)),
            Case("east", "passes", f"{family} UDP in answer", udp(target, source, 53, 21001)),
            Case("east", "drops", f"{family} UDP from another port than asked", udp(target, source, 54, 21001)),
            Case("east", "drops", f"{family} UDP to another port than asked", udp(target, source, 53, 21002)),
            Case("west", "drops", f"{family} UDP to a port without a rule", udp(source, target, 21003, 54)),
            Case("west", "answers", f"{family} UDP that is rejected", udp(source, target, 21004, 7)),
            Case("west", "passes", f"{family} UDP at a time that a rule allows", udp(source, target, 21005, 6100)),
            Case("west", "drops", f"{family} UDP at a time that it does not", udp(source, target, 21006, 6101)),
        ]
    cases += [
        Case("west", "passes", "UDP to the first address of a range", udp(INSIDE, "10.2.0.100", 21007, 5000)),
        Case("west", "drops", "UDP to the address before it", udp(INSIDE, "10.2.0.99", 21007, 5000)),
        Case("west", "passes", "first packet of a burst of two", udp(INSIDE, OUTSIDE, 21008, 6000)),
        Case("west", "passes", "second packet of the burst", udp(INSIDE, OUTSIDE, 21008, 6000)),
        Case("west", "drops", "third packet, beyond the rate", udp(INSIDE, OUTSIDE, 21008, 6000)),
        Case("west", "drops", "UDP whose time to live ends here", udp(INSIDE, OUTSIDE, 21009, 53, ttl=1)),
        Case("west", "drops", "UDP to a multicast address", udp(INSIDE, "224.0.0.9", 21010, 53)),
        Case("west", "drops", "UDP with a source route", IP(src=INSIDE, dst=FIREWALL, options=[IPOption_LSRR(routers=[OUTSIDE])]) / UDP(sport=21011, dport=53)),
        Case("west", "passes", "IPv6 UDP behind a hop-by-hop header", IPv6(src=INSIDE6, dst=OUTSIDE6) / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)]) / UDP(sport=21012, dport=53)),
    ]
    return cases


def icmp_cases():
    inner = udp(INSIDE, OUTSIDE, 21001, 53)
    inner6 = udp(INSIDE6, OUTSIDE6, 21001, 53)
    stranger, stranger6 = udp(INSIDE, OUTSIDE, 22001, 53), udp(INSIDE6, OUTSIDE6, 22001, 53)
    back, back6 = IP(src=OUTSIDE, dst=INSIDE), IPv6(src=OUTSIDE6, dst=INSIDE6)
    return [
        Case("west", "passes", "echo request outward", IP(src=INSIDE, dst=OUTSIDE) / ICMP(id=1)),
        Case("east", "passes", "echo reply to it", back / ICMP(type=0, id=1)),
        Case("east", "drops", "echo reply that nobody asked for", back / ICMP(type=0, id=2)),
        Case("east", "drops", "echo request inward", back / ICMP(id=3)),
        Case("west", "drops", "timestamp request, which no rule names", IP(src=INSIDE, dst=OUTSIDE) / ICMP(type=13, id=4)),
        Case("east", "passes", "port unreachable about an allowed flow", back / ICMP(type=3, code=3) / inner),
        Case("east", "passes", "fragmentation needed, from a router outside", IP(src="10.2.0.7", dst=INSIDE) / ICMP(type=3, code=4, nexthopmtu=1400) / inner),
        Case("east", "passes", "port unreachable about a flow that a time allows", back / ICMP(type=3, code=3) / udp(INSIDE, OUTSIDE, 21005, 6100)),
        Case("east", "drops", "port unreachable about a flow that a rule rejects", back / ICMP(type=3, code=3) / udp(INSIDE, OUTSIDE, 21004, 7)),
        Case("east", "drops", "port unreachable about no flow", back / ICMP(type=3, code=3) / stranger),
        Case("east", "drops", "redirect about an allowed flow", back / ICMP(type=5, code=1, gw="10.1.0.9") / inner),
        Case("west", "passes", "ICMPv6 echo request outward", IPv6(src=INSIDE6, dst=OUTSIDE6) / ICMPv6EchoRequest(id=1)),
        Case("east", "passes", "ICMPv6 echo reply to it", back6 / ICMPv6EchoReply(id=1)),
        Case("east", "drops", "ICMPv6 echo request inward", back6 / ICMPv6EchoRequest(id=2)),
        Case("east", "passes", "packet too big about an allowed flow", back6 / ICMPv6PacketTooBig(mtu=1400) / inner6),
        Case("east", "passes", "ICMPv6 port unreachable about an allowed flow", back6 / ICMPv6DestUnreach(code=4) / inner6),
        Case("east", "drops", "packet too big about no flow", back6 / ICMPv6PacketTooBig(mtu=1400) / stranger6),
        Case("west", "answers", "echo request to the firewall, which a rule allows", IP(src=INSIDE, dst=FIREWALL) / ICMP(id=5)),
        Case("east", "drops", "echo request to the firewall from the outside", IP(src=OUTSIDE, dst=FIREWALL_OUT) / ICMP(id=6)),
        Case("east", "drops", "SYN to the firewall itself", tcp(OUTSIDE, FIREWALL_OUT, 22002, 22, "S")),
        Case("west", "drops", "IPv6 SYN to the firewall itself", tcp(INSIDE6, "fd01::1", 22003, 22, "S")),
    ]


def spoofed_cases():
    cases = []
    for name, source in (("an address of the other side", "10.2.0.9"), ("an address without a route", "192.0.2.1"), ("a loopback address", "127.0.0.1"), ("the firewall's own address", FIREWALL), ("a multicast address", "224.0.0.1"), ("an IPv6 address of the other side", "fd02::9"), ("an IPv6 address without a route", "2001:db8:77::1"), ("the IPv6 loopback address", "::1")):
        target = OUTSIDE6 if ":" in source else OUTSIDE
        cases.append(Case("west", "drops", f"UDP from the inside with {name}", udp(source, target, 23001, 53)))
    cases.append(Case("east", "drops", "UDP from the outside with an address of the inside", udp("10.1.0.9", INSIDE, 23002, 53)))
    cases.append(Case("east", "drops", "answer of an allowed flow, from the wrong side", udp(INSIDE, OUTSIDE, 21001, 53)))
    return cases


def fragment_cases():
    def v4(port, sport, name):
        return fragment(IP(src=INSIDE, dst=OUTSIDE, id=sport) / UDP(sport=sport, dport=port) / Raw(name + b"x" * 2600), 1200)

    def v6(port, sport, name):
        packet = IPv6(src=INSIDE6, dst=OUTSIDE6) / IPv6ExtHdrFragment(id=sport) / UDP(sport=sport, dport=port) / Raw(name + b"x" * 2600)
        return fragment6(packet, 1280)

    def overlapping(name):
        pieces = v4(53, 24005, name)
        forged = IP(raw(pieces[1]))
        forged.frag -= 2
        del forged.chksum, forged.len
        return [pieces[0], forged, pieces[2]]

    return [
        Case("west", "passes", "IPv4 fragments of an allowed packet", lambda name: v4(53, 24001, name)),
        Case("west", "passes", "IPv4 fragments in reverse order", lambda name: v4(53, 24002, name)[::-1]),
        Case("west", "drops", "IPv4 fragments of a denied packet", lambda name: v4(54, 24003, name)),
        Case("west", "drops", "IPv4 fragments without the last one", lambda name: v4(53, 24004, name)[:-1]),
        Case("west", "drops", "IPv4 fragments that overlap", overlapping),
        Case("west", "drops", "a lone fragment of a denied packet", lambda name: [IP(src=INSIDE, dst=OUTSIDE, id=24006, frag=100, proto=17) / Raw(name)]),
        Case("west", "passes", "IPv6 fragments of an allowed packet", lambda name: v6(53, 24007, name)),
        Case("west", "drops", "IPv6 fragments of a denied packet", lambda name: v6(54, 24008, name)),
        Case("west", "drops", "IPv6 fragments without the first one", lambda name: v6(53, 24009, name)[1:] + [raw(IPv6(src=INSIDE6, dst=OUTSIDE6) / IPv6ExtHdrFragment(id=24009, offset=400, nh=17) / Raw(name))]),
    ]


def nat_cases():
    return [
        Case("west", "passes", "a masqueraded SYN", tcp("10.1.0.30", OUTSIDE, 25001, 80, "S"), between((FIREWALL_OUT, None), (OUTSIDE, 80))),
        Case("east", "passes", "the answer to it", tcp(OUTSIDE, FIREWALL_OUT, 80, 25001, "SA", 1, 1001), between((OUTSIDE, 80), ("10.1.0.30", 25001))),
        Case("east", "drops", "an answer to a port that nothing was sent from", tcp(OUTSIDE, FIREWALL_OUT, 80, 25002, "SA", 1, 1001)),
        Case("west", "passes", "UDP from an address of a pool", udp("10.1.0.31", OUTSIDE, 25003, 53), between(("10.2.0.20", None), (OUTSIDE, 53))),
        Case("east", "passes", "the answer to the pool", udp(OUTSIDE, "10.2.0.20", 53, 25003), between((OUTSIDE, 53), ("10.1.0.31", 25003))),
        Case("east", "passes", "SYN to a published port", tcp(OUTSIDE, FIREWALL_OUT, 25004, 8081, "S"), between((OUTSIDE, 25004), (SERVER, 81))),
        Case("west", "passes", "the server's answer", tcp(SERVER, OUTSIDE, 81, 25004, "SA", 1, 1001), between((FIREWALL_OUT, 8081), (OUTSIDE, 25004))),
        Case("west", "passes", "IPv6 UDP of a masqueraded host", udp("fd01::30", OUTSIDE6, 25010, 53), between((FIREWALL6_OUT, 25010), (OUTSIDE6, 53))),
        Case("east", "passes", "the answer to it over IPv6", udp(OUTSIDE6, FIREWALL6_OUT, 53, 25010), between((OUTSIDE6, 53), ("fd01::30", 25010))),
        Case("east", "drops", "IPv6 UDP to the firewall's address that nobody asked for", udp(OUTSIDE6, FIREWALL6_OUT, 53, 25011)),
        Case("east", "passes", "SYN to a published IPv6 port", tcp(OUTSIDE6, FIREWALL6_OUT, 25012, 8081, "S", 1000), between((OUTSIDE6, 25012), (SERVER6, 81))),
        Case("west", "passes", "the IPv6 server's answer", tcp(SERVER6, OUTSIDE6, 81, 25012, "SA", 1, 1001), between((FIREWALL6_OUT, 8081), (OUTSIDE6, 25012))),
        Case("east", "drops", "SYN to the IPv6 port behind the published ones", tcp(OUTSIDE6, FIREWALL6_OUT, 25013, 8083, "S")),
        Case("east", "drops", "SYN to the port behind the published ones", tcp(OUTSIDE, FIREWALL_OUT, 25005, 8083, "S")),
        Case("east", "drops", "SYN straight to the server's other port", tcp(OUTSIDE, SERVER, 25006, 83, "S")),
        Case("west", "passes", "UDP from a translated IPv6 prefix", udp("fd01:0:0:5::7", OUTSIDE6, 25007, 53), between(("2001:db8:5::7", 25007), (OUTSIDE6, 53))),
        Case("east", "passes", "the answer to the prefix", udp(OUTSIDE6, "2001:db8:5::7", 53, 25007), between((OUTSIDE6, 53), ("fd01:0:0:5::7", 25007))),
        Case("east", "drops", "UDP to another host of the prefix", udp(OUTSIDE6, "2001:db8:5::8", 53, 25008)),
    ]


def other_cases():
    return [
        Case("west", "passes", "ESP, which a rule allows by its number", IP(src=INSIDE, dst=OUTSIDE) / ESP(spi=1, seq=1)),
        Case("west", "drops", "AH, which none allows", IP(src=INSIDE, dst=OUTSIDE) / AH(spi=1, seq=1)),
        Case("west", "drops", "GRE, which none allows", IP(src=INSIDE, dst=OUTSIDE) / GRE()),
        Case("west", "drops", "SCTP, which none allows", IP(src=INSIDE, dst=OUTSIDE) / SCTP(sport=26001, dport=80) / SCTPChunkInit()),
    ]


def all_cases():
    return tcp_cases() + udp_cases() + icmp_cases() + spoofed_cases() + fragment_cases() + nat_cases() + other_cases()
