/**
 * Anti-affinity that internal links make impossible: VDUs on one link, and on links that have a VNFC in common.
 */
import { expect, test } from '@jest/globals';
import { bend, minimal, read } from './read.js';

const text = minimal('3.3.1');
const [vdu = ''] = /^ {4}vdu:\n(?: {6}.*\n)+/m.exec(text) ?? [];
const another = (name: string, least: number): string =>
  vdu.replace('    vdu:', `    ${name}:`).replace('min_number_of_instances: 1', `min_number_of_instances: ${least}`);
const link = (id: string): string =>
  `    ${id}: { type: tosca.nodes.nfv.VnfVirtualLink, properties: { connectivity_type: { layer_protocols: [ipv4] }, vl_profile: {} } }\n`;
const cp = (vduId: string, linkId: string): string =>
  `    ${vduId}_${linkId}: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ipv4] }, requirements: [{ virtual_binding: ${vduId} }, { virtual_link: ${linkId} }] }\n`;
const apart = (vduIds: readonly string[]): string =>
  `  policies:\n    - apart: { type: tosca.policies.nfv.AntiAffinityRule, properties: { scope: nfvi_node }, targets: [${vduIds.join()}] }\n`;

/** VDUs `vdu`, `b` and `c`; `on`: which of them are on which link. */
function complaints(on: Readonly<Record<string, readonly string[]>>, rule: readonly string[], leastOfB = 1) {
  const links = Object.entries(on).map(([id, vdus]) => link(id) + vdus.map((one) => cp(one, id)).join(''));
  const nodes = another('b', leastOfB) + another('c', 1) + links.join('');
  const reading = read(bend(text, ['    vdu:\n', `${nodes}    vdu:\n`]) + apart(rule));
  expect(reading.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return reading.findings.filter(({ code }) => code === 'VNFD-AFFINITY-LINK-APART').map(({ message }) => message);
}

test.each([
  ['on one link', { l: ['vdu', 'b'] }, ['vdu', 'b'], 'link `l` keeps'],
  ['on links that a third one joins', { l: ['vdu', 'b'], m: ['b', 'c'] }, ['vdu', 'c'], 'links `l`, `m` keep'],
  ['on one of two links', { l: ['vdu', 'b'], m: ['b', 'c'] }, ['b', 'c'], 'link `m` keeps'],
])('VDUs %s are not kept apart', (_, on, rule, words) => {
  const names = rule.map((id) => `\`${id}\``).join(' and ');
  const message = `\`apart\` keeps apart VNFCs of ${names}, which the internal ${words} on one host.`;
  expect(complaints(on, rule)).toEqual([message]);
});

test('VDUs on links that have nothing in common, or only a VDU that may be absent, are', () => {
  expect(complaints({ l: ['vdu', 'b'], m: ['c'] }, ['vdu', 'c'])).toEqual([]);
  expect(complaints({ l: ['vdu', 'b'], m: ['b', 'c'] }, ['vdu', 'c'], 0)).toEqual([]);
});
