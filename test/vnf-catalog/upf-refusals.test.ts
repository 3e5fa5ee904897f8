/** What the UPF's codec refuses, and by which cause and offending element (TS 29.244 7.6 and 8.2.1). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { codecParts, compileAgent, hasCompiler } from './upf-agent-program.js';

const folder = mkdtempSync(join(tmpdir(), 'upf-refusals.'));
const program = compileAgent(folder, ['upf-codec', 'upf-codec-print'], [...codecParts, 'gtpu']);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const ie = (type: number, ...parts: readonly Buffer[]) => {
  const value = Buffer.concat(parts);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
};
const of = (type: number, hex: string) => ie(type, bytes(hex));
const message = (type: number, body: Buffer) => {
  const head = Buffer.alloc(16);
  head.set([0x21, type]);
  head.writeUInt16BE((12 + body.length) & 0xffff, 2);
  head.set([0, 0, 7], 12);
  return Buffer.concat([head, body]);
};
interface Line {
  readonly rule?: { readonly fault?: { readonly rule?: string } };
}
const read = (...datagrams: readonly Buffer[]) =>
  execFileSync(program, ['read'], {
    input: datagrams.map((each) => `${each.toString('hex')}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const faultsOf = (groups: readonly Buffer[]) =>
  read(...groups.map((group) => message(50, group)))
    .filter((line) => 'ie' in line)
    .map((line) => line.rule?.fault);

const text = (of: string) => Buffer.from(of).toString('hex');
const access = of(20, '00');
const pdi = (...ies: readonly Buffer[]) => ie(2, access, ...ies);
const pdr = (...ies: readonly Buffer[]) => ie(1, of(56, '0003'), of(29, '00000001'), ...ies);
const withPdi = (...ies: readonly Buffer[]) => pdr(pdi(...ies));
const far = (...ies: readonly Buffer[]) => ie(3, of(108, '00000004'), ...ies);
const forward = (...ies: readonly Buffer[]) => far(of(44, '02'), ie(4, of(42, '01'), ...ies));
const qer = (...ies: readonly Buffer[]) => ie(7, of(109, '00000005'), ...ies);
const urr = (...ies: readonly Buffer[]) => ie(6, of(81, '00000006'), ...ies);
const measured = (...ies: readonly Buffer[]) => urr(of(62, '02'), of(37, '0000'), ...ies);
const sdf = (description: string) =>
  of(23, `0100 ${(description.length + 0x10000).toString(16).slice(1)} ${text(description)}`);
const times = (count: number, make: (at: number) => Buffer) => Array.from({ length: count }, (_, at) => make(at));
const id = (type: number) => (at: number) => of(type, `0000000${String(at)}`);

type Refusal = readonly [string, Buffer, number, number, string?];
const missing: readonly Refusal[] = [
  ['a PDR without an id', ie(1, of(29, '00000001'), pdi()), 66, 56],
  ['a PDR without a precedence', ie(1, of(56, '0003'), pdi()), 66, 29, '0/3'],
  ['a PDR without a PDI', pdr(), 66, 2, '0/3'],
  ['a PDI without a source interface', pdr(ie(2)), 66, 20, '0/3'],
  ['a FAR without an id', ie(3, of(44, '01')), 66, 108],
  ['a FAR without an action', far(), 66, 44, '1/4'],
  ['forwarding without parameters', far(of(44, '02')), 67, 4, '1/4'],
  ['forwarding parameters without a destination', far(of(44, '02'), ie(4)), 66, 42, '1/4'],
  ['a QER without an id', ie(7, of(25, '00')), 66, 109],
  ['a QER without gates', qer(), 66, 25, '2/5'],
  ['a URR without an id', ie(6), 66, 81],
  ['a URR without a method', urr(of(37, '0000')), 66, 62, '3/6'],
  ['a URR without triggers', urr(of(62, '02')), 66, 37, '3/6'],
  ['a periodic URR without a period', urr(of(62, '02'), of(37, '0100')), 67, 64, '3/6'],
  ['a volume trigger without a threshold', urr(of(62, '02'), of(37, '0200')), 67, 31, '3/6'],
  ['a time trigger without a threshold', urr(of(62, '01'), of(37, '0400')), 67, 32, '3/6'],
  ['a holding trigger without a time', urr(of(62, '01'), of(37, '0800')), 67, 71, '3/6'],
  ['a linked trigger without a link', urr(of(62, '01'), of(37, '8000')), 67, 82, '3/6'],
  ['a BAR without an id', ie(85), 66, 88],
  ['a removal without an id', ie(15), 66, 56],
  ['an update without an id', ie(10), 66, 108],
];
const lengths: readonly Refusal[] = [
  ['an empty PDR id', ie(1, of(56, '')), 68, 56],
  ['an empty precedence', ie(1, of(56, '0003'), of(29, '')), 68, 29, '0/3'],
  ['a precedence of three octets', ie(1, of(56, '0003'), of(29, '000000')), 68, 29, '0/3'],
  ['an empty source interface', pdr(ie(2, of(20, ''))), 68, 20, '0/3'],
  ['an empty F-TEID', withPdi(of(21, '')), 68, 21, '0/3'],
  ['an F-TEID without the address of its flag', withPdi(of(21, '01 00000001')), 68, 21, '0/3'],
  ['an F-TEID without its CHOOSE ID', withPdi(of(21, '0d')), 68, 21, '0/3'],
  ['an empty network instance', withPdi(of(22, '')), 68, 22, '0/3'],
  ['a UE address that is cut off', withPdi(of(93, '02 0a3c00')), 68, 93, '0/3'],
  ['a UE prefix without its length', withPdi(of(93, '60')), 68, 93, '0/3'],
  ['an empty SDF filter', withPdi(of(23, '')), 68, 23, '0/3'],
  ['a flow description longer than its filter', withPdi(of(23, '0100 ffff 7065')), 68, 23, '0/3'],
  ['an SDF filter without its id', withPdi(of(23, '1000 0000')), 68, 23, '0/3'],
  ['an empty QFI', withPdi(of(124, '')), 68, 124, '0/3'],
  ['a QER id of two octets', pdr(pdi(), of(109, '0001')), 68, 109, '0/3'],
  ['an empty action', far(of(44, '')), 68, 44, '1/4'],
  ['an outer header without its TEID', forward(of(84, '0100 0000')), 68, 84, '1/4'],
  ['an outer header with half of an address', forward(of(84, '0200 00000001 20010db8')), 68, 84, '1/4'],
  ['a marking of one octet', forward(of(30, '88')), 68, 30, '1/4'],
  ['a rate of nine octets', qer(of(25, '00'), of(26, '00'.repeat(9))), 68, 26, '2/5'],
  ['a volume without its octets', measured(of(31, '03 0000000000000001')), 68, 31, '3/6'],
  ['an empty delay', ie(85, of(88, '01'), of(46, '')), 68, 46, '4/1'],
  ['an element longer than its group', ie(1, of(56, '0003'), bytes('001d 00ff 00')), 68, 1, '0/3'],
  ['an element longer than the group within', pdr(ie(2, access, bytes('0016 0100 61'))), 68, 2, '0/3'],
  ['a group with three octets at its end', far(of(44, '01'), bytes('000000')), 68, 3, '1/4'],
  ['a vendor’s element without its number', far(of(44, '01'), bytes('8001 0001 00')), 68, 3, '1/4'],
];
const values: readonly Refusal[] = [
  ['a source interface of 4', pdr(ie(2, of(20, '04'))), 76, 20, '0/3'],
  ['an F-TEID of no IP version', withPdi(of(21, '00 00000001')), 69, 21, '0/3'],
  ['an F-TEID with TEID 0', withPdi(of(21, '01 00000000 0a030001')), 69, 21, '0/3'],
  ['a UE address of no IP version', withPdi(of(93, '04')), 69, 93, '0/3'],
  ['a UE address that is given and to be chosen', withPdi(of(93, '12 0a3c0001')), 69, 93, '0/3'],
  ['a UE prefix of 129 bits', withPdi(of(93, '60 81')), 69, 93, '0/3'],
  ['a UE prefix of 0 bits', withPdi(of(93, '60 00')), 69, 93, '0/3'],
  ['64 delegated bits', withPdi(of(93, '28 40')), 69, 93, '0/3'],
  ['a network instance with a control letter', withPdi(of(22, '61 01 62')), 69, 22, '0/3'],
  ['a network instance with a label of NUL', withPdi(of(22, '01 00')), 69, 22, '0/3'],
  ['a network instance of 64 octets', withPdi(of(22, '61'.repeat(64))), 69, 22, '0/3'],
  ['an SDF filter that says nothing', withPdi(of(23, '0000')), 69, 23, '0/3'],
  ['an SDF filter with nonsense', withPdi(sdf('permit everything')), 69, 23, '0/3'],
  [
    'a flow label with IPv4',
    withPdi(of(23, `0900 0022 ${text('permit out ip from 10.0.0.1 to any')} 000001`)),
    69,
    23,
    '0/3',
  ],
  ['a framed route that is none', withPdi(of(153, text('somewhere'))), 69, 153, '0/3'],
  ['a framed route of 33 bits', withPdi(of(153, text('10.0.0.0/33'))), 69, 153, '0/3'],
  ['a framed IPv6 route of IPv4', withPdi(of(155, text('10.0.0.0/8'))), 69, 155, '0/3'],
  ['an outer header removal of 9', pdr(pdi(), of(95, '09')), 69, 95, '0/3'],
  ['no action', far(of(44, '00')), 69, 44, '1/4'],
  ['two actions at once', far(of(44, '03')), 69, 44, '1/4'],
  ['forwarding with a notification', far(of(44, '0a')), 69, 44, '1/4'],
  ['notification alone', far(of(44, '08')), 69, 44, '1/4'],
  ['an outer header of no kind', forward(of(84, '0000')), 69, 84, '1/4'],
  ['an outer header with TEID 0', forward(of(84, '0100 00000000 0a030002')), 69, 84, '1/4'],
  ['no measurement method', urr(of(62, '00'), of(37, '0000')), 69, 62, '3/6'],
  ['a period of 0', measured(of(64, '00000000')), 69, 64, '3/6'],
  ['a threshold of no volume', measured(of(31, '00')), 69, 31, '3/6'],
  ['a threshold of no events', measured(of(149, '00000000')), 69, 149, '3/6'],
];
const services: readonly Refusal[] = [
  ['an application id', withPdi(of(24, text('app'))), 81, 24, '0/3'],
  ['predefined rules', pdr(pdi(), of(106, text('rule'))), 80, 106, '0/3'],
  ['predefined rules that go', pdr(pdi(), of(107, text('rule'))), 80, 107, '0/3'],
  ['a traffic endpoint', withPdi(of(131, '01')), 76, 131, '0/3'],
  ['Ethernet sessions', withPdi(of(142, '01')), 76, 142, '0/3'],
  ['Ethernet filters', withPdi(ie(132, of(136, '0800'))), 76, 132, '0/3'],
  ['VLAN tags that are removed', pdr(pdi(), of(95, '07')), 76, 95, '0/3'],
  ['activation times', pdr(pdi(), of(163, '00000001')), 76, 163, '0/3'],
  ['duplicates', far(of(44, '12'), ie(4, of(42, '01'))), 76, 44, '1/4'],
  ['duplicating parameters', far(of(44, '01'), ie(5, of(42, '01'))), 76, 5, '1/4'],
  ['multicast', far(of(44, '20')), 76, 44, '1/4'],
  ['actions of the second octet', far(of(44, '04 04')), 76, 44, '1/4'],
  ['redirection', forward(of(38, '00 0004 0a000001')), 76, 38, '1/4'],
  ['header enrichment', forward(of(98, '00 01 61 01 62')), 76, 98, '1/4'],
  ['forwarding policies', forward(of(41, '01 61')), 70, 41, '1/4'],
  ['lawful interception', far(of(44, '02'), ie(4, of(42, '04'))), 76, 42, '1/4'],
  ['headers of UDP alone', forward(of(84, '0400 0a030002 0868')), 76, 84, '1/4'],
  ['VLAN tags that are added', forward(of(84, '4000 000001')), 76, 84, '1/4'],
  ['packet rates', qer(of(25, '00'), of(94, '01 00 0001')), 76, 94, '2/5'],
  ['envelopes', urr(of(62, '02'), of(37, '0004')), 76, 37, '3/6'],
  ['MAC addresses', urr(of(62, '02'), of(37, '0008')), 76, 37, '3/6'],
  ['triggers of the third octet', urr(of(62, '02'), of(37, '000001')), 76, 37, '3/6'],
  ['monitoring times', measured(of(33, '00000001')), 76, 33, '3/6'],
  ['thresholds of events after a monitoring time', measured(of(151, '00000001')), 76, 151, '3/6'],
  ['quotas of events after a monitoring time', measured(of(150, '00000001')), 76, 150, '3/6'],
  ['aggregated URRs', measured(ie(118)), 76, 118, '3/6'],
];
const limits: readonly Refusal[] = [
  ['five QERs of a PDR', pdr(pdi(), ...times(5, id(109))), 75, 109, '0/3'],
  ['five URRs of a PDR', pdr(pdi(), ...times(5, id(81))), 75, 81, '0/3'],
  ['nine SDF filters', withPdi(...times(9, () => sdf('permit out ip from any to assigned'))), 75, 23, '0/3'],
  ['nine QFIs', withPdi(...times(9, (at) => of(124, `0${String(at)}`))), 75, 124, '0/3'],
  ['nine framed routes', withPdi(...times(9, (at) => of(153, text(`10.${String(at)}.0.0/16`)))), 75, 153, '0/3'],
  ['five links of a URR', measured(...times(5, id(82))), 75, 82, '3/6'],
];

(hasCompiler ? describe : describe.skip)(`PFCP refusals${hasCompiler ? '' : ' [skipped: no gcc here]'}`, () => {
  const refusals = [...missing, ...lengths, ...values, ...services, ...limits];
  const faults = hasCompiler ? faultsOf(refusals.map(([, group]) => group)) : [];
  it.each(refusals.map((refusal, at) => ({ title: refusal[0], refusal, at })))('$title', ({ refusal, at }) => {
    const [, , cause, offending, rule] = refusal;
    expect(faults).toHaveLength(refusals.length);
    expect(faults[at]).toMatchObject({ cause, offending, text: expect.stringMatching(/^\S.* \S/) });
    expect(faults[at]?.rule).toBe(rule);
  });

  it('takes elements that it does not know, and those of vendors, for nothing', () => {
    const unknown = [of(9999, '01'), of(32767, ''), of(0x8001, '0123 ff'), of(0xffff, 'ffff')];
    expect(faultsOf([pdr(...unknown, pdi(...unknown))])).toEqual([undefined]);
  });

  it('takes the first of elements that may be there once', () => {
    const [, first] = read(message(50, pdr(pdi(), of(108, '00000001'), of(108, '00000002'), of(29, '00000009'))));
    expect(first?.rule).toMatchObject({ far: 1, precedence: 1 });
  });

  it('reads a mebibyte of groups within groups, without following them', () => {
    const depth = 16_000;
    const nested = Buffer.alloc(4 * depth);
    for (let at = 0; at < depth; at++) nested.writeUInt32BE(((1 + (at % 2)) << 16) + 4 * (depth - 1 - at), 4 * at);
    const datagram = message(50, nested);
    const many = times(17, () => datagram);
    const lines = read(...many);
    expect(lines).toHaveLength(17 * 3);
    expect(lines[1]).toMatchObject({ ie: 1, rule: { fault: { cause: 66, offending: 56 } } });
  });

  it.each([
    ['nothing', '', 'too short'],
    ['seven octets', '2001000400000a', 'too short'],
    ['a SEID that is cut off', '2132000c 00000000 00000001', 'too short'],
    ['a length beyond the datagram', '2001000d 000001 00 0060 0004 00000001', 'bad length'],
    ['a length within the header', '20010003 000001 00', 'bad length'],
    ['another version', '40010004 000001 00', 'bad version'],
  ])('names %s', (_, hex, verdict) => {
    expect(read(bytes(hex))[0]).toMatchObject({ verdict });
  });

  it('finds the second message of a datagram, and takes octets after the last for nothing', () => {
    const second = bytes('2401000c 000001 00 0060 0004 00000001 2001000c 000002 00 0060 0004 00000001');
    expect(read(second)[0]).toMatchObject({ verdict: 'ok', used: 16, sequence: 1 });
    expect(read(Buffer.concat([second.subarray(16), bytes('0000')]))[0]).toMatchObject({
      verdict: 'ok',
      used: 18,
      sequence: 2,
    });
  });

  it.each([
    ['an F-SEID with SEID 0', of(57, '02 0000000000000000 0a040002'), { fseid: 'bad 0 4' }],
    ['an F-SEID without an address', of(57, '00 0000000000000001'), { fseid: 'bad 1 ' }],
    ['an F-SEID that is cut off', of(57, '01 0000000000000001 20010db8'), { fseid: 'bad 1 6' }],
    ['an empty F-SEID', of(57, ''), { fseid: 'bad 0 ' }],
    ['an empty node id', of(60, ''), { node: '' }],
    ['a node id of another kind', of(60, '03 00000000'), { node: '' }],
    ['half an address as node id', of(60, '00 0a04'), { node: '' }],
    ['a name that runs out of its element', of(60, '02 09 736d66'), { node: '' }],
    ['a name with a blank', of(60, `02 03 ${text('a b')}`), { node: '' }],
  ])('does not take %s', (_, element, wanted) => {
    expect(read(message(50, element))[1]).toMatchObject(wanted);
  });
});
