/** The commands of the pages on hosts, in their order, as somebody would type them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { troubleOf } from '../../src/cli/host-commands.js';
import { createProgram } from '../../src/cli/program.js';
import { laptops } from '../builders/simulated-hosts.js';
import { bodyOf, token } from '../api/door.js';
import { startServer, until, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

let real: Server;
let simulated: Server;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-host-docs-'));
  writeFileSync(join(folder, 'rack1-n2.json'), JSON.stringify({ uri: 'qemu+tls://rack1-n2.invalid/system' }));
  [real, simulated] = await Promise.all([
    startServer({ configured: { kind: 'libvirt', hosts: [] } }),
    startServer({ configured: { kind: 'simulated', hosts: laptops(1) } }),
  ]);
});
afterAll(async () => {
  await Promise.all([real.stop(), simulated.stop()]);
  rmSync(folder, { recursive: true });
});

async function berth(server: Server, args: readonly string[]): Promise<string> {
  const said: string[] = [];
  const program = createProgram({
    clock: systemClock,
    environment: { BERTH_URL: server.origin, BERTH_TOKEN: token },
    out: (text) => said.push(text),
  });
  await program.parseAsync(['node', 'berth', ...args]);
  return said.join('\n');
}

/** Lines of the shell blocks, without what is said of them. */
const typed = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^```sh\n([^]*?)^```/gm)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/ +#.*$/, ''))
    .filter((line) => /^(berth host (add|set|remove|show)|echo) /.test(line));

/** A file that a line names stands in the folder of the test. */
async function type(line: string): Promise<string> {
  const [, text = '', file = ''] = /^echo '(.*)' > (\S+)$/.exec(line) ?? [];
  if (file !== '') {
    writeFileSync(join(folder, file), text);
    return file;
  }
  const args = line.split(' ').slice(1);
  const own = args.map((arg) => (arg.endsWith('.json') ? join(folder, arg) : arg));
  return berth(line.includes('sim-') ? simulated : real, own);
}

const idsAt = async (server: Server): Promise<string> =>
  JSON.stringify(await bodyOf(await server.ask('/nfvi/v1/hosts')));

test('a host that is not reached is shown with the reason', async () => {
  await berth(real, ['host', 'add', 'away', '--uri', 'qemu+tls://127.0.0.1:1/system']);
  const shown = () => berth(real, ['host', 'show', 'away']);
  await until(shown, (text) => /^host away is not reached: .+/m.test(text), 'no reason is shown');
});

test('a host that cannot be used is shown with the reason, too', () => {
  expect(troubleOf({ id: 'h', unusableBecause: 'it has no setting "warp".' })).toEqual([
    'host h cannot be used: it has no setting "warp".',
  ]);
  expect(troubleOf({ id: 'h' })).toEqual([]);
});

test.each([
  ['docs/hosts.md', 8],
  ['docs/operating.md', 9],
])('every command of %s does what it says', async (page, least) => {
  const lines = typed(page);
  expect(lines.length).toBeGreaterThanOrEqual(least);
  for (const line of lines) {
    const id = /host (?:add|set|remove|show) (\S+)/.exec(line)?.[1] ?? '';
    const server = line.includes('sim-') ? simulated : real;
    // What is removed in one block is corrected in a later one.
    if (/host (set|show)/.test(line) && !(await idsAt(server)).includes(`"${id}"`))
      await berth(server, ['host', 'add', id, '--uri', `qemu+tls://${id}/system`]);
    expect([line, await type(line)]).toEqual([line, expect.stringMatching(/./)]);
    if (line.includes('host add ')) expect(await idsAt(server)).toContain(`"${id}"`);
    if (line.includes('host remove ')) expect(await idsAt(server)).not.toContain(`"${id}"`);
  }
});
