import { describe, expect, it } from '@jest/globals';
import { checkModifiable, checkParams } from '../../src/lifecycle/check-values.js';
import type { DeclaredProperty } from '../../src/vnfd/model.js';
import { flavour, vnfd } from '../builders/vnfd.js';

const declared: Readonly<Record<string, DeclaredProperty>> = {
  config: { type: 'string', constraints: [{ max_length: 4 }] },
  level: { type: 'integer', constraints: [{ in_range: [1, 3] }] },
  share: { type: 'float' },
  on: { type: 'boolean' },
  names: { type: 'list' },
  labels: { type: 'map' },
  peer: { type: 'vendor.datatypes.Peer' },
};
const none = { vnfConfigurableProperties: {}, extensions: {}, metadata: {} };
const detailOf = (values: Readonly<Record<string, unknown>>): string => {
  const outcome = checkModifiable(
    { vnfd: vnfd({ configurable: declared }) },
    none,
    { vnfConfigurableProperties: values },
    false,
  );
  return outcome.ok ? 'ok' : outcome.problem.detail;
};

describe('configurable properties', () => {
  it.each([
    {},
    { config: 'abcd', level: 3, share: 0.5, on: false, names: ['a'], labels: { a: 1 } },
    { config: null },
    { is_autoheal_enabled: true },
    { peer: { address: 'x' } },
  ])('are taken as the VNFD declares them: %j', (values) => {
    expect(detailOf(values)).toBe('ok');
  });

  it.each([
    [
      { configs: 'a' },
      'configs is not declared by the VNFD (perhaps `config`); it declares config, level, share, on, names, labels, peer',
    ],
    [{ toString: 'a' }, 'toString is not declared by the VNFD'],
    [{ gone: null }, 'gone is not declared by the VNFD'],
    [{ config: 5 }, 'config must be of type string, and is of type number'],
    [{ config: 'abcde' }, 'config is not what its type allows: only what is `max_length` 4'],
    [{ level: 4 }, 'level is not what its type allows: only what is `in_range` [1, 3]'],
    [{ level: 1.5 }, 'level must be of type integer, and is of type number'],
    [{ on: 'true' }, 'on must be of type boolean, and is of type string'],
    [{ labels: [] }, 'labels must be of type map, and is a list'],
    [{ names: {} }, 'names must be of type list, and is of type object'],
  ])('are refused by name: %j', (values, detail) => {
    expect(detailOf(values)).toContain(`vnfConfigurableProperties/${detail}`);
  });

  it('are not looked at when the VNFD declares none', () => {
    expect(checkModifiable({ vnfd: vnfd() }, none, { vnfConfigurableProperties: { anything: 1 } }, true).ok).toBe(true);
  });
});

describe('values of a request', () => {
  const limits: DeclaredProperty = {
    type: 'vendor.datatypes.Limits',
    members: {
      most: { type: 'integer', required: true },
      unit: { type: 'string', constraints: [{ valid_values: ['s'] }] },
    },
  };
  const own = vnfd({
    configurable: { limits, names: { type: 'list', entry: { type: 'string' } }, size: { type: 'scalar-unit.size' } },
    extensions: {
      role: { type: 'string', required: true },
      spare: { type: 'boolean', required: true, default: false },
    },
    metadata: { owner: { type: 'string' } },
    flavours: [
      flavour({ inputs: { level: { type: 'integer', required: false, constraints: [{ in_range: [1, 3] }] } } }),
    ],
  });
  const kept = { ...none, extensions: { role: 'a', old: 1 }, vnfConfigurableProperties: { limits: { most: 1 } } };
  const judge = (patch: object, isComplete = false, before: Parameters<typeof checkModifiable>[1] = kept) =>
    checkModifiable({ vnfd: own }, before, patch, isComplete);

  it.each<[object, number, string, string]>([
    [{ extensions: { rol: 'b' } }, 422, '/extensions/rol', '(perhaps `role`); it declares role, spare'],
    [{ extensions: { role: 1 } }, 422, '/extensions/role', 'must be of type string'],
    [{ extensions: { role: null } }, 422, '/extensions/role', 'is required and cannot be removed'],
    [{ extensions: null }, 422, '/extensions/role', 'is required and cannot be removed'],
    [{ metadata: { owner: 1 } }, 400, '/metadata/owner', 'must be of type string'],
    [
      { vnfConfigurableProperties: { limits: { most: 'x' } } },
      400,
      '/vnfConfigurableProperties/limits',
      'wrong at most',
    ],
    [{ vnfConfigurableProperties: { limits: { most: null } } }, 400, '/vnfConfigurableProperties/limits', 'lacks most'],
    [{ vnfConfigurableProperties: { limits: { unit: 'h' } } }, 400, '/vnfConfigurableProperties/limits', 'unit, which'],
    [{ vnfConfigurableProperties: { limits: { mos: 1 } } }, 400, '/vnfConfigurableProperties/limits', 'perhaps `most`'],
    [{ vnfConfigurableProperties: { names: ['a', 1] } }, 400, '/vnfConfigurableProperties/names', 'wrong at 1, which'],
    [{ vnfConfigurableProperties: { size: 'big' } }, 400, '/vnfConfigurableProperties/size', 'scalar-unit.size'],
    [
      { vnfConfigurableProperties: { is_autoheal_enabled: 1 } },
      400,
      '/vnfConfigurableProperties/is_autoheal_enabled',
      'boolean',
    ],
  ])('%j is refused with %i', (patch, status, pointer, words) => {
    const outcome = judge(patch);
    expect(!outcome.ok && outcome.problem).toMatchObject({
      status,
      detail: expect.stringContaining(words),
      errors: [{ pointer, message: expect.stringContaining(words) }],
    });
  });

  it.each<object>([
    { metadata: { anything: [1] } },
    { metadata: null },
    { vnfConfigurableProperties: { limits: { unit: 's' }, size: '2 GiB' } },
    { vnfConfigurableProperties: null },
    { extensions: { spare: null } },
  ])('%j is taken', (patch) => {
    expect(judge(patch).ok).toBe(true);
  });

  it('are complete when a VNF is instantiated', () => {
    const outcome = judge({}, true, none);
    expect(!outcome.ok && outcome.problem).toMatchObject({ status: 422, errors: [{ pointer: '/extensions/role' }] });
    expect(judge({ extensions: { role: 'a' } }, true, none).ok).toBe(true);
  });

  it('are all told of at once', () => {
    const outcome = judge({ vnfConfigurableProperties: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 } });
    expect(!outcome.ok && (outcome.problem['errors'] as unknown[]).length).toBe(7);
    expect(!outcome.ok && outcome.problem.detail).toContain('; and 2 more');
  });

  it.each([
    [{ level: 4 }, 'level is not what its type allows'],
    [{ levl: 1 }, 'levl is not declared by flavour simple (perhaps `level`); it declares level'],
    [{ level: null }, 'level is null; leave it out'],
    [{ level: '2' }, 'level must be of type integer'],
  ])('as parameters of instantiate are those that the flavour declares: %j', (params, words) => {
    const [simple] = own.flavours;
    const outcome = simple && checkParams(own, simple, params);
    expect(outcome?.ok === false && outcome.problem).toMatchObject({
      status: 400,
      detail: expect.stringContaining(words),
    });
  });
});
