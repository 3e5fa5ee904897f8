"""The networks around a UPF: an SMF, gNBs, the far end of N9, a data network, each in a namespace of its own.

Natively the UPF is `upfd` in a namespace as well, with the eBPF programs on its links. Otherwise the namespaces are
somebody else's (a VM is at the other ends of their links), and a command answers what the control socket would.
"""
import ctypes
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time

CLONE_NEWNET = 0x40000000

# The UPF's end of each link is .1 and ::1. The first address of a side is its main one. N9 has IPv4 alone.
SIDES = {
    "n4": ("10.4.0", "fd04::", ["2", "3", "200"]),
    "n3": ("10.3.0", "fd03::", ["2", "3", "66"]),
    "n9": ("10.9.0", None, ["2"]),
    "n6": ("10.6.0", "fd06::", ["2", "3"]),
}
POOL4, POOL6 = "10.60.0.0/16", "2001:db8:60::/48"
SESSIONS = 20000

DOCUMENT = {
    "n4": {
        "link": "n4", "nodeId": "upf.example", "allow": ["10.4.0.0/28", "fd04::/112"],
        "t1Ms": 300, "n1": 2, "heartbeatSeconds": 0,
    },
    "interfaces": [
        {"link": "n3", "side": "access", "networkInstance": "access"},
        {"link": "n9", "side": "core", "networkInstance": "n9"},
        {"link": "n6", "side": "core", "networkInstance": "internet", "pools": [POOL4, POOL6]},
    ],
    "sessions": SESSIONS,
    "buffer": {"packetsPerSession": 16, "packets": 256, "seconds": 3},
    "gtpEchoSeconds": 0,
}


def run(*words, check=True):
    return subprocess.run(words, check=check, capture_output=True, text=True).stdout


def in_namespace(namespace, make):
    """What `make` returns, such as a socket, stays in the namespace; the process goes back."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    away = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if libc.setns(away, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        return make()
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(away)


class Lab:
    """`namespaces` by link for a UPF that is there already; None: all of it is made here."""

    def __init__(self, namespaces=None, ask=None):
        self.folder = tempfile.mkdtemp(prefix="upf-lab.")
        self.native = namespaces is None
        self.ask_command = ask
        tag = f"bu{os.getpid()}"
        self.upf = f"{tag}-upf"
        self.namespaces = namespaces or {link: f"{tag}-{link}" for link in SIDES}
        self.pins = os.path.join(self.folder, "bpf")
        self.daemon = None
        self.captures = []
        self.made = []

    def open(self):
        if self.native:
            self._make()
        for link in SIDES:
            self._add_addresses(link)
        self.macs = {link: self._upf_mac(link) for link in SIDES}
        for link in ("n3", "n9", "n6"):
            # Their own stacks answer ARP and neighbour discovery, and nothing else.
            for family in ("-4", "-6"):
                self.rule(link, family, "add")

    def rule(self, link, family, verb):
        self._ip(link, family, "rule", verb, "pref", "1", "iif", "lo", "blackhole")

    def _make(self):
        os.mkdir(self.pins)
        run("mount", "-t", "bpf", "bpf", self.pins)
        for name in (self.upf, *self.namespaces.values()):
            run("ip", "netns", "add", name)
            self.made.append(name)
            run("ip", "-n", name, "link", "set", "lo", "up")
            # Link-local addresses serve at once.
            for which in ("all", "default"):
                self._sysctl(name, f"net.ipv6.conf.{which}.accept_dad=0")
        for key in ("ipv4.ip_forward", "ipv6.conf.all.forwarding"):
            self._sysctl(self.upf, f"net.{key}=1")
        for link, (net4, net6, _) in SIDES.items():
            run("ip", "link", "add", link, "netns", self.upf, "type", "veth", "peer", "name", link, "netns", self.namespaces[link])
            run("ip", "-n", self.upf, "address", "add", f"{net4}.1/24", "dev", link)
            if net6:
                run("ip", "-n", self.upf, "address", "add", f"{net6}1/64", "dev", link, "nodad")
            run("ip", "-n", self.upf, "link", "set", link, "up")
            # As a card without offloads: a pair of virtual ones would never finish a checksum.
            run("nsenter", f"--net=/run/netns/{self.upf}", "ethtool", "-K", link, "tx", "off")
        for via in ("10.6.0.2", "fd06::2"):
            run("ip", "-n", self.upf, "-6" if ":" in via else "-4", "route", "add", "default", "via", via)

    def _sysctl(self, namespace, setting):
        run("nsenter", f"--net=/run/netns/{namespace}", "sysctl", "-qw", setting)

    def _ip(self, link, *words):
        return run("ip", "-n", self.namespaces[link], *words)

    def _add_addresses(self, link):
        net4, net6, hosts = SIDES[link]
        for host in hosts:
            self._ip(link, "address", "add", f"{net4}.{host}/24", "dev", self.device(link))
            if net6:
                self._ip(link, "address", "add", f"{net6}{host}/64", "dev", self.device(link), "nodad")
        self._ip(link, "link", "set", self.device(link), "up")
        if link == "n6":
            self._ip(link, "route", "add", POOL4, "via", "10.6.0.1")
            self._ip(link, "-6", "route", "add", POOL6, "via", "fd06::1")

    def device(self, link):
        return link if self.native else "eth0"

    def _upf_mac(self, link):
        address = f"{SIDES[link][0]}.1"
        for _ in range(100):
            subprocess.run(["nsenter", f"--net=/run/netns/{self.namespaces[link]}", "ping", "-qc1", "-W1", address], capture_output=True)
            for entry in json.loads(self._ip(link, "-j", "neighbour", "show", address) or "[]"):
                if "lladdr" in entry:
                    return bytes.fromhex(entry["lladdr"].replace(":", ""))
            time.sleep(0.1)
        raise RuntimeError(f"the UPF does not answer at {address}")

    def start(self, program, objects, document=None, keep_log=False):
        """upfd, until it says that it is ready. Its log goes to upfd.log of the folder."""
        self.program, self.objects = program, objects
        path = os.path.join(self.folder, "document.json")
        with open(path, "w") as file:
            json.dump(document or DOCUMENT, file)
        log = open(os.path.join(self.folder, "upfd.log"), "a" if keep_log else "w")
        command = [program, "--document", path, "--run", self.folder, "--pins", os.path.join(self.pins, "upf"), "--object", objects]
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
        self.daemon = subprocess.Popen(["nsenter", f"--net=/run/netns/{self.upf}", *command], stderr=log, stdout=log, env=environment)
        for _ in range(200):
            if self.daemon.poll() is not None:
                raise RuntimeError(f"upfd ended with {self.daemon.returncode}: {self.log()[-2000:]}")
            try:
                if self.status()["ready"]:
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.05)
        raise RuntimeError(f"upfd is not ready after 10 s: {self.log()[-2000:]}")

    def kill(self, how=signal.SIGKILL, within=10):
        self.daemon.send_signal(how)
        return self.daemon.wait(within)

    def log(self):
        with open(os.path.join(self.folder, "upfd.log")) as file:
            return file.read()

    def ask(self, line):
        if self.ask_command is not None:
            return run(*shlex.split(self.ask_command), *line.split())
        with socket.socket(socket.AF_UNIX) as to:
            to.settimeout(20)
            to.connect(os.path.join(self.folder, "upf.sock"))
            to.sendall(line.encode() + b"\n")
            parts = []
            while part := to.recv(65536):
                parts.append(part)
        return b"".join(parts).decode()

    def status(self):
        return json.loads(self.ask("status"))

    def memory_kib(self):
        """Resident; 0 where the UPF is elsewhere."""
        if not self.native:
            return 0
        with open(f"/proc/{self.daemon.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    def begin_capture(self):
        """Everything on the UPF's links, a file each; a VM's is taken at the other ends of the links."""
        for link in SIDES:
            file = os.path.join(self.folder, f"{link}.pcapng")
            namespace = self.upf if self.native else self.namespaces[link]
            command = ["dumpcap", "-q", "-i", link if self.native else self.device(link), "-B", "64", "-w", file]
            child = subprocess.Popen(["nsenter", f"--net=/run/netns/{namespace}", *command], stderr=subprocess.PIPE)
            while not child.stderr.readline().startswith(b"File:"):
                if child.poll() is not None:
                    raise RuntimeError(f"dumpcap ended with {child.returncode}")
            self.captures.append((child, file))

    def end_capture(self):
        time.sleep(0.3)
        for child, _ in self.captures:
            child.send_signal(signal.SIGINT)
            child.wait(10)
            child.stderr.close()
        return [file for _, file in self.captures]

    def close(self):
        for child in [self.daemon, *(child for child, _ in self.captures)]:
            if child is not None and child.poll() is None:
                child.kill()
                child.wait()
        for name in self.made:
            run("ip", "netns", "delete", name, check=False)
        if self.native and os.path.ismount(self.pins):
            run("umount", self.pins)
        shutil.rmtree(self.folder)
