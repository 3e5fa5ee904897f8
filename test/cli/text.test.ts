import { describe, expect, test } from '@jest/globals';
import { linkOf } from '../../src/cli/links.js';
import { problemText, table } from '../../src/cli/text.js';

test('a table stands in columns, with a dash where there is nothing', () => {
  expect(
    table(
      ['ID', 'NAME', 'N'],
      [
        ['a', undefined, 12],
        ['longer', 'x', ''],
      ],
    ),
  ).toBe(['ID      NAME  N', 'a       -     12', 'longer  x     -'].join('\n'));
});

test('what a package says in control characters does not reach the terminal', () => {
  const named = 'Edge\u001b[2J\u0007\u009b31m';
  expect(table(['PRODUCT'], [[named]])).toBe('PRODUCT\nEdge [2J  31m');
  const findings = [{ severity: 'error', code: 'VNFD-X', file: named, message: named, fix: 'Mend it.' }];
  expect(problemText({ title: 'Refused', detail: named, findings })).toBe(
    'Refused\nEdge [2J  31m\n  error VNFD-X Edge [2J  31m: Edge [2J  31m Mend it.',
  );
});

test('a link may have a VLAN, with or without a subnet', () => {
  const ethernet = (text: string) => {
    const [cp] = linkOf(text)['extCps'] as readonly { cpConfig?: Record<string, { cpProtocolData: unknown[] }> }[];
    return cp?.cpConfig?.['n6']?.cpProtocolData[0];
  };
  expect(ethernet('n6=physnet1,vlan=100')).toMatchObject({ ipOverEthernet: { segmentationId: '100' } });
  expect(ethernet('n6=physnet1,10.0.0.0/24,10.0.0.5-10.0.0.9,vlan=7')).toMatchObject({
    ipOverEthernet: { segmentationId: '7', ipAddresses: [{ subnetId: '10.0.0.0/24' }] },
  });
  expect(() => linkOf('n6=physnet1,vlan=x')).toThrow('write CPD=NETWORK[,SUBNET[,FIRST-LAST]][,vlan=ID]');
});

describe('a problem', () => {
  test('is told with title, status and detail', () => {
    expect(problemText({ title: 'Not found', status: 404, detail: 'There is no host x.' })).toBe(
      'Not found (404)\nThere is no host x.',
    );
  });

  test('of a package is told with the place and the cure of every finding', () => {
    const findings = [
      { severity: 'error', code: 'VNFD-X', file: 'a.yaml', line: 3, column: 5, message: 'Bad.', fix: 'Mend it.' },
      { severity: 'warning', code: 'CSAR-Y', file: '', message: 'Odd.' },
    ];
    expect(problemText({ title: 'Refused', findings }).split('\n').slice(1)).toEqual([
      '  error VNFD-X a.yaml:3:5: Bad. Mend it.',
      '  warning CSAR-Y : Odd.',
    ]);
  });

  test('of a placement is told with who refuses, what was nearest, what would fit, and the reasons of every host', () => {
    const explanation = {
      summary: 'No host fits.',
      funnel: [
        { constraint: 'zone', before: 3, after: 3 },
        { constraint: 'pages', before: 3, after: 0 },
      ],
      hosts: [{ hostId: 'h1', reasons: ['cell 0: needs 128 pages, has 3'] }],
      nearestMisses: ['h1 cell 0: needs 128 pages, has 3'],
      relaxations: ['fits with 125 fewer pages'],
    };
    const problem = { title: 'No placement found', detail: 'No host fits.', explanation };
    expect(problemText(problem).split('\n').slice(1)).toEqual([
      'No host fits.',
      '  pages: 3 -> 0 hosts',
      'Nearest: h1 cell 0: needs 128 pages, has 3',
      'It fits with 125 fewer pages',
      'Reasons:',
      '  h1: cell 0: needs 128 pages, has 3',
    ]);
  });

  test('with a cause is told in the words of who refused', () => {
    expect(problemText({ title: 'A step failed', cause: { text: 'no hugepages' } })).toContain('Cause: no hugepages');
  });
});

describe('--link', () => {
  test('names a network', () => {
    expect(linkOf('west=lan')).toEqual({ id: 'west', resourceId: 'lan', extCps: [{ cpdId: 'west' }] });
  });

  test.each([
    ['west=lan,10.0.0.0/24', { type: 'IPV4', numDynamicAddresses: 1, subnetId: '10.0.0.0/24' }],
    [
      'west=lan,10.0.0.0/24,10.0.0.5-10.0.0.9',
      { type: 'IPV4', addressRange: { minAddress: '10.0.0.5', maxAddress: '10.0.0.9' }, subnetId: '10.0.0.0/24' },
    ],
    ['west=lan,fd00::/64', { type: 'IPV6', numDynamicAddresses: 1, subnetId: 'fd00::/64' }],
  ])('%s asks for addresses', (text, address) => {
    expect(JSON.stringify(linkOf(text))).toContain(JSON.stringify([address]));
  });

  test.each(['west', '=lan', 'west=lan,10.0.0.0', 'west=lan,10.0.0.0/24,10.0.0.5'])('%s is refused', (text) => {
    expect(() => linkOf(text)).toThrow('write CPD=NETWORK');
  });
});
