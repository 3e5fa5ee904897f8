"""The two wires at the sides of a firewall: raw sockets in network namespaces, and frames told by a marker.

Whatever is sent carries BERTH:<name>:<number>; in its payload, so that a frame that arrives is known
without a look at its headers, which address translation may have changed.
"""
import ctypes
import os
import re
import socket
import threading
import time

MARKER = re.compile(rb"BERTH:([a-z0-9_]+):(\d+);")
CLONE_NEWNET = 0x40000000


def marked(name, number=0):
    return b"BERTH:%s:%d;" % (name.encode(), number)


def packet_socket(namespace):
    """A raw socket on eth0 of the namespace; the socket stays there when the thread goes back."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    away = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    if libc.setns(away, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"setns {namespace}")
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    made.bind(("eth0", 0))
    libc.setns(home, CLONE_NEWNET)
    os.close(home)
    os.close(away)
    return made


class Side:
    """One namespace: sends frames to the firewall's card, and keeps every frame that comes from it."""

    def __init__(self, namespace, firewall_mac):
        self.socket = packet_socket(namespace)
        self.mac = self.socket.getsockname()[4]
        self.firewall_mac = bytes.fromhex(firewall_mac.replace(":", ""))
        self.arrived = {}
        self.frames = []
        self.changed = threading.Condition()
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        while True:
            frame, sender = self.socket.recvfrom(65536)
            if sender[2] == socket.PACKET_OUTGOING:
                continue
            with self.changed:
                self.frames.append(frame)
                for name, number in MARKER.findall(frame):
                    self.arrived.setdefault(name.decode(), {})[int(number)] = frame
                self.changed.notify_all()

    def send(self, packet):
        """An IPv4 or IPv6 packet as bytes."""
        kind = b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd"
        self.socket.send(self.firewall_mac + self.mac + kind + packet)

    def seen(self, name, number=0):
        return self.arrived.get(name, {}).get(number)

    def wait_for(self, found, seconds):
        """What `found` returns once it is true, or its last answer when the time is over."""
        end = time.monotonic() + seconds
        with self.changed:
            while not (answer := found()) and (left := end - time.monotonic()) > 0:
                self.changed.wait(left)
            return answer
