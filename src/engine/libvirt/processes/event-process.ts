/**
 * The process of a pool that listens for events of all its hosts. Connections are opened one after the other, each of a
 * host that a call has just reached: one that is stuck all the same costs the process, is told apart from the others,
 * and they connect again.
 */
import type { Clock, Timer } from '../../../shared/clock.js';
import type { HostId } from '../../../shared/ids.js';
import type { FromChild, FromEvents } from '../protocol.js';
import type { Child, MakeChild } from './engine-child.js';
import type { Member } from './seat.js';

/** An end that comes this soon after others is one of a series. */
const seriesMs = 60_000;
const mostOfSeries = 3;

export class EventProcess {
  /** Those that listen or want to. */
  readonly #members = new Map<HostId, Member>();
  readonly #clock: Clock;
  readonly #makeChild: MakeChild;
  readonly #broke: () => void;
  #child: Child | undefined;
  #queue: readonly HostId[] = [];
  #opening: { readonly host: HostId; readonly late: Timer } | undefined;
  #blamed: HostId | undefined;
  #endings: readonly number[] = [];

  /** `broke`: it ended by itself, or had to be ended because a connection was stuck. */
  constructor(clock: Clock, makeChild: MakeChild, broke: () => void) {
    this.#clock = clock;
    this.#makeChild = makeChild;
    this.#broke = broke;
  }

  get isUp(): boolean {
    return this.#child?.pid !== undefined;
  }

  /** Listening needs a process, and it takes its time to start. */
  prepare(): void {
    this.#child ??= this.#spawn();
  }

  listen(member: Member): void {
    this.#members.set(member.host, member);
    this.#queue = [...this.#queue.filter((host) => host !== member.host), member.host];
    this.prepare();
    this.#next();
  }

  forget(host: HostId): void {
    if (!this.#members.delete(host)) return;
    this.#queue = this.#queue.filter((each) => each !== host);
    this.#child?.send({ type: 'forget', host });
  }

  async end(): Promise<void> {
    this.#opening?.late.cancel();
    this.#opening = undefined;
    this.#members.clear();
    this.#queue = [];
    await this.#child?.end();
    this.#child = undefined;
  }

  #spawn(): Child {
    return this.#makeChild('events', {
      ready: () => {
        this.#next();
      },
      message: (message) => {
        this.#receive(message);
      },
      ended: (reason) => {
        this.#ended(reason);
      },
    });
  }

  #next(): void {
    if (this.#opening !== undefined || this.#child?.isReady !== true) return;
    const [host, ...others] = this.#queue;
    const member = host === undefined ? undefined : this.#members.get(host);
    if (member === undefined) return;
    this.#queue = others;
    const late = this.#clock.after(member.connectTimeoutMs, () => {
      this.#blamed = member.host;
      this.#child?.kill(`no connection for events of ${member.host} within ${String(member.connectTimeoutMs)} ms`);
    });
    this.#opening = { host: member.host, late };
    this.#child.send({ type: 'listen', host: member.host, options: member.options });
  }

  #receive(message: Exclude<FromChild, { type: 'ready' }>): void {
    if (!('host' in message)) return;
    const host = message.host as HostId;
    // Of a connection that is to be opened again, what becomes of the earlier one is not news.
    const member = this.#queue.includes(host) ? undefined : this.#members.get(host);
    if (isVerdict(message)) this.#decided(host);
    if (member === undefined) return;
    if (message.type === 'connected') member.connected();
    else if (message.type === 'disconnected') member.disconnected(message.reason);
    else member.notice(message);
  }

  #decided(host: HostId): void {
    if (this.#opening?.host !== host) return;
    this.#opening.late.cancel();
    this.#opening = undefined;
    this.#next();
  }

  /** When it ends again and again, and no host is known to be the cause, each is kept from the others. */
  #ended(reason: string): void {
    this.#broke();
    this.#opening?.late.cancel();
    const blamed = this.#blamed;
    const recent = this.#endings.filter((at) => this.#clock.elapsedMs() - at < seriesMs);
    this.#endings = [...recent, this.#clock.elapsedMs()];
    const isSeries = blamed === undefined && this.#endings.length >= mostOfSeries;
    const members = [...this.#members.values()];
    this.#child = undefined;
    this.#opening = undefined;
    this.#blamed = undefined;
    this.#queue = [];
    this.#members.clear();
    for (const member of members) member.lost(reason, isSeries || member.host === blamed);
  }
}

const isVerdict = ({ type }: FromEvents): boolean => type === 'connected' || type === 'disconnected';
