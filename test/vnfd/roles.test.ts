import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltInTypes } from '../../src/tosca/vocabulary.js';
import { typeRoles } from '../../src/vnfd/roles.js';

const file = join(import.meta.dirname, '../../descriptors/types.json');
const { types } = JSON.parse(readFileSync(file, 'utf8')) as BuiltInTypes;

test.each(Object.entries(types))('%s has a role that the reader knows', (_name, { role }) => {
  expect(typeRoles).toContain(role);
});
