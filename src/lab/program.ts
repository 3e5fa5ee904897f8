/**
 * Programs that the lab starts and waits for: without a shell, with a time limit that ends what they started as well, and with their output in the error when they fail.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { childEnvironment } from '../shared/child-environment.js';
import { killTree } from './process-tree.js';

export interface ProgramOptions {
  readonly limitMs: number;
  /** Beside what every child is given. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
  /** Written to the program. */
  readonly input?: string;
}

export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  /** Both streams in order; only the end of long output. */
  readonly said: string;
}

export class ProgramFailed extends Error {
  readonly said: string;

  constructor(program: string, args: readonly string[], { code, said }: ProgramEnd) {
    const shown = [program, ...args].join(' ');
    super(`${shown.length > 200 ? `${shown.slice(0, 200)} …` : shown} failed (exit code ${code}): ${lastLines(said)}`);
    this.name = 'ProgramFailed';
    this.said = said;
  }
}

const keptBytes = 64 * 1024;
const lastLines = (text: string): string => text.trim().split('\n').slice(-5).join(' | ') || 'it said nothing';

/** Debian packages may need a proxy. */
const proxies = (own: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(own).filter(([name]) => /^(?:https?|no)_proxy$/i.test(name)));

/** Resolves whatever the exit code; -1 for a program that was not found or was killed by a signal. */
export function tryProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.folder,
      env: childEnvironment(process.env, { ...proxies(process.env), ...options.environment }),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let said = '';
    const take = (text: string): void => {
      said = (said + text).slice(-keptBytes);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-keptBytes);
      take(text);
    });
    child.stderr?.setEncoding('utf8').on('data', take);
    const late = AbortSignal.timeout(options.limitMs);
    const endAll = (): void => endWhole(child);
    late.addEventListener('abort', endAll);
    child.once('close', () => late.removeEventListener('abort', endAll));
    child.once('error', (error) => resolve({ code: -1, stdout, said: `${said}${error.message}` }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? -1, stdout, said: signal === null ? said : `${said} (ended by ${signal})` }),
    );
    if (options.input !== undefined) child.stdin?.on('error', () => undefined).end(options.input);
  });
}

/** Its output is closed too: what outlives an ended program may hold it open. */
function endWhole({ pid, exitCode, signalCode, stdout, stderr }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) killTree(pid);
  stdout?.destroy();
  stderr?.destroy();
}

/** What it wrote to standard output. */
export async function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const end = await tryProgram(program, args, options);
  if (end.code !== 0) throw new ProgramFailed(program, args, end);
  return end.stdout;
}
