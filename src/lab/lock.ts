/**
 * One command at a time changes a lab. The lock is a socket in Linux' abstract namespace (unix(7)), named after the
 * lab's folder: the kernel closes it when its holder ends, also when killed. The holder identifies itself to who connects.
 */
import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { SteadyClock } from '../shared/clock.js';
import { errnoOf } from '../shared/errno.js';
import { isJsonObject } from '../shared/json-object.js';

export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** RFC 3339. */
  readonly since: string;
}

export class LabIsHeld extends Error {
  /** A phrase. */
  readonly who: string;

  constructor(holder: LockHolder | undefined) {
    const who =
      holder === undefined
        ? 'another process, which does not say which it is'
        : `\`${holder.command}\` (process ${holder.pid}, since ${holder.since})`;
    super(`The lab is held by ${who}: wait until it has ended, or end it.`);
    this.name = 'LabIsHeld';
    this.who = who;
  }
}

export interface Lock {
  release(): Promise<void>;
}

const attempts = 5;
const answerLimitMs = 2000;
const answerLimitBytes = 4096;

/** `path` names what is locked; its folder is made, it itself is not. Throws LabIsHeld. */
export async function takeLock(path: string, about: Omit<LockHolder, 'pid'>): Promise<Lock> {
  const name = await socketName(path);
  const answer = JSON.stringify({ pid: process.pid, ...about } satisfies LockHolder);
  for (let attempt = 1; ; attempt++) {
    const lock = await bound(name, answer);
    if (lock !== undefined) return lock;
    const holder = await holderAt(name);
    if (holder !== 'ended') throw new LabIsHeld(holder);
    if (attempt === attempts) throw new LabIsHeld(undefined);
  }
}

export interface Patience {
  readonly clock: SteadyClock;
  readonly limitMs: number;
  /** Called once, when another process has it. */
  readonly waits: (held: LabIsHeld) => void;
}

const pauseMs = 300;

/** Waits while another process has it; throws LabIsHeld when it still has after the limit. */
export async function awaitLock(path: string, about: Omit<LockHolder, 'pid'>, patience: Patience): Promise<Lock> {
  const { clock, limitMs, waits } = patience;
  const fromMs = clock.elapsedMs();
  for (let tries = 1; ; tries += 1) {
    try {
      return await takeLock(path, about);
    } catch (error) {
      if (!(error instanceof LabIsHeld) || clock.elapsedMs() - fromMs > limitMs) throw error;
      if (tries === 1) waits(error);
    }
    await clock.sleep(pauseMs);
  }
}

/** A hash, since the length of a socket name is limited. */
async function socketName(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const whole = join(await realpath(dirname(path)), basename(path));
  return `\0berth-lab-${createHash('sha256').update(whole).digest('hex').slice(0, 32)}`;
}

/** Undefined when another process holds it. */
function bound(name: string, answer: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) =>
      socket.on('error', () => socket.destroy()).end(answer, () => socket.destroy()),
    );
    server.once('error', (error) => {
      if (errnoOf(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve({ release: () => new Promise((released) => server.close(() => released())) });
    });
  });
}

/** Undefined when no valid answer comes within the limit. */
function holderAt(name: string): Promise<LockHolder | 'ended' | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(name);
    const leave = (holder: LockHolder | 'ended' | undefined): void => {
      socket.destroy();
      resolve(holder);
    };
    socket.setEncoding('utf8').setTimeout(answerLimitMs, () => leave(undefined));
    socket.on('data', (text: string) => {
      said += text;
      if (said.length > answerLimitBytes) leave(undefined);
    });
    socket.once('end', () => leave(readHolder(said)));
    socket.once('error', (error) => leave(errnoOf(error) === 'ECONNREFUSED' ? 'ended' : undefined));
  });
}

function readHolder(said: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(said);
    return isHolder(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isHolder = (value: unknown): value is LockHolder =>
  isJsonObject(value) &&
  Number.isSafeInteger(value['pid']) &&
  [value['command'], value['since']].every((each) => typeof each === 'string');
