/**
 * A session management function that knows as much of PFCP as a scenario needs: it keeps its association and its
 * sessions, sends a request again when no answer comes (TS 29.244 6.4), answers heartbeats and reports, and remembers them.
 */
import { type Socket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import { addressBytes } from './address.ts';
import { ie, u32, u8 } from './ie.ts';
import { Inbox } from './inbox.ts';
import { isRequest, type Message, type MessageName, readMessage, writeMessage } from './message.ts';
import { type Answer, readAnswer } from './reading.ts';
import { type RuleChanges, writeRules } from './rules.ts';
import { close, openSocket, send, type Sender } from './socket.ts';

export const pfcpPort = 8805;
const accepted = 1;
const sessionNotFound = 65;
/** NTP's seconds begin in 1900. */
const ntpOffset = 2_208_988_800;

export interface SmfOptions {
  readonly local: string;
  readonly peer: string;
  /** A name or an address; the local address when absent. */
  readonly nodeId?: string;
  /** T1 and N1: how long a request waits for its answer, and how often it is sent again. */
  readonly waitMs?: number;
  readonly tries?: number;
}

export interface Session {
  readonly cpSeid: bigint;
  upSeid: bigint;
}

function nodeIdOf(text: string): Buffer {
  if (isIPv4(text) || isIPv6(text)) return ie('nodeId', [Buffer.from([isIPv4(text) ? 0 : 1]), addressBytes(text)]);
  const labels = text.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return ie('nodeId', [Buffer.from([2]), ...labels]);
}

function fSeid(seid: bigint, address: string): Buffer {
  const head = Buffer.alloc(9);
  head[0] = isIPv6(address) ? 1 : 2;
  head.writeBigUInt64BE(seid, 1);
  return ie('fSeid', [head, addressBytes(address)]);
}

export class Smf {
  readonly recovery: number;
  /** Messages that could not be read. */
  readonly faults: string[] = [];
  readonly #options: SmfOptions;
  readonly #nodeId: Buffer;
  readonly #answers = new Inbox<Message>();
  readonly #reports = new Inbox<Answer>();
  readonly #sessions = new Map<bigint, Session>();
  #socket: Socket | undefined;
  #sequence = Math.trunc(Math.random() * 0x7fffff);
  #nextSeid = 1n;

  constructor(options: SmfOptions, nowMs: number) {
    this.#options = options;
    this.#nodeId = nodeIdOf(options.nodeId ?? options.local);
    this.recovery = Math.trunc(nowMs / 1000) + ntpOffset;
  }

  async open(): Promise<void> {
    this.#socket = await openSocket(this.#options.local, pfcpPort, this.#take, this.faults);
  }

  async close(): Promise<void> {
    if (this.#socket !== undefined) await close(this.#socket);
    this.#socket = undefined;
  }

  associate(): Promise<Answer> {
    return this.#ask('associationSetupRequest', [this.#nodeId, this.#recoveryIe()]);
  }

  release(): Promise<Answer> {
    return this.#ask('associationReleaseRequest', [this.#nodeId]);
  }

  heartbeat(): Promise<Answer> {
    return this.#ask('heartbeatRequest', [this.#recoveryIe()]);
  }

  async establish(rules: RuleChanges): Promise<{ readonly session: Session; readonly answer: Answer }> {
    const session: Session = { cpSeid: this.#nextSeid++, upSeid: 0n };
    const parts = [this.#nodeId, fSeid(session.cpSeid, this.#options.local), ...writeRules(rules)];
    // Reports may overtake the answer.
    this.#sessions.set(session.cpSeid, session);
    const answer = await this.#ask('sessionEstablishmentRequest', parts, 0n);
    if (answer.cause === accepted && answer.upSeid !== undefined) session.upSeid = answer.upSeid;
    else this.#sessions.delete(session.cpSeid);
    return { session, answer };
  }

  modify(session: Session, changes: RuleChanges): Promise<Answer> {
    return this.#ask('sessionModificationRequest', writeRules(changes), session.upSeid);
  }

  async delete(session: Session): Promise<Answer> {
    const answer = await this.#ask('sessionDeletionRequest', [], session.upSeid);
    this.#sessions.delete(session.cpSeid);
    return answer;
  }

  /** The next report (session report or node report) that `fits`. */
  report(fits: (report: Answer) => boolean, withinMs: number): Promise<Answer | undefined> {
    return this.#reports.take(fits, withinMs);
  }

  #recoveryIe(): Buffer {
    return u32('recoveryTimeStamp', this.recovery);
  }

  async #ask(name: MessageName, parts: readonly Buffer[], seid?: bigint): Promise<Answer> {
    const { waitMs = 2000, tries = 3, peer } = this.#options;
    const sequence = (this.#sequence = (this.#sequence + 1) & 0xffffff);
    const bytes = writeMessage(name, sequence, parts, seid);
    for (let attempt = 0; attempt < tries; attempt++) {
      await this.#send(bytes, pfcpPort, peer);
      const answer = await this.#answers.take((message) => message.sequence === sequence, waitMs);
      if (answer !== undefined) return readAnswer(answer);
    }
    throw new Error(`${peer} did not answer the ${name}, sent ${tries} times, ${waitMs} ms apart`);
  }

  async #send(bytes: Buffer, port: number, address: string): Promise<void> {
    if (this.#socket === undefined) throw new Error(`the SMF at ${this.#options.local} is closed`);
    await send(this.#socket, bytes, port, address);
  }

  readonly #take = (bytes: Buffer, from: Sender): void => {
    const message = readMessage(bytes);
    if (!isRequest(message.name)) return this.#answers.put(message);
    const answer = this.#answerTo(message);
    if (answer !== undefined) void this.#send(answer, from.port, from.address);
  };

  #answerTo(message: Message): Buffer | undefined {
    const { name, sequence } = message;
    const yes = u8('cause', accepted);
    switch (name) {
      case 'heartbeatRequest':
        return writeMessage('heartbeatResponse', sequence, [this.#recoveryIe()]);
      case 'associationSetupRequest':
        return writeMessage('associationSetupResponse', sequence, [this.#nodeId, yes, this.#recoveryIe()]);
      case 'associationUpdateRequest':
        return writeMessage('associationUpdateResponse', sequence, [this.#nodeId, yes]);
      case 'associationReleaseRequest':
        return writeMessage('associationReleaseResponse', sequence, [this.#nodeId, yes]);
      case 'nodeReportRequest':
        this.#reports.put(readAnswer(message));
        return writeMessage('nodeReportResponse', sequence, [this.#nodeId, yes]);
      case 'sessionReportRequest':
        return this.#answerReport(message);
      default:
        return undefined;
    }
  }

  #answerReport(message: Message): Buffer {
    const session = this.#sessions.get(message.seid ?? 0n);
    if (session === undefined)
      return writeMessage('sessionReportResponse', message.sequence, [u8('cause', sessionNotFound)], 0n);
    this.#reports.put(readAnswer(message));
    return writeMessage('sessionReportResponse', message.sequence, [u8('cause', accepted)], session.upSeid);
  }
}
