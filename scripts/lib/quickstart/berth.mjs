/**
 * Berth itself as the quickstart runs it: started in the background with a log, found again by a later run, ended.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { inTop, top } from '../paths.mjs';
import { toolPath } from '../run.mjs';
import { sleep } from '../time.mjs';
import { Api } from './api.mjs';
import { end, identify, isAlive } from './process.mjs';

const readyLimitMs = 120_000;

/** The port that was asked for, or any free one. */
function freePort(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export const choosePort = (wanted) => freePort(wanted).catch(() => freePort(0));

/** Ends what an earlier run left running. */
export const stopBerth = async (state) => {
  const did = await end(state.get('berth'));
  state.set('berth', undefined);
  return did;
};

function launch(state, program, args) {
  const log = openSync(state.path('berth.log'), 'a');
  const child = spawn(inTop('node_modules', '.bin', 'node'), [program, ...args], {
    cwd: top,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: toolPath() },
  });
  closeSync(log);
  child.unref();
  return child;
}

const tokenOf = (file) => readFileSync(file, 'utf8').trim();

async function isReady(origin) {
  try {
    return (await fetch(`${origin}/readyz`)).ok;
  } catch {
    return false;
  }
}

/** Starts Berth and waits until it says that it is ready. `program`: another one that is Berth. */
export async function startBerth(state, { port, args, program = inTop('dist', 'main.js') }) {
  const child = launch(state, program, ['--data-dir', state.path('data'), '--port', String(port), ...args]);
  const who = identify(child.pid);
  state.set('berth', who);
  const origin = `http://127.0.0.1:${port}`;
  for (const limit = Date.now() + readyLimitMs; !(await isReady(origin)); await sleep(50)) {
    if (!isAlive(who)) throw withLog(state, 'Berth ended before it was ready');
    if (Date.now() > limit) throw withLog(state, `Berth was not ready within ${readyLimitMs / 1000} s`);
  }
  const tokenFile = state.path('data', 'token');
  return { origin, tokenFile, pid: child.pid, api: new Api(origin, tokenOf(tokenFile)) };
}

function withLog(state, complaint) {
  const file = state.path('berth.log');
  const error = new Error(`${complaint}; its log is ${file}`);
  error.output = readFileSync(file, 'utf8').split('\n').slice(-30).join('\n');
  return error;
}
