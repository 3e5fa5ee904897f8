/**
 * A Berth of its own over simulated hosts that tells what it takes. It ends with the bench, however that ends.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { inTop } from '../scripts/lib/paths.mjs';
import { Api } from '../scripts/lib/quickstart/api.mjs';
import { choosePort } from '../scripts/lib/quickstart/berth.mjs';
import { RunState } from '../scripts/lib/quickstart/state.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import { atSignal } from './leaving.mjs';

const readyLimitMs = 120_000;
const stopLimitMs = 15_000;
const probe = fileURLToPath(new URL('server-probe.mjs', import.meta.url));

/** `measure(state, folder)` in an empty folder of its own, which is gone at the end, by a signal too. */
export async function inOwnFolder(name, measure) {
  if (process.env.BENCH_SERVER === undefined) await ensureBuilt();
  const folder = inTop('.berth', name);
  rmSync(folder, { recursive: true, force: true });
  const state = new RunState(folder);
  const left = atSignal(() => state.forget());
  try {
    return await measure(state, folder);
  } finally {
    state.forget();
    left();
  }
}

/** Another build to compare with: its `main.js`. */
const program = () => process.env.BENCH_SERVER ?? inTop('dist', 'main.js');

/** With the memory settings with which a server restarts itself; one that is forked does not. Earlier builds have none. */
async function asServed(execArgv) {
  const settings = join(dirname(program()), 'memory-settings.js');
  if (!existsSync(settings)) return execArgv;
  const { restartArguments } = await import(pathToFileURL(resolve(settings)).href);
  return restartArguments({ execArgv, nodeOptions: process.env.NODE_OPTIONS, isForked: false }) ?? execArgv;
}

export class MeasuredServer {
  #child;
  #left;

  /** Resolves once it is ready; its log is `berth.log` in the folder. `preload`: modules that it loads before all others. */
  static async start(folder, { hosts, environment = {}, preload = [] }) {
    const server = new MeasuredServer();
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir, { recursive: true });
    const log = join(folder, 'berth.log');
    const port = await choosePort(0);
    const args = ['--data-dir', dataDir, '--port', String(port), '--fleet', String(hosts)];
    const output = openSync(log, 'a');
    server.#child = fork(program(), [...args, '--signature-policy', 'warn', '--log-level', 'warn'], {
      execPath: inTop('node_modules', '.bin', 'node'),
      execArgv: await asServed([
        '--expose-gc',
        ...[probe, ...preload].flatMap((file) => ['--import', file]),
        ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []),
      ]),
      env: { ...process.env, ...environment },
      stdio: ['ignore', output, output, 'ipc'],
    });
    server.#left = atSignal(() => server.stop());
    await server.#ready(`http://127.0.0.1:${port}`, log);
    server.token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
    server.api = new Api(`http://127.0.0.1:${port}`, server.token);
    return server;
  }

  get pid() {
    return this.#child.pid;
  }

  get #isOver() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #ready(origin, log) {
    for (const limit = Date.now() + readyLimitMs; ; await sleep(50)) {
      const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (!this.#isOver && Date.now() < limit) continue;
      await this.stop();
      throw new Error(`Berth was not ready within ${readyLimitMs / 1000} s, or ended before; its log is ${log}`);
    }
  }

  /** Since it was asked last, see server-probe.mjs. `collect`: garbage is collected before. */
  async figures(wish = 'figures') {
    const answer = once(this.#child, 'message');
    this.#child.send(wish);
    const [figures] = await answer;
    return figures;
  }

  async stop() {
    this.#left();
    if (this.#isOver) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopLimitMs);
    await ended;
    clearTimeout(timer);
  }
}
