#!/usr/bin/python3
"""Holds a UPF to its promises with scapy and tshark:
    checks.py FOLDER [NAME...]              natively: upfd and upf.bpf.o of the folder (compile.sh), in namespaces made here
    checks.py --vm SETUP.json [NAME...]     a UPF elsewhere; {"namespaces": {"n4": ..., "n3": ..., "n9": ..., "n6": ...}, "ask": COMMAND}
    checks.py --list                        every check as JSON
A name chooses checks that begin with it. Prints `ok NAME`, `FAILED NAME: why` or `skipped NAME: why`, last the sums.
"""
import argparse
import copy
import json
import os
import subprocess
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from scapy.config import conf  # noqa: E402

conf.verb = 0

import checks_client  # noqa: E402, F401
import checks_agent  # noqa: E402, F401
import checks_closed  # noqa: E402, F401
import checks_gtpu  # noqa: E402, F401
import checks_n4  # noqa: E402, F401
import checks_offloads  # noqa: E402, F401
import checks_qos  # noqa: E402, F401
import checks_refusals  # noqa: E402, F401
import checks_state  # noqa: E402, F401
import checks_traffic  # noqa: E402, F401
import checks_tunnels  # noqa: E402, F401
import checks_usage  # noqa: E402, F401
from lab import DOCUMENT, SIDES, Lab  # noqa: E402
from trial import CHECKS, Check, Trial, Wrong, holds, same  # noqa: E402


class NativeTrial(Trial):
    """Checks that stop and start upfd find it as it was afterwards."""

    def document(self):
        return copy.deepcopy(DOCUMENT)

    def restart(self, document):
        self.restarted = True
        self._start(document)

    def _start(self, document):
        self.lab.kill()
        self.lab.start(self.lab.program, self.lab.objects, document, keep_log=True)
        self.smf.requests = []
        self.begin()
        self.smf.seids.clear()

    def associate_if_needed(self):
        holds(self.smf.heartbeat() is not None, "no answer to a heartbeat after the restart")

    def clean(self):
        if self.lab.native and self.lab.daemon.poll() is not None:
            code = self.lab.daemon.returncode
            self.lab.start(self.lab.program, self.lab.objects, keep_log=True)
            self.begin()
            self.smf.seids.clear()
            raise Wrong(f"upfd ended with {code}: {self.lab.log()[-1500:]}")
        super().clean()
        if getattr(self, "restarted", False):
            self.restarted = False
            self._start(self.document())


def captured(t, files, wanted, what):
    """What tshark says against what the UPF itself sent."""
    found = []
    for link, file in zip(SIDES, files):
        if t.lab.native and link == "n6":
            continue
        mac = t.lab.macs[link].hex(":")
        command = ["tshark", "-r", file, "-Y", f"eth.src == {mac} && ({wanted})", "-T", "fields", "-e", "frame.number", "-e", "_ws.col.Info", "-e", "_ws.expert.message"]
        said = subprocess.run(command, capture_output=True, text=True)
        found += [f"{link} {line}" for line in said.stdout.splitlines()]
    same(found[:5], [], what)


MALFORMED = '_ws.malformed || (_ws.expert.severity >= "Error")'
JUDGED = [
    ("tshark_n4_well_formed", "29.244 7", f"pfcp && !icmp && !icmpv6 && ({MALFORMED})", "no malformed N4 message of the UPF in the capture of the whole run"),
    ("tshark_gtpu_well_formed", "29.281 5", f"gtp && !icmp && !icmpv6 && ({MALFORMED})", "no malformed GTP-U message of the UPF in it"),
]


def judge(name, clause, wanted, expects):
    def run(t, files):
        captured(t, files, wanted, expects)

    return Check(name, "captures", clause, "everything that was sent in this run", expects, run, False)


LAST = [judge(*each) for each in JUDGED]


def seen(t, files):
    counts = {}
    for link, filter_ in (("n4", "pfcp"), ("n3", "gtp"), ("n9", "gtp"), ("n6", "ip")):
        file = files[list(SIDES).index(link)]
        said = subprocess.run(["tshark", "-r", file, "-Y", filter_, "-T", "fields", "-e", "frame.number"], capture_output=True, text=True)
        counts[link] = len(said.stdout.splitlines())
    holds(all(counts.values()), f"captured: {counts}")


LAST.append(Check("captures_of_each_link", "captures", "N4, N3, N9, N6", "everything that was sent in this run", "packets on each of the four links", seen, False))


def report(check, run):
    try:
        run()
        print(f"ok {check.name}", flush=True)
        return True
    except Exception as error:  # noqa: BLE001: whatever it is, the check has failed and the others go on
        why = str(error) if isinstance(error, Wrong) else "".join(traceback.format_exception(error)[-3:])
        print(f"FAILED {check.name}: {' '.join(why.split())[:1500]}", flush=True)
        return False


def run_one(trial, each):
    def run():
        try:
            each.run(trial)
        finally:
            trial.clean()

    return report(each, run)


def run_all(lab, names):
    trial = NativeTrial(lab)
    trial.begin()
    chosen = [each for each in CHECKS if not names or any(each.name.startswith(name) for name in names)]
    passed = failed = skipped = 0
    for each in chosen:
        if each.alone and not lab.native:
            print(f"skipped {each.name}: it stops upfd", flush=True)
            skipped += 1
        elif run_one(trial, each):
            passed += 1
        else:
            failed += 1
    files = lab.end_capture()
    for each in LAST if not names else LAST[:2]:
        if report(each, lambda: each.run(trial, files)):
            passed += 1
        else:
            failed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--vm")
    parser.add_argument("--keep")
    parser.add_argument("words", nargs="*")
    asked = parser.parse_args()
    if asked.list:
        print(json.dumps([dict(zip(("name", "feature", "clause", "sends", "expects"), each)) for each in [*CHECKS, *LAST]], indent=1))
        return 0
    if asked.vm:
        with open(asked.vm) as file:
            setup = json.load(file)
        lab, names = Lab(setup["namespaces"], setup["ask"]), asked.words
    else:
        lab, names = Lab(), asked.words[1:]
    try:
        lab.open()
        if lab.native:
            lab.start(os.path.join(asked.words[0], "upfd"), os.path.join(asked.words[0], "upf.bpf.o"))
        lab.begin_capture()
        good = run_all(lab, names)
        if asked.keep:
            subprocess.run(["cp", "-r", lab.folder + "/.", asked.keep], check=False, stderr=subprocess.DEVNULL)
        return 0 if good else 1
    finally:
        lab.close()


if __name__ == "__main__":
    sys.exit(main())
