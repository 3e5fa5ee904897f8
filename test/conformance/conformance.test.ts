/**
 * docs/conformance.md: made from the definitions where they are at hand, held against what Berth serves everywhere, and
 * walked through: every attribute and query parameter is tried.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bodyOf, listOf } from '../api/door.js';
import { expectDoc } from '../generated-doc.js';
import { effects } from './effects.js';
import { whenHere } from './openapi.js';
import { ownOperations, unnamed, type OwnOperation } from './own-interface.js';
import { pageOf, rowOf, rowsIn, rowsOf, type Row } from './page.js';
import { standardOperations } from './standard-interface.js';
import { instantiation, liveOnce, reconnection, type Json, type World } from './world.js';

const page = 'docs/conformance.md';
const rows = (): readonly Row[] => rowsIn(readFileSync(join(import.meta.dirname, '../..', page), 'utf8'));

let own: ReadonlyMap<string, OwnOperation>;
beforeAll(async () => {
  own = await ownOperations();
});

whenHere('the page', () => {
  test('has every operation, query parameter and attribute of the definitions, as Berth has them', async () => {
    const all = rowsOf(standardOperations(), own);
    await expectDoc(page, pageOf(all));
    expect(rows()).toEqual(all);
    const isBlind = ({ what, standing, words }: Row) => what !== '' && standing === 'in force' && words === '';
    expect(all.filter(isBlind)).toEqual([]);
  });
});

describe('the page without the definitions', () => {
  test('says of each row what Berth does', () => {
    const wrong = rows().filter((row) => {
      const here = own.get(unnamed(row.operation));
      if (row.what === '') return (row.standing === 'not there yet') !== (here === undefined);
      if (here === undefined) return row.standing !== 'not there yet';
      const now = rowOf(row.operation, row.what, here);
      const standing = row.standing === 'of Berth' ? 'in force' : row.standing;
      return now.standing !== standing || now.words !== row.words;
    });
    expect(wrong).toEqual([]);
    expect(rows().length).toBeGreaterThan(450);
  });

  test('has every route, query parameter and attribute of Berth', () => {
    const told = new Set(rows().map(({ operation, what }) => `${unnamed(operation)} ${what}`));
    const all = [...own.values()].flatMap(({ name, queries, attributes }) =>
      ['', ...[...queries.keys()].map((each) => `?${each}`), ...attributes.keys()].map(
        (what) => `${unnamed(name)} ${what}`,
      ),
    );
    expect(all.filter((each) => !told.has(each))).toEqual([]);
  });

  test('is of bodies that are closed', () => {
    expect([...own.values()].flatMap(({ name, open }) => open.map((at) => `${name} ${at}`))).toEqual([]);
  });
});

const inForce = ({ what, standing }: Row): boolean =>
  what !== '' && (standing === 'in force' || standing === 'of Berth');

describe('walked through', () => {
  let world: World;
  beforeAll(async () => {
    world = await liveOnce();
  }, 120_000);
  afterAll(async () => {
    await world.close();
  });

  test('every attribute in force is in the table of effects, and no other', () => {
    const attributes = rows().filter((row) => inForce(row) && row.what.startsWith('/'));
    const names = attributes.map(({ operation, what }) => `${unnamed(operation)} ${what}`);
    expect(effects.map(({ operation, what }) => `${operation} ${what}`).toSorted()).toEqual(names.toSorted());
  });

  test.each(effects.map((effect) => [effect.operation, effect.what, effect] as const))(
    '%s %s has its effect',
    async (_operation, _what, { shown, as }) => {
      expect(await shown(world)).toEqual(as);
    },
  );

  test('every attribute that is refused is refused by its pointer, with the reason', async () => {
    const refused = rows().filter(({ what, standing }) => standing === 'refused' && what.startsWith('/'));
    expect(refused.length).toBeGreaterThan(20);
    for (const row of refused) {
      const name = `${row.operation} ${row.what}`;
      const body = withAttribute(baseOf(row.operation, world), row.what);
      const [method = '', path = ''] = row.operation.split(' ');
      const answer = await bodyOf(await world.client.send(method, filled(path, world), body));
      const errors = (answer['errors'] ?? []) as readonly { readonly pointer: string; readonly message: string }[];
      const pointer = row.what.replaceAll('/*', '/0').replaceAll('/{}', '/first');
      const found = errors.find((each) => pointer.startsWith(each.pointer) && each.message.includes('not carried out'));
      expect([name, answer['status'], found !== undefined]).toEqual([name, 400, true]);
    }
  });

  test('every query parameter does something, and none other is taken', async () => {
    for (const { operation, what } of rows().filter((row) => inForce(row) && row.what.startsWith('?')))
      expect([operation, what, await tried(operation, what.slice(1), world)]).toEqual([operation, what, true]);
    const reads = rows().filter(
      ({ operation, what, standing }) => what === '' && standing !== 'not there yet' && operation.startsWith('GET'),
    );
    for (const { operation } of reads) {
      const answer = await world.client.ask(`${filled(operation.split(' ')[1] ?? '', world)}?foo=bar`);
      const { status, detail } = await bodyOf(answer);
      expect([operation, status, String(detail).includes('foo')]).toEqual([operation, 400, true]);
    }
  });

  test('what is not there yet is answered as such', async () => {
    for (const { operation } of rows().filter(({ what, standing }) => what === '' && standing === 'not there yet')) {
      const [method = '', path = ''] = operation.split(' ');
      const target = filled(path, world);
      const answer = method === 'GET' ? await world.client.ask(target) : await world.client.send(method, target, {});
      expect([operation, [404, 405].includes(answer.status)]).toEqual([operation, true]);
    }
  });
});

const filled = (path: string, { idle, pkg, vnfdId, ended }: World): string =>
  path
    .replace('{vnfInstanceId}', idle)
    .replace('{vnfPkgId}', pkg)
    .replace('{vnfdId}', vnfdId)
    .replace('{vnfLcmOpOccId}', ended)
    .replace(/\{(artifactPath|path)\}/, 'ChangeLog.txt')
    .replaceAll(/\{[^}]+\}/g, 'none');

/** A request that would be taken. */
function baseOf(operation: string, { vnfdId }: World): Json {
  const bases: Readonly<Record<string, Json>> = {
    instantiate: instantiation,
    scale: { type: 'SCALE_OUT', aspectId: 'capacity' },
    operate: { changeStateTo: 'STARTED' },
    terminate: { terminationType: 'FORCEFUL' },
    change_ext_conn: reconnection,
    vnf_instances: { vnfdId },
  };
  return bases[operation.split('/').at(-1) ?? ''] ?? {};
}

/** The attribute in the request, with a value that asks for something. */
function withAttribute(base: Json, what: string): unknown {
  const steps = what.split('/').slice(1);
  const put = (value: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return 'asked for';
    if (step === '*') {
      const [first, ...others] = Array.isArray(value) ? (value as unknown[]) : [];
      return [put(first, rest), ...others];
    }
    const key = step === '{}' ? 'first' : step;
    const record = typeof value === 'object' && value !== null ? (value as Json) : {};
    return { ...record, [key]: put(record[key], rest) };
  };
  return put(structuredClone(base), steps);
}

/** Attributes that collections leave out unless asked for; of subscriptions there is none. */
const large: Readonly<Record<string, string>> = {
  vnf_instances: 'metadata',
  vnf_lcm_op_occs: 'operationParams',
  vnf_packages: 'softwareImages',
  onboarded_vnf_packages: 'softwareImages',
};

async function tried(operation: string, name: string, world: World): Promise<boolean> {
  const path = filled(operation.split(' ')[1] ?? '', world);
  const ask = (query: string) => world.client.ask(`${path}?${query}`);
  const detail = async (query: string) => String((await bodyOf(await ask(query)))['detail']);
  const attribute = large[path.split('/').at(-1) ?? ''];
  const has = async (query: string) =>
    (await listOf(await ask(query))).some((each) => Object.hasOwn(each, attribute ?? 'filter'));
  switch (name) {
    case 'filter':
      return (await listOf(await ask('filter=(eq,id,none)'))).length === 0;
    case 'nextpage_opaque_marker':
      return (await detail(`${name}=none`)).includes('none');
    case 'all_fields':
      return has(name);
    case 'fields':
      return has(`fields=${attribute ?? 'filter'}`);
    case 'exclude_default':
      return (await has(name)) === (attribute === undefined);
    case 'exclude_fields':
    case 'exclude-fields':
      return !(await has(`${name}=${attribute ?? 'filter'}`));
    case 'select_non_mano_artifact_sets':
    case 'select_non_mano_artifacts':
      return (await detail(`${name}=`)).includes('ids of sets') && (await ask(`${name}=none`)).status === 200;
    default:
      return (await detail(`${name}=x`)).includes('is a flag') && (await ask(name)).status < 400;
  }
}
