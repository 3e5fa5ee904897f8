/**
 * A Berth of its own over simulated hosts, whose event loop, memory and log the bench watches and whose log it can stop
 * reading.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTop } from '../scripts/lib/paths.mjs';
import { Api } from '../scripts/lib/quickstart/api.mjs';
import { choosePort } from '../scripts/lib/quickstart/berth.mjs';
import { sleep } from '../scripts/lib/time.mjs';

const readyLimitMs = 120_000;
const stopLimitMs = 10_000;
const lagProbe = fileURLToPath(new URL('loop-lag.mjs', import.meta.url));

export class HostileServer {
  logBytes = 0;
  #child;

  /**
   * Resolves once it is ready. `dataDir` is kept between starts; settings of
   * `environment` come on top.
   */
  static async start(dataDir, args = [], environment = {}) {
    const server = new HostileServer();
    server.subscriber = environment.BERTH_CALLBACK_ALLOWED;
    const port = await choosePort(0);
    server.origin = `http://127.0.0.1:${port}`;
    server.#child = fork(inTop('dist', 'main.js'), arguments_(dataDir, port, args), {
      execPath: inTop('node_modules', '.bin', 'node'),
      execArgv: ['--import', lagProbe],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    server.#child.stderr.on('data', (chunk) => (server.logBytes += chunk.length));
    await server.#ready();
    server.token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
    server.api = new Api(server.origin, server.token);
    return server;
  }

  get pid() {
    return this.#child.pid;
  }

  async #ready() {
    for (const limit = Date.now() + readyLimitMs; ; await sleep(50)) {
      const answer = await fetch(`${this.origin}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (this.#child.exitCode !== null)
        throw new Error(`Berth ended with ${this.#child.exitCode} before it was ready`);
      if (Date.now() > limit) throw new Error(`Berth was not ready within ${readyLimitMs / 1000} s`);
    }
  }

  /** `{ lagMs, blockedMs }`: longest block of the event loop since it was asked last, see loop-lag.mjs. */
  async lag() {
    const answer = once(this.#child, 'message');
    this.#child.send('lag');
    const [longest] = await answer;
    return longest;
  }

  rssMiB() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1]) / 1024;
  }

  /** How long `/healthz` takes on a connection of its own. */
  async healthMs() {
    const from = performance.now();
    const response = await fetch(`${this.origin}/healthz`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(5000),
    });
    await response.text();
    if (!response.ok) throw new Error(`/healthz answers ${response.status}`);
    return Math.round(performance.now() - from);
  }

  stallLog() {
    this.#child.stderr.pause();
  }

  readLog() {
    this.#child.stderr.resume();
  }

  /** A connection that says this much and then nothing; nothing that comes is read, no end is answered. */
  async hold(text) {
    const { hostname, port } = new URL(this.origin);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.on('error', () => {});
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    socket.write(text);
    return socket;
  }

  async stop() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    this.readLog();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await ended;
    clearTimeout(timer);
  }
}

const arguments_ = (dataDir, port, args) => [
  ...['--data-dir', dataDir, '--port', String(port), '--fleet', '4', '--signature-policy', 'warn'],
  ...args,
];
