/**
 * Two test hosts, each in a network namespace of its own behind one of the private libvirtd's bridges. They share no
 * network: what goes from one to the other was forwarded by a VNF.
 */
import { type ChildProcess, type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { PrivateLibvirtd } from './private-libvirtd.js';
import { soon } from './soon.js';

const run = promisify(execFile);

/** `gateway` is the address that the first router takes there. */
export const sides = [
  { name: 'west', bridge: 'berth-west', subnet: '10.1.0', gateway: '10.1.0.10' },
  { name: 'east', bridge: 'berth-east', subnet: '10.2.0', gateway: '10.2.0.10' },
] as const;

type Side = (typeof sides)[number];

export interface Pings {
  readonly sent: number;
  readonly received: number;
  /** Every TTL seen: 64 less the routers in between. */
  readonly ttls: readonly number[];
}

export interface TestHosts {
  /** From west to east, neighbours asked again: a router's successor has its address but not its MAC. */
  ping(count: number, options?: { readonly to?: string; readonly intervalSeconds?: number }): Promise<Pings>;
  /** When a ping is answered: an emulated card takes seconds to see its link. */
  answered(): Promise<void>;
  /** From west to east five times a second, until it is ended. */
  pinging(): { end(): Promise<Pings> };
  /** A program inside one of them, whose standard output is piped; it ends with them at the latest. */
  start(name: Side['name'], ...command: readonly string[]): ChildProcessByStdio<null, Readable, null>;
  /** Runs `ip` in the east. */
  inEast(...args: readonly string[]): Promise<string>;
  /** Runs a program in the west; answers what it printed, also when it fails. */
  inWest(...command: readonly string[]): Promise<string>;
  stop(): void;
}

export async function startTestHosts(daemon: PrivateLibvirtd): Promise<TestHosts> {
  const namespace = `/proc/${daemon.pid()}/ns/net`;
  const hosts = new Map<string, ChildProcess>();
  const programs: ChildProcess[] = [];
  for (const side of sides) hosts.set(side.name, await startHost(namespace, side));
  const inside = async (name: Side['name'], ...command: readonly string[]): Promise<string> =>
    within(`/proc/${String(hosts.get(name)?.pid)}/ns/net`, ...command);
  const start: TestHosts['start'] = (name, ...command) => {
    const network = `--net=/proc/${String(hosts.get(name)?.pid)}/ns/net`;
    const child = spawn('nsenter', [network, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
    programs.push(child);
    return child;
  };
  const ping: TestHosts['ping'] = async (count, { to = '10.2.0.1', intervalSeconds = 0.05 } = {}) => {
    for (const { name } of sides) await inside(name, ...words('ip neighbour flush dev eth0'));
    // Without a deadline ping gives the last answer no more than its interval, which a busy machine takes now and then.
    const deadline = String(Math.ceil(count * intervalSeconds) + lateSeconds);
    const args = ['-n', '-c', String(count), '-i', String(intervalSeconds), '-w', deadline, to];
    return pingsOf(await inside('west', 'ping', ...args).catch(outputOf), count);
  };
  return {
    ping,
    answered: async () => {
      await soon(async () => (await ping(1)).received || undefined, 'no ping is answered');
    },
    start,
    pinging: () => {
      const child = start('west', ...words('ping -n -i 0.2 10.2.0.1'));
      const output = text(child.stdout);
      return {
        end: async () => {
          child.kill('SIGINT');
          return pingsOf(await output);
        },
      };
    },
    inEast: (...args) => inside('east', 'ip', ...args),
    inWest: (...command) => inside('west', ...command).catch(outputOf),
    stop: () => {
      for (const child of [...programs, ...hosts.values()]) child.kill('SIGKILL');
    },
  };
}

/** A process that does nothing but hold its namespace, until this process ends. */
async function startHost(switchNamespace: string, { bridge, subnet, gateway, name }: Side): Promise<ChildProcess> {
  const own = readlinkSync(switchNamespace);
  const enter = ['setpriv', '--pdeathsig', 'KILL', 'nsenter', `--net=${switchNamespace}`];
  const [program = '', ...args] = [...enter, 'unshare', '--net', 'sleep', 'infinity'];
  const holder = spawn(program, args, { stdio: 'ignore' });
  const namespace = `/proc/${String(holder.pid)}/ns/net`;
  const outside = [own, readlinkSync('/proc/self/ns/net')];
  await soon(() => !outside.includes(readlinkSync(namespace)) || undefined, `no namespace for ${name}`, 60_000, 5);
  const veth = `${name}0`;
  await within(switchNamespace, ...words(`ip link add ${veth} type veth peer name eth0 netns ${String(holder.pid)}`));
  await within(switchNamespace, ...words(`ip link set ${veth} master ${bridge} up`));
  await within(namespace, ...words(`ip address add ${subnet}.1/24 dev eth0`));
  await within(namespace, ...words('ip link set eth0 up'));
  await within(namespace, ...words(`ip route add default via ${gateway}`));
  return holder;
}

/** How late the last answer may be. */
const lateSeconds = 2;

const words = (line: string): readonly string[] => line.split(' ');

const within = async (namespace: string, ...command: readonly string[]): Promise<string> =>
  (await run('nsenter', [`--net=${namespace}`, ...command], { timeout: 60_000 })).stdout;

/** A program such as ping fails when nothing answers; what it printed counts all the same. */
function outputOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'stdout' in error) return String(error.stdout);
  throw error;
}

/** Of the first so many: with a deadline ping goes on until it has as many answers. */
function pingsOf(output: string, count = Infinity): Pings {
  const [, sent = ''] = /(\d+) packets transmitted/.exec(output) ?? [];
  if (sent === '') throw new Error(`ping did not count: ${output}`);
  const answers = [...output.matchAll(/icmp_seq=(\d+) ttl=(\d+)/g)].map(([, seq, ttl]) => [Number(seq), Number(ttl)]);
  const received = new Set(answers.flatMap(([seq = 0]) => (seq <= count ? [seq] : [])));
  return {
    sent: Math.min(count, Number(sent)),
    received: received.size,
    ttls: [...new Set(answers.map(([, ttl = 0]) => ttl))],
  };
}
