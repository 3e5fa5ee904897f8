/** Whatever strings a client sends are refused, or kept and given back as they were, in lists too. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bodyOf, listOf } from '../api/door.js';
import { describeWithPostgres, startPostgres, type Cluster } from '../contract/postgres-cluster.js';
import { startServer, type Server } from './server.js';
import { Tried } from '../builders/tried.js';

const packages = '/vnfpkgm/v2/vnf_packages';
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.constantFrom('\0', '\ud800', '\udc00', '\u2028', '\u007f', '"', '\\', '/', '~', "'", 'é', '𝄞', '\ufeff', '\ufffd'),
);
const anyText = fc.string({ unit, maxLength: 12 });

let server: Server;

/** 400 with a place, or the same again; whether it is kept. */
async function keptOrRefused(method: string, path: string, body: Record<string, unknown>): Promise<boolean> {
  const response = await server.send(method, path, body);
  const answer = await bodyOf(response);
  if (response.status === 400) {
    expect(answer).toMatchObject({ errors: [{ pointer: expect.stringMatching(/^\//) }] });
    return false;
  }
  expect([200, 201]).toContain(response.status);
  expect(answer).toMatchObject(body);
  const id = typeof answer['id'] === 'string' ? answer['id'] : path.split('/').at(-1);
  expect(await bodyOf(await server.ask(`${packages}/${id}`))).toMatchObject(body);
  return true;
}

function holds(): void {
  const settings = { numRuns: 40 };

  test('in the data of a package', async () => {
    const data = fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText, { maxLength: 3 })), { maxKeys: 3 });
    const [kept, refused] = [new Tried('data that is kept'), new Tried('data that is refused')];
    await fc.assert(
      fc.asyncProperty(data, async (userDefinedData) => {
        refused.is(!kept.is(await keptOrRefused('POST', packages, { userDefinedData })));
      }),
      settings,
    );
    kept.expectShare(1 / 20);
    refused.expectShare(1 / 20);
  });

  test('in what patches bring', async () => {
    const { id } = await bodyOf(await server.send('POST', packages, {}));
    const [kept, refused] = [new Tried('a patch that is kept'), new Tried('a patch that is refused')];
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (name, value) => {
        const body = { userDefinedData: { [`k${name}`]: value } };
        refused.is(!kept.is(await keptOrRefused('PATCH', `${packages}/${String(id)}`, body)));
      }),
      settings,
    );
    kept.expectShare(1 / 40);
    refused.expectShare(1 / 10);
  });

  test('in references and names of requests that nothing is found for', async () => {
    const text = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'é') }, { weight: 1, arbitrary: anyText });
    const requests = fc.record({ vnfdId: anyText, vnfInstanceName: text, vnfInstanceDescription: text });
    const tried = new Tried('a reference that is looked up');
    await fc.assert(
      fc.asyncProperty(requests, async (body) => {
        const response = await server.send('POST', '/vnflcm/v2/vnf_instances', body);
        tried.is(response.status !== 400);
        expect([400, 404, 422]).toContain(response.status);
      }),
      settings,
    );
    tried.expectShare(1 / 40);
  });

  test('in paths and queries', async () => {
    const text = anyText.filter((each) => each.isWellFormed());
    const collections = fc.constantFrom(
      packages,
      '/vnflcm/v2/vnf_instances',
      '/vnflcm/v2/vnf_lcm_op_occs',
      '/nfvi/v1/hosts',
    );
    const tried = new Tried('an identifier that is looked up');
    await fc.assert(
      fc.asyncProperty(collections, text, async (at, id) => {
        const marker = Buffer.from(`after:${id}`).toString('base64url');
        const targets = [
          `${at}/x${encodeURIComponent(id)}`,
          `${at}?filter=(eq,id,'${encodeURIComponent(id.replaceAll("'", "''"))}')`,
          `${at}?nextpage_opaque_marker=${marker}`,
        ];
        const statuses = [];
        for (const target of targets) statuses.push((await server.ask(target)).status);
        tried.is(statuses[0] === 404);
        expect(statuses.filter((status) => ![200, 400, 404].includes(status))).toEqual([]);
      }),
      settings,
    );
    tried.expectShare(1 / 10);
  }, 120_000);

  test('so that lists are text that every reader takes', async () => {
    const response = await server.ask(`${packages}?all_fields`);
    expect(response.status).toBe(200);
    expect(JSON.stringify(await listOf(response))).not.toMatch(/\\ud[89a-f]|\ufffd\ufffd\ufffd/i);
  });
}

describe('strings on SQLite', () => {
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  holds();

  test('many patches do not make a map that no request may bring', async () => {
    const { id } = await bodyOf(await server.send('POST', packages, {}));
    const patch = (key: string) =>
      server.send('PATCH', `${packages}/${String(id)}`, { userDefinedData: { [key]: 'x'.repeat(40_000) } });
    expect((await patch('a')).status).toBe(200);
    expect(await bodyOf(await patch('b'))).toMatchObject({ status: 400, errors: [{ pointer: '/userDefinedData' }] });
    expect((await patch('a')).status).toBe(200);
  });
});

describeWithPostgres('strings on PostgreSQL', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startPostgres();
    server = await startServer({ store: await cluster.database() });
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    await cluster.stop();
  });
  holds();
});
