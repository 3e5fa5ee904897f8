/** The whole agent without sockets, with a data path that only records (upf-agent-driver.c), and an SMF that drives it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { ie, u32, u8 } from '../../vnf-catalog/upf/client/ie.ts';
import { type MessageName, readMessage, type Message, writeMessage } from '../../vnf-catalog/upf/client/message.ts';
import { type Answer, readAnswer } from '../../vnf-catalog/upf/client/reading.ts';
import { type RuleChanges, writeRules } from '../../vnf-catalog/upf/client/rules.ts';
import { codecParts, compileAgent } from './upf-agent-program.js';

const parts = [
  ...[
    'agent',
    'association',
    'binding',
    'buffering',
    'change',
    'change-read',
    'compile',
    'csids',
    'deadlines',
    'endings',
    'far-ends',
    'gtpu',
    'n4',
  ],
  ...['nodes', 'pack', 'paths', 'pool', 'reports', 'resources', 'resume', 'session', 'sessions', 'status', 'store'],
  ...['store-file', 'teids', 'transactions', 'transactions-answers', 'transactions-tables', 'tunnels', 'usage'],
  ...['usage-report', '../../guest/json', ...codecParts],
];

export const compileDriver = (folder: string): string =>
  compileAgent(folder, ['upf-agent-driver', 'upf-record-path', 'upf-spoil'], parts);

export const smfAddress = '10.4.0.2';

/** An IPv4 node id, an F-SEID of the SMF. */
export const nodeId = (address = smfAddress): Buffer =>
  ie('nodeId', Buffer.from([0, ...address.split('.').map(Number)]));

export function fSeid(seid: bigint, address = smfAddress): Buffer {
  const value = Buffer.alloc(13);
  value[0] = 2;
  value.writeBigUInt64BE(seid, 1);
  Buffer.from(address.split('.').map(Number)).copy(value, 9);
  return ie('fSeid', value);
}

export interface Said {
  /** Messages of the agent. */
  readonly messages: readonly Message[];
  readonly answers: readonly Answer[];
  /** Where each of them went. */
  readonly to: readonly string[];
  /** Other lines, such as `injected 2 7 45`. */
  readonly lines: readonly string[];
}

export interface Status {
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  readonly labelled: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
}

export class Driver {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  #waiting: { readonly lines: string[]; readonly done: (lines: string[]) => void } | undefined;
  #closed = false;
  #sequence = 0;
  #seid = 0n;
  stderr = '';

  constructor(program: string, folder: string, sessions = 64, echoSeconds = 0) {
    this.#child = spawn(program, [folder, String(sessions), String(echoSeconds)], {
      env: { ...process.env, UBSAN_OPTIONS: 'print_stacktrace=1' },
    });
    this.#child.stderr.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()));
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#lines.on('line', (line) => {
      if (line !== '.') this.#waiting?.lines.push(line);
      else this.#waiting?.done(this.#waiting.lines);
    });
    this.#child.on('close', () => {
      this.#closed = true;
      this.#waiting?.done([]);
    });
  }

  /** Ends it as by SIGTERM after all associations are gone; the exit code is not 0 when memory has leaked. */
  async end(): Promise<number | null> {
    if (this.#closed) return this.#child.exitCode;
    const closed = once(this.#child, 'close') as Promise<[number | null]>;
    this.#child.stdin.end();
    const [code] = await closed;
    this.#lines.close();
    return code;
  }

  async say(line: string): Promise<Said> {
    if (this.#closed) throw new Error(`the agent has ended: ${this.stderr}`);
    const lines = await new Promise<string[]>((done) => {
      this.#waiting = { lines: [], done };
      this.#child.stdin.write(`${line}\n`);
    });
    const sent = lines.filter((each) => each.startsWith('sent ')).map((each) => each.split(' '));
    const messages = sent.map(([, , , bytes = '']) => readMessage(Buffer.from(bytes, 'hex')));
    return {
      messages,
      to: sent.map(([, address = '']) => address),
      answers: messages.map(readAnswer),
      lines: lines.filter((each) => !each.startsWith('sent ')),
    };
  }

  async send(bytes: Buffer, from = smfAddress): Promise<Said> {
    return this.say(`n4 ${from} ${bytes.toString('hex')}`);
  }

  next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** A request, and its answer, which is the first message that comes. */
  async ask(name: MessageName, ies: readonly Buffer[], seid?: bigint, from = smfAddress): Promise<Answer> {
    const { answers } = await this.send(writeMessage(name, this.next(), ies, seid), from);
    const [answer] = answers;
    if (answer === undefined) throw new Error(`no answer to a ${name}: ${this.stderr}`);
    return answer;
  }

  async associate(from = smfAddress, recovery = 1): Promise<Answer> {
    return this.ask('associationSetupRequest', [nodeId(from), u32('recoveryTimeStamp', recovery)], undefined, from);
  }

  async establish(rules: RuleChanges | readonly Buffer[], from = smfAddress): Promise<Answer> {
    this.#seid += 1n;
    const ies = 'length' in rules ? rules : writeRules(rules);
    return this.ask('sessionEstablishmentRequest', [nodeId(from), fSeid(this.#seid, from), ...ies], 0n, from);
  }

  async modify(session: Answer, rules: RuleChanges | readonly Buffer[]): Promise<Answer> {
    const ies = 'length' in rules ? rules : writeRules(rules);
    return this.ask('sessionModificationRequest', ies, session.upSeid ?? 0n);
  }

  async remove(session: Answer): Promise<Answer> {
    return this.ask('sessionDeletionRequest', [], session.upSeid ?? 0n);
  }

  /** The answer to a request of the agent. */
  async accept(request: Message, name: MessageName, cause = 1, more: readonly Buffer[] = []): Promise<Said> {
    const seid = request.seid === undefined ? undefined : 1n;
    return this.send(writeMessage(name, request.sequence, [u8('cause', cause), ...more], seid));
  }

  async status(): Promise<Status> {
    const { lines } = await this.say('status');
    return JSON.parse(lines.join('')) as Status;
  }
}

/** Two PDRs and two FARs of a UE, both ways. */
export const basic = (number = 1, more: RuleChanges = {}): RuleChanges => ({
  ...more,
  createPdrs: more.createPdrs ?? [
    {
      ...{ id: 1, precedence: 100, source: 'access', instance: 'access', removal: 0, far: 1 },
      ...{ tunnel: { choose: true }, ue: { v4: `10.60.1.${String(number)}` } },
    },
    {
      ...{ id: 2, precedence: 100, source: 'core', instance: 'internet', far: 2 },
      ue: { v4: `10.60.1.${String(number)}` },
    },
  ],
  createFars: more.createFars ?? [
    { id: 1, actions: ['forward'], destination: 'core', instance: 'internet' },
    {
      ...{ id: 2, actions: ['forward'], destination: 'access', instance: 'access' },
      tunnel: { teid: 0x1000 + number, address: '10.3.0.2' },
    },
  ],
});
