import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { iso9660 } from '../../src/day0/iso9660.js';
import { readIso } from './read-iso.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (name: string, text: string) => ({ name, content: bytes(text) });

describe('iso9660', () => {
  test('carries its label in both trees', () => {
    const image = iso9660('cidata', []);
    expect(readIso(image, 'primary').label).toBe('cidata');
    expect(readIso(image, 'joliet').label).toBe('cidata');
  });

  test('says its own size', () => {
    const image = iso9660('x', [file('a', 'z'.repeat(5000))]);
    expect(readIso(image, 'joliet').sectors * 2048).toBe(image.length);
  });

  test('names files as they are in the Joliet tree, in 8.3 in the primary one', () => {
    const image = iso9660('x', [file('user-data', 'u'), file('meta-data', 'm'), file('network-config', 'n')]);
    expect([...readIso(image, 'joliet').files.keys()]).toEqual(['meta-data;1', 'network-config;1', 'user-data;1']);
    expect([...readIso(image, 'primary').files.keys()]).toEqual(['META_DAT.;1', 'NETWORK_.;1', 'USER_DAT.;1']);
  });

  test('keeps short names apart', () => {
    const image = iso9660('x', [file('same-name-1', '1'), file('same-name-2', '2'), file('same-name-3', '3')]);
    expect([...readIso(image, 'primary').files.keys()]).toEqual(['SAME_NA1.;1', 'SAME_NA2.;1', 'SAME_NAM.;1']);
  });

  test('is the same bytes for the same files, on every machine', () => {
    const image = iso9660('cidata', [file('meta-data', '{}'), file('user-data', 'hello')]);
    expect(createHash('sha256').update(image).digest('hex')).toBe(
      '64edb79b527d7ceb43ca0b6960234ee88875d7103551c3cd81ac6aa9585bf31a',
    );
  });

  test('gives every file back from both trees, however many and however long', () => {
    const name = fc.stringMatching(/^[a-z0-9._-]{1,60}$/);
    const content = fc.uint8Array({ maxLength: 5000 });
    const files = fc.uniqueArray(fc.record({ name, content }), { maxLength: 80, selector: (each) => each.name });
    fc.assert(
      fc.property(files, (given) => {
        const image = iso9660('cidata', given);
        const joliet = readIso(image, 'joliet').files;
        expect(joliet.size).toBe(given.length);
        for (const each of given) expect(joliet.get(`${each.name};1`)).toEqual(each.content);
        const primary = [...readIso(image, 'primary').files.values()].map((each) => each.length);
        expect(primary.sort()).toEqual(given.map((each) => each.content.length).sort());
      }),
      { numRuns: 30 },
    );
  });

  test.each(['', 'a/b', 'a;1', 'tab\t', 'x'.repeat(63)])('refuses the file name %j', (name) => {
    expect(() => iso9660('x', [file(name, '')])).toThrow(RangeError);
  });

  test.each(['', 'x'.repeat(17), 'é'])('refuses the label %j', (label) => {
    expect(() => iso9660(label, [])).toThrow(RangeError);
  });
});
