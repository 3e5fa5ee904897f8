/** The UPF's agent: which address acts for which node, and how much of the UPF one node can have. */
import { expect, it } from '@jest/globals';
import { ie, u32, u8 } from '../../vnf-catalog/upf/client/ie.ts';
import { type MessageName, writeMessage } from '../../vnf-catalog/upf/client/message.ts';
import { type Answer } from '../../vnf-catalog/upf/client/reading.ts';
import { type RuleChanges, writeRules } from '../../vnf-catalog/upf/client/rules.ts';
import { basic, type Driver, fSeid, nodeId, smfAddress } from './upf-driver.js';
import { describeCompiled, eachTestHasAnAgent } from './upf-each-test.js';

let upf: Driver;
const { another } = eachTestHasAnAgent('upf-binding', async (agent) => {
  upf = agent;
  await upf.associate();
});

const other = '10.4.0.3';
const number = async (name: string) => {
  const { counters, gauges } = await upf.status();
  return counters[name] ?? gauges[name];
};
const recovery = (stamp = 9) => u32('recoveryTimeStamp', stamp);
const setup = (ies: readonly Buffer[], from: string) => upf.ask('associationSetupRequest', ies, undefined, from);
const name = (text: string) => ie('nodeId', Buffer.from([2, text.length, ...Buffer.from(text)]));
/** Alternative SMF IP Address (8.2.142). */
const alternative = (address: string) =>
  Buffer.concat([Buffer.from([0, 178, 0, 5, 2]), Buffer.from(address.split('.').map(Number))]);
const setDeletion = (from = smfAddress) =>
  upf.send(writeMessage('sessionSetDeletionRequest', upf.next(), [nodeId()]), from);

describeCompiled('an association', () => {
  it.each<[MessageName, number]>([
    ['associationReleaseRequest', 72],
    ['associationUpdateRequest', 72],
    ['sessionSetDeletionRequest', 72],
    ['associationSetupRequest', 64],
  ])('of an SMF is not touched by another SMF that may speak: %s', async (message, cause) => {
    await upf.establish(basic());
    expect((await upf.ask(message, [nodeId(), recovery()], undefined, other)).cause).toBe(cause);
    expect([await number('sessions'), await number('n4_requests_for_foreign_nodes')]).toEqual([1, 1]);
    expect((await upf.establish(basic(2))).cause).toBe(1);
    expect(upf.stderr.match(/10\.4\.0\.3 does not act for the node 10\.4\.0\.2/g)).toHaveLength(1);
  });

  it('gives another SMF no session', async () => {
    const ies = [nodeId(), fSeid(1n, other), ...writeRules(basic())];
    expect((await upf.ask('sessionEstablishmentRequest', ies, 0n, other)).cause).toBe(72);
    expect(await number('sessions')).toBe(0);
  });

  const askOf = (session: Answer, message: MessageName, from: string, ies: readonly Buffer[] = []) =>
    upf.ask(message, ies, session.upSeid ?? 0n, from);
  const takeOver = (session: Answer, from = other) =>
    askOf(session, 'sessionModificationRequest', from, [nodeId(other)]);

  it.each<MessageName>(['sessionModificationRequest', 'sessionDeletionRequest'])(
    'shows none of its sessions to another SMF that knows the SEID: %s',
    async (message) => {
      await upf.associate(other);
      const session = await upf.establish(basic());
      const bytes = writeMessage(message, upf.next(), [], session.upSeid);
      const { messages, answers } = await upf.send(bytes, other);
      expect([messages[0]?.seid, answers]).toMatchObject([0n, [{ cause: 65 }]]);
      expect([await number('sessions'), await number('n4_requests_for_foreign_nodes')]).toEqual([1, 1]);
      expect(upf.stderr).toContain('the sender does not act for the SMF of session');
      expect((await askOf(session, message, smfAddress)).cause).toBe(1);
    },
  );

  it('gives a session to another SMF when the address was told for it, and not by a Node ID alone', async () => {
    await upf.associate(other);
    const session = await upf.establish(basic());
    expect((await takeOver(session, smfAddress)).cause).toBe(72);
    expect((await takeOver(session)).cause).toBe(65);
    await upf.ask('associationUpdateRequest', [nodeId(), alternative(other)]);
    expect((await takeOver(session)).cause).toBe(1);
    expect((await askOf(session, 'sessionDeletionRequest', '10.4.0.9')).cause).toBe(65);
    expect((await askOf(session, 'sessionDeletionRequest', other)).cause).toBe(1);
  });

  it('answers for a session at the address of its CP F-SEID, which may move', async () => {
    const { upSeid } = await upf.ask(
      'sessionEstablishmentRequest',
      [nodeId(), fSeid(1n, other), ...writeRules(basic())],
      0n,
    );
    const session = { upSeid } as Answer;
    expect((await askOf(session, 'sessionModificationRequest', other, [fSeid(2n, '10.4.0.9')])).cause).toBe(1);
    expect((await askOf(session, 'sessionDeletionRequest', other)).cause).toBe(65);
    expect((await askOf(session, 'sessionDeletionRequest', '10.4.0.9')).cause).toBe(1);
  });

  it('comes back from elsewhere once its SMF is silent', async () => {
    expect((await setup([nodeId(), recovery()], other)).cause).toBe(64);
    await upf.say('wait 64000');
    expect((await setup([nodeId(), recovery()], other)).cause).toBe(1);
    expect((await upf.establish(basic())).cause).toBe(72);
  });

  it('is used from the further addresses that its SMF has told, and from these alone', async () => {
    await setup([nodeId(), recovery(), alternative('10.4.0.7')], smfAddress);
    const from = (address: string, ue: number) =>
      upf.ask('sessionEstablishmentRequest', [nodeId(), fSeid(1n, address), ...writeRules(basic(ue))], 0n, address);
    expect((await from('10.4.0.7', 1)).cause).toBe(1);
    expect((await from('10.4.0.8', 2)).cause).toBe(72);
    const update = [nodeId(), alternative('10.4.0.8')];
    expect((await upf.ask('associationUpdateRequest', update)).cause).toBe(1);
    expect((await from('10.4.0.8', 3)).cause).toBe(1);
    expect((await from('10.4.0.7', 4)).cause).toBe(72);
    const many = Array.from({ length: 9 }, (_, at) => alternative(`10.4.0.${String(at + 10)}`));
    expect(await setup([nodeId(), recovery(), ...many], smfAddress)).toMatchObject({ cause: 75 });
  });

  it('is of whom the document names for it', async () => {
    await upf.say('peers 10.4.0.9=smf.example 10.4.0.10=smf.example');
    expect((await setup([name('smf.example'), recovery()], other)).cause).toBe(64);
    expect((await setup([name('smf.other'), recovery()], '10.4.0.9')).cause).toBe(64);
    expect((await setup([name('smf.example'), recovery()], '10.4.0.9')).cause).toBe(1);
    const ies = (ue: number) => [name('smf.example'), fSeid(1n, '10.4.0.9'), ...writeRules(basic(ue))];
    expect((await upf.ask('sessionEstablishmentRequest', ies(1), 0n, '10.4.0.10')).cause).toBe(1);
    expect((await upf.ask('sessionEstablishmentRequest', ies(2), 0n, other)).cause).toBe(72);
    const session = await upf.ask('sessionEstablishmentRequest', ies(3), 0n, '10.4.0.10');
    expect((await askOf(session, 'sessionDeletionRequest', other)).cause).toBe(65);
    expect((await askOf(session, 'sessionDeletionRequest', '10.4.0.10')).cause).toBe(1);
  });
});

describeCompiled('the CP F-SEID', () => {
  const with6 = (seid: bigint, address: Buffer) => {
    const value = Buffer.alloc(9 + address.length);
    value[0] = address.length === 16 ? 1 : 2;
    value.writeBigUInt64BE(seid, 1);
    address.copy(value, 9);
    return ie('fSeid', value);
  };
  const establish = (cp: Buffer, rules: RuleChanges = basic()) =>
    upf.ask('sessionEstablishmentRequest', [nodeId(), cp, ...writeRules(rules)], 0n);

  it.each([
    ['has no SEID', fSeid(0n)],
    ['has an address of a family that N4 has not', with6(1n, Buffer.alloc(16, 1))],
    ['has the address of somebody who may not speak N4', fSeid(1n, '192.0.2.1')],
    ['has a zero address', fSeid(1n, '0.0.0.0')],
  ])('is refused when it %s', async (_what, cp) => {
    expect(await establish(cp)).toMatchObject({ cause: 69, offendingIe: 57 });
    const session = await upf.establish(basic());
    const changed = await upf.modify(session, [cp]);
    expect(changed).toMatchObject({ cause: 69, offendingIe: 57 });
  });

  const measured = (): RuleChanges => {
    const { createPdrs = [], createFars = [] } = basic();
    const volumeThreshold = { total: 100 };
    const urr = { id: 1, measures: ['volume'], triggers: ['volumeThreshold'], volumeThreshold } as const;
    return { createPdrs: createPdrs.map((pdr) => ({ ...pdr, urrs: [1] })), createFars, createUrrs: [urr] };
  };
  const use = (session: Answer) => upf.say(`use ${String(session.upSeid)} 1 up 150`);

  it('may have another address that may speak N4, and reports go there', async () => {
    const session = await establish(fSeid(1n, '10.4.0.9'), measured());
    expect(session.cause).toBe(1);
    const { answers, to } = await use(session);
    expect([answers.map(({ message }) => message), to]).toEqual([['sessionReportRequest'], ['10.4.0.9']]);
  });

  it('moves the session, and the SMF before does not end it by not knowing it any more', async () => {
    const session = await establish(fSeid(1n), measured());
    const [report] = (await use(session)).messages;
    if (report === undefined) throw new Error('no report');
    expect((await upf.modify(session, [fSeid(2n, '10.4.0.9')])).cause).toBe(1);
    await upf.accept(report, 'sessionReportResponse', 65);
    expect((await use(session)).to).toEqual(['10.4.0.9']);
    const { messages } = await upf.say('wait 1000');
    const bytes = writeMessage('sessionReportResponse', messages[0]?.sequence ?? 0, [u8('cause', 65)], 0n);
    await upf.send(bytes, '10.4.0.9');
    expect(await number('sessions')).toBe(0);
  });
});

describeCompiled('one node', () => {
  it('has its share of the sessions, and no more', async () => {
    await upf.associate(other);
    await upf.ask('associationUpdateRequest', [nodeId(), alternative(other)]);
    await upf.say('share 2');
    const first = await upf.establish(basic(1));
    await upf.establish(basic(2));
    expect((await upf.establish(basic(3))).cause).toBe(75);
    expect((await upf.establish(basic(3), other)).cause).toBe(1);
    const full = await upf.ask('sessionModificationRequest', [nodeId(other)], first.upSeid ?? 0n, other);
    expect(full.cause).toBe(1);
    expect((await upf.establish(basic(4), other)).cause).toBe(75);
    expect((await upf.establish(basic(4))).cause).toBe(1);
  });

  it('gets answers to 64 messages of a datagram, and the rest is left out', async () => {
    const bundle = Array.from({ length: 4000 }, (_, at) => {
      const message = writeMessage('heartbeatRequest', at + 100, [recovery(1)]);
      message[0] = (message[0] ?? 0) | 4;
      return message;
    });
    expect((await upf.send(Buffer.concat(bundle))).messages).toHaveLength(64);
    expect(await number('n4_datagrams_cut')).toBe(1);
    expect((await upf.send(Buffer.concat(bundle.slice(0, 64)))).messages).toHaveLength(64);
    expect(await number('n4_datagrams_cut')).toBe(1);
  });
});

describeCompiled('a thousand sessions of a set', () => {
  async function fill(count = 1000): Promise<Answer[]> {
    await another(1024);
    const sessions: Answer[] = [];
    for (let at = 0; at < count; at++) {
      const { createPdrs = [], createFars = [] } = basic(at % 250);
      const ue = { v4: `10.60.${String(10 + Math.floor(at / 250))}.${String(at % 250)}` };
      sessions.push(await upf.establish({ createPdrs: createPdrs.map((pdr) => ({ ...pdr, ue })), createFars }));
    }
    expect(new Set(sessions.map(({ cause }) => cause))).toEqual(new Set([1]));
    return sessions;
  }
  const left = async () => [await number('sessions'), await number('teids'), await number('pdrs')];

  it('end in slices: others are served, and the answer comes after the last one', async () => {
    const sessions = await fill();
    expect((await setDeletion()).messages).toEqual([]);
    expect(await number('sessions')).toBeGreaterThan(500);
    expect(await Promise.all(sessions.slice(-1).map((last) => upf.modify(last, [])))).toMatchObject([{ cause: 65 }]);
    expect((await upf.ask('heartbeatRequest', [recovery(1)])).message).toBe('heartbeatResponse');
    expect((await setDeletion()).messages).toEqual([]);
    const { answers } = await upf.say('wait 1000');
    const answered = { message: 'sessionSetDeletionResponse', cause: 1 };
    expect(answers).toMatchObject([answered, answered]);
    expect(await left()).toEqual([0, 0, 0]);
    expect((await upf.establish(basic(1))).cause).toBe(1);
  });

  it('end all the same when the agent is killed meanwhile', async () => {
    await fill();
    await setDeletion();
    await upf.say('again');
    expect(await number('sessions')).toBeGreaterThan(0);
    await upf.say('wait 1000');
    expect(await left()).toEqual([0, 0, 0]);
    expect((await upf.establish(basic(1))).cause).toBe(1);
  });

  it('make room for one of another SMF that comes meanwhile', async () => {
    await fill(1024);
    await upf.associate(other);
    expect((await upf.establish(basic(1), other)).cause).toBe(75);
    await setDeletion();
    expect((await upf.establish(basic(250), other)).cause).toBe(1);
  });
});
