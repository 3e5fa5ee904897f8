// What stands around a UPF under test: SMF and gNB in one namespace, which reaches N3 and N4, and a server behind N6. The
// client of this VNF plays the first two.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ethernet } from '../../selftest/vnf.mjs';

const client = join(import.meta.dirname, '..', 'client', 'client.ts');
const STEP_LIMIT_MS = 60_000;

export const addresses = {
  n3: ['10.3.0.1/24', 'fd03::1/64'],
  n4: ['10.4.0.1/24', 'fd04::1/64'],
  n6: ['10.6.0.1/24', 'fd06::1/64'],
};

export const document = {
  hostname: 'upf1',
  n4: { link: 'n4', nodeId: 'upf.example', allow: ['10.4.0.0/24'] },
  interfaces: [
    { link: 'n3', side: 'access', networkInstance: 'access' },
    { link: 'n6', side: 'core', networkInstance: 'internet', pools: ['10.60.0.0/16', '2001:db8:60::/48'] },
  ],
};

// Sides n3, n4 and n6 of the lab; the guest has .1 and ::1 of each, the side .2 and ::2. N4 is in the namespace n3 as well.
export function surround(lab) {
  const ethernets = {};
  for (const name of ['n3', 'n4', 'n6']) {
    const number = name.slice(1);
    const side = lab.addSide(name, `10.${number}.0.2/24`, `10.${number}.0.1`);
    lab.in(name, 'ip', 'address', 'add', `fd0${number}::2/64`, 'dev', 'eth0', 'nodad');
    lab.in(name, 'ip', '-6', 'route', 'add', 'default', 'via', `fd0${number}::1`);
    ethernets[name] = ethernet(side, ...addresses[name]);
  }
  const host = (...args) => execFileSync('ip', ['-n', `${lab.tag}-host`, ...args]);
  host('link', 'add', 'v-smf', 'type', 'veth', 'peer', 'name', 'n4', 'netns', `${lab.tag}-n3`);
  host('link', 'set', 'v-smf', 'master', 'b-n4', 'up');
  lab.in('n3', 'ip', 'address', 'add', '10.4.0.3/24', 'dev', 'n4');
  lab.in('n3', 'ip', 'link', 'set', 'n4', 'up');
  return ethernets;
}

// The client, one step at a time.
export class Ran {
  #child;
  #lines;

  constructor(lab, scenario = {}) {
    const file = join(lab.folder, 'ran.json');
    const smfs = { smf: { local: '10.4.0.3', peer: '10.4.0.1', nodeId: 'smf.example' } };
    const gnbs = { gnb: { local: '10.3.0.2' } };
    writeFileSync(file, JSON.stringify({ smfs, gnbs, steps: [], ...scenario }));
    const args = ['netns', 'exec', `${lab.tag}-n3`, process.execPath, client, '--live', file];
    this.#child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  // What the client found.
  async try(step) {
    this.#child.stdin.write(`${JSON.stringify(step)}\n`);
    const late = AbortSignal.timeout(STEP_LIMIT_MS);
    const { value, done } = await Promise.race([
      this.#lines.next(),
      new Promise((_, reject) => {
        late.addEventListener('abort', () => reject(new Error(`no end of ${JSON.stringify(step)}`)));
      }),
    ]);
    assert.ok(!done, `the client ended instead of ${JSON.stringify(step)}`);
    return JSON.parse(value);
  }

  // The same, and all was as expected.
  async play(step) {
    const { ok, wrong, found } = await this.try(step);
    assert.ok(ok, `${JSON.stringify(step)}: ${wrong.join('; ')}; found ${JSON.stringify(found)}`);
    return found;
  }

  async close() {
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    this.#child.stdin.end();
    setTimeout(() => this.#child.kill('SIGKILL'), 3000).unref();
    await ended;
  }
}
