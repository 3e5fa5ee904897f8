/**
 * A GTP-U endpoint: a gNB with the UEs behind it, or the user plane at the other end of N9. It answers echo requests as
 * TS 29.281 7.2 wants, and remembers what else has come.
 */
import { type Socket } from 'node:dgram';
import { type GtpuMessage, gtpuPort, gtpuTypes, readGtpu, writeGtpu } from './gtpu.ts';
import { Inbox } from './inbox.ts';
import { echoAnswered, echoRequest, type Packet, protocols, readPacket, tcp, tcpFlags, udp } from './packet.ts';
import { type Tunnel } from './rules.ts';
import { close, openSocket, send, type Sender } from './socket.ts';

/** A UE as the gNB sees it. */
export interface Bearer {
  readonly ue: string;
  /** Where its packets go. */
  readonly up: Tunnel;
  /** The gNB's own, where packets for it come in. */
  readonly downTeid: number;
  readonly qfi?: number;
}

export interface Received extends GtpuMessage {
  readonly from: string;
}

const pauseMs = 20;
const ephemeral = () => 32_768 + Math.trunc(Math.random() * 28_000);

export class Gnb {
  /** Messages that could not be read. */
  readonly faults: string[] = [];
  readonly #local: string;
  readonly #inbox = new Inbox<Received>();
  #socket: Socket | undefined;
  #sequence = 0;
  #seen = new Map<string, number>();

  constructor(local: string) {
    this.#local = local;
  }

  async open(): Promise<void> {
    this.#socket = await openSocket(this.#local, gtpuPort, this.#take, this.faults);
  }

  async close(): Promise<void> {
    if (this.#socket !== undefined) await close(this.#socket);
    this.#socket = undefined;
  }

  /** Messages that have come so far, by kind. */
  seen(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#seen);
  }

  /** Sends an inner packet of a UE, or towards it where this is the end of N9 on the network's side. */
  async sendPacket(bearer: Bearer, payload: Buffer, isUplink = true): Promise<void> {
    const { up, qfi } = bearer;
    const extension = qfi === undefined ? {} : { qfi, isUplink };
    await this.#send({ type: gtpuTypes.gPdu, teid: up.teid, ...extension, payload }, up.address);
  }

  /** Which of `count` echo requests were answered; 0 to count - 1. */
  async ping(bearer: Bearer, to: string, count: number, withinMs = 2000, bytes = 56): Promise<readonly Pong[]> {
    const id = ephemeral();
    const pongs: Pong[] = [];
    for (let sequence = 0; sequence < count; sequence++) {
      await this.sendPacket(bearer, echoRequest(bearer.ue, to, id, sequence, bytes));
      const pong = await this.#pong(bearer, id, sequence === count - 1 ? 0 : pauseMs);
      if (pong !== undefined) pongs.push(pong);
    }
    const until = performance.now() + withinMs;
    while (pongs.length < count && performance.now() < until) {
      const pong = await this.#pong(bearer, id, until - performance.now());
      if (pong !== undefined) pongs.push(pong);
    }
    return pongs;
  }

  /** How a TCP connection to there begins: by being accepted, refused, or not at all. */
  async connect(bearer: Bearer, to: string, port: number, withinMs = 2000): Promise<'open' | 'closed' | 'silent'> {
    const ports = { from: ephemeral(), to: port };
    await this.sendPacket(bearer, tcp(bearer.ue, to, ports, 1000, tcpFlags.syn));
    const isAnswer = ({ protocol, from, payload }: Packet) =>
      protocol === protocols.tcp && from === to && payload.length >= 20 && payload.readUInt16BE(2) === ports.from;
    const answer = await this.packet(bearer, isAnswer, withinMs);
    if (answer === undefined) return 'silent';
    const flags = answer.packet.payload.readUInt8(13);
    if ((flags & tcpFlags.reset) !== 0) return 'closed';
    await this.sendPacket(bearer, tcp(bearer.ue, to, ports, 1001, tcpFlags.reset));
    return 'open';
  }

  /** `count` datagrams of so many bytes. */
  async datagrams(bearer: Bearer, to: string, port: number, count: number, bytes = 100): Promise<void> {
    const ports = { from: ephemeral(), to: port };
    for (let sent = 0; sent < count; sent++)
      await this.sendPacket(bearer, udp(bearer.ue, to, ports, Buffer.alloc(bytes, 0x62)));
  }

  /** The next inner packet for the UE that `fits`. */
  async packet(
    { downTeid }: Bearer,
    fits: (packet: Packet) => boolean,
    withinMs: number,
  ): Promise<{ readonly message: Received; readonly packet: Packet } | undefined> {
    const message = await this.#inbox.take(
      (each) => each.type === gtpuTypes.gPdu && each.teid === downTeid && fits(readPacket(each.payload)),
      withinMs,
    );
    return message === undefined ? undefined : { message, packet: readPacket(message.payload) };
  }

  /** The next message of a type, of any tunnel. */
  message(type: keyof typeof gtpuTypes, withinMs: number): Promise<Received | undefined> {
    return this.#inbox.take((each) => each.type === gtpuTypes[type], withinMs);
  }

  /** Whether the peer answers an echo request with its sequence number. */
  async echo(peer: string, withinMs = 2000): Promise<boolean> {
    const sequence = (this.#sequence = (this.#sequence + 1) & 0xffff);
    await this.#send({ type: gtpuTypes.echoRequest, teid: 0, sequence, payload: Buffer.alloc(0) }, peer);
    const answer = await this.#inbox.take(
      (each) => each.type === gtpuTypes.echoResponse && each.sequence === sequence,
      withinMs,
    );
    return answer !== undefined;
  }

  async #pong(bearer: Bearer, id: number, withinMs: number): Promise<Pong | undefined> {
    const isPong = (packet: Packet) => echoAnswered(packet, id) !== undefined;
    const found = await this.packet(bearer, isPong, withinMs);
    if (found === undefined) return undefined;
    const { qfi } = found.message;
    return { hops: found.packet.hops, from: found.message.from, ...(qfi === undefined ? {} : { qfi }) };
  }

  readonly #take = (bytes: Buffer, { address, port }: Sender): void => {
    const message: Received = { ...readGtpu(bytes), from: address };
    const kind = Object.entries(gtpuTypes).find(([, type]) => type === message.type)?.[0] ?? `type ${message.type}`;
    this.#seen.set(kind, (this.#seen.get(kind) ?? 0) + 1);
    if (message.type !== gtpuTypes.echoRequest) return this.#inbox.put(message);
    // Recovery is there for old peers, and 0 (7.2.2).
    const { sequence = 0 } = message;
    void this.#send({ type: gtpuTypes.echoResponse, teid: 0, sequence, payload: Buffer.from([14, 0]) }, address, port);
  };

  async #send(message: GtpuMessage, address: string, port = gtpuPort): Promise<void> {
    if (this.#socket === undefined) throw new Error(`the gNB at ${this.#local} is closed`);
    await send(this.#socket, writeGtpu(message), port, address);
  }
}

export interface Pong {
  readonly hops: number;
  readonly qfi?: number;
  readonly from: string;
}
