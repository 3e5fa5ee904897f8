/** The UPF's PFCP codec (vnf-catalog/upf/agent): its numbers, flow descriptions, what it writes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decode, hasTshark, writeCapture } from './pcap.js';
import { codecParts, compileAgent, hasCompiler } from './upf-agent-program.js';

const folder = mkdtempSync(join(tmpdir(), 'upf-codec.'));
const program = compileAgent(folder, ['upf-codec', 'upf-codec-print'], [...codecParts, 'gtpu']);
const run = (what: string, input = '') => execFileSync(program, [what], { input, encoding: 'utf8' }).trimEnd();
const flows = (...texts: readonly string[]): unknown[] =>
  run('sdf', texts.map((each) => `${each}\n`).join(''))
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// Names differ in what stands in brackets, in blanks and in case.
const plain = (name: string) =>
  name
    .replace(/\(.*?\)|\bPFCP\b|\b(IE|within)\b.*/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

(hasCompiler ? describe : describe.skip)(`PFCP codec${hasCompiler ? '' : ' [skipped: no gcc here]'}`, () => {
  (hasTshark ? it : it.skip)('has the numbers of messages, elements and causes that tshark has', () => {
    const fields = { ie: 'pfcp.ie_type', message: 'pfcp.msg_type', cause: 'pfcp.cause' };
    const values = execFileSync('tshark', ['-G', 'values'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const theirs = new Map(
      values
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([, field, number, name]) => [`${field ?? ''} ${number ?? ''}`, plain(name ?? '')]),
    );
    const ours = run('numbers').split('\n');
    expect(ours.length).toBeGreaterThan(200);
    const differing = ours.filter((line) => {
      const [kind, number, ...name] = line.split(' ');
      const wanted = theirs.get(`${fields[kind as keyof typeof fields]} ${number ?? ''}`);
      return wanted !== plain(name.join(' '));
    });
    expect(differing).toEqual([]);
  });

  it('turns a flow description so that one side is the network’s', () => {
    const any = { protocol: -1, remote: 'any/0', remotePorts: '0-65535', ue: 'any/0', uePorts: '0-65535', family: 0 };
    expect(
      flows(
        'permit out ip from any to assigned 8080-8090',
        'permit out 17 from 10.1.2.3/16 53 to 10.60.0.7',
        'permit in 6 from assigned to 2001:db8::1/64 443',
        'permit out ip from assigned to 1.2.3.4 99',
        'permit  out\tudp from any to any',
      ),
    ).toEqual([
      [{ ...any, uePorts: '8080-8090' }],
      [
        {
          protocol: 17,
          remote: '10.1.0.0/16',
          remotePorts: '53-53',
          ue: '10.60.0.7/32',
          uePorts: '0-65535',
          family: 4,
        },
      ],
      [{ ...any, protocol: 6, remote: '2001:db8::/64', remotePorts: '443-443', family: 6 }],
      [{ ...any, remote: '1.2.3.4/32', remotePorts: '99-99', family: 4 }],
      [{ ...any, protocol: 17 }],
    ]);
  });

  it('makes a filter of each pair of ranges in lists of ports', () => {
    const [filters] = flows('permit out 6 from any 80,443 to assigned 1-2,7') as {
      remotePorts: string;
      uePorts: string;
    }[][];
    expect(filters?.map((each) => `${each.remotePorts} ${each.uePorts}`)).toEqual([
      '80-80 1-2',
      '443-443 1-2',
      '80-80 7-7',
      '443-443 7-7',
    ]);
  });

  it.each([
    ['', 69],
    ['permit out ip from any to', 69],
    ['permit out ip from any', 69],
    ['permit', 69],
    ['deny out ip from any to assigned', 69],
    ['permit both ip from any to assigned', 69],
    ['permit out 256 from any to assigned', 69],
    ['permit out -1 from any to assigned', 69],
    ['permit out ip from !10.0.0.1 to assigned', 69],
    ['permit out ip from any !80 to assigned', 69],
    ['permit out ip from 10.0.0.1/33 to assigned', 69],
    ['permit out ip from 10.0.0.256 to assigned', 69],
    ['permit out ip from 2001:db8::/129 to assigned', 69],
    ['permit out ip from 10.0.0.1 to 2001:db8::1', 69],
    ['permit out ip from assigned to assigned', 69],
    ['permit out 17 from any 65536 to assigned', 69],
    ['permit out 17 from any 20-10 to assigned', 69],
    ['permit out 17 from any 1,,2 to assigned', 69],
    ['permit out 1 from any 80 to assigned', 69],
    ['permit out 6 from any to assigned established', 69],
    ['permit out 6 from any to assigned 80 frag', 69],
    ['permit out 6 from any 1,2,3 to assigned 1,2,3', 75],
    ['permit out 6 from any 1,2,3,4,5,6,7,8,9 to assigned', 75],
    [`permit out ip from any to assigned ${'1'.repeat(300)}`, 69],
    ['permit out ip from any to assign\u00e9d', 69],
  ])('refuses the flow description "%s"', (text, cause) => {
    expect(flows(text)).toEqual([{ cause, offending: 23, text: expect.stringMatching(/^flow description: \S/) }]);
  });

  (hasTshark ? it : it.skip)('writes what tshark reads as it was meant', () => {
    const file = join(folder, 'written.pcap');
    writeCapture(file, 8805, [Buffer.from(run('write'), 'hex')]);
    const fields = [
      'msg_type',
      'seid',
      'seqno',
      'node_id_fqdn',
      'cause',
      'f_teid.teid',
      'ue_ip_addr_ipv6_prefix_length',
    ];
    const more = [
      'volume_measurement.tovol',
      'volume_measurement.dlnop',
      'failed_rule_id_type',
      'usage_report_trigger.term',
    ];
    const [line] = decode(
      file,
      [...fields, ...more].map((field) => `pfcp.${field}`),
    );
    const seids = '0x0102030405060708,0x1122334455667788';
    expect(line).toBe(
      `|||55|${seids}|11259375|upf.example.org|73,66,73|0x01020304|56|3,5|20|0,4,1|1`.replace('|||', '||'),
    );
  });
  (hasTshark ? it : it.skip)('writes GTP-U signalling that tshark reads as it was meant', () => {
    const file = join(folder, 'gtpu.pcap');
    const messages = run('gtpu').split('\n');
    writeCapture(
      file,
      2152,
      messages.map((each) => Buffer.from(each, 'hex')),
    );
    const fields = ['message', 'seq_number', 'teid', 'recovery', 'teid_data', 'gsn_ipv4', 'gsn_ipv6', 'ext_hdr.next'];
    const lines = decode(
      file,
      fields.map((field) => `gtp.${field}`),
    );
    expect(lines).toEqual([
      '||0x01|0x0102|0x00000000|||||',
      '||0x02|0xffff|0x00000000|0||||',
      '||0x1a|0x0000|0x00000000||0xcafe0001|10.3.0.1||',
      '||0x1a|0x0000|0x00000000||0x00000007||2001:db8::1|',
      '||0x1f|0x0003|0x00000000|||||',
      '||0xfe||0x01020304|||||',
    ]);
  });
});
