/** The UPF's agent: associations, sessions made, changed and deleted whole or not at all, and what it leaves behind. */
import { expect, it } from '@jest/globals';
import { u32, u8 } from '../../vnf-catalog/upf/client/ie.ts';
import { writeMessage } from '../../vnf-catalog/upf/client/message.ts';
import { writeRules } from '../../vnf-catalog/upf/client/rules.ts';
import { basic, type Driver, fSeid, nodeId, smfAddress } from './upf-driver.js';
import { describeCompiled, eachTestHasAnAgent } from './upf-each-test.js';

let upf: Driver;
eachTestHasAnAgent('upf-sessions', (agent) => {
  upf = agent;
});

/** What a session costs; all of it is 0 again at the end. */
async function tables() {
  const { gauges } = await upf.status();
  const { sessions, pdrs, teids, session_memory_used_bytes: memory, gtpu_peers: peers } = gauges;
  const { data_path_sessions: path, data_path_ue_routes: routes, buffer_held_packets: held } = gauges;
  return { sessions, pdrs, teids, memory, peers, path, routes, held };
}

const empty = { sessions: 0, pdrs: 0, teids: 0, memory: 0, peers: 0, path: 0, routes: 0, held: 0 };

describeCompiled('a session of the UPF', () => {
  it('is made with a TEID that was chosen, and goes without a trace', async () => {
    expect(await upf.associate()).toMatchObject({ cause: 1, nodeId: 'upf.example' });
    const session = await upf.establish(basic());
    expect(session).toMatchObject({ cause: 1, created: [{ id: 1, tunnel: { address: '10.3.0.1' } }] });
    expect(await tables()).toMatchObject({ sessions: 1, pdrs: 2, teids: 1, peers: 1, path: 1 });
    expect((await upf.remove(session)).cause).toBe(1);
    expect(await tables()).toEqual(empty);
  });

  it('needs less than 1 KiB with two PDRs, two FARs, a QER and a URR', async () => {
    await upf.associate();
    const more = {
      createQers: [{ id: 1, qfi: 9, mbrUpKbps: 1000 }],
      createUrrs: [{ id: 1, measures: ['volume'] as const }],
    };
    expect((await upf.establish(basic(1, more))).cause).toBe(1);
    expect((await tables()).memory).toBeLessThan(1024 - 64);
  });

  it('gets a TEID for each CHOOSE ID, and one UE address for all of its PDRs', async () => {
    await upf.associate();
    const uplink = { precedence: 1, source: 'access', far: 1, ue: { choose: 'v4' } } as const;
    const { created } = await upf.establish({
      ...basic(),
      createPdrs: [
        { ...uplink, id: 1, tunnel: { choose: true, chooseId: 5 } },
        { ...uplink, id: 2, tunnel: { choose: true, chooseId: 5 } },
        { ...uplink, id: 3, tunnel: { choose: true, chooseId: 6 } },
        { id: 4, precedence: 1, source: 'core', instance: 'internet', far: 2, ue: { choose: 'v4' } },
      ],
    });
    const teids = created.map(({ tunnel }) => tunnel?.teid);
    expect(teids[0]).toBe(teids[1]);
    expect(teids[2]).not.toBe(teids[0]);
    expect(new Set(created.map(({ ue }) => ue?.v4)).size).toBe(1);
    expect(created[3]?.ue?.v4).toMatch(/^10\.60\./);
  });

  it('is refused whole, with the rule at fault, when a rule names one that is not there', async () => {
    await upf.associate();
    const refused = await upf.establish(basic(1, { createFars: [{ id: 1, actions: ['drop'] }] }));
    expect(refused).toMatchObject({ cause: 73, offendingIe: 108, failedRule: 'PDR 2' });
    expect(await tables()).toEqual(empty);
  });

  it('is refused when one id comes twice', async () => {
    await upf.associate();
    const { createFars = [], createPdrs = [] } = basic();
    expect(await upf.establish({ createPdrs, createFars: [...createFars, ...createFars] })).toMatchObject({
      ...{ cause: 73, failedRule: 'FAR 1' },
    });
    expect(await upf.establish({ createFars, createPdrs: [...createPdrs, ...createPdrs] })).toMatchObject({
      ...{ cause: 73, failedRule: 'PDR 1' },
    });
    expect(await tables()).toEqual(empty);
  });

  it('is refused for a family of which there is no address', async () => {
    await upf.associate();
    const { createFars = [] } = basic();
    const tunnel = { choose: true, v6: true };
    const createPdrs = [{ id: 1, precedence: 1, source: 'access', far: 1, tunnel }] as const;
    expect(await upf.establish({ createFars, createPdrs })).toMatchObject({ cause: 71, offendingIe: 21 });
    expect(await tables()).toEqual(empty);
  });

  it('may name the data network on both sides, and have rules for user data of the SMF', async () => {
    await upf.associate();
    const tunnel = { choose: true } as const;
    const pdr = { precedence: 1, instance: 'internet', removal: 0, tunnel } as const;
    const session = await upf.establish({
      createPdrs: [
        { ...pdr, id: 1, source: 'access', far: 1 },
        { ...pdr, id: 2, source: 'cp', far: 2 },
        { ...pdr, id: 3, source: 'access', far: 3 },
      ],
      createFars: [
        { id: 1, actions: ['forward'], destination: 'core', instance: 'internet' },
        { id: 2, actions: ['forward'], destination: 'access', tunnel: { teid: 5, address: '10.3.0.2' } },
        { id: 3, actions: ['forward'], destination: 'cp', tunnel: { teid: 6, address: '10.3.0.9' } },
      ],
    });
    expect(session.cause).toBe(1);
    expect(new Set(session.created.map((each) => each.tunnel?.address))).toEqual(new Set(['10.3.0.1']));
    const unknown = { createPdrs: [{ ...pdr, id: 1, source: 'access', instance: 'nowhere', far: 1 }] } as const;
    expect(await upf.establish(basic(1, unknown))).toMatchObject({ cause: 73, offendingIe: 22, failedRule: 'PDR 1' });
  });

  it('may have a PDR without FAR, whose packets the data path drops', async () => {
    await upf.associate();
    const { createFars = [] } = basic();
    const createPdrs = [{ id: 1, precedence: 1, source: 'access', tunnel: { choose: true } }] as const;
    expect((await upf.establish({ createFars, createPdrs })).cause).toBe(1);
  });

  it.each([
    [{ updateFars: [{ id: 9, actions: ['drop'] }] }, 'FAR 9'],
    [{ updatePdrs: [{ id: 9, precedence: 1 }] }, 'PDR 9'],
    [{ updateQers: [{ id: 9 }] }, 'QER 9'],
    [{ updateUrrs: [{ id: 9, measures: ['volume'] }] }, 'URR 9'],
    [{ removePdrs: [9] }, 'PDR 9'],
    [{ removeFars: [9] }, 'FAR 9'],
    [{ removeQers: [9] }, 'QER 9'],
    [{ removeUrrs: [9] }, 'URR 9'],
    [{ queryUrrs: [9] }, 'URR 9'],
  ] as const)('stays as it was after %j', async (change, failedRule) => {
    await upf.associate();
    const session = await upf.establish(basic());
    const before = await tables();
    const change1 = { ...change, createQers: [{ id: 1 }] };
    expect(await upf.modify(session, change1)).toMatchObject({ cause: 73, failedRule });
    expect(await tables()).toEqual(before);
    expect((await upf.say(`session ${String(session.upSeid)}`)).lines).toEqual(['session 2 2 0 0']);
  });

  it('is as before when the data path refuses', async () => {
    await upf.associate();
    const session = await upf.establish(basic());
    const before = await tables();
    await upf.say('refuse');
    expect((await upf.modify(session, { createQers: [{ id: 1 }] })).cause).toBe(75);
    await upf.say('refuse');
    expect((await upf.establish(basic(2))).cause).toBe(75);
    expect(await tables()).toEqual(before);
    expect((await upf.modify(session, { createQers: [{ id: 1 }] })).cause).toBe(1);
  });

  it('sends one end marker to the old peer when the path is switched', async () => {
    await upf.associate();
    const session = await upf.establish(basic());
    const far = {
      id: 2,
      actions: ['forward'],
      destination: 'access',
      tunnel: { teid: 7, address: '10.3.0.3' },
    } as const;
    const change = writeRules({ updateFars: [{ ...far, endMarker: true }] });
    const message = writeMessage('sessionModificationRequest', upf.next(), change, session.upSeid);
    expect((await upf.send(message)).lines).toEqual(['endmarker 10.3.0.2 4097']);
    expect((await upf.send(message)).lines).toEqual([]);
    expect((await upf.say('status')).lines.join('')).toContain('"end_markers_sent":1');
  });

  it('is not found under another SEID, nor under SEID 0', async () => {
    await upf.associate();
    const session = await upf.establish(basic());
    for (const seid of [0n, 1n, (session.upSeid ?? 0n) + 1n, (session.upSeid ?? 0n) + (1n << 32n)])
      expect((await upf.ask('sessionDeletionRequest', [], seid)).cause).toBe(65);
    expect((await tables()).sessions).toBe(1);
  });

  it('gets a SEID and a TEID that were not used before', async () => {
    await upf.associate();
    const seen = new Set<unknown>();
    for (let turn = 0; turn < 200; turn++) {
      const session = await upf.establish(basic());
      seen.add(session.upSeid).add(session.created[0]?.tunnel?.teid);
      await upf.remove(session);
    }
    expect(seen.size).toBe(400);
    expect(await tables()).toEqual(empty);
  });

  it('is refused with cause 75 when all slots are taken, and made again when one is free', async () => {
    await upf.associate();
    const sessions = [];
    for (let number = 0; number < 64; number++) sessions.push(await upf.establish(basic(number)));
    expect(sessions.map(({ cause }) => cause)).toEqual(Array(64).fill(1));
    expect((await upf.establish(basic(65))).cause).toBe(75);
    for (const session of sessions) await upf.remove(session);
    expect(await tables()).toEqual(empty);
  });

  it('has at most 8 URRs', async () => {
    await upf.associate();
    const createUrrs = Array.from({ length: 9 }, (_, id) => ({ id, measures: ['volume'] as const }));
    expect(await upf.establish(basic(1, { createUrrs }))).toMatchObject({ cause: 75, failedRule: 'URR 8' });
    expect(await tables()).toEqual(empty);
  });

  it('is refused without Node ID, F-SEID, PDR or FAR, each by its name', async () => {
    await upf.associate();
    const rules = writeRules(basic());
    const refusal = async (ies: readonly Buffer[]) => {
      const { cause, offendingIe } = await upf.ask('sessionEstablishmentRequest', ies, 0n);
      return [cause, offendingIe];
    };
    expect(await refusal([fSeid(1n), ...rules])).toEqual([66, 60]);
    expect(await refusal([nodeId(), ...rules])).toEqual([66, 57]);
    expect(await refusal([nodeId(), fSeid(1n), ...rules.slice(2)])).toEqual([66, 1]);
    expect(await refusal([nodeId(), fSeid(1n), ...rules.slice(0, 2)])).toEqual([66, 3]);
    expect(await refusal([nodeId(), fSeid(1n), ...rules, Buffer.from([0, 113, 0, 1, 5])])).toEqual([76, 113]);
    expect(await tables()).toEqual(empty);
  });

  it.each([
    ['periodic', 64],
    ['volumeThreshold', 31],
    ['timeThreshold', 32],
    ['eventThreshold', 149],
    ['linkedUsage', 82],
  ] as const)('keeps its URR when an update brings %s without what it needs', async (trigger, offendingIe) => {
    await upf.associate();
    const session = await upf.establish(basic(1, { createUrrs: [{ id: 1, measures: ['volume'] }] }));
    const update = { updateUrrs: [{ id: 1, triggers: [trigger] }] };
    expect(await upf.modify(session, update)).toMatchObject({ cause: 67, offendingIe, failedRule: 'URR 1' });
    const more = { updateUrrs: [{ id: 1, volumeThreshold: { total: 5 } }] };
    expect((await upf.modify(session, more)).cause).toBe(1);
  });
});

describeCompiled('an association of the UPF', () => {
  it('is needed for a session', async () => {
    expect((await upf.establish(basic())).cause).toBe(72);
  });

  it('takes its sessions along when it is released, and leaves those of others', async () => {
    await upf.associate();
    await upf.associate('10.4.0.3');
    await upf.establish(basic(1));
    await upf.establish(basic(2), '10.4.0.3');
    expect((await upf.ask('associationReleaseRequest', [nodeId()])).cause).toBe(1);
    expect((await tables()).sessions).toBe(1);
    expect((await upf.ask('associationReleaseRequest', [nodeId('10.4.0.3')], undefined, '10.4.0.3')).cause).toBe(1);
    expect(await tables()).toEqual(empty);
  });

  it('ends with its sessions when a heartbeat has a new recovery time stamp', async () => {
    await upf.associate();
    await upf.establish(basic());
    await upf.ask('heartbeatRequest', [u32('recoveryTimeStamp', 1)]);
    expect((await tables()).sessions).toBe(1);
    await upf.ask('heartbeatRequest', [u32('recoveryTimeStamp', 2)]);
    expect(await tables()).toEqual(empty);
  });

  it('keeps its sessions when it is set up again and they are to be retained', async () => {
    await upf.associate();
    await upf.establish(basic());
    const retention = Buffer.from([0, 183, 0, 0]);
    await upf.ask('associationSetupRequest', [nodeId(), u32('recoveryTimeStamp', 1), retention]);
    expect((await tables()).sessions).toBe(1);
    await upf.associate();
    expect(await tables()).toEqual(empty);
  });

  it('stays when the set of its sessions is deleted', async () => {
    await upf.associate();
    await upf.establish(basic());
    expect((await upf.ask('sessionSetDeletionRequest', [nodeId()])).cause).toBe(1);
    expect(await tables()).toEqual(empty);
    expect((await upf.establish(basic())).cause).toBe(1);
  });

  it('loses of its sessions those of the set that is named', async () => {
    await upf.associate();
    const set = (...numbers: readonly number[]) => {
      const value = Buffer.from([numbers.length, 10, 4, 0, 9, ...numbers.flatMap((each) => [0, each])]);
      return Buffer.concat([Buffer.from([0, 65, 0, value.length]), value]);
    };
    const first = await upf.establish([...writeRules(basic(1)), set(1)]);
    const second = await upf.establish([...writeRules(basic(2)), set(2, 3)]);
    const third = await upf.establish(basic(3));
    expect((await upf.ask('sessionSetDeletionRequest', [nodeId(), set(7), set(3)])).cause).toBe(1);
    expect((await upf.remove(second)).cause).toBe(65);
    expect((await tables()).sessions).toBe(2);
    expect((await upf.modify(third, [set(7)])).cause).toBe(1);
    expect((await upf.ask('sessionSetDeletionRequest', [nodeId(), set(7)])).cause).toBe(1);
    expect([(await upf.remove(third)).cause, (await upf.remove(first)).cause]).toEqual([65, 1]);
    const cut = await upf.ask('sessionSetDeletionRequest', [nodeId(), set(1).fill(5, 4, 5)]);
    expect(cut).toMatchObject({ cause: 68, offendingIe: 65 });
  });

  it('is watched by heartbeats with the recovery time stamp of the UPF', async () => {
    const { recovery } = await upf.associate();
    const { messages, answers } = await upf.say('wait 60000');
    expect(answers).toMatchObject([{ message: 'heartbeatRequest', recovery }]);
    const [request] = messages;
    if (request === undefined) throw new Error('no heartbeat');
    await upf.send(writeMessage('heartbeatResponse', request.sequence, [u32('recoveryTimeStamp', 1)]));
    expect((await upf.say('wait 59000')).messages).toEqual([]);
  });

  it('is given up for requests of strangers and answers that nobody asked for', async () => {
    const setup = writeMessage('associationSetupRequest', 1, [nodeId(), u32('recoveryTimeStamp', 1)]);
    expect(await upf.send(setup, '192.0.2.1')).toMatchObject({ messages: [], lines: [] });
    await upf.send(writeMessage('sessionReportResponse', 9, [u8('cause', 1)], 1n));
    const { counters } = await upf.status();
    expect(counters).toMatchObject({ n4_stranger_datagrams: 1, n4_stray_responses: 1 });
  });

  it('is asked to be released when the UPF is stopped, and no session is made then', async () => {
    await upf.associate();
    const { answers, lines } = await upf.say('stop');
    expect(answers).toMatchObject([{ message: 'associationUpdateRequest', nodeId: 'upf.example' }]);
    expect(lines).toEqual(['asked 1']);
    expect((await upf.establish(basic())).cause).toBe(74);
    expect((await upf.ask('associationReleaseRequest', [nodeId()])).cause).toBe(1);
  });

  it('refuses PFD management, by cause', async () => {
    expect((await upf.ask('pfdManagementRequest', [])).cause).toBe(76);
  });
});

describeCompiled('an agent that is killed', () => {
  it('finds its sessions, associations and recovery time stamp again', async () => {
    const { recovery } = await upf.associate();
    const session = await upf.establish(basic());
    const before = await tables();
    await upf.say('again');
    expect(await tables()).toEqual(before);
    expect((await upf.ask('heartbeatRequest', [u32('recoveryTimeStamp', 1)])).recovery).toBe(recovery);
    expect((await upf.modify(session, { createQers: [{ id: 1 }] })).cause).toBe(1);
    expect((await upf.establish(basic(2))).created[0]?.tunnel?.teid).not.toBe(session.created[0]?.tunnel?.teid);
  });

  it('sets its sessions again in a data path that was lost', async () => {
    await upf.associate();
    const session = await upf.establish(basic());
    const before = await tables();
    await upf.say('again lost');
    expect(await tables()).toEqual(before);
    expect((await upf.remove(session)).cause).toBe(1);
    expect(await tables()).toEqual(empty);
  });

  it.each(['before', 'after'])(
    'in the middle of a change, %s the data path has it, has the old rules',
    async (when) => {
      await upf.associate();
      const session = await upf.establish(basic());
      const before = await tables();
      const bytes = writeMessage(
        'sessionModificationRequest',
        upf.next(),
        writeRules({ createQers: [{ id: 1 }] }),
        session.upSeid,
      );
      await upf.say(`die ${when}`);
      expect((await upf.send(bytes)).messages).toEqual([]);
      expect(await tables()).toEqual(before);
      expect((await upf.say(`session ${String(session.upSeid)}`)).lines).toEqual(['session 2 2 0 0']);
      expect((await upf.send(bytes)).answers).toMatchObject([{ cause: 1 }]);
      expect((await upf.say(`session ${String(session.upSeid)}`)).lines).toEqual(['session 2 2 1 0']);
    },
  );

  it.each(['before', 'after'])(
    'in the middle of an establishment, %s the data path has it, has no session',
    async (when) => {
      await upf.associate();
      await upf.say(`die ${when}`);
      const ies = [nodeId(smfAddress), fSeid(77n), ...writeRules(basic())];
      expect((await upf.send(writeMessage('sessionEstablishmentRequest', upf.next(), ies, 0n))).messages).toEqual([]);
      expect(await tables()).toEqual(empty);
      expect((await upf.establish(basic())).cause).toBe(1);
    },
  );
});
