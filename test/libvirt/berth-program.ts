/**
 * Berth as a process of its own, so that it can be killed like one: compiled from the sources as they stand, started
 * on a data directory, found by what it prints.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { clientOf, token, type Client } from '../api/door.js';
import { soon } from './soon.js';

export interface Program {
  readonly main: string;
  /** The command `berth`. */
  readonly command: string;
  /** A command that runs Berth by becoming the command that is appended to it. */
  readonly under?: readonly string[];
}

export interface BerthProcess extends Client {
  readonly pid: number;
  /** Lines that it printed so far, the log's among them. */
  readonly lines: readonly string[];
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Asks it to end. */
  stop(): Promise<void>;
}

/** What a built Berth expects beside `dist/`. */
const beside = ['node_modules', 'package.json', 'descriptors'];
const readyLimitMs = 60_000;

/** Compiles into `folder`; `more` is what stands beside `dist/` besides. */
export function compileBerth(folder: string, more: readonly string[] = []): Program {
  mkdirSync(folder);
  for (const name of [...beside, ...more]) symlinkSync(resolve(name), join(folder, name));
  const swc = resolve('node_modules/@swc/cli/bin/swc.js');
  const args = [swc, 'src', '-d', join(folder, 'dist'), '--strip-leading-paths', '--config-file', '.swcrc'];
  const compiled = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(`swc failed:\n${compiled.stdout}${compiled.stderr}`);
  return { main: join(folder, 'dist', 'main.js'), command: join(folder, 'dist', 'cli', 'berth.js') };
}

export async function startBerth(
  { main, under = [] }: Program,
  dataDir: string,
  config: object,
  flags: readonly string[] = [],
  limitMs = readyLimitMs,
): Promise<BerthProcess> {
  const configFile = `${dataDir}.json`;
  writeFileSync(
    configFile,
    JSON.stringify({ signaturePolicy: 'warn', ...config, dataDir, token, listen: '127.0.0.1:0' }),
  );
  // Dies with the test process.
  const berth = [...under, process.execPath, main, '--config', configFile, ...flags];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...berth], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const origin = await soon(() => originOf(child, lines), 'Berth does not say where it listens', limitMs);
  const client = clientOf(origin);
  await soon(async () => (await client.ask('/readyz')).ok || undefined, 'Berth is not ready', limitMs);
  return {
    ...{ ...client, pid: Number(child.pid), lines },
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

/** Answers what it printed; one that fails is thrown with what it said. */
export async function runCommand({ command }: Program, { origin }: Client, args: readonly string[]): Promise<string> {
  const env = { ...process.env, BERTH_URL: origin, BERTH_TOKEN: token };
  return (await promisify(execFile)(process.execPath, [command, ...args], { env, timeout: readyLimitMs })).stdout;
}

function originOf(child: ChildProcess, lines: readonly string[]): string | undefined {
  if (child.exitCode !== null) throw new Error(`Berth ended with ${child.exitCode}:\n${lines.join('\n')}`);
  return lines.map((line) => /listens on (http:\S+);/.exec(line)?.[1]).find((found) => found !== undefined);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** As a crash would; resolves when the processes that it started have ended too. */
export async function killWithChildren(berth: BerthProcess): Promise<void> {
  const children = childrenOf(berth.pid);
  if (children.length === 0) throw new Error(`Berth (process ${berth.pid}) has no children, so it calls no host`);
  await berth.kill();
  await soon(() => children.every(hasEnded) || undefined, `children ${children.join()} of Berth go on`);
}

const childrenOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((child) => child !== '');

/** A zombie has ended too: whoever inherited it has not looked yet. */
function hasEnded(pid: string): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
