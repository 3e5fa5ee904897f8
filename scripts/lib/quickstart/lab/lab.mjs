/**
 * The lab of a demonstration: `berth lab` in a folder of its own, and commands on its host.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { inTop } from '../../paths.mjs';
import { run, tryRun } from '../../run.mjs';

export const hostName = 'lab0';

/** Building everything of Debian packages may be part of it. */
const upLimitMs = 45 * 60_000;
const shellLimitMs = 120_000;

export class Lab {
  #folder;

  constructor(folder) {
    this.#folder = folder;
  }

  #command(args, options) {
    const env = { BERTH_LAB_DIR: this.#folder };
    return run('node', [inTop('dist', 'cli', 'berth.js'), 'lab', ...args], { env, ...options });
  }

  async up(tell) {
    for (const line of (await this.#command(['up'], { timeoutMs: upLimitMs })).trim().split('\n'))
      if (/ s$/.test(line)) tell(line);
  }

  down() {
    return this.#command(['down'], { timeoutMs: shellLimitMs });
  }

  /** What the lab says of its hosts to a Berth. */
  configuration() {
    return JSON.parse(readFileSync(join(this.#folder, 'run', 'berth.json'), 'utf8'));
  }

  /** What a command on the host prints. */
  shell(command) {
    return this.#command(['ssh', hostName, command], { timeoutMs: shellLimitMs });
  }

  /** `{ code, stdout }`, whatever the command says. */
  tryShell(command) {
    const args = [inTop('dist', 'cli', 'berth.js'), 'lab', 'ssh', hostName, command];
    return tryRun('node', args, { env: { BERTH_LAB_DIR: this.#folder }, timeoutMs: shellLimitMs });
  }
}
