/** The UPF's test client: its codecs against bytes written by hand and against tshark, and an SMF and a gNB on loopback. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { addressBytes, addressText } from '../../vnf-catalog/upf/client/address.ts';
import { readGtpu, writeGtpu } from '../../vnf-catalog/upf/client/gtpu.ts';
import { ie, readIes, u8 } from '../../vnf-catalog/upf/client/ie.ts';
import { readMessage, writeMessage } from '../../vnf-catalog/upf/client/message.ts';
import { checksum, echoRequest, readPacket, tcp, udp } from '../../vnf-catalog/upf/client/packet.ts';
import { readAnswer } from '../../vnf-catalog/upf/client/reading.ts';
import { writeRules, type RuleChanges } from '../../vnf-catalog/upf/client/rules.ts';
import { parseScenario } from '../../vnf-catalog/upf/client/scenario.ts';
import { describeUnless } from '../libvirt/environment.js';

const hex = (bytes: Buffer) => bytes.toString('hex');

const allRules: RuleChanges = {
  createPdrs: [
    {
      ...{ id: 1, precedence: 100, source: 'access', instance: 'access', removal: 0, far: 1, qers: [1], urrs: [1] },
      ...{ tunnel: { choose: true, chooseId: 7 }, ue: { v4: '10.60.0.1' }, qfis: [9] },
      filters: ['permit out ip from any to assigned'],
    },
    {
      ...{ id: 2, precedence: 200, source: 'core', instance: 'internet', far: 2 },
      ...{ ue: { v4: '10.60.0.1', v6: '2001:db8:60::1' }, framedRoutes: ['192.0.2.0/24', '2001:db8:9::/48'] },
    },
    { id: 3, precedence: 1, source: 'access', tunnel: { teid: 7, address: '2001:db8:3::1' } },
  ],
  createFars: [
    { id: 1, actions: ['forward'], destination: 'core', instance: 'internet' },
    {
      id: 2,
      actions: ['buffer', 'notify'],
      destination: 'access',
      tunnel: { teid: 0x100, address: '10.3.0.2' },
      bar: 1,
    },
  ],
  createQers: [{ id: 1, qfi: 9, mbrUpKbps: 1000, mbrDownKbps: 2 ** 33, closed: ['up'], reflective: true }],
  createUrrs: [
    {
      ...{ id: 1, measures: ['volume', 'duration'], triggers: ['volumeThreshold', 'volumeQuota', 'periodic'] },
      ...{ volumeThreshold: { total: 1000 }, volumeQuota: { up: 5, down: 6 }, periodSeconds: 10 },
    },
  ],
  createBars: [{ id: 1, packets: 20 }],
  updateFars: [{ id: 2, tunnel: { teid: 1, address: 'fd03::2' }, endMarker: true }],
  removePdrs: [9],
  queryUrrs: [1],
};

describe('addresses', () => {
  it.each(['10.3.0.2', '::', '::1', 'fd03::2', '2001:db8:60::1', '1:2:3:4:5:6:7:8', '2001:db8:0:1::5'])(
    'keep %s',
    (text) => {
      expect(addressText(addressBytes(text))).toBe(text);
    },
  );
  it('take an IPv4 tail', () => {
    expect(hex(addressBytes('::ffff:10.0.0.1'))).toBe(`${'00'.repeat(10)}ffff0a000001`);
  });
  it('refuse what is none', () => {
    expect(() => addressBytes('10.0.0')).toThrow('"10.0.0" is no IP address');
  });
});

describe('PFCP', () => {
  it('writes an association setup as TS 29.244 7.4.4.1 lays it out', () => {
    const bytes = writeMessage('associationSetupRequest', 0x010203, [
      ie('nodeId', [Buffer.from([0]), addressBytes('10.4.0.2')]),
    ]);
    expect(hex(bytes)).toBe('2005000d01020300003c0005000a040002');
  });
  it.each([
    ['10.4.0.2', [Buffer.from([0]), addressBytes('10.4.0.2')]],
    ['fd04::1', [Buffer.from([1]), addressBytes('fd04::1')]],
    ['upf.example', [Buffer.from([2]), Buffer.from('\x03upf\x07example')]],
  ])('reads the node id %s', (nodeId, value) => {
    const bytes = writeMessage('associationSetupResponse', 1, [ie('nodeId', value), u8('cause', 1)]);
    expect(readAnswer(readMessage(bytes))).toMatchObject({ cause: 1, nodeId });
  });
  it('writes a session message with its SEID', () => {
    expect(hex(writeMessage('sessionDeletionRequest', 5, [], 0x0102n))).toBe('2136000c000000000000010200000500');
  });
  it('writes the rules of a session in the elements of 7.5.2', () => {
    const far = writeRules({
      createFars: [{ id: 2, actions: ['forward'], destination: 'access', tunnel: { teid: 256, address: '10.3.0.2' } }],
    });
    expect(hex(Buffer.concat([...far]))).toBe(
      '00030024006c000400000002002c000102000400' + '13002a0001000054000a0100000001000a030002',
    );
    const [qer = Buffer.alloc(0)] = writeRules({ createQers: [{ id: 1, mbrUpKbps: 1, mbrDownKbps: 2 ** 32 }] });
    expect(hex(qer)).toContain('001a000a00000000010100000000');
  });
  it('reads what it wrote', () => {
    const message = readMessage(writeMessage('sessionEstablishmentRequest', 9, writeRules(allRules), 0n));
    expect(message).toMatchObject({ name: 'sessionEstablishmentRequest', sequence: 9, seid: 0n });
    expect(message.ies.map(({ name }) => name)).toEqual([
      ...['removePdr', 'createPdr', 'createPdr', 'createPdr', 'createFar', 'createFar', 'createUrr', 'createQer'],
      ...['createBar', 'updateFar', 'queryUrr'],
    ]);
  });
  it.each([
    ['an element that is longer than its group', Buffer.from('0001000800380008', 'hex'), 'longer'],
    ['half a header', Buffer.from('0001', 'hex'), '2 bytes at the end'],
  ])('refuses %s', (_, bytes, why) => {
    expect(() => readIes(bytes)).toThrow(why);
  });
  it.each([
    ['a header alone', '20050000', '4 bytes are no PFCP message'],
    ['a wrong version', '4005000401020300', 'version 2'],
    ['a lying length', '2005ffff01020300', 'the header says 65539 bytes'],
    ['an unknown type', '20c8000401020300', 'no PFCP message of type 200'],
  ])('refuses %s', (_, bytes, why) => {
    expect(() => readMessage(Buffer.from(bytes, 'hex'))).toThrow(why);
  });
  it('tells the created tunnels and addresses of an answer', () => {
    const created = ie('createdPdr', [
      Buffer.from('003800020001', 'hex'),
      ie('fTeid', [Buffer.from('0100000007', 'hex'), addressBytes('10.3.0.1')]),
      ie('ueIpAddress', [Buffer.from([3]), addressBytes('10.60.0.1'), addressBytes('2001:db8::1')]),
    ]);
    const failed = ie('failedRuleId', Buffer.from('0100000009', 'hex'));
    const answer = readAnswer(
      readMessage(writeMessage('sessionEstablishmentResponse', 1, [u8('cause', 73), failed, created], 1n)),
    );
    expect(answer).toMatchObject({ cause: 73, failedRule: 'FAR 9' });
    expect(answer.created).toEqual([
      { id: 1, tunnel: { teid: 7, address: '10.3.0.1' }, ue: { v4: '10.60.0.1', v6: '2001:db8::1' } },
    ]);
  });
  it('tells usage and its triggers', () => {
    const usage = ie('usageReport', [
      Buffer.from('0051000400000003' + '0068000400000001' + '003f0003020000', 'hex'),
      ie('volumeMeasurement', Buffer.from('05' + '0000000000000064' + '0000000000000028', 'hex')),
      Buffer.from('0043000400000005', 'hex'),
    ]);
    const { usage: read, reports } = readAnswer(
      readMessage(writeMessage('sessionReportRequest', 1, [u8('reportType', 2), usage], 1n)),
    );
    expect(reports).toEqual(['usage']);
    expect(read).toEqual([
      { urr: 3, number: 1, triggers: ['volumeThreshold'], volume: { total: 100, down: 40 }, seconds: 5 },
    ]);
  });
});

describe('GTP-U', () => {
  it('writes a G-PDU with an uplink container as TS 38.415 5.5.2.2 lays it out', () => {
    const bytes = writeGtpu({ type: 255, teid: 1, qfi: 9, isUplink: true, payload: Buffer.from([0x45]) });
    expect(hex(bytes)).toBe('34ff0009' + '00000001' + '00000085' + '01100900' + '45');
  });
  it('reads it back, with sequence number and reflective QoS', () => {
    const message = {
      type: 255,
      teid: 7,
      sequence: 3,
      qfi: 5,
      reflective: true,
      isUplink: false,
      payload: Buffer.from('x'),
    };
    expect(readGtpu(writeGtpu(message))).toEqual(message);
  });
  it('skips extension headers that it does not know', () => {
    const bytes = Buffer.from('34ff000d' + '00000001' + '00000040' + '01aaaa85' + '01000200' + '45', 'hex');
    expect(readGtpu(bytes)).toMatchObject({ qfi: 2, isUplink: false, payload: Buffer.from([0x45]) });
  });
  it.each([
    ['a lying length', '30ff00ff00000001', 'the header says 263 bytes'],
    ['an extension header of length 0', '34ff000800000001' + '00000085' + '00000000', 'extension header 133'],
    ['another version', '50ff000000000001', 'the first byte 80'],
  ])('refuses %s', (_, bytes, why) => {
    expect(() => readGtpu(Buffer.from(bytes, 'hex'))).toThrow(why);
  });
});

describe('inner packets', () => {
  it.each([
    ['10.60.0.1', '10.6.0.2'],
    ['2001:db8::1', 'fd06::2'],
  ])('have right checksums from %s', (from, to) => {
    for (const bytes of [
      echoRequest(from, to, 1, 2),
      udp(from, to, { from: 1, to: 2 }, Buffer.from('abc')),
      tcp(from, to, { from: 1, to: 2 }, 1, 2),
    ]) {
      const packet = readPacket(bytes);
      expect(packet).toMatchObject({ from, to, hops: 64 });
      if (!from.includes(':')) expect(checksum(bytes.subarray(0, 20))).toBe(0);
    }
  });
});

const folder = mkdtempSync(join(tmpdir(), 'upf-client.'));

/** Frames with IPv4 and UDP around each of these, as tshark reads them from a file. */
function capture(messages: readonly { port: number; bytes: Buffer }[]): string {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt32LE(0x0004_0002, 4);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(101, 20);
  const records = messages.map(({ port, bytes }) => {
    const packet = udp('10.4.0.2', '10.4.0.1', { from: port, to: port }, bytes);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(packet.length, 8);
    record.writeUInt32LE(packet.length, 12);
    return Buffer.concat([record, packet]);
  });
  const file = join(folder, 'client.pcap');
  writeFileSync(file, Buffer.concat([head, ...records]));
  return file;
}

const noTshark = spawnSync('tshark', ['--version']).status === 0 ? undefined : 'tshark is not installed';

describeUnless(noTshark, 'what tshark reads of the client', () => {
  it('is well formed', () => {
    const pfcp = writeMessage('sessionEstablishmentRequest', 1, writeRules(allRules), 0n);
    const inner = echoRequest('10.60.0.1', '10.6.0.2', 1, 1);
    const gtpu = writeGtpu({ type: 255, teid: 1, qfi: 9, payload: inner });
    const file = capture([
      { port: 8805, bytes: pfcp },
      { port: 2152, bytes: gtpu },
    ]);
    const fields = ['frame.protocols', '_ws.malformed', 'pfcp.flow_desc', 'gtp.ext_hdr.pdu_ses_con.qos_flow_id'];
    const checks = ['ip.check_checksum', 'udp.check_checksum'].flatMap((name) => ['-o', `${name}:TRUE`]);
    const said = execFileSync(
      'tshark',
      ['-r', file, ...checks, '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((name) => ['-e', name])],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    expect(said.trim().split('\n')).toEqual([
      'raw:ip:udp:pfcp||permit out ip from any to assigned|',
      'raw:ip:udp:gtp:ip:icmp:data|||9',
    ]);
    const bad = execFileSync(
      'tshark',
      ['-r', file, ...checks, '-Y', '_ws.malformed || _ws.expert.severity >= "Error"'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    expect(bad).toBe('');
  });
});

describe('a scenario', () => {
  let upf: Socket | undefined;
  afterAll(() => {
    upf?.close();
    rmSync(folder, { recursive: true });
  });

  /** Answers each request but the first copy of it, so that the client must send it again. */
  const answering = (socket: Socket) => {
    const seen = new Set<number>();
    socket.on('message', (bytes, from) => {
      const { name, sequence } = readMessage(bytes);
      if (!seen.has(sequence)) return void seen.add(sequence);
      const answer = name === 'heartbeatRequest' ? 'heartbeatResponse' : 'associationSetupResponse';
      const parts = [u8('cause', 1), ie('recoveryTimeStamp', Buffer.from([1, 2, 3, 4]))];
      socket.send(writeMessage(answer, sequence, parts), from.port, from.address);
    });
  };

  it('is played by node as it stands, requests are sent again, and what is wrong is told', async () => {
    upf = createSocket('udp4');
    answering(upf);
    await new Promise<void>((resolve) => upf?.bind(8805, '127.0.5.1', resolve));
    const file = join(folder, 'scenario.yaml');
    writeFileSync(
      file,
      `smfs: {a: {local: 127.0.5.2, peer: 127.0.5.1, waitMs: 200}}
gnbs: {g: {local: 127.0.5.2}}
steps:
  - {do: associate}
  - {do: heartbeat, expect: {recovery: 1}}
`,
    );
    const { promise, resolve } = Promise.withResolvers<{ code: number | null; said: string }>();
    const child = spawn(process.execPath, ['vnf-catalog/upf/client/client.ts', file]);
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.on('close', (code) => resolve({ code, said }));
    const result = await promise;
    const lines = result.said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      expect.objectContaining({ step: 'associate', ok: true, wrong: [] }),
      expect.objectContaining({ step: 'heartbeat', ok: false, wrong: ['recovery is 16909060, and not 1'] }),
    ]);
    expect(result.code).toBe(1);
  });

  it.each([
    ['smfs: {a: {local: 1}}', 'smfs.a.local is no text'],
    ['steps: [{do: fly}]', 'steps[0].do is "fly", and not one of associate'],
    ['steps: [{do: ping, to: 10.0.0.1}]', 'steps[0] (ping) has no session'],
  ])('that says %s is refused by name', (text, why) => {
    expect(() => parseScenario(parse(text))).toThrow(why);
  });
});
