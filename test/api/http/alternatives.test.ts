/** Where a schema leaves a choice, a refusal says what may be chosen, and nothing of how the schema writes it. */
import { expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { checked } from '../../../src/api/http/check-body.js';

const removable = { anyOf: [Type.Object({ a: Type.String() }, { additionalProperties: false }), { type: 'null' }] };
const needed = { type: 'object', anyOf: [{ required: ['mac'] }, { required: ['ip'] }] };
const single = { type: 'object', oneOf: [{ required: ['first'] }, { required: ['many'] }] };
const schema = Type.Object({
  removable: Type.Optional(Type.Unsafe(removable)),
  needed: Type.Optional(Type.Unsafe(needed)),
  single: Type.Optional(Type.Unsafe(single)),
});

test.each([
  [{ removable: [] }, ['removable must be object']],
  [{ removable: { a: 1 } }, ['removable/a must be string']],
  [{ removable: { a: 'x', b: 1 } }, ['removable/b is not known here; known are a']],
  [{ needed: {} }, ['needed must have one of mac, ip']],
  [{ single: {} }, ['single must have exactly one of first, many']],
  [{ single: { first: 1, many: 2 } }, ['single must have exactly one of first, many']],
])('%j', (body, expected) => {
  const result = checked<unknown, typeof schema>(schema)['~standard'].validate(body);
  const issues = 'issues' in result ? result.issues : [];
  expect(issues.map(({ path = [], message }) => `${path.join('/')} ${message}`)).toEqual(expected);
});
