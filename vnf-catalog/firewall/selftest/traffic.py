"""Sends packets through a firewall between two namespaces and says what became of them.

Started as: traffic.py WEST_NAMESPACE WEST_MAC EAST_NAMESPACE EAST_MAC, where the addresses are the
firewall's. One JSON request per line of standard input, one JSON answer per line of standard output:
  {"do": "table"}                       every packet of table.py, with what became of it
  {"do": "begin", "flows": {...}}       sends flows in the background: {"name": {"from", "source", "target", "sport", "dport", "perSecond"}}
  {"do": "sent", "flow": NAME}          how many packets of the flow were sent so far
  {"do": "end"}                         stops them: {"name": {"sent": n, "missing": [numbers]}}
"""
import json
import sys
import threading
import time

from scapy.all import TCP, Ether, Raw, conf, raw
import table
from wire import Side, marked

FENCE_SECONDS, PASS_SECONDS, EXTRA_SECONDS, LAST_ARRIVAL_SECONDS = 10, 3, 0.03, 4.0
FENCE = {"west": ("10.1.0.2", "10.2.0.2", 29999, 53), "east": ("10.2.0.2", "10.1.0.2", 53, 29999)}


class Traffic:
    def __init__(self, west, west_mac, east, east_mac):
        self.sides = {"west": Side(west, west_mac), "east": Side(east, east_mac)}
        self.fences = 0
        self.flows = {}
        self.threads = []
        self.running = False

    def other(self, name):
        return self.sides["east" if name == "west" else "west"]

    def fence(self, side):
        """A packet that is known to pass: once it came, whatever was sent before it came or will not."""
        self.fences += 1
        source, target, sport, dport = FENCE[side]
        packet = raw(table.udp(source, target, sport, dport) / Raw(marked("fence", self.fences)))
        self.sides[side].send(packet)
        if not self.other(side).wait_for(lambda: self.other(side).seen("fence", self.fences), FENCE_SECONDS):
            raise RuntimeError(f"no packet of an allowed flow passes from {side} any more")

    def send_case(self, case, name):
        payload = marked(name)
        packets = case.packets
        if callable(packets[0]):
            packets = packets[0](payload)
        else:
            packets = [packet / Raw(payload) for packet in packets]
        for packet in packets:
            self.sides[case.side].send(packet if isinstance(packet, bytes) else raw(packet))

    def run_case(self, number, case):
        name = f"case{number}"
        near, far = self.sides[case.side], self.other(case.side)
        near_before = len(near.frames)
        self.send_case(case, name)
        self.fence(case.side)
        if case.expected == "passes":
            far.wait_for(lambda: far.seen(name), PASS_SECONDS)
        elif case.expected == "answers":
            near.wait_for(lambda: answered(near.frames[near_before:], name, case), PASS_SECONDS)
        else:
            time.sleep(EXTRA_SECONDS)
        frame = far.seen(name)
        became = "passes" if frame else "answers" if answered(near.frames[near_before:], name, case) else "drops"
        result = {"name": case.name, "from": case.side, "expected": case.expected, "became": became}
        if frame and case.check and not case.check(Ether(frame)):
            result["became"] = f"passes as {Ether(frame).summary()}"
        return result

    def do_table(self, _):
        for side in ("west", "east"):
            self.fence(side)
        return [self.run_case(number, case) for number, case in enumerate(table.all_cases())]

    def send_flow(self, name, flow):
        side = self.sides[flow["from"]]
        packet = table.udp(flow["source"], flow["target"], flow["sport"], flow["dport"])
        pause = 1 / flow["perSecond"]
        due = time.monotonic()
        while self.running:
            side.send(raw(packet / Raw(marked(name, flow["sent"]))))
            flow["sent"] += 1
            due += pause
            time.sleep(max(0, due - time.monotonic()))

    def do_begin(self, request):
        self.running = True
        for name, flow in request["flows"].items():
            self.other(flow["from"]).arrived.pop(name, None)
            self.flows[name] = {**flow, "sent": 0}
            self.threads.append(threading.Thread(target=self.send_flow, args=(name, self.flows[name]), daemon=True))
            self.threads[-1].start()
        return {}

    def do_sent(self, request):
        return self.flows[request["flow"]]["sent"]

    def do_end(self, _):
        self.running = False
        for thread in self.threads:
            thread.join()
        time.sleep(LAST_ARRIVAL_SECONDS)
        answer = {}
        for name, flow in self.flows.items():
            arrived = self.other(flow["from"]).arrived.get(name, {})
            answer[name] = {"sent": flow["sent"], "missing": [n for n in range(flow["sent"]) if n not in arrived]}
        self.threads, self.flows = [], {}
        return answer


def answered(frames, name, case):
    """Did the sender get a reset, or a frame that holds its own marker?"""
    port = case.packets[0].sport if not callable(case.packets[0]) and TCP in case.packets[0] else None
    for frame in frames:
        if marked(name) in frame:
            return True
        packet = Ether(frame)
        if port is not None and TCP in packet and packet[TCP].dport == port and "R" in packet[TCP].flags:
            return True
    return False


def main():
    conf.verb = 0
    traffic = Traffic(*sys.argv[1:5])
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            print(json.dumps(getattr(traffic, f"do_{request['do']}")(request)), flush=True)
        except Exception as error:  # the caller is told, and decides
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)


main()
