/**
 * When the first packet came through: a ping every 10 ms until one is answered.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** From a network namespace to an address; resolves to epoch milliseconds, rejects after `limitMs`. */
export function firstAnswer(namespace, address, limitMs) {
  const args = ['netns', 'exec', namespace, 'ping', '-n', '-D', '-i', '0.01', address];
  const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ping was answered within ${limitMs / 1000} s`)), limitMs);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, atSeconds] = /^\[([\d.]+)\] \d+ bytes from/.exec(line) ?? [];
      if (atSeconds === undefined) return;
      clearTimeout(timer);
      resolve(Number(atSeconds) * 1000);
    });
  }).finally(() => child.kill());
}
