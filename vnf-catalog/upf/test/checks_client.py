"""The project's own client (../client) plays its example towards the UPF: what people begin with has to work."""
import contextlib
import json
import os
import subprocess

from lab import run
from trial import check, holds, same

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENT = os.path.join(HERE, "..", "client")
NODE = os.path.join(HERE, "..", "..", "..", "node_modules", ".bin", "node")
SMF = "10.4.0.5"


def settings(t, value):
    """The namespace of N4 answers ARP for both of its links, and forwards between them."""
    for key in ("ip_forward", *(f"conf.{device}.proxy_arp" for device in ("v-smf", "n4"))):
        run("nsenter", f"--net=/run/netns/{t.lab.namespaces['n4']}", "sysctl", "-qw", f"net.ipv4.{key}={value}")


@contextlib.contextmanager
def n4_of(t, radio):
    """The namespace `radio` is on N4 as well: upfd hears N4 by no other link."""
    n4 = t.lab.namespaces["n4"]
    run("ip", "link", "add", "v-smf", "netns", n4, "type", "veth", "peer", "name", "smf", "netns", radio)
    try:
        for namespace, device in ((n4, "v-smf"), (radio, "smf")):
            run("ip", "-n", namespace, "link", "set", device, "up")
        run("ip", "-n", radio, "address", "add", f"{SMF}/32", "dev", "smf")
        run("ip", "-n", radio, "route", "add", "10.4.0.1/32", "dev", "smf", "src", SMF)
        run("ip", "-n", n4, "route", "add", f"{SMF}/32", "dev", "v-smf")
        for device in ("v-smf", "n4"):
            run("nsenter", f"--net=/run/netns/{n4}", "sysctl", "-qw", f"net.ipv4.neigh.{device}.proxy_delay=0")
        settings(t, 1)
        yield
        settings(t, 0)
    finally:
        run("ip", "-n", n4, "link", "delete", "v-smf")


@check("example_of_the_client", "client", "all", "client/example.yaml: association, session, pings, handover, buffering, release", "each step as the example expects", alone=True)
def _(t):
    # One namespace is gNB and SMF here.
    radio = t.lab.namespaces["n3"]
    with open(os.path.join(CLIENT, "example.yaml")) as file:
        text = file.read().replace("local: 10.4.0.2", f"local: {SMF}")
    path = os.path.join(t.lab.folder, "example.yaml")
    with open(path, "w") as file:
        file.write(text)
    links = [(link, family) for link in ("n3", "n6") for family in ("-4", "-6")]
    for link, family in links:
        t.lab.rule(link, family, "del")
    try:
        with n4_of(t, radio):
            said = subprocess.run(["nsenter", f"--net=/run/netns/{radio}", NODE, os.path.join(CLIENT, "client.ts"), path], capture_output=True, text=True, timeout=60)
    finally:
        for link, family in links:
            t.lab.rule(link, family, "add")
    outcomes = [json.loads(line) for line in said.stdout.splitlines()]
    same([(each["step"], each["wrong"]) for each in outcomes if not each["ok"]], [], "steps that were not as expected")
    holds(len(outcomes) == text.count("{ do:") and said.returncode == 0, f"{len(outcomes)} steps, exit code {said.returncode}: {said.stderr[-500:]}")
