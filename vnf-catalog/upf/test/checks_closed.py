"""What is no traffic of a session: hosts of N3, N4 and N6 that send plain packets through the UPF, UEs and hosts that try its own sockets."""
import signal
import time

from scapy.layers.inet import UDP
from scapy.packet import Raw

from lab import run
from trial import check, holds, same
from wire import ECHO_REQUEST, GTPU, Port, datagram, gpdu, gtp_bytes, ip, main_address, numbered, number_of

N4_PORT = 8805
HEARTBEAT = bytes.fromhex("2001000c000001000060000400000000")


def send_across(t, ports):
    """From each link to a host of each other one; answers from where to where."""
    sent = {}
    for source, port in ports.items():
        for to in ports:
            for v6 in (False, True):
                if source != to and not (v6 and "n9" in (source, to)):
                    number = t.fresh(1)[0]
                    sent[number] = f"{source} to {to}, IPv{6 if v6 else 4}"
                    port.send(datagram(main_address(source, v6), main_address(to, v6), number))
    return sent


def nothing_passes(t):
    ports = {"n3": t.n3, "n4": Port(t.lab, "n4"), "n9": t.n9, "n6": t.n6}
    try:
        for port in ports.values():
            port.drain()
        sent = send_across(t, ports)
        time.sleep(0.3)
        passed = [number_of(each) for port in ports.values() for each in port.drain() if numbered()(each)]
        same([sent[number] for number in sorted(passed) if number in sent], [], "packets that passed without a session")
    finally:
        ports["n4"].socket.close()


@check("no_router_between_links", "closed links", "29.244 5.2.1", "plain packets from each of N3, N4, N9 and N6 to a host of each other", "none arrives; traffic of a session goes on")
def _(t):
    session = t.session(v6=True)
    nothing_passes(t)
    t.both(session)
    t.both(session, v6=True)


@check("no_router_without_upfd", "closed links", "29.244 5.2.1", "the same when upfd was stopped, with all of its programs, and packets for UEs from N6", "none arrives, none comes back", alone=True)
def _(t):
    t.lab.kill(signal.SIGTERM, within=15)
    try:
        nothing_passes(t)
        t.n6.send(datagram("10.6.0.2", "10.60.1.1", 1, ttl=9))
        t.n6.send(datagram("fd06::2", "2001:db8:60:1::1", 2, ttl=9))
        same([bytes(each) for each in t.n6.take(1, numbered(), 0.3)], [], "packets for UEs that came back")
    finally:
        t.lab.start(t.lab.program, t.lab.objects, keep_log=True)
        t.smf.seids.clear()
        t.begin()


@check("links_of_a_new_document", "closed links", "29.244 5.2.1", "upfd started with the pools and links of another document", "the kernel's rules are those of that document", alone=True)
def _(t):
    def rules():
        return [line for family in ("-4", "-6") for line in run("ip", "-n", t.lab.upf, family, "rule").splitlines() if " iif " in line]

    before = rules()
    holds(any("10.60.0.0/16 iif n6" in each for each in before), f"no rule for the pool at N6: {before}")
    document = t.document()
    document["interfaces"][2]["pools"] = ["10.61.0.0/16"]
    document["interfaces"].pop(1)
    t.restart(document)
    after = rules()
    t.restart(t.document())
    same([each for each in after if "10.60." in each or "2001:db8:60" in each or "iif n9" in each], [], "rules of the earlier document")
    holds(any("10.61.0.0/16 iif n6" in each for each in after), f"no rule for the new pool: {after}")
    same(sorted(rules()), sorted(before), "rules of the first document again")


@check("ue_to_other_networks", "closed links", "29.244 5.2.1", "uplink to the SMF and to a gNB, IPv4 and IPv6", "nothing arrives; dropped by name")
def _(t):
    session = t.session(v6=True)
    n4 = Port(t.lab, "n4")
    try:
        t.up(session, 2, "way_closed", to="10.4.0.2", at=n4)
        t.up(session, 2, "way_closed", to="fd04::2", at=n4, v6=True)
        t.up(session, 2, "way_closed", to="10.3.0.2", at=t.n3, dport=GTPU)
        t.up(session, 2, "way_closed", to="fd03::2", at=t.n3, v6=True, dport=GTPU)
    finally:
        n4.socket.close()


@check("ue_to_other_networks_too_big", "closed links", "29.244 5.2.1", "uplink to the SMF, larger than N4's MTU and with fragments allowed", "nothing arrives; dropped by name", alone=True)
def _(t):
    session = t.session()
    n4 = Port(t.lab, "n4")
    run("ip", "-n", t.lab.upf, "link", "set", "n4", "mtu", "1300")
    try:
        t.up(session, 2, "way_closed", to="10.4.0.2", at=n4, size=1350)
    finally:
        run("ip", "-n", t.lab.upf, "link", "set", "n4", "mtu", "1500")
        n4.socket.close()


@check("link_local_is_not_forwarded", "closed links", "RFC 3927 7, RFC 4291 2.5.6", "uplink to link-local addresses of both families", "nothing at N6; dropped by name")
def _(t):
    session = t.session(v6=True)
    t.up(session, 2, "link_local", to="169.254.169.254")
    t.up(session, 2, "link_local", to="fe80::2", v6=True)


def heard(t):
    counters = t.lab.status()["counters"]
    return {name: counters[name] for name in ("n4_stranger_datagrams", "n4_malformed_datagrams", "gtpu_messages_received")}


@check("ue_to_the_upf_itself", "closed links", "29.244 5.2.1", "a heartbeat request in a UE's tunnel to the UPF's N4 address, IPv4 and IPv6", "upfd hears nothing")
def _(t):
    session = t.session(v6=True)
    before = heard(t)
    t.n3.send(gpdu(session.teid, ip(session.ue, "10.4.0.1") / UDP(sport=N4_PORT, dport=N4_PORT) / Raw(HEARTBEAT)))
    t.n3.send(gpdu(session.teid, ip(session.ue6, "fd04::1") / UDP(sport=N4_PORT, dport=N4_PORT) / Raw(HEARTBEAT)))
    time.sleep(0.2)
    same(heard(t), before, "what upfd has heard")


@check("data_network_to_the_upf_itself", "closed links", "29.244 5.2.1", "from N6: a heartbeat request to the N4 address, GTP-U to the N3 address", "upfd hears nothing")
def _(t):
    before = heard(t)
    t.n6.send(ip("10.6.0.2", "10.4.0.1") / UDP(sport=N4_PORT, dport=N4_PORT) / Raw(HEARTBEAT))
    t.n6.send(ip("10.6.0.2", "10.3.0.1") / UDP(sport=GTPU, dport=GTPU) / Raw(gtp_bytes(ECHO_REQUEST, 0, flags=0x32, options=b"\0\1\0\0")))
    time.sleep(0.2)
    same(heard(t), before, "what upfd has heard")
