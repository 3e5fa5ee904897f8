/**
 * The gNB and the SMF of the chain: the UPF's test client, in the namespace that has N3 and N4. It takes steps one by one.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { inTop } from '../../paths.mjs';
import { toolPath } from '../../run.mjs';
import { radio } from '../networks.mjs';

const client = inTop('vnf-catalog', 'upf', 'client', 'client.ts');
const node = inTop('node_modules', '.bin', 'node');

export class Radio {
  #child;
  #lines;

  /** `upfs`: N4 addresses; the nth SMF is for the nth of them. */
  constructor(file, upfs) {
    const { n3, n4 } = radio;
    const locals = [n4.address, n4.second];
    const smfs = Object.fromEntries(upfs.map((peer, nth) => [`smf${nth}`, { local: locals[nth], peer }]));
    writeFileSync(file, JSON.stringify({ smfs, gnbs: { gnb: { local: n3.address } } }));
    this.#child = spawn('ip', ['netns', 'exec', radio.namespace, node, client, '--live', file], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, PATH: toolPath() },
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** What the step found, whether as expected or not: `{ ok, wrong, found }`. */
  async tried(step) {
    this.#child.stdin.write(`${JSON.stringify(step)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the UPF's test client has ended before it played ${step.do}`);
    return JSON.parse(value);
  }

  /** Throws with what is wrong. */
  async play(step) {
    const { ok, wrong, found } = await this.tried(step);
    if (!ok) throw new Error(`${step.do}: ${wrong.join('; ')}`);
    return found;
  }

  async close() {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await ended;
  }
}
