/**
 * TCP between the test hosts at both ends of the chain.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inTop } from '../../paths.mjs';
import { toolPath, tryRun } from '../../run.mjs';
import { addressOf, networks } from '../networks.mjs';
import { digestOf } from './pattern.mjs';

const [client, server] = networks;
const peer = inTop('scripts', 'lib', 'quickstart', 'chain', 'peer.mjs');
const node = inTop('node_modules', '.bin', 'node');
const inside = ({ namespace }, ...words) => ['netns', 'exec', namespace, node, peer, ...words.map(String)];

/** A program of the run, whose lines are read as they come. */
function start(side, ...words) {
  const child = spawn('ip', inside(side, ...words), {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PATH: toolPath() },
  });
  return { child, lines: createInterface({ input: child.stdout }) };
}

const ended = ({ child }) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve));

/** A server on a test host, the last one unless said otherwise; answers a function that ends it. */
export async function serve(port, side = server) {
  const program = start(side, 'serve', port);
  await new Promise((resolve, reject) => {
    program.lines.once('line', resolve);
    program.child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return async () => {
    program.child.kill('SIGTERM');
    await ended(program);
  };
}

/** Whether a new connection from the first test host comes about. */
export async function connects(port, withinMs, family) {
  const { code } = await tryRun('ip', inside(client, 'connect', addressOf(server, family), port, withinMs));
  return code === 0;
}

/** So many bytes from the last test host to the first; answers `{ bytes, whole }`. */
export const fetchBytes = (port, bytes, family) =>
  taken(start(client, 'fetch', addressOf(server, family), port, bytes)).end;

/** Bytes at a steady rate until `stop()`, which answers `{ bytes, whole }`; `received()` grows meanwhile. */
export function stream(port) {
  const program = start(client, 'stream', server.address, port);
  const { received, end } = taken(program);
  return {
    received,
    stop: () => {
      program.child.stdin.end();
      return end;
    },
  };
}

function taken({ child, lines }) {
  let received = 0;
  const end = new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const [word, count, digest] = line.split(' ');
      received = Number(count) || received;
      if (word === 'done') resolve({ bytes: received, whole: digest === digestOf(received) });
    });
    child.once('error', reject);
    child.once('exit', (code) => code !== 0 && reject(new Error('the transfer broke off')));
  });
  // Whoever waits for it hears of it; before that it must not end the whole program.
  end.catch(() => {});
  return { received: () => received, end };
}
