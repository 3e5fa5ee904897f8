import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import { UnwritableText } from '../../src/libvirt-xml/xml/render.js';
import { goldenSpecs } from './golden-specs.js';
import { aSpec } from './spec-builder.js';

const folder = new URL('../golden/domain/', import.meta.url);
const fileOf = (name: string) => new URL(`${name}.xml`, folder);

/** `UPDATE_GOLDEN=1` writes what comes out; the difference is then read like code. */
function golden(name: string, actual: string): string {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(fileOf(name), actual);
  return existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : '';
}

describe('domainXml', () => {
  test.each(Object.entries(goldenSpecs))('renders %s as its golden file', (name, spec) => {
    const actual = domainXml(spec);
    expect(actual).toBe(golden(name, actual));
  });

  test('every golden file has its specification', () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(goldenSpecs)
        .map((name) => `${name}.xml`)
        .sort(),
    );
  });

  test('the same specification gives the same text', () => {
    expect(domainXml(aSpec())).toBe(domainXml(aSpec()));
  });

  test.each(['a/b', 'a\nb'])('refuses the name %j, which libvirt refuses', (name) => {
    expect(() => domainXml(aSpec({ name }))).toThrow(RangeError);
  });

  test('refuses a title that XML cannot carry', () => {
    expect(() => domainXml(aSpec({ title: 'bell \u0007' }))).toThrow(UnwritableText);
  });
});
