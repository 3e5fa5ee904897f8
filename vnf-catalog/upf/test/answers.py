"""What the UPF says on N4, read by hand beside scapy."""
import socket
import struct

from scapy.contrib.pfcp import PFCP


class Answer:
    """A message from the UPF: header by scapy, elements by scapy and by hand. `arrived`: when the kernel had it, however late it is read."""

    def __init__(self, data, arrived=None):
        self.data, self.arrived = data, arrived
        self.packet = PFCP(data)
        self.kind, self.seid, self.sequence = self.packet.message_type, self.packet.seid if self.packet.S else None, self.packet.seq
        head = 16 if self.packet.S else 8
        self.ies = parse(data[head : 4 + self.packet.length])

    def get(self, kind):
        return next((data for each, data in self.ies if each == kind), None)

    def all(self, kind):
        return [parse(data) for each, data in self.ies if each == kind]

    @property
    def cause(self):
        return (self.get(19) or b"\0")[0]

    @property
    def offending(self):
        data = self.get(40)
        return struct.unpack("!H", data)[0] if data else None

    @property
    def failed_rule(self):
        data = self.get(114)
        return (data[0] & 0x1F, int.from_bytes(data[1:], "big")) if data else None

    @property
    def up_seid(self):
        return struct.unpack("!Q", self.get(57)[1:9])[0]

    def created(self):
        """By PDR: ("fteid": (teid, v4, v6), "ue": (v4, v6))."""
        found = {}
        for ies in self.all(8):
            entry = {}
            for kind, data in ies:
                if kind == 21:
                    v4 = socket.inet_ntop(socket.AF_INET, data[5:9]) if data[0] & 1 else None
                    at = 9 if data[0] & 1 else 5
                    v6 = socket.inet_ntop(socket.AF_INET6, data[at : at + 16]) if data[0] & 2 else None
                    entry["fteid"] = (struct.unpack("!I", data[1:5])[0], v4, v6)
                if kind == 93:
                    v4 = socket.inet_ntop(socket.AF_INET, data[1:5]) if data[0] & 2 else None
                    at = 5 if data[0] & 2 else 1
                    v6 = socket.inet_ntop(socket.AF_INET6, data[at : at + 16]) if data[0] & 1 else None
                    entry["ue"] = (v4, v6)
            found[struct.unpack("!H", dict(ies)[56])[0]] = entry
        return found

    def usage(self):
        """Usage reports: urr, number, triggers (a little-endian number), volume (total, up, down), seconds, times of events."""
        return [Usage(ies, self.arrived) for kind in (78, 79, 80) for ies in self.all(kind)]


class Usage:
    def __init__(self, elements, arrived):
        ies = dict(elements)
        self.arrived = arrived
        self.events = [struct.unpack("!I", data)[0] for kind, data in elements if kind == 156]
        self.urr = struct.unpack("!I", ies[81])[0]
        self.number = struct.unpack("!I", ies[104])[0]
        self.triggers = int.from_bytes(ies[63], "little")
        self.seconds = struct.unpack("!I", ies[67])[0] if 67 in ies else None
        self.total = self.up = self.down = None
        data = ies.get(66)
        at = 1
        for bit, name in enumerate(("total", "up", "down")):
            if data and data[0] & 1 << bit:
                setattr(self, name, struct.unpack("!Q", data[at : at + 8])[0])
                at += 8
        self.kinds = set(ies)


def parse(data):
    """Elements by hand; what is no whole element raises."""
    found, at = [], 0
    while at < len(data):
        kind, length = struct.unpack("!HH", data[at : at + 4])
        if at + 4 + length > len(data):
            raise ValueError(f"element {kind} is longer than what it stands in")
        found.append((kind, data[at + 4 : at + 4 + length]))
        at += 4 + length
    return found
