import { describe, expect, it } from '@jest/globals';
import { checkConfigurable } from '../../src/lifecycle/configurable.js';
import type { DeclaredProperty } from '../../src/descriptor/vnfd.js';
import { vnfd } from '../builders/vnfd.js';

const declared: Readonly<Record<string, DeclaredProperty>> = {
  config: { type: 'string', constraints: [{ max_length: 4 }] },
  level: { type: 'integer', constraints: [{ in_range: [1, 3] }] },
  share: { type: 'float' },
  on: { type: 'boolean' },
  names: { type: 'list' },
  labels: { type: 'map' },
  peer: { type: 'vendor.datatypes.Peer' },
};
const detailOf = (values: Readonly<Record<string, unknown>>): string => {
  const outcome = checkConfigurable(vnfd({ configurable: declared }), values);
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
      'configs is not declared by the VNFD; it declares config, level, share, on, names, labels, peer',
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
    expect(checkConfigurable(vnfd(), { anything: 1 }).ok).toBe(true);
  });
});
