/** Plays the steps of a scenario, one after the other, and says of each what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Gnb, type Bearer } from './gnb.ts';
import { type Answer } from './reading.ts';
import { type Far, type Qer, type RuleChanges, type Tunnel } from './rules.ts';
import { type Expectation, type Scenario, type Step, type UeSession } from './scenario.ts';
import { type Session, Smf } from './smf.ts';

export interface Outcome {
  readonly step: string;
  readonly ok: boolean;
  /** What was expected and is not so. */
  readonly wrong: readonly string[];
  readonly found: Readonly<Record<string, unknown>>;
}

interface UeState {
  readonly smf: Smf;
  readonly session: Session;
  readonly gnb: Gnb;
  readonly bearer: Bearer;
  readonly tunnel: Tunnel;
}

const defaultWaitMs = 2000;
/** PDRs and FARs of a session in short: 1 for the way up, 2 for the way down. */
const [up, down] = [1, 2];

function shortRules(ue: Partial<UeSession>, tunnel: Tunnel): RuleChanges {
  const { accessInstance = 'access', coreInstance = 'internet', qfi, mbrUpKbps, mbrDownKbps } = ue;
  const qer: Qer | undefined =
    qfi === undefined && mbrUpKbps === undefined && mbrDownKbps === undefined
      ? undefined
      : {
          id: 1,
          ...(qfi === undefined ? {} : { qfi }),
          ...(mbrUpKbps === undefined ? {} : { mbrUpKbps }),
          ...(mbrDownKbps === undefined ? {} : { mbrDownKbps }),
        };
  const common = { precedence: 100, ...(ue.ue === undefined ? {} : { ue: ue.ue }), ...(qer ? { qers: [1] } : {}) };
  const local = { choose: true, ...(ue.tunnelV6 === true ? { v6: true } : {}) };
  return {
    createPdrs: [
      { id: up, ...common, source: 'access', instance: accessInstance, tunnel: local, removal: 6, far: up },
      { id: down, ...common, source: 'core', instance: coreInstance, far: down },
    ],
    createFars: [
      { id: up, actions: ['forward'], destination: 'core', instance: coreInstance },
      { id: down, actions: ['forward'], destination: 'access', instance: accessInstance, tunnel },
    ],
    ...(qer ? { createQers: [qer] } : {}),
  };
}

/** What of `expected` is not so in `found`. */
function differences(expected: unknown, found: unknown, where: string): readonly string[] {
  if (typeof expected === 'object' && expected !== null)
    return Object.entries(expected).flatMap(([key, value]) =>
      differences(value, (found as Record<string, unknown> | undefined)?.[key], where === '' ? key : `${where}.${key}`),
    );
  return Object.is(expected, found)
    ? []
    : [`${where} is ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}`];
}

const isGood: Expectation = { cause: 1 };

export class Player {
  readonly #smfs = new Map<string, Smf>();
  readonly #gnbs = new Map<string, Gnb>();
  readonly #locals: Scenario['gnbs'];
  readonly #ues = new Map<string, UeState>();

  constructor({ smfs, gnbs }: Scenario, nowMs: number) {
    this.#locals = gnbs;
    for (const [name, options] of Object.entries(smfs)) this.#smfs.set(name, new Smf(options, nowMs));
    for (const [name, { local }] of Object.entries(gnbs)) this.#gnbs.set(name, new Gnb(local));
  }

  async open(): Promise<void> {
    for (const each of [...this.#smfs.values(), ...this.#gnbs.values()]) await each.open();
  }

  async close(): Promise<void> {
    for (const each of [...this.#smfs.values(), ...this.#gnbs.values()]) await each.close();
  }

  /** Messages that could not be read, since the last time this was asked. */
  faults(): readonly string[] {
    return [...this.#smfs.values(), ...this.#gnbs.values()].flatMap((each) => each.faults.splice(0));
  }

  async play(step: Step): Promise<Outcome> {
    const { found, expected = {} } = await this.#carryOut(step);
    const faults = this.faults().map((fault) => `cannot be read: ${fault}`);
    const wrong = [...differences(step.expect ?? expected, found, ''), ...faults];
    return { step: step.do, ok: wrong.length === 0, wrong, found };
  }

  #smf(name?: string): Smf {
    return pick(this.#smfs, name, 'SMF');
  }

  #gnb(name?: string): Gnb {
    return pick(this.#gnbs, name, 'gNB');
  }

  #ue(name: string): UeState {
    return pick(this.#ues, name, 'session');
  }

  async #carryOut(step: Step): Promise<Played> {
    switch (step.do) {
      case 'associate':
        return answered(await this.#smf(step.smf).associate());
      case 'heartbeat':
        return { found: { ...(await this.#smf(step.smf).heartbeat()) } };
      case 'release':
        return answered(await this.#smf(step.smf).release());
      case 'establish':
        return this.#establish(step);
      case 'modify':
        return answered(await this.#modify(this.#ue(step.session), step.rules));
      case 'switch':
        return this.#switch(step);
      case 'downlink':
        return answered(
          await this.#modify(this.#ue(step.session), { updateFars: [{ id: down, actions: step.actions }] }),
        );
      case 'delete':
        return this.#delete(step.session);
      case 'wait':
        await sleep(step.ms);
        return { found: {} };
      default:
        return this.#look(step);
    }
  }

  async #look(step: Extract<Step, { do: 'ping' | 'connect' | 'datagrams' | 'echo' | 'message' | 'report' | 'seen' }>) {
    switch (step.do) {
      case 'ping':
        return this.#ping(step);
      case 'connect': {
        const { gnb, bearer } = this.#ue(step.session);
        const became = await gnb.connect(bearer, step.to, step.port, step.withinMs);
        return { found: { became }, expected: { became: 'open' } };
      }
      case 'datagrams': {
        const { gnb, bearer } = this.#ue(step.session);
        await gnb.datagrams(bearer, step.to, step.port, step.count);
        return { found: { sent: step.count } };
      }
      case 'echo':
        return {
          found: { answered: await this.#gnb(step.gnb).echo(step.peer, step.withinMs) },
          expected: { answered: true },
        };
      case 'message': {
        const message = await this.#gnb(step.gnb).message(step.type, step.withinMs ?? defaultWaitMs);
        return { found: { came: message !== undefined, teid: message?.teid }, expected: { came: true } };
      }
      case 'report': {
        const fits = (report: Answer) => report.reports.includes(step.kind);
        const report = await this.#smf(step.smf).report(fits, step.withinMs ?? defaultWaitMs);
        return { found: { came: report !== undefined, ...report }, expected: { came: true } };
      }
      case 'seen':
        return { found: this.#gnb(step.gnb).seen() };
    }
  }

  async #establish(step: Extract<Step, { do: 'establish' }>): Promise<Played> {
    const smf = this.#smf(step.smf);
    const gnb = this.#gnb(step.gnb);
    const tunnel = { teid: step.downTeid ?? 1, address: this.#local(step.gnb) };
    const { session, answer } = await smf.establish(step.rules ?? shortRules(step, tunnel));
    const created = answer.created.find((pdr) => pdr.tunnel !== undefined);
    const given = answer.created.find((pdr) => pdr.ue !== undefined)?.ue;
    const ue = given?.v4 ?? step.ue?.v4 ?? given?.v6 ?? step.ue?.v6;
    if (created?.tunnel !== undefined && ue !== undefined) {
      const { qfi } = step;
      const bearer = { ue, up: created.tunnel, downTeid: tunnel.teid, ...(qfi === undefined ? {} : { qfi }) };
      this.#ues.set(step.session, { smf, session, gnb, bearer, tunnel });
    }
    return answered(answer);
  }

  #local(name?: string): string {
    return pick(new Map(Object.entries(this.#locals)), name, 'gNB').local;
  }

  #modify({ smf, session }: UeState, rules: RuleChanges): Promise<Answer> {
    return smf.modify(session, rules);
  }

  /** The UE is at another gNB from now on (TS 23.502 4.9.1). */
  async #switch(step: Extract<Step, { do: 'switch' }>): Promise<Played> {
    const state = this.#ue(step.session);
    const tunnel = { teid: step.downTeid, address: this.#local(step.gnb) };
    const far: Far = {
      id: down,
      actions: ['forward'],
      destination: 'access',
      tunnel,
      endMarker: step.endMarker ?? true,
    };
    const answer = await this.#modify(state, { updateFars: [far] });
    const bearer = { ...state.bearer, downTeid: step.downTeid };
    if (answer.cause === 1) this.#ues.set(step.session, { ...state, gnb: this.#gnb(step.gnb), bearer, tunnel });
    return answered(answer);
  }

  async #delete(name: string): Promise<Played> {
    const { smf, session } = this.#ue(name);
    const answer = await smf.delete(session);
    this.#ues.delete(name);
    return answered(answer);
  }

  async #ping(step: Extract<Step, { do: 'ping' }>): Promise<Played> {
    const { gnb, bearer } = this.#ue(step.session);
    const { count = 5 } = step;
    const pongs = await gnb.ping(bearer, step.to, count, step.withinMs, step.bytes);
    const hops = [...new Set(pongs.map((pong) => pong.hops))];
    const qfis = [...new Set(pongs.map((pong) => pong.qfi ?? 'none'))];
    return { found: { sent: count, answered: pongs.length, hops, qfis }, expected: { answered: count } };
  }
}

interface Played {
  readonly found: Readonly<Record<string, unknown>>;
  readonly expected?: Expectation;
}

const answered = (answer: Answer): Played => ({ found: { ...answer }, expected: isGood });

/** By name; without one, the only or first. */
function pick<T>(all: ReadonlyMap<string, T>, name: string | undefined, kind: string): T {
  const found = name === undefined ? all.values().next().value : all.get(name);
  if (found === undefined)
    throw new Error(`there is no ${kind} ${name ?? 'at all'}: there are ${[...all.keys()].join(', ')}`);
  return found;
}
