import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { complaintOf } from '../../src/cli/program.js';

const complaintOfReading = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return complaintOf(error);
  }
};

test.each([
  ['no/such/file.csar', 'There is no no/such/file.csar; check the name and the current folder.'],
  ['src', 'A folder was named where a file is needed.'],
  ['package.json/file', 'package.json/file is no folder, or lies below something that is none.'],
])('of %s that cannot be read is said what to do', (path, expected) => {
  expect(complaintOfReading(path)).toBe(expected);
});

test('what was thrown for a cause is told with its cause', () => {
  const fault = new Error('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
  expect(complaintOf(fault)).toBe('fetch failed: connect ECONNREFUSED 127.0.0.1:1');
});
