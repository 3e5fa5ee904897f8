/**
 * Every command that takes an id, against a server that notes what it is asked: whatever stands in the id, it is one
 * segment of one path, below `--url`, and the token goes nowhere else.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { complaintOf, createProgram } from '../../src/cli/program.js';
import { systemClock } from '../../src/system.js';

const token = 'a-token-for-the-command';
const asked: IncomingMessage[] = [];
const elsewhere: IncomingMessage[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const started = async (on: IncomingMessage[]): Promise<Server> => {
  const server = createServer((request, response) => {
    on.push(request.resume());
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let berth: Server;
let other: Server;
beforeAll(async () => {
  berth = await started(asked);
  other = await started(elsewhere);
});
afterAll(() => {
  berth.close().closeAllConnections();
  other.close().closeAllConnections();
});
beforeEach(() => {
  asked.length = 0;
  elsewhere.length = 0;
});

async function run(args: readonly string[], url = originOf(berth), environment = {}): Promise<string> {
  const said: string[] = [];
  const program = createProgram({
    clock: systemClock,
    environment: { BERTH_TOKEN: token, ...environment },
    out: (text) => said.push(text),
  });
  quiet(program);
  await program.parseAsync(['node', 'berth', '--url', url, ...args]).catch((error: unknown) => {
    said.push(complaintOf(error));
  });
  return said.join('\n');
}

function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  command.commands.forEach(quiet);
}

const refuses: typeof answer = (_request, response) => {
  response.writeHead(404, { 'content-type': 'application/problem+json' });
  response.end('{"status":404,"detail":"none"}');
};

/** All that take an id, with what else they ask for; found by looking through the program. */
function commands(): readonly (readonly string[])[] {
  const program = createProgram({ clock: systemClock, environment: {}, out: () => undefined });
  const below = (command: Command, path: readonly string[]): readonly (readonly string[])[] => [
    ...(takesId(command) ? [path] : []),
    ...command.commands.flatMap((each) => below(each, [...path, each.name()])),
  ];
  return below(program, []);
}
const takesId = ({ registeredArguments: [first] }: Command): boolean =>
  first !== undefined && !['file', 'vnfd', 'new-host'].includes(first.name());
const rest: Readonly<Record<string, readonly string[]>> = {
  'host accept': ['0000:81:02.0'],
  'host set': ['down'],
  'vnf scale': ['out', '--aspect', 'a'],
  'vnf operate': ['stop'],
  // Any JSON object will do.
  'vnf change-ext-conn': ['--body', join(import.meta.dirname, '../../package.json')],
};

const hostile = ['ID#x', 'a?b=c', '../vnf_lcm_op_occs', 'a/b', 'a%2Fb', '//evil.example/x', 'a b', 'ü', '\n'];

describe('a command with an id', () => {
  test('there are some', () => {
    expect(commands().length).toBeGreaterThan(20);
  });

  test.each(commands().map((path) => path.join(' ')))('%s asks for one segment whatever it is given', async (name) => {
    answer = refuses;
    for (const id of hostile) {
      asked.length = 0;
      await run([...name.split(' '), id, ...(rest[name] ?? [])]);
      expect([name, id, asked.length]).toEqual([name, id, 1]);
      const path = (asked[0]?.url ?? '').split('?')[0] ?? '';
      const query = new URLSearchParams((asked[0]?.url ?? '').split('?')[1]);
      const segments = path.split('/').map(decodeURIComponent);
      const isMeant = segments.includes(id) || query.get('vnfInstanceId') === id;
      expect([name, path, isMeant]).toEqual([name, path, true]);
    }
    for (const id of ['.', '..', '']) {
      asked.length = 0;
      if (name !== 'vnf sbom')
        expect([id, await run([...name.split(' '), id, ...(rest[name] ?? [])])]).toEqual([
          id,
          expect.stringContaining('is no id of anything'),
        ]);
    }
  });
});

describe('a command keeps to its --url', () => {
  const list: typeof answer = (request, response) => {
    const isSecond = (request.url ?? '').includes('marker');
    const link = `<${originOf(other)}/prefix/vnflcm/v2/vnf_instances?marker=a>; rel="next"`;
    response.writeHead(200, { 'content-type': 'application/json', ...(isSecond ? {} : { link }) });
    response.end(JSON.stringify([{ id: isSecond ? 'second' : 'first' }]));
  };

  test.each(['', '/', '/a/berth', '/a/berth/'])('with the path "%s", whatever host links name', async (path) => {
    answer = list;
    expect(await run(['vnf', 'list'], `${originOf(berth)}${path}`)).toMatch(/first[^]*second/);
    const prefix = path.replace(/\/$/, '');
    expect(asked.map(({ url }) => url)).toEqual([
      `${prefix}/vnflcm/v2/vnf_instances`,
      `${prefix}/vnflcm/v2/vnf_instances?marker=a`,
    ]);
    expect(elsewhere).toEqual([]);
  });

  test('and to nobody that it is sent on to', async () => {
    answer = (_request, response) => response.writeHead(307, { location: `${originOf(other)}/x` }).end();
    expect(await run(['vnf', 'list'])).toContain(`sends on to ${originOf(other)}/x, which is not followed`);
    expect(elsewhere).toEqual([]);
  });

  test('follows what it began there', async () => {
    answer = (request, response) => {
      const isTask = request.method === 'POST';
      const location = `https://nfv.example/public/vnflcm/v2/vnf_lcm_op_occs/o1`;
      response.writeHead(isTask ? 202 : 200, isTask ? { location } : { 'content-type': 'application/json' });
      response.end(isTask ? '' : '{"id":"o1","operation":"TERMINATE","operationState":"COMPLETED"}');
    };
    expect(await run(['vnf', 'terminate', 'i1'], `${originOf(berth)}/p`)).toContain('operation o1 is COMPLETED');
    expect(asked.map(({ url }) => url)).toEqual([
      '/p/vnflcm/v2/vnf_instances/i1/terminate',
      '/p/vnflcm/v2/vnf_lcm_op_occs/o1',
    ]);
  });

  test('and says when what answers is not Berth', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello');
    expect(await run(['vnf', 'list'])).toContain('What answered is not Berth');
  });

  test.each(['ftp://a', 'a', '127.0.0.1:9641', 'http://u:p@a', 'http://a/?x'])('%s is no --url', async (url) => {
    expect(await run(['vnf', 'list'], url)).toMatch(/is no URL|--url takes scheme/);
  });
});

test.each(['secret-token\n', 'secret token', 'secret-€', 'secret\u0000'])(
  'the token %j is refused and not said',
  async (text) => {
    const said = await run(['vnf', 'list'], originOf(berth), { BERTH_TOKEN: text });
    expect(said).toMatch(/^BERTH_TOKEN has .* at character \d+/);
    expect(said).not.toContain('secret');
    expect(asked).toEqual([]);
  },
);
