"""N4 by scapy: an SMF that asks and answers, and the information elements of TS 29.244 in short."""
import select
import socket
import struct
import time

from scapy.contrib import pfcp
from scapy.contrib.pfcp import PFCP
from scapy.packet import Raw

from answers import Answer
from lab import in_namespace

PORT = 8805
ACCEPTED = 1
NTP = 2_208_988_800
SO_TIMESTAMPNS = 35


def raw_ie(kind, data=b""):
    """An information element by hand: for what this scapy does not know, and for what is wrong."""
    return Raw(struct.pack("!HH", kind, len(data)) + data)


def group(kind, *parts):
    return raw_ie(kind, b"".join(bytes(part) for part in parts if part is not None))


def node_id(name="10.4.0.2"):
    if name.replace(".", "").isdigit():
        return pfcp.IE_NodeId(id_type=0, ipv4=name)
    if ":" in name:
        return pfcp.IE_NodeId(id_type=1, ipv6=name)
    return pfcp.IE_NodeId(id_type=2, id=name)


def text_ie(kind, text):
    return raw_ie(kind, text.encode())


def fteid_ie(tunnel):
    """("choose", family...), ("choose", id) or (teid, address)."""
    if tunnel == "choose":
        return raw_ie(21, b"\x05")
    if tunnel == "choose6":
        return raw_ie(21, b"\x06")
    if tunnel == "choose46":
        return raw_ie(21, b"\x07")
    if tunnel[0] == "choose":
        return raw_ie(21, bytes([0x0D, tunnel[1]]))
    teid, address = tunnel
    if ":" in address:
        return pfcp.IE_FTEID(V6=1, TEID=teid, ipv6=address)
    return pfcp.IE_FTEID(V4=1, TEID=teid, ipv4=address)


def ue_ie(ue, destination):
    """An address, a pair of both families, or "choose4", "choose6", "choose46"."""
    if isinstance(ue, str) and ue.startswith("choose"):
        flags = (16 if "4" in ue else 0) | (32 if "6" in ue else 0) | (4 if destination else 0)
        return raw_ie(93, bytes([flags]))
    both = [ue] if isinstance(ue, str) else ue
    v4 = next((each for each in both if ":" not in each), None)
    v6 = next((each for each in both if ":" in each), None)
    fields = {"SD": int(destination)}
    if v4:
        fields.update(V4=1, ipv4=v4)
    if v6:
        fields.update(V6=1, ipv6=v6)
    return pfcp.IE_UE_IP_Address(**fields)


def sdf_ie(text=None, identity=None, tos=None, spi=None, flow_label=None):
    fields = {}
    if text is not None:
        fields.update(FD=1, flow_description=text)
    if tos is not None:
        fields.update(TTC=1, tos_traffic_class=tos[0], tos_traffic_mask=tos[1])
    if spi is not None:
        fields.update(SPI=1, security_parameter_index=spi)
    if flow_label is not None:
        fields.update(FL=1, flow_label=flow_label)
    if identity is not None:
        fields.update(BID=1, sdf_filter_id=identity)
    return pfcp.IE_SDF_Filter(**fields)


def pdi(side=0, tunnel=None, instance=None, ue=None, filters=(), qfis=(), framed=(), more=()):
    parts = [pfcp.IE_SourceInterface(interface=side)]
    if tunnel is not None:
        parts.append(fteid_ie(tunnel))
    if instance is not None:
        parts.append(text_ie(22, instance))
    if ue is not None:
        parts.append(ue_ie(ue, side != 0))
    parts += [sdf_ie(each) if isinstance(each, str) else each for each in filters]
    parts += [pfcp.IE_QFI(QFI=each) for each in qfis]
    parts += [text_ie(155 if ":" in each else 153, each) for each in framed]
    return group(2, *parts, *more)


def pdr(identity, precedence=100, removal=None, far=None, qers=(), urrs=(), kind=1, more=(), **of_pdi):
    parts = [pfcp.IE_PDR_Id(id=identity)]
    if precedence is not None:
        parts.append(pfcp.IE_Precedence(precedence=precedence))
    if of_pdi:
        parts.append(pdi(**of_pdi))
    if removal is not None:
        parts.append(raw_ie(95, bytes([removal])))
    if far is not None:
        parts.append(pfcp.IE_FAR_Id(id=far))
    parts += [pfcp.IE_URR_Id(id=each) for each in urrs]
    parts += [pfcp.IE_QER_Id(id=each) for each in qers]
    return group(kind, *parts, *more)


DROP, FORW, BUFF, NOCP, DUPL = 1, 2, 4, 8, 16


def outer_ie(tunnel):
    teid, address = tunnel
    if ":" in address:
        return pfcp.IE_OuterHeaderCreation(GTPUUDPIPV6=1, TEID=teid, ipv6=address)
    return pfcp.IE_OuterHeaderCreation(GTPUUDPIPV4=1, TEID=teid, ipv4=address)


def far(identity, action=FORW, side=None, instance=None, tunnel=None, bar=None, end_marker=False, marking=None, kind=3, more=(), wide=False):
    parts = [pfcp.IE_FAR_Id(id=identity)]
    if action is not None:
        parts.append(raw_ie(44, bytes([action, 0] if wide else [action])))
    within = []
    if side is not None:
        within.append(pfcp.IE_DestinationInterface(interface=side))
    if instance is not None:
        within.append(text_ie(22, instance))
    if tunnel is not None:
        within.append(outer_ie(tunnel))
    if marking is not None:
        within.append(raw_ie(30, bytes(marking)))
    if end_marker:
        within.append(pfcp.IE_PFCPSMReqFlags(SNDEM=1))
    if within or more:
        parts.append(group(4 if kind == 3 else 11, *within, *more))
    if bar is not None:
        parts.append(pfcp.IE_BAR_Id(id=bar))
    return group(kind, *parts)


def qer(identity, up=0, down=0, mbr=None, qfi=None, rqi=None, kind=7):
    """`mbr`: kbit/s up and down."""
    parts = [pfcp.IE_QER_Id(id=identity), pfcp.IE_GateStatus(ul=up, dl=down)]
    if mbr is not None:
        parts.append(pfcp.IE_MBR(ul=mbr[0], dl=mbr[1]))
    if qfi is not None:
        parts.append(pfcp.IE_QFI(QFI=qfi))
    if rqi is not None:
        parts.append(pfcp.IE_RQI(RQI=rqi))
    return group(kind, *parts)


def volume_ie(kind, total=None, up=None, down=None):
    data = b"".join(struct.pack("!Q", each) for each in (total, up, down) if each is not None)
    flags = sum(1 << bit for bit, each in enumerate((total, up, down)) if each is not None)
    return raw_ie(kind, bytes([flags]) + data)


PERIO, VOLTH, TIMTH, QUHTI, START, STOPT, DROTH, LIUSA, VOLQU, TIMQU = (1 << bit for bit in range(10))
EVETH, EVEQU = 1 << 12, 1 << 13
DURAT, VOLUM, EVENT = 1, 2, 4


def urr(identity, method=VOLUM, triggers=0, period=None, threshold=None, quota=None, seconds=None, time_quota=None, linked=(), holding=None, events=None, event_quota=None, inactivity=None, kind=6, octets=2, more=()):
    parts = [pfcp.IE_URR_Id(id=identity)]
    if method is not None:
        parts.append(raw_ie(62, bytes([method])))
    if triggers is not None:
        parts.append(raw_ie(37, triggers.to_bytes(octets, "little")))
    if period is not None:
        parts.append(pfcp.IE_MeasurementPeriod(period=period))
    if threshold is not None:
        parts.append(volume_ie(31, *threshold))
    if quota is not None:
        parts.append(volume_ie(73, *quota))
    if seconds is not None:
        parts.append(pfcp.IE_TimeThreshold(threshold=seconds))
    if time_quota is not None:
        parts.append(pfcp.IE_TimeQuota(quota=time_quota))
    if holding is not None:
        parts.append(pfcp.IE_QuotaHoldingTime(time_value=holding))
    if events is not None:
        parts.append(pfcp.IE_EventThreshold(event_threshold=events))
    if event_quota is not None:
        parts.append(pfcp.IE_EventQuota(event_quota=event_quota))
    if inactivity is not None:
        parts.append(pfcp.IE_InactivityDetectionTime(time_value=inactivity))
    parts += [pfcp.IE_LinkedURR_Id(id=each) for each in linked]
    return group(kind, *parts, *more)


def bar(identity, packets=None, delay=None, kind=85):
    parts = [pfcp.IE_BAR_Id(id=identity)]
    if delay is not None:
        parts.append(raw_ie(46, bytes([delay])))
    if packets is not None:
        parts.append(raw_ie(140, bytes([packets])))
    return group(kind, *parts)


def remove(kind, identity):
    id_kind = {15: 56, 16: 108, 17: 81, 18: 109, 87: 88, 77: 81}[kind]
    size = {56: 2, 88: 1}.get(id_kind, 4)
    return group(kind, raw_ie(id_kind, identity.to_bytes(size, "big")))


class Smf:
    """One N4 socket. `requests` keeps what the UPF asked, each once; heartbeats and reports are answered unless `quiet`."""

    made = 0

    def __init__(self, lab, address="10.4.0.2", name=None, upf=None):
        self.address, self.name = address, name or address
        self.upf = upf or ("fd04::1" if ":" in address else "10.4.0.1")
        self.recovery = int(time.time()) + NTP
        # Two on one address must not be taken for repetitions of one another.
        Smf.made += 1
        self.sequence = Smf.made * 0x2000
        self.seids = {}
        self.requests = []
        self.asked = set()
        self.answers = {}
        self.quiet = False
        self.next_seid = 0x5_0000_0001

        def make():
            made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
            made.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
            made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            made.bind((address, PORT))
            return made

        self.socket = in_namespace(lab.namespaces["n4"], make)

    def close(self):
        self.socket.close()

    def message(self, kind, parts=(), seid=None, sequence=None):
        if sequence is None:
            self.sequence = (self.sequence + 1) & 0xFFFFFF
            sequence = self.sequence
        body = b"".join(bytes(part) for part in parts if part is not None)
        return bytes(PFCP(message_type=kind, S=int(seid is not None), seid=seid or 0, seq=sequence) / Raw(body))

    def send(self, data):
        self.socket.sendto(data, (self.upf, PORT))

    def pump(self, seconds, until=lambda: False):
        """Takes what comes until then, and answers what is asked."""
        end = time.monotonic() + seconds
        while not until():
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return until()
            data, (stamp, *_), _, _ = self.socket.recvmsg(65536, socket.CMSG_SPACE(16))
            seconds, nanoseconds = struct.unpack("@qq", stamp[2])
            self._take(Answer(data, seconds + nanoseconds / 1e9))
        return True

    def _take(self, message):
        if message.kind in (1, 3, 5, 7, 9, 12, 14, 50, 52, 54, 56):
            # The same bytes again are a retransmission (T1): whoever reads late finds both. Who is quiet waits for them.
            if self.quiet or message.data not in self.asked:
                self.asked.add(message.data)
                self.requests.append(message)
            if not self.quiet:
                self._answer(message)
        else:
            self.answers.setdefault(message.sequence, []).append(message)

    def _answer(self, message):
        cause = pfcp.IE_Cause(cause=ACCEPTED)
        stamp = pfcp.IE_RecoveryTimeStamp(timestamp=self.recovery)
        parts = {1: [stamp], 5: [node_id(self.name), cause, stamp], 56: [cause]}.get(message.kind, [node_id(self.name), cause])
        seid = self.seids.get(message.seid, 0) if message.kind == 56 else None
        self.send(self.message(message.kind + 1, parts, seid, message.sequence))

    def ask(self, kind, parts=(), seid=None, seconds=2.0):
        """The answer, or None when none came."""
        return self.exchange(self.message(kind, parts, seid), seconds)

    def exchange(self, data, seconds=2.0):
        sequence = PFCP(data[:24].ljust(16, b"\0")).seq
        self.answers.pop(sequence, None)
        self.send(data)
        self.pump(seconds, lambda: sequence in self.answers)
        return self.answers.get(sequence, [None])[0]

    def associate(self, recovery=None):
        self.recovery = recovery or self.recovery
        return self.ask(5, [node_id(self.name), pfcp.IE_RecoveryTimeStamp(timestamp=self.recovery)])

    def release(self):
        return self.ask(9, [node_id(self.name)], seconds=10)

    def heartbeat(self):
        return self.ask(1, [pfcp.IE_RecoveryTimeStamp(timestamp=self.recovery)])

    def f_seid(self, seid):
        if ":" in self.address:
            return pfcp.IE_FSEID(v6=1, seid=seid, ipv6=self.address)
        return pfcp.IE_FSEID(v4=1, seid=seid, ipv4=self.address)

    def establish(self, rules, seid=None):
        """(the SMF's SEID, the answer)."""
        if seid is None:
            self.next_seid += 1
            seid = self.next_seid
        answer = self.ask(50, [node_id(self.name), self.f_seid(seid), *rules], 0)
        if answer is not None and answer.cause == ACCEPTED:
            self.seids[seid] = answer.up_seid
        return seid, answer

    def modify(self, seid, rules):
        return self.ask(52, rules, self.seids[seid])

    def delete(self, seid):
        return self.ask(54, [], self.seids[seid])

    def reports(self, seid=None, kind=None, count=1, seconds=2.0):
        """Session reports of that session and report type (1 downlink data, 2 usage, 4 error indication), taken out."""

        def fits(each):
            return each.kind == 56 and (seid is None or each.seid == seid) and (kind is None or each.get(39)[0] & kind != 0)

        self.pump(seconds, lambda: sum(map(fits, self.requests)) >= count)
        found = [each for each in self.requests if fits(each)]
        self.requests = [each for each in self.requests if not fits(each)]
        return found
