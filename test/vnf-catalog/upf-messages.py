"""PFCP messages made by scapy, from a seed: one a line, in hexadecimal, then what a reader has to find in it, as JSON.

upf-messages.py make SEED COUNT     generated messages
upf-messages.py decode < HEX        what scapy reads in each line: a tree of [type, fields]
"""
import ipaddress
import json
import logging
import random
import sys

logging.getLogger("scapy").setLevel(logging.ERROR)
from scapy.contrib import pfcp as p  # noqa: E402
from scapy.packet import Raw  # noqa: E402

ANY = {"protocol": -1, "remote": "any/0", "remotePorts": "0-65535", "ue": "any/0", "uePorts": "0-65535", "family": 0}


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def number(self, bits):
        return self.r.choice([0, 1, (1 << bits) - 1, self.r.getrandbits(bits)])

    def often(self):
        return self.r.random() < 0.7

    def v4(self):
        return str(ipaddress.IPv4Address(self.r.getrandbits(32)))

    def v6(self):
        return str(ipaddress.IPv6Address(0x20010DB8 << 96 | self.r.getrandbits(64) << 32 | 1))

    def longer(self):
        """Octets of a later release, which are to be skipped."""
        return self.r.choice([b"", b"", b"\x00", b"\xff\xfe\xfd"])

    def name(self):
        label = lambda: "".join(self.r.choice("abcxyz0189-") for _ in range(self.r.randint(1, 15)))
        return ".".join("n" + label() for _ in range(self.r.randint(1, 3)))

    def ports(self):
        low = self.r.randint(1, 65535)
        high = self.r.choice([low, self.r.randint(low, 65535)])
        return (str(low) if low == high else f"{low}-{high}"), f"{low}-{high}"

    def end(self, family):
        kind = self.r.choice(["any", "host", "net"])
        if kind == "any":
            return "any", "any/0"
        address = self.v4() if family == 4 else self.v6()
        bits = (32 if family == 4 else 128) if kind == "host" else self.r.randint(1, 32 if family == 4 else 128)
        network = ipaddress.ip_network(f"{address}/{bits}", strict=False)
        return (address if kind == "host" else f"{address}/{bits}"), f"{network.network_address}/{bits}"

    def sdf(self):
        family = self.r.choice([4, 6])
        protocol = self.r.choice(["ip", "6", "17", "1"])
        (remote, remote_read), (ue, ue_read) = self.end(family), self.r.choice([self.end(family), ("assigned", "any/0")])
        expected = dict(ANY, protocol=-1 if protocol == "ip" else int(protocol), remote=remote_read, ue=ue_read)
        expected["family"] = family if remote_read != "any/0" or ue_read != "any/0" else 0
        text = [remote, ue]
        if protocol != "1":
            for i, name in enumerate(["remotePorts", "uePorts"]):
                if self.often():
                    said, expected[name] = self.ports()
                    text[i] += " " + said
        ie = p.IE_SDF_Filter(FD=1, flow_description=f"permit out {protocol} from {text[0]} to {text[1]}")
        if self.often():
            ie.TTC, ie.tos_traffic_class, ie.tos_traffic_mask = 1, self.number(8), self.number(8)
            expected["tos"] = f"{ie.tos_traffic_class}/{ie.tos_traffic_mask}"
        if self.often():
            ie.SPI, ie.security_parameter_index = 1, self.number(32)
            expected["spi"] = ie.security_parameter_index
        if self.often() and expected["family"] != 4:
            ie.FL, ie.flow_label = 1, self.number(20)
            expected["flowLabel"], expected["family"] = ie.flow_label, 6
        identifier = self.r.choice([0, self.number(31) + 1])
        if identifier:
            ie.BID, ie.sdf_filter_id = 1, identifier
        return ie, {"id": identifier, "text": 1, "filter": expected}

    def fteid(self):
        v4, v6 = self.r.choice([(1, 0), (0, 1), (1, 1)])
        families = "4" * v4 + "6" * v6
        if self.often():
            has_id = self.r.choice([0, 1])
            ie = p.IE_FTEID(V4=v4, V6=v6, CH=1, CHID=has_id, choose_id=self.number(8), extra_data=self.longer())
            chosen = ie.choose_id if has_id else -1
            return ie, {"teid": 0, "choose": 1, "chooseId": chosen, "families": families, "v4": "", "v6": ""}
        ie = p.IE_FTEID(V4=v4, V6=v6, TEID=self.number(31) + 1, ipv4=self.v4(), ipv6=self.v6(), extra_data=self.longer())
        read = {"teid": ie.TEID, "choose": 0, "chooseId": -1, "families": families}
        return ie, dict(read, v4=ie.ipv4 if v4 else "", v6=ie.ipv6 if v6 else "")

    def ue(self):
        """IPv6D, CHV4, CHV6 and IP6PL are later than scapy's release: its spare bits."""
        four, six = self.r.choice([("given", ""), ("", "given"), ("given", "given"), ("chosen", ""), ("", "chosen"), ("chosen", "given")])
        delegated = self.r.randint(1, 16) if six and self.often() else 0
        length = self.r.randint(1, 128) if six and not delegated and self.often() else 0
        spare = (1 if delegated else 0) | (2 if four == "chosen" else 0) | (4 if six == "chosen" else 0) | (8 if length else 0)
        ie = p.IE_UE_IP_Address(spare=spare, SD=self.r.choice([0, 1]), V4=four == "given", V6=six == "given", ipv4=self.v4(), ipv6=self.v6())
        ie.extra_data = bytes([delegated] if delegated else [length] if length else []) + self.longer()
        read = {"choose": "4" * (four == "chosen") + "6" * (six == "chosen"), "destination": ie.SD, "prefix": length or 64 - delegated}
        return ie, dict(read, v4=ie.ipv4 if ie.V4 else "", v6=ie.ipv6 if ie.V6 else "")

    def framed(self):
        if self.r.choice([0, 1]):
            read = self.end(4)[1] if self.often() else "10.0.0.0/8"
            read = read if read != "any/0" else "0.0.0.0/0"
            return p.IE_FramedRoute(framed_route=read + self.r.choice(["", " 10.0.0.1 1"])), read
        read = self.end(6)[1]
        read = read if read != "any/0" else "::/0"
        return p.IE_FramedIPv6Route(framed_ipv6_route=read + " :: 1"), read

    def pdi(self, read):
        ies = [p.IE_SourceInterface(interface=self.r.randint(0, 3), extra_data=self.longer())]
        read["source"] = ies[0].interface
        if self.often():
            name = self.name()
            plain = self.r.choice([0, 1])
            ies.append(p.IE_NotImplemented(ietype=22, data=name.encode()) if plain else p.IE_NetworkInstance(instance=name))
            read["instance"] = name
        if self.often():
            ie, read["fteid"] = self.fteid()
            ies.append(ie)
        if self.often():
            ie, read["ue"] = self.ue()
            ies.append(ie)
        read["sdfs"], read["qfis"], read["framed"] = [], [], {}
        for _ in range(self.r.randint(0, 8)):
            ie, said = self.sdf()
            ies.append(ie)
            read["sdfs"].append(said)
        for _ in range(self.r.randint(0, 8)):
            ies.append(p.IE_QFI(QFI=self.number(6)))
            read["qfis"].append(ies[-1].QFI)
        for i in range(self.r.randint(0, 8)):
            ie, read["framed"][str(i)] = self.framed()
            ies.append(ie)
        return p.IE_PDI(IE_list=ies)

    def optional(self, update, read, bit, make):
        """A mandatory part of a Create group, which an Update group may leave out."""
        if update and not self.often():
            return []
        read["present"] |= bit
        return [make()]

    def pdr(self, update):
        read = {"pdr": self.number(16), "present": 0, "precedence": 0, "removal": 255, "far": 0, "source": 0, "qers": [], "urrs": []}
        read.update(sdfs=[], qfis=[], framed={})
        ies = [p.IE_PDR_Id(id=read["pdr"], extra_data=self.longer())]

        def precedence():
            read["precedence"] = self.number(32)
            return p.IE_Precedence(precedence=read["precedence"])

        ies += self.optional(update, read, 1, precedence)
        ies += self.optional(update, read, 2, lambda: self.pdi(read))
        if self.often():
            read["removal"], read["present"] = self.r.randint(0, 6), read["present"] | 4
            ies.append(p.IE_OuterHeaderRemoval(header=read["removal"], extra_data=self.longer()))
        if self.often():
            read["far"], read["present"] = self.number(32), read["present"] | 8
            ies.append(p.IE_FAR_Id(id=read["far"]))
        for name, bit, kind in [("qers", 16, p.IE_QER_Id), ("urrs", 32, p.IE_URR_Id)]:
            read[name] = self.r.sample(range(1, 100), self.r.randint(0, 4))
            ies += [kind(id=each) for each in read[name]]
            read["present"] |= bit if read[name] else 0
        return (p.IE_UpdatePDR if update else p.IE_CreatePDR)(IE_list=self.shuffled(ies)), read

    def shuffled(self, ies):
        """IEs of different types may stand in any order; those of one type keep theirs."""
        types = [bytes(each)[:2] for each in ies]
        order = types[:]
        self.r.shuffle(order)
        waiting = {each: [ie for ie, of in zip(ies, types) if of == each] for each in types}
        return [waiting[each].pop(0) for each in order]

    def outer(self, read):
        v4, v6 = self.r.choice([(1, 0), (0, 1), (1, 1)])
        ie = p.IE_OuterHeaderCreation(GTPUUDPIPV4=v4, GTPUUDPIPV6=v6, TEID=self.number(31) + 1, ipv4=self.v4(), ipv6=self.v6())
        read.update(teid=ie.TEID, peer=ie.ipv4 if v4 else ie.ipv6, peer6=ie.ipv6 if v4 and v6 else "", present=read["present"] | 32)
        return ie

    def forwarding(self, update, read):
        ies = []
        read["present"] |= 2
        if not update or self.often():
            read["destination"], read["present"] = self.r.randint(0, 3), read["present"] | 8
            ies.append(p.IE_DestinationInterface(interface=read["destination"]))
        if self.often():
            read["instance"], read["present"] = self.name(), read["present"] | 16
            ies.append(p.IE_NetworkInstance(instance=read["instance"]))
        if self.often():
            ies.append(self.outer(read))
        if self.often():
            tos, mask = self.number(8), self.number(8)
            read["tos"], read["present"] = f"{tos}/{mask}", read["present"] | 64
            ies.append(p.IE_TransportLevelMarking(tos=tos, traffic_class=mask))
        if self.often():
            read["endMarker"] = self.r.choice([0, 1])
            ies.append(p.IE_PFCPSMReqFlags(SNDEM=read["endMarker"]))
        return (p.IE_UpdateForwardingParameters if update else p.IE_ForwardingParameters)(IE_list=self.shuffled(ies))

    def far(self, update):
        read = {"far": self.number(32), "present": 0, "action": 0, "destination": 0, "instance": "", "teid": 0, "peer": "", "peer6": ""}
        read.update(tos="0/0", bar=0, endMarker=0)
        ies = [p.IE_FAR_Id(id=read["far"])]

        def action():
            read["action"] = self.r.choice([1, 2, 4, 12, 9])
            bits = dict(DROP=read["action"] & 1, FORW=read["action"] >> 1 & 1, BUFF=read["action"] >> 2 & 1, NOCP=read["action"] >> 3)
            return p.IE_ApplyAction(extra_data=self.r.choice([b"", b"\x00"]), **bits)

        ies += self.optional(update, read, 1, action)
        if read["action"] == 2 or self.often():
            ies.append(self.forwarding(update, read))
        if self.often():
            read["bar"], read["present"] = self.number(8), read["present"] | 4
            ies.append(p.IE_BAR_Id(id=read["bar"]))
        return (p.IE_UpdateFAR if update else p.IE_CreateFAR)(IE_list=self.shuffled(ies)), read

    def qer(self, update):
        read = {"qer": self.number(32), "present": 0, "closed": "0/0", "mbr": "0/0", "qfi": 0, "reflective": 0, "correlation": 0}
        ies = [p.IE_QER_Id(id=read["qer"])]

        def gate():
            up, down = self.r.randint(0, 3), self.r.randint(0, 3)
            read["closed"] = f"{int(up > 0)}/{int(down > 0)}"
            return p.IE_GateStatus(ul=up, dl=down)

        ies += self.optional(update, read, 1, gate)
        if self.often():
            up, down = self.number(40), self.number(40)
            read["mbr"], read["present"] = f"{up}/{down}", read["present"] | 2
            ies.append(p.IE_MBR(ul=up, dl=down, extra_data=self.longer()))
        if self.often():
            read["qfi"], read["present"] = self.number(6), read["present"] | 4
            ies.append(p.IE_QFI(QFI=read["qfi"]))
        if self.often():
            read["reflective"], read["present"] = self.r.choice([0, 1]), read["present"] | 8
            ies.append(p.IE_RQI(RQI=read["reflective"]))
        if self.often():
            read["correlation"], read["present"] = self.number(32), read["present"] | 16
            ies.append(p.IE_QERCorrelationId(id=read["correlation"]))
        return (p.IE_UpdateQER if update else p.IE_CreateQER)(IE_list=self.shuffled(ies)), read

    def volume(self, kind):
        total, up, down = self.r.choice([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1), (0, 1, 1)])
        ie = kind(TOVOL=total, ULVOL=up, DLVOL=down, total=self.number(63), uplink=self.number(63), downlink=self.number(63))
        return ie, [ie.total if total else -1, ie.uplink if up else -1, ie.downlink if down else -1]

    def urr(self, update):
        """Trigger bits by octet; the third octet, of Release 16, is beyond scapy's."""
        read = {"urr": self.number(32), "present": 0, "by": "000", "triggers": 0, "period": 0, "timeThreshold": 0, "timeQuota": 0}
        read.update(holding=0, inactivity=0, information=0, threshold=[-1, -1, -1], quota=[-1, -1, -1], linked=[])
        ies = [p.IE_URR_Id(id=read["urr"])]

        def method():
            bits = self.r.randint(1, 7)
            read["by"] = f"{bits & 1}{bits >> 1 & 1}{bits >> 2}"
            return p.IE_MeasurementMethod(DURAT=bits & 1, VOLUM=bits >> 1 & 1, EVENT=bits >> 2)

        def triggers():
            names = {"periodic_reporting": 0, "volume_threshold": 1, "time_threshold": 2, "quota_holding_time": 3, "start_of_traffic": 4,
                     "stop_of_traffic": 5, "volume_quota": 8, "time_quota": 9}
            chosen = [each for each in names if self.r.choice([0, 1])]
            read["triggers"] = sum(1 << names[each] for each in chosen)
            return p.IE_ReportingTriggers(extra_data=self.r.choice([b"", b"\x00"]), **{each: 1 for each in chosen})

        ies += self.optional(update, read, 1, method)
        ies += self.optional(update, read, 2, triggers)
        values = [("period", 4, 1, p.IE_MeasurementPeriod, "period"), ("timeThreshold", 32, 4, p.IE_TimeThreshold, "threshold"),
                  ("holding", 128, 8, p.IE_QuotaHoldingTime, "time_value"), ("timeQuota", 64, 0, p.IE_TimeQuota, "quota"),
                  ("inactivity", 512, 0, p.IE_InactivityDetectionTime, "time_value")]
        for name, bit, trigger, kind, field in values:
            if not read["triggers"] & trigger and not self.often():
                continue
            read[name], read["present"] = self.number(31) + 1, read["present"] | bit
            ies.append(kind(**{field: read[name]}))
        if read["triggers"] & 2 or self.often():
            ie, read["threshold"] = self.volume(p.IE_VolumeThreshold)
            ies, read["present"] = ies + [ie], read["present"] | 8
        if self.often():
            ie, read["quota"] = self.volume(p.IE_VolumeQuota)
            ies, read["present"] = ies + [ie], read["present"] | 16
        if self.often():
            bits = self.r.randint(0, 31)
            names = ["MBQE", "INAM", "RADI", "ISTM", "MNOP"]
            read["information"], read["present"] = bits, read["present"] | 1024
            ies.append(p.IE_MeasurementInformation(**{name: bits >> i & 1 for i, name in enumerate(names)}))
        read["linked"] = self.r.sample(range(100), self.r.randint(0, 4))
        read["present"] |= 256 if read["linked"] else 0
        ies += [p.IE_LinkedURR_Id(id=each) for each in read["linked"]]
        return (p.IE_UpdateURR if update else p.IE_CreateURR)(IE_list=self.shuffled(ies)), read

    def bar(self, update):
        read = {"bar": self.number(8), "present": 0, "delay": 0, "count": 0, "duration": 0}
        ies = [p.IE_BAR_Id(id=read["bar"])]
        if self.often():
            delay = self.number(8)
            read["delay"], read["present"] = delay * 50, 1
            ies.append(p.IE_DownlinkDataNotificationDelay(delay=delay))
        if self.often():
            read["count"], read["present"] = self.number(8), read["present"] | 2
            ies.append(p.IE_SuggestedBufferingPacketsCount(count=read["count"]))
        return (p.IE_Update_BAR_SMR if update else p.IE_Create_BAR)(IE_list=self.shuffled(ies)), read

    def removal(self):
        kind, id_kind, bits = self.r.choice([
            (p.IE_RemovePDR, p.IE_PDR_Id, 16), (p.IE_RemoveFAR, p.IE_FAR_Id, 32), (p.IE_RemoveQER, p.IE_QER_Id, 32),
            (p.IE_RemoveURR, p.IE_URR_Id, 32), (p.IE_Remove_BAR, p.IE_BAR_Id, 8), (p.IE_QueryURR, p.IE_URR_Id, 32)])
        identifier = self.number(bits)
        return kind(IE_list=[id_kind(id=identifier)]), {"id": identifier}

    def message(self):
        update = self.r.choice([False, True])
        makers = [lambda: self.pdr(update), lambda: self.far(update), lambda: self.qer(update), lambda: self.urr(update),
                  lambda: self.bar(update), self.removal]
        made = [self.r.choice(makers)() for _ in range(self.r.randint(1, 6))]
        seid, sequence = self.number(64), self.number(24)
        body = (p.PFCPSessionModificationRequest if update else p.PFCPSessionEstablishmentRequest)(IE_list=[ie for ie, _ in made])
        head = {"type": 52 if update else 50, "sequence": sequence, "seid": f"{seid:x}"}
        return bytes(p.PFCP(version=1, S=1, seid=seid, seq=sequence) / body), {"head": head, "rules": [read for _, read in made]}


def plain(value):
    return value.decode("latin1") if isinstance(value, bytes) else value if isinstance(value, (int, str)) else str(value)


def tree(ie):
    """Raw octets where an element was expected are shown as such: the decoder did not understand."""
    if isinstance(ie, Raw):
        return ["raw", ie.load.hex()]
    if isinstance(ie, p.IE_Compound):
        return [ie.ietype, [tree(each) for each in ie.IE_list]]
    fields = {f: plain(ie.getfieldval(f)) for f in ie.fields if f not in ("ietype", "length") and not f.startswith("spare")}
    return [ie.ietype, fields]


if sys.argv[1] == "make":
    maker = Maker(int(sys.argv[2]))
    for _ in range(int(sys.argv[3])):
        sent, expected = maker.message()
        print(sent.hex(), json.dumps(expected))
else:
    for line in sys.stdin:
        message = p.PFCP(bytes.fromhex(line.strip()))
        print(json.dumps([tree(each) for each in message.payload.IE_list]))
