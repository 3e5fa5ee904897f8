/**
 * VNFDs of our own corpus with lines bent at random: every one gets a verdict, none makes the reader throw, and every
 * finding has a place and a remedy.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { readVnfd } from '../../src/vnfd/read-vnfd.js';
import { isError } from '../../src/shared/finding.js';
import { base } from '../vnfd/finding-cases.js';
import { Tried } from '../builders/tried.js';

const vocabulary = await loadVocabulary();
const folder = join(import.meta.dirname, '../fixtures/vnfds');
const beside = `
    rule: { type: tosca.policies.nfv.SecurityGroupRule, properties: { port_range_min: 1 }, targets: [outside] }
    load: { type: tosca.policies.nfv.VnfIndicator, properties: { source: vnf } }
    change:
      type: tosca.policies.nfv.VnfPackageChange
      properties: { selector: [{ source_descriptor_id: x }], modification_qualifier: up, destination_flavour_id: default }
    rates:
      type: tosca.policies.nfv.VirtualLinkBitrateScalingAspectDeltas
      properties: { aspect: size, deltas: { step: { bitrate_requirements: { root: 500 } } } }
      targets: [inside]
`;
const corpus = [...readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')), `${base}${beside}`];

const bent = fc.record({
  text: fc.constantFrom(...corpus),
  bends: fc.array(
    fc.record({
      at: fc.nat({ max: 1_000 }),
      word: fc.constantFrom('', '[]', '{}', '~', '-1', '[[x]]', '{ x: { y: z } }', '&a [*a]', 'outside', 'virtual_link', '1e99', '{ get_input: x }'), // prettier-ignore
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

test('a VNFD of the corpus with lines bent has a verdict, and findings that help', () => {
  const [accepted, refused] = [new Tried('a VNFD that is still good'), new Tried('a VNFD that is not')];
  fc.assert(
    fc.property(bent, ({ text, bends }) => {
      const lines = text.split('\n');
      for (const { at, word } of bends) {
        const index = at % lines.length;
        lines[index] = (lines[index] ?? '').replace(/([:-]) .*$/, `$1 ${word}`);
      }
      const files = new Map([['vnfd.yaml', lines.join('\n')]]);
      const { findings, vnfd } = readVnfd({ files, entry: 'vnfd.yaml', ...vocabulary });
      refused.is(!accepted.is(vnfd !== undefined));
      expect(vnfd === undefined).toBe(findings.some(isError));
      expect(findings.filter(({ file, fix }) => file !== 'vnfd.yaml' || fix === undefined)).toEqual([]);
    }),
    { numRuns: 400 },
  );
  accepted.expectShare(1 / 15);
  refused.expectShare(1 / 4);
});
