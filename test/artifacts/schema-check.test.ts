/**
 * The shipped vocabulary is whole: every schema that a type names is there, and every schema is named.
 */
import { expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';

const vocabulary = await loadVocabulary();
const schemas = readdirSync(join(import.meta.dirname, '../../descriptors/schemas')).map((name) =>
  name.replace('.json', ''),
);
const types = Object.entries(vocabulary.builtInTypes.types);

const roles = [
  'vnf', 'vdu', 'block-storage', 'object-storage', 'file-storage', 'cp', 'ext-cp', 'virtual-link', 'placement-group',
  'scaling-aspects', 'vdu-initial-delta', 'vdu-deltas', 'levels', 'vdu-levels', 'affinity', 'anti-affinity', 'sw-image',
  'vip-cp', 'sub-cp', 'security-rule', 'indicator', 'package-change', 'link-deltas', 'link-initial-delta',
  'link-levels', 'neutral', 'ignored', 'refused',
]; // prettier-ignore

test('every type has a role that the reader knows', () => {
  expect(types.filter(([, { role }]) => !roles.includes(role))).toEqual([]);
});

test('every schema is that of a type, or of words that schemas share', () => {
  const named = types.flatMap(([, { schema, capabilities }]) => [schema, ...Object.values(capabilities ?? {})]);
  expect(schemas.filter((name) => !named.includes(name))).toEqual(['common']);
  expect(named.filter((name) => name !== undefined && !schemas.includes(name))).toEqual([]);
});

test('what is refused or read past says why', () => {
  const silent = types.filter(([, { role, reason }]) => ['refused', 'ignored'].includes(role) && !reason);
  expect(silent).toEqual([]);
});

test('a violation says where it is and what is expected', () => {
  const value = { name: 'x', vdu_profile: { min_number_of_instances: -1, max: 1 } };
  expect(vocabulary.schemaCheck('vdu-compute', value)).toEqual([
    { rule: 'required', path: ['vdu_profile'], key: 'max_number_of_instances', expected: 'a value' },
    {
      rule: 'unknown',
      path: ['vdu_profile'],
      key: 'max',
      known: ['min_number_of_instances', 'max_number_of_instances', 'nfvi_maintenance_info'],
      expected: 'a known property',
    },
    { rule: 'value', path: ['vdu_profile', 'min_number_of_instances'], expected: 'a whole number, zero or more' },
  ]);
});

test('what is expected of a flag is said once, not in all its spellings', () => {
  const value = {
    virtual_cpu: { num_virtual_cpu: 1 },
    virtual_memory: { virtual_mem_size: '1 GiB', numa_enabled: 'yes' },
  };
  expect(vocabulary.schemaCheck('virtual-compute', value)).toEqual([
    { rule: 'value', path: ['virtual_memory', 'numa_enabled'], expected: 'true or false' },
  ]);
});

test('a schema that is not there is a fault', () => {
  expect(() => vocabulary.schemaCheck('nothing', {})).toThrow('no schema nothing');
});
