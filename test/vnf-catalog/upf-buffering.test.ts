/** The UPF's agent: buffered packets, error indications and paths, many sessions, against a data path that records. */
import { expect, it } from '@jest/globals';
import { u32, u8 } from '../../vnf-catalog/upf/client/ie.ts';
import { type Message, writeMessage } from '../../vnf-catalog/upf/client/message.ts';
import { type Answer } from '../../vnf-catalog/upf/client/reading.ts';
import { basic, type Driver, type Said } from './upf-driver.js';
import { describeCompiled, eachTestHasAnAgent } from './upf-each-test.js';

let upf: Driver;
const { another } = eachTestHasAnAgent('upf-buffering', (agent) => {
  upf = agent;
  return upf.associate();
});

/** A session whose way down buffers and notifies. */
async function buffering(packets?: number, ue = 1): Promise<Answer> {
  const { createFars: [up, down] = [] } = basic();
  if (up === undefined || down === undefined) throw new Error('there are no FARs');
  const bar = packets === undefined ? {} : { bar: 1 };
  const session = await upf.establish(
    basic(ue, {
      createFars: [up, { ...down, actions: ['buffer', 'notify'], ...bar }],
      ...(packets === undefined ? {} : { createBars: [{ id: 1, packets }] }),
    }),
  );
  expect(session.cause).toBe(1);
  return session;
}
const packet = async (session: Answer, hex: string): Promise<Said> =>
  upf.say(`buffer ${String(session.upSeid)} 2 2 ${hex}`);
const forward = (session: Answer): Promise<Said> =>
  upf
    .send(
      writeMessage(
        'sessionModificationRequest',
        upf.next(),
        [Buffer.from('000a000e006c000400000002002c00020200', 'hex')],
        session.upSeid,
      ),
    )
    .then((said) => {
      expect(said.answers).toMatchObject([{ cause: 1 }]);
      return said;
    });
const held = async () => (await upf.status()).gauges['buffer_held_packets'];

describeCompiled('packets that the UPF buffers', () => {
  it('are reported once, and leave in their order', async () => {
    const session = await buffering();
    expect((await packet(session, '4501')).answers).toMatchObject([{ reports: ['downlinkData'], downlinkPdrs: [2] }]);
    expect((await packet(session, '4502')).messages).toEqual([]);
    expect(await held()).toBe(2);
    expect((await forward(session)).lines).toEqual(['injected 2 2 4501', 'injected 2 2 4502']);
    expect(await held()).toBe(0);
  });

  it('are as many as the BAR allows, and as the configuration allows', async () => {
    const session = await buffering(2);
    for (const each of ['4501', '4502']) expect((await packet(session, each)).lines).toEqual([]);
    expect((await packet(session, '4503')).lines).toEqual(['discarded 0 buffer_full']);
    const other = await buffering(undefined, 2);
    for (let number = 0; number < 4; number++) expect((await packet(other, '45')).lines).toEqual([]);
    expect((await packet(other, '45')).lines).toEqual(['discarded 1 buffer_full']);
    expect(await held()).toBe(6);
  });

  it('wait by the FAR of their PDR, also when the FARs have other places by now', async () => {
    const { createFars: [up, down] = [] } = basic();
    if (up === undefined || down === undefined) throw new Error('there are no FARs');
    const other = { ...down, id: 3, tunnel: { teid: 0x3000, address: '10.3.0.3' } };
    const session = await upf.establish(basic(1, { createFars: [up, { ...down, actions: ['buffer'] }, other] }));
    // The data path named the place that is FAR 3's now.
    expect((await upf.say(`buffer ${String(session.upSeid)} 3 2 4501`)).lines).toEqual([]);
    expect(await held()).toBe(1);
    expect((await forward(session)).lines).toEqual(['injected 2 2 4501']);
  });

  it('are given up by their age, and with their session', async () => {
    const session = await buffering();
    await packet(session, '4501');
    await upf.say('wait 3000');
    await packet(session, '4502');
    expect((await upf.say('wait 2100')).lines).toEqual(['discarded 0 buffer_expired']);
    await upf.remove(session);
    expect(await held()).toBe(0);
    expect((await upf.status()).counters).toMatchObject({ buffer_given_up_packets: 2 });
  });

  it('are dropped when the SMF says so in its response to the report', async () => {
    const session = await buffering();
    const { messages } = await packet(session, '4501');
    const [report] = messages as [Message];
    const said = await upf.accept(report, 'sessionReportResponse', 1, [Buffer.from([0, 50, 0, 1, 1])]);
    expect(said.lines).toEqual(['discarded 0 buffer_discarded']);
    expect(await held()).toBe(0);
  });

  it('are lost with the agent, and counted as such', async () => {
    const session = await buffering();
    await packet(session, '4501');
    await packet(session, '4502');
    expect((await upf.say('again')).lines).toEqual(['discarded 0 buffer_discarded', 'discarded 0 buffer_discarded']);
    expect((await upf.status()).gauges).toMatchObject({ down_buffered_packets: 0, buffer_held_packets: 0 });
  });

  it('wait for as long as the SMF says in its response to the report', async () => {
    const session = await buffering(4);
    const [report] = (await packet(session, '4501')).messages as [Message];
    // Update BAR of the response: BAR 1, DL buffering duration of 2 minutes.
    const update = Buffer.from('000c000a0058000101' + '002f000122', 'hex');
    await upf.accept(report, 'sessionReportResponse', 1, [update]);
    expect((await upf.say('wait 119000')).lines).toEqual([]);
    expect(await held()).toBe(1);
    expect((await upf.say('wait 2000')).lines).toEqual(['discarded 0 buffer_expired']);
  });

  it('make the session go when the SMF does not know it', async () => {
    const session = await buffering();
    const [report] = (await packet(session, '4501')).messages as [Message];
    await upf.accept(report, 'sessionReportResponse', 65);
    expect((await upf.status()).gauges).toMatchObject({ sessions: 0, buffer_held_packets: 0 });
  });
});

/** An error indication of TEID and address (TS 29.281 7.3.1). */
const errorIndication = (teid: number, address: string): string =>
  `321a001400000000000000001000000000`.slice(0, 24) +
  `10${teid.toString(16).padStart(8, '0')}850004` +
  Buffer.from(address.split('.').map(Number)).toString('hex');

describeCompiled('peers of the UPF', () => {
  it('are heard while packets of unknown tunnels flood the UPF', async () => {
    await upf.establish(basic(1));
    for (let packets = 0; packets < 60; packets++) await upf.say('teid 10.3.0.9 7');
    const bytes = errorIndication(0x1001, '10.3.0.2');
    const length = (bytes.length / 2 - 8).toString(16).padStart(4, '0');
    const { answers } = await upf.say(`gtpu 10.3.0.2 ${bytes.slice(0, 4)}${length}${bytes.slice(8)}`);
    expect(answers).toMatchObject([{ reports: ['errorIndication'] }]);
  });

  it('say that a tunnel is gone, which the SMF hears of', async () => {
    await upf.establish(basic(1));
    const bytes = errorIndication(0x1001, '10.3.0.2');
    const length = (bytes.length / 2 - 8).toString(16).padStart(4, '0');
    const { answers } = await upf.say(`gtpu 10.3.0.2 ${bytes.slice(0, 4)}${length}${bytes.slice(8)}`);
    expect(answers).toMatchObject([
      { reports: ['errorIndication'], badPeers: [{ teid: 0x1001, address: '10.3.0.2' }] },
    ]);
    const unknown = errorIndication(0x9999, '10.3.0.2');
    expect((await upf.say(`gtpu 10.3.0.2 ${unknown.slice(0, 4)}${length}${unknown.slice(8)}`)).messages).toEqual([]);
    expect((await upf.status()).counters).toMatchObject({ gtpu_errors_received: 2, gtpu_errors_of_no_session: 1 });
  });

  it('are believed of their own tunnels alone, and where these lead', async () => {
    await upf.establish(basic(1));
    const bytes = errorIndication(0x1001, '10.3.0.2');
    const length = (bytes.length / 2 - 8).toString(16).padStart(4, '0');
    const message = `${bytes.slice(0, 4)}${length}${bytes.slice(8)}`;
    expect((await upf.say(`gtpu 10.3.0.3 ${message}`)).messages).toEqual([]);
    expect((await upf.say(`gtpu 10.3.0.2 ${message} 1`)).messages).toEqual([]);
    expect((await upf.status()).counters).toMatchObject({ gtpu_errors_received: 2, gtpu_errors_not_believed: 2 });
    expect(upf.stderr).toContain("an Error Indication about another peer's tunnel (TEID 00001001) is ignored");
    expect((await upf.say(`gtpu 10.3.0.2 ${message} 0`)).messages).toHaveLength(1);
  });

  it('are told of unknown tunnels, a bounded number of times', async () => {
    const { lines } = await upf.say('teid 10.3.0.2 0x77');
    expect(lines).toEqual([expect.stringMatching(/^gtpu 10\.3\.0\.2 2152 .*10000000778500040a030001$/)]);
    for (let number = 0; number < 100; number++) await upf.say('teid 10.3.0.2 0x77');
    expect((await upf.status()).counters).toMatchObject({ gtpu_errors_sent: 50, gtpu_errors_not_sent: 51 });
  });

  it('are asked by echo, and their failure is reported to the SMF once', async () => {
    await another(64, 60);
    await upf.establish(basic(1));
    const said = await upf.say('wait 140000');
    expect(said.lines.filter((line) => line.startsWith('gtpu 10.3.0.2')).length).toBeGreaterThanOrEqual(5);
    const reports = said.messages.filter(({ name }) => name === 'nodeReportRequest');
    expect(reports.length).toBeGreaterThanOrEqual(1);
    expect(new Set(reports.map(({ sequence }) => sequence)).size).toBe(1);
    expect((await upf.status()).counters).toMatchObject({ gtpu_path_failures: 1 });
  });

  it('flood the UPF with 20,000 sessions, which leave nothing behind', async () => {
    await another(20000);
    const sessions: Answer[] = [];
    for (let number = 0; number < 20000; number++) {
      const ue = { v4: `10.61.${String(number >> 8)}.${String(number & 255)}` };
      const { createPdrs = [] } = basic();
      sessions.push(await upf.establish(basic(number, { createPdrs: createPdrs.map((pdr) => ({ ...pdr, ue })) })));
    }
    expect(new Set(sessions.map(({ cause }) => cause))).toEqual(new Set([1]));
    expect(new Set(sessions.map(({ created }) => created[0]?.tunnel?.teid)).size).toBe(20000);
    expect((await upf.establish(basic(1))).cause).toBe(75);
    const { gauges } = await upf.status();
    expect(gauges).toMatchObject({ sessions: 20000, teids: 20000, data_path_sessions: 20000 });
    await upf.say('again');
    expect((await upf.status()).gauges).toMatchObject({ sessions: 20000, teids: 20000 });
    await upf.ask('heartbeatRequest', [u32('recoveryTimeStamp', 9)]);
    await upf.say('wait 5000');
    expect((await upf.status()).gauges).toMatchObject({
      ...{ sessions: 0, teids: 0, session_memory_used_bytes: 0, data_path_sessions: 0, gtpu_peers: 0 },
    });
  }, 120_000);

  it('are no SMF: a response of theirs is counted and ignored', async () => {
    await upf.send(writeMessage('sessionReportResponse', 5, [u8('cause', 1)], 1n));
    expect((await upf.status()).counters).toMatchObject({ n4_stray_responses: 1 });
  });
});
