/**
 * `berth serve`: the server, whatever Node runs the command. Where this one will not do, the one that npm installed with
 * Berth is started, is handed every signal, and its end is the end of this.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Nodes {
  /** The file with the server. */
  readonly main: URL;
  readonly isRight: (version: string) => boolean;
  /** Why another Node will not do, and what to do. */
  readonly complaint: string;
}

const usageError = 2;
const passedOn = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Resolves with the exit code. */
export async function launch(argv: readonly string[], { main, isRight, complaint }: Nodes): Promise<number> {
  const node = besides(main, isRight);
  if (node === undefined) {
    console.error(complaint);
    return usageError;
  }
  const child = spawn(node, [fileURLToPath(main), ...argv], { stdio: 'inherit', detached: true });
  // In a group of its own it does not hear the terminal's Ctrl-C twice.
  for (const signal of passedOn) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** In the node_modules of this checkout, or of whoever has installed Berth as a package. */
function besides(main: URL, isRight: Nodes['isRight']): string | undefined {
  return ['../node_modules/.bin/node', '../../.bin/node']
    .map((path) => fileURLToPath(new URL(path, main)))
    .find((path) => existsSync(path) && isRight(versionOf(path)));
}

const versionOf = (node: string): string =>
  spawnSync(node, ['--version'], { encoding: 'utf8', timeout: 10_000 }).stdout?.trim() ?? '';
