import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonFaultAt } from '../../src/cli/json-fault.js';
import { jsonFile } from '../../src/cli/json-file.js';

const folder = mkdtempSync(join(tmpdir(), 'berth-json-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('where a text stops being JSON', () => {
  test('agrees with the parser of the runtime on what is JSON', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '{', ']', ',', '"', ':', 'x', '0', '\\', '\n'),
        (json, at, put) => {
          const cutAt = at % (json.length + 1);
          for (const text of [json, json.slice(0, cutAt), `${json.slice(0, cutAt)}${put}${json.slice(cutAt)}`])
            expect([text, jsonFaultAt(text) === undefined]).toEqual([text, isJson(text)]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each<readonly [string, number]>([
    ['', 0],
    ['{', 1],
    ['{"a": }', 6],
    ['{"a": 1,}', 8],
    ['[1, 2', 5],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{} x', 3],
    ['{"a\n": 1}', 3],
    ['{"a": tru}', 6],
    [`${'['.repeat(200_000)}`, 200_000],
  ])('%.20s at %p', (text, at) => {
    expect(jsonFaultAt(text)).toBe(at);
  });
});

describe('a request from a file', () => {
  const write = (text: string): string => {
    const file = join(folder, 'body.json');
    writeFileSync(file, text);
    return file;
  };

  test.each<readonly [string, string]>([
    ['{\n  "flavourId": "simple",\n}', ':3:1: --body needs JSON, and "}" cannot stand there.'],
    ['{ "flavourId": ', ':1:16: --body needs JSON, and it ends too early.'],
    ['hello', ':1:1: --body needs JSON, and "h" cannot stand there.'],
    ['[]', ': --body needs a JSON object'],
    ['null', ': --body needs a JSON object'],
  ])('%p is refused with the file and the place', (text, said) => {
    const file = write(text);
    expect(() => jsonFile(file, '--body')).toThrow(`${file}${said}`);
  });

  test('that is not there, a folder or too large is named', () => {
    expect(() => jsonFile('/no/such.json', '--body')).toThrow('The file /no/such.json (--body) cannot be read: ENOENT');
    expect(() => jsonFile(folder, '--body')).toThrow(`The file ${folder} (--body) cannot be read: EISDIR`);
    expect(() => jsonFile(write(' '.repeat(2 ** 21)), '--body')).toThrow('larger than 1 MiB');
  });

  test('is read with a byte order mark', () => {
    expect(jsonFile(write('\uFEFF{"flavourId": "a"}'), '--body')).toEqual({ flavourId: 'a' });
  });
});
