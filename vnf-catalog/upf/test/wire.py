"""The user plane's wires: raw sockets at the far ends of N3, N9 and N6, GTP-U by scapy, packets told by a number."""
import select
import socket
import struct
import time

from scapy.contrib.gtp import GTP_U_Header, GTPPDUSessionContainer
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw

from lab import SIDES, in_namespace

GTPU = 2152
G_PDU, END_MARKER, ERROR_INDICATION, ECHO_REQUEST, ECHO_RESPONSE, SUPPORTED_HEADERS = 255, 254, 26, 1, 2, 31


def main_address(link, v6=False, host="2"):
    return f"{SIDES[link][1 if v6 else 0]}{'' if v6 else '.'}{host}"


def ip(source, to, **fields):
    if ":" in source:
        fields = {"hlim" if key == "ttl" else "tc" if key == "tos" else key: value for key, value in fields.items()}
        return IPv6(src=source, dst=to, **fields)
    return IP(src=source, dst=to, **fields)


def datagram(source, to, number=0, sport=4000, dport=5000, size=32, **fields):
    payload = b"UPF:%08d;" % number
    return ip(source, to, **fields) / UDP(sport=sport, dport=dport) / Raw(payload.ljust(size, b"."))


def gpdu(teid, inner, qfi=None, sequence=None, outer=None, source=None, to=None, link="n3", v6=False, raw=None, **flags):
    """A G-PDU with its outer headers. `raw`: bytes in place of all that scapy would make of the GTP-U header and the rest."""
    outer = outer or ip(source or main_address(link, v6), to or main_address(link, v6, "1"))
    if raw is None:
        fields = dict(flags)
        if qfi is not None:
            fields.update(E=1, next_ex=0x85)
        if sequence is not None:
            fields.update(S=1, seq=sequence)
        header = GTP_U_Header(gtp_type=G_PDU, teid=teid, **fields)
        if qfi is not None:
            header = header / GTPPDUSessionContainer(type=1, QFI=qfi)
        raw = bytes(header / inner)
    return outer / UDP(sport=GTPU, dport=GTPU) / Raw(raw)


def gtp_bytes(kind, teid, body=b"", flags=0x30, options=b"", length=None):
    """A GTP-U message by hand, whatever is wrong with it."""
    rest = options + body
    return struct.pack("!BBHI", flags, kind, len(rest) if length is None else length, teid) + rest


class Port:
    """The far end of a link: sends frames to the UPF, takes those that come from it."""

    def __init__(self, lab, link):
        self.link = link
        device = lab.device(link)

        def make():
            made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            made.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
            made.bind((device, 0))
            return made

        self.socket = in_namespace(lab.namespaces[link], make)
        self.header = lab.macs[link] + self.socket.getsockname()[4]
        self.from_upf = lab.macs[link]

    def send(self, packet):
        data = bytes(packet)
        self.socket.send(self.header + (b"\x86\xdd" if data[0] >> 4 == 6 else b"\x08\x00") + data)

    def frames(self, seconds):
        """IP packets from the UPF within that time, parsed; neighbour discovery and multicast are not told."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 or seconds == 0:
            if not select.select([self.socket], [], [], max(0, left))[0]:
                return
            frame, sender = self.socket.recvfrom(65536)
            if sender[2] == socket.PACKET_OUTGOING or frame[6:12] != self.from_upf or frame[12:14] not in (b"\x08\x00", b"\x86\xdd"):
                continue
            packet = (IPv6 if frame[12] == 0x86 else IP)(frame[14:])
            if isinstance(packet, IPv6) and packet.nh in (0, 58) and (packet.dst.startswith("ff") or (packet.nh == 58 and frame[54] in range(133, 138))):
                continue
            yield packet

    def drain(self):
        return list(self.frames(0))

    def take(self, count, wanted, seconds=2.0):
        """Up to `count` packets that are `wanted`; the others are forgotten."""
        found = []
        for packet in self.frames(seconds):
            if wanted(packet):
                found.append(packet)
                if len(found) == count:
                    break
        return found


def numbered(number_from=0, to=None):
    def wanted(packet):
        return b"UPF:" in bytes(packet) and (to is None or packet.dst == to)

    return wanted


def number_of(packet):
    data = bytes(packet)
    at = data.find(b"UPF:")
    return int(data[at + 4 : at + 12])


def gtp_of(packet):
    """The GTP-U part as a `Gtp`; None for anything else."""
    if UDP not in packet or packet[UDP].dport != GTPU and packet[UDP].sport != GTPU:
        return None
    return Gtp(bytes(packet[UDP].payload))


class Gtp:
    """GTP-U by hand beside scapy's reading: what stands in the header, and what is inside."""

    def __init__(self, data):
        self.data = data
        self.flags, self.kind, self.length, self.teid = struct.unpack("!BBHI", data[:8])
        self.sequence = self.qfi = self.container = None
        self.reflective = False
        at, following = 8, 0
        if self.flags & 7:
            self.sequence, _, following = struct.unpack("!HBB", data[8:12])
            at = 12
        while following:
            length = data[at] * 4
            if following == 0x85:
                self.container = data[at + 1 : at + length - 1]
                self.qfi = self.container[1] & 0x3F
                self.reflective = bool(self.container[1] & 0x40)
            following = data[at + length - 1]
            at += length
        self.body = data[at : 8 + self.length]

    @property
    def inner(self):
        return (IPv6 if self.body[0] >> 4 == 6 else IP)(self.body)


def is_gtp(kind, teid=None):
    def wanted(packet):
        gtp = gtp_of(packet)
        return gtp is not None and gtp.kind == kind and (teid is None or gtp.teid == teid)

    return wanted


def right_checksums(packet):
    """Whether the checksums of an inner packet are what scapy would compute."""
    again = packet.copy()
    for layer in (IP, UDP, TCP, ICMP):
        if layer in again:
            del again[layer].chksum
    return bytes(again) == bytes(packet)
