/** The UPF's agent: usage against thresholds, quotas and clocks, and its reports, against a data path that records. */
import { expect, it } from '@jest/globals';
import { findAll, type IeName } from '../../vnf-catalog/upf/client/ie.ts';
import { writeMessage } from '../../vnf-catalog/upf/client/message.ts';
import { type Answer } from '../../vnf-catalog/upf/client/reading.ts';
import { type Urr, writeRules } from '../../vnf-catalog/upf/client/rules.ts';
import { basic, type Driver, type Said } from './upf-driver.js';
import { describeCompiled, eachTestHasAnAgent } from './upf-each-test.js';

let upf: Driver;
eachTestHasAnAgent('upf-usage', (agent) => {
  upf = agent;
  return upf.associate();
});

const measured = async (...createUrrs: readonly Urr[]): Promise<Answer> => {
  const urrs = createUrrs.map(({ id }) => id);
  const { createPdrs = [] } = basic();
  const session = await upf.establish(
    basic(1, { createUrrs, createPdrs: createPdrs.map((pdr) => ({ ...pdr, urrs })) }),
  );
  expect(session.cause).toBe(1);
  return session;
};
/** By volume, told at each so many octets. */
const measuredTo = async (total: number): Promise<Answer> =>
  measured({ id: 1, measures: ['volume'], triggers: ['volumeThreshold'], volumeThreshold: { total } });
/** By URRs that the client does not write: `octets`, beside those of the rules. */
const measuredBy = async (
  octets: Buffer,
  urrs: readonly number[],
  createUrrs: readonly Urr[] = [],
): Promise<Answer> => {
  const { createPdrs = [], ...rest } = basic();
  const rules = writeRules({ ...rest, createUrrs, createPdrs: createPdrs.map((pdr) => ({ ...pdr, urrs })) });
  const session = await upf.establish([...rules, octets]);
  expect(session.cause).toBe(1);
  return session;
};
const use = async (session: Answer, bytes: number, way = 'up', urr = 1): Promise<Said> =>
  upf.say(`use ${String(session.upSeid)} ${String(urr)} ${way} ${String(bytes)}`);
const usage = ({ answers }: Said) => answers.flatMap((each) => each.usage);
const accepted = async ({ messages }: Said): Promise<Said> => {
  const report = messages.find(({ name }) => name === 'sessionReportRequest');
  if (report === undefined) throw new Error('there is no report');
  return upf.accept(report, 'sessionReportResponse');
};

describeCompiled('a URR of the UPF', () => {
  it('is reported at its volume threshold, and again at the next one', async () => {
    const session = await measuredTo(300);
    expect(usage(await use(session, 299))).toEqual([]);
    const first = await use(session, 100, 'down');
    expect(usage(first)).toMatchObject([
      { urr: 1, number: 0, triggers: ['volumeThreshold'], volume: { total: 399, up: 299, down: 100 } },
    ]);
    await accepted(first);
    expect(usage(await use(session, 300))).toMatchObject([{ number: 1, volume: { total: 300, up: 300, down: 0 } }]);
  });

  it('is reported once at a time: what comes until the response is in the next report', async () => {
    const session = await measuredTo(1);
    const first = await use(session, 10);
    expect(usage(first)).toHaveLength(1);
    for (let packet = 0; packet < 20; packet++) expect((await use(session, 10)).messages).toEqual([]);
    expect(usage(await accepted(first))).toMatchObject([{ volume: { total: 200 } }]);
  });

  it.each<[string, Urr]>([
    ['volume', { id: 1, measures: ['volume'], triggers: ['volumeThreshold'], volumeThreshold: { total: 0 } }],
    ['time', { id: 1, measures: ['duration'], triggers: ['timeThreshold'], timeThresholdSeconds: 0 }],
  ])('is not reported for nothing when its %s threshold is 0', async (_what, urr) => {
    const session = await measured(urr);
    const first = await use(session, 10);
    const report = first.messages.length > 0 ? first : await upf.say('wait 1000');
    expect((await accepted(report)).messages).toEqual([]);
  });

  it('is reported again and again until the response comes, N1 times at most', async () => {
    const session = await measuredTo(1);
    const first = await use(session, 10);
    const repeated = await upf.say('wait 20000');
    expect(repeated.messages.length).toBeGreaterThanOrEqual(2);
    expect(repeated.messages.length).toBeLessThanOrEqual(3);
    for (const each of repeated.messages) expect(each).toEqual(first.messages[0]);
    expect((await upf.status()).counters).toMatchObject({ reports_failed: 1 });
    expect(usage(await use(session, 10))).toHaveLength(1);
  });

  it('blocks at its quota, is reported once, and lets through what a new quota allows', async () => {
    const session = await measured({
      id: 1,
      measures: ['volume'],
      triggers: ['volumeQuota'],
      volumeQuota: { total: 250 },
    });
    await use(session, 100);
    await use(session, 100);
    const beyond = await use(session, 100);
    expect(usage(beyond)).toMatchObject([{ triggers: ['volumeQuota'], volume: { total: 200 } }]);
    await accepted(beyond);
    expect((await use(session, 100)).messages).toEqual([]);
    await upf.modify(session, { updateUrrs: [{ id: 1, volumeQuota: { total: 150 } }] });
    expect((await use(session, 100)).messages).toEqual([]);
    expect(usage(await use(session, 100))).toMatchObject([{ triggers: ['volumeQuota'], volume: { total: 100 } }]);
  });

  it('is reported with those that are linked to it', async () => {
    // URR 2: volume, linked usage reporting, linked to URR 1.
    const linked = Buffer.from('0006001b005100040000000200' + '3e000102' + '002500028000' + '0052000400000001', 'hex');
    const urr = { id: 1, measures: ['volume'], triggers: ['volumeThreshold'], volumeThreshold: { up: 50 } } as const;
    const session = await measuredBy(linked, [1, 2], [urr]);
    await use(session, 30, 'down', 2);
    expect(usage(await use(session, 50))).toMatchObject([
      { urr: 1, triggers: ['volumeThreshold'], volume: { up: 50 } },
      { urr: 2, triggers: ['linked'], volume: { down: 30 } },
    ]);
  });

  it('is reported by its period, on a clock that goes evenly', async () => {
    const session = await measured({ id: 1, measures: ['volume'], triggers: ['periodic'], periodSeconds: 10 });
    await use(session, 10);
    expect((await upf.say('wait 9990')).messages).toEqual([]);
    const first = await upf.say('wait 10');
    expect(usage(first)).toMatchObject([{ triggers: ['periodic'], volume: { total: 10 } }]);
    await accepted(first);
    expect((await upf.say('wait 9990')).messages).toEqual([]);
    expect(usage(await upf.say('wait 10'))).toMatchObject([{ number: 1, volume: { total: 0 } }]);
  });

  it('measures time from the first packet on', async () => {
    const session = await measured({
      id: 1,
      measures: ['duration'],
      triggers: ['timeThreshold'],
      timeThresholdSeconds: 5,
    });
    expect((await upf.say('wait 20000')).messages).toEqual([]);
    await use(session, 10);
    expect((await upf.say('wait 4980')).messages).toEqual([]);
    expect(usage(await upf.say('wait 20'))).toMatchObject([{ triggers: ['timeThreshold'], seconds: 5 }]);
  });

  it('blocks when its time quota is over', async () => {
    const session = await measured({ id: 1, measures: ['duration'], triggers: ['timeQuota'], timeQuotaSeconds: 3 });
    await use(session, 10);
    const over = await upf.say('wait 3000');
    expect(usage(over)).toMatchObject([{ triggers: ['timeQuota'], seconds: 3 }]);
    await accepted(over);
    await use(session, 10);
    expect((await upf.remove(session)).usage).toMatchObject([{ triggers: ['termination'] }]);
  });

  it('tells the start and the stop of traffic', async () => {
    const session = await measured({ id: 1, measures: ['event'], triggers: ['startOfTraffic', 'stopOfTraffic'] });
    const start = await use(session, 10);
    expect(usage(start)).toMatchObject([{ triggers: ['start'] }]);
    await accepted(start);
    expect((await use(session, 10)).messages).toEqual([]);
    expect((await upf.say('wait 29900')).messages).toEqual([]);
    const stop = await upf.say('wait 200');
    expect(usage(stop)).toMatchObject([{ triggers: ['stop'] }]);
    await accepted(stop);
    expect(usage(await use(session, 10))).toMatchObject([{ triggers: ['start'] }]);
  });

  /** Starts of traffic, each 2.1 s after the last packet; what the last one brought. */
  const starts = async (session: Answer, count: number): Promise<Said> => {
    let said = await upf.say('wait 0');
    for (let start = 0; start < count; start++) {
      expect(said.messages).toEqual([]);
      await upf.say('wait 2100');
      said = await use(session, 10);
    }
    return said;
  };
  const counted = (more: Partial<Urr>): Promise<Answer> =>
    measured({
      ...{ id: 1, measures: ['volume', 'event'], inactivitySeconds: 2 },
      ...{ triggers: ['eventThreshold', 'eventQuota'], eventThreshold: 32 },
      ...more,
    });
  const seconds = (said: Said) =>
    usage(said).flatMap(({ events = [] }) => events.map((each) => Date.parse(each) / 1000));

  it('is reported at its event threshold, with the time of each start of traffic', async () => {
    const session = await counted({ eventThreshold: 2 });
    for (const volume of [20, 30]) {
      const second = await starts(session, 2);
      expect(usage(second)).toMatchObject([{ triggers: ['eventThreshold'], volume: { total: volume } }]);
      const [first = 0, last = 0, ...more] = seconds(second);
      expect([last - first >= 2, last - first <= 3, more]).toEqual([true, true, []]);
      await accepted(second);
      expect((await use(session, 10)).messages).toEqual([]);
    }
  });

  it('lets the traffic of the last event of its quota end, and drops the next one', async () => {
    const session = await counted({ eventQuota: 2 });
    const last = await starts(session, 2);
    expect(usage(last)).toMatchObject([{ triggers: ['eventQuota'], volume: { total: 20 } }]);
    expect(seconds(last)).toHaveLength(2);
    await accepted(last);
    await use(session, 10);
    expect((await starts(session, 2)).messages).toEqual([]);
    expect((await upf.modify(session, { updateUrrs: [{ id: 1, eventQuota: 1 }] })).cause).toBe(1);
    const again = await starts(session, 1);
    expect(usage(again)).toMatchObject([{ triggers: ['eventQuota'], volume: { total: 20 } }]);
    expect(seconds(again)).toHaveLength(1);
  });

  it('lets nothing through with an event quota of 0, and says so once', async () => {
    const session = await counted({ eventQuota: 0 });
    const first = await starts(session, 1);
    expect(usage(first)).toMatchObject([{ triggers: ['eventQuota'], volume: { total: 0 } }]);
    expect(seconds(first)).toEqual([]);
    await accepted(first);
    expect((await starts(session, 2)).messages).toEqual([]);
  });

  it('counts events on after the agent was killed', async () => {
    const session = await counted({ eventThreshold: 3 });
    await starts(session, 2);
    await upf.say('again');
    const third = await starts(session, 1);
    expect([usage(third)[0]?.triggers, seconds(third).length]).toEqual([['eventThreshold'], 3]);
  });

  it('has room for 32 events in a report', async () => {
    const last = await starts(await counted({ eventQuota: 32, eventThreshold: 33 }), 32);
    expect([usage(last)[0]?.triggers, new Set(seconds(last)).size]).toEqual([['eventQuota'], 32]);
  });

  it.each([
    [
      'an event threshold of more than a report has room for',
      { triggers: ['eventThreshold'], eventThreshold: 33 },
      { cause: 75, offendingIe: 149, failedRule: 'URR 1' },
    ],
    [
      'an event quota of more than a report has room for',
      { triggers: ['eventQuota'], eventQuota: 33 },
      { cause: 75, offendingIe: 148 },
    ],
    ['a trigger without its threshold', { triggers: ['eventThreshold'] }, { cause: 67, offendingIe: 149 }],
  ] as const)('is refused for %s', async (_what, more, fault) => {
    const urr: Urr = { id: 1, measures: ['event'], ...more };
    expect(await upf.establish(basic(1, { createUrrs: [urr] }))).toMatchObject(fault);
    const paid: Urr = { id: 1, measures: ['event'], triggers: ['eventThreshold'], eventThreshold: 32, eventQuota: 99 };
    expect(await upf.establish(basic(1, { createUrrs: [paid] }))).toMatchObject({ cause: 1 });
  });

  /** Traffic has begun, and was told, before an update asks for more than that. */
  const begun = async (update: Partial<Urr>): Promise<Answer> => {
    const session = await measured({ id: 1, measures: ['duration', 'event'], triggers: ['startOfTraffic'] });
    await accepted(await use(session, 10));
    await upf.say('wait 3000');
    await use(session, 10);
    expect((await upf.modify(session, { updateUrrs: [{ id: 1, ...update }] })).cause).toBe(1);
    return session;
  };

  it('tells the stop of traffic that had begun before it was to be told', async () => {
    await begun({ triggers: ['stopOfTraffic'] });
    expect((await upf.say('wait 29900')).messages).toEqual([]);
    expect(usage(await upf.say('wait 200'))).toMatchObject([{ triggers: ['stop'] }]);
  });

  it('counts events after traffic that had begun before they were to be counted', async () => {
    const update = { triggers: ['eventThreshold'], eventThreshold: 1, inactivitySeconds: 2 } as const;
    expect(usage(await starts(await begun(update), 1))).toMatchObject([{ triggers: ['eventThreshold'] }]);
  });

  it('measures no time in which traffic is inactive, once an update says so', async () => {
    const session = await begun({ inactivitySeconds: 2 });
    await upf.say('wait 20000');
    expect((await upf.modify(session, { queryUrrs: [1] })).usage).toMatchObject([{ seconds: 3 }]);
  });

  it('heeds a shorter Inactivity Detection Time at once', async () => {
    const session = await begun({ triggers: ['stopOfTraffic'] });
    await upf.say('wait 5000');
    expect((await upf.modify(session, { updateUrrs: [{ id: 1, inactivitySeconds: 4 }] })).cause).toBe(1);
    expect(usage(await upf.say('wait 100'))).toMatchObject([{ triggers: ['stop'] }]);
  });

  it('measures time of traffic that had begun before time was to be measured', async () => {
    const session = await measured({ id: 1, measures: ['volume'], triggers: ['startOfTraffic'] });
    await accepted(await use(session, 10));
    const update = { id: 1, measures: ['duration'], triggers: ['timeQuota'], timeQuotaSeconds: 3 } as const;
    expect((await upf.modify(session, { updateUrrs: [update] })).cause).toBe(1);
    expect(usage(await upf.say('wait 3000'))).toMatchObject([{ triggers: ['timeQuota'], seconds: 3 }]);
  });

  it('misses no event while a report waits for its response', async () => {
    const session = await counted({ eventThreshold: 1 });
    const first = await starts(session, 1);
    await upf.say('wait 2100');
    expect(usage(await use(session, 10))).toEqual([]);
    expect(usage(await accepted(first))).toMatchObject([{ triggers: ['eventThreshold'], volume: { total: 10 } }]);
  });

  it('tells no stop of traffic that goes on, when it was reported meanwhile', async () => {
    const session = await measured({
      id: 1,
      measures: ['volume', 'event'],
      triggers: ['stopOfTraffic', 'volumeThreshold'],
      volumeThreshold: { total: 100 },
    });
    await use(session, 10);
    await upf.say('wait 29000');
    await accepted(await use(session, 100));
    expect((await upf.say('wait 29000')).messages).toEqual([]);
    expect(usage(await upf.say('wait 1100'))).toMatchObject([{ triggers: ['stop'] }]);
  });

  it('keeps the time that was used of a quota when traffic stops after a report', async () => {
    // URR 1: duration and volume, time quota 100 s, inactivity detection time 10 s, volume threshold of 100 octets.
    const timed = Buffer.from(
      '000600370051000400000001' +
        '003e000103' +
        '002500020202' +
        '004a000400000064' +
        '002400040000000a' +
        '001f0009010000000000000064',
      'hex',
    );
    timed.writeUInt16BE(timed.length - 4, 2);
    const session = await measuredBy(timed, [1]);
    const goesOn = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 5) {
        await use(session, 1);
        await upf.say('wait 5000');
      }
    };
    await goesOn(60);
    await accepted(await use(session, 100));
    await upf.say('wait 20000');
    await goesOn(35);
    await use(session, 1);
    expect(usage(await upf.say('wait 5500'))).toMatchObject([{ triggers: ['timeQuota'] }]);
  });

  it('is reported when asked for, when it is removed, and when its session is deleted', async () => {
    const urr = { measures: ['volume'] } as const;
    const session = await measured({ id: 1, ...urr }, { id: 2, ...urr });
    await use(session, 10);
    await use(session, 20, 'down', 2);
    const asked = await upf.modify(session, { queryUrrs: [1] });
    expect(asked.usage).toMatchObject([{ urr: 1, number: 0, triggers: ['immediate'], volume: { up: 10 } }]);
    const removed = await upf.modify(session, { removeUrrs: [2] });
    expect(removed.usage).toMatchObject([{ urr: 2, triggers: ['termination'], volume: { down: 20 } }]);
    await use(session, 5);
    const deleted = await upf.remove(session);
    expect(deleted.usage).toMatchObject([{ urr: 1, number: 1, triggers: ['termination'], volume: { total: 5 } }]);
  });

  it('is reported all the same when the data path has lost its event', async () => {
    const session = await measuredTo(100);
    await upf.say('deaf yes');
    expect((await use(session, 150)).messages).toEqual([]);
    await upf.say('deaf no');
    expect(usage(await upf.say('wait 1000'))).toMatchObject([
      { triggers: ['volumeThreshold'], volume: { total: 150 } },
    ]);
    expect(upf.stderr).toContain('lost 1 events');
  });

  const queried = async ({ upSeid }: Answer, name: IeName): Promise<Buffer[]> => {
    const query = writeRules({ queryUrrs: [1] });
    const { messages } = await upf.send(writeMessage('sessionModificationRequest', upf.next(), query, upSeid));
    const reports = messages.flatMap(({ ies }) => findAll(ies, 'usageReportInModification'));
    return reports.flatMap(({ within }) => findAll(within, name).map(({ value }) => value));
  };

  it('counts packets, too, when it is told to', async () => {
    // URR 1: volume, no triggers, measurement information MNOP.
    const urr = Buffer.from('0006001800510004000000010' + '03e00010200250002000000640001' + '10', 'hex');
    const session = await measuredBy(urr, [1]);
    for (const way of ['up', 'up', 'down']) await use(session, 10, way);
    const [volume] = await queried(session, 'volumeMeasurement');
    expect(volume?.readUInt8(0)).toBe(0x3f);
    expect([0, 1, 2, 3, 4, 5].map((at) => Number(volume?.readBigUInt64BE(1 + at * 8)))).toEqual([30, 20, 10, 3, 2, 1]);
  });

  it('has the times of its only packet, of which the start was told', async () => {
    const session = await measured({ id: 1, measures: ['volume'], triggers: ['startOfTraffic'] });
    await accepted(await use(session, 10));
    expect(await queried(session, 'timeOfFirstPacket')).toHaveLength(1);
    expect(await queried(session, 'timeOfFirstPacket')).toEqual([]);
  });

  it('goes on counting where it was after the agent was killed', async () => {
    const session = await measuredTo(100);
    await accepted(await use(session, 100));
    await use(session, 60);
    await upf.say('again');
    expect(usage(await use(session, 40))).toMatchObject([{ number: 1, volume: { total: 100 } }]);
  });
});
