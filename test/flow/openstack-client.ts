/**
 * The OpenStack client (`openstack vnf package …`, `openstack vnflcm …`) as Debian packages it, against a Berth of the test.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { token } from '../api/door.js';

const parts = ['/usr/bin/python3', '/usr/lib/python3/dist-packages/tackerclient', '/usr/bin/openstack'];

/** Undefined: it is here. Else what a test says when it skips. */
export const clientMissing: string | undefined = parts.every((part) => existsSync(part))
  ? undefined
  : 'the OpenStack client is not installed: apt-get install --no-install-recommends python3-openstackclient python3-tackerclient';

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export class OpenstackClient {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #common: readonly string[];

  /** `api`: the major version of vnflcm. */
  constructor(origin: string, api: '1' | '2') {
    const access = ['--os-auth-type', 'admin_token', '--os-token', token, '--os-endpoint', origin];
    this.#common = [...access, '--os-tacker-api-version', api];
    this.#process = spawn('/usr/bin/python3', ['test/flow/openstack-commands.py'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', LC_ALL: 'C.UTF-8', NO_PROXY: '*' },
    });
    if (!this.#process.stdout) throw new Error('the OpenStack client has no output');
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async run(...command: readonly string[]): Promise<Said> {
    this.#process.stdin?.write(`${JSON.stringify([...this.#common, ...command])}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`the OpenStack client ended at: ${command.join(' ')}`);
    return JSON.parse(value) as Said;
  }

  end(): void {
    this.#process.stdin?.end();
    this.#process.kill();
  }
}
