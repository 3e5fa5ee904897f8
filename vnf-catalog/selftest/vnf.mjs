// What the self-tests ask of any VNF of the catalog.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = '/usr/lib/berth/vnf';

export async function status(lab) {
  const { code, stdout } = await lab.agent.run(PROGRAM, ['status']);
  assert.equal(code, 0);
  return JSON.parse(stdout);
}

export async function configure(lab, document) {
  await lab.agent.writeFile('/run/wanted', typeof document === 'string' ? document : JSON.stringify(document));
  return lab.agent.run(PROGRAM, ['configure', '/run/wanted']);
}

export async function accept(lab, document) {
  const { code, stderr } = await configure(lab, document);
  assert.equal(code, 0, stderr);
  return stderr;
}

// Milliseconds until `test` held.
export async function until(what, limitMs, test) {
  const begun = Date.now();
  while (Date.now() < begun + limitMs) {
    if (await test()) return Date.now() - begun;
    await sleep(100);
  }
  throw new Error(`${what}: not within ${limitMs} ms`);
}

export async function measureStatus(lab) {
  const loop = `cat /proc/uptime; for i in 1 2 3 4 5 6 7 8 9 10; do ${PROGRAM} status >/dev/null; done; cat /proc/uptime`;
  const { stdout } = await lab.agent.run('/bin/sh', ['-c', loop]);
  const [begun, ended] = stdout
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[0]));
  return Math.round((ended - begun) * 100);
}

export const ethernet = (side, ...addresses) => ({
  match: { macaddress: side.mac },
  'set-name': side.name,
  addresses,
});
