/** What an engine tells of the process that speaks to its host, with the real libvirt library's own test driver. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EngineError, type Engine } from '../../src/engine/engine.js';
import { createLibvirtEngine } from '../../src/engine/libvirt/libvirt-engine.js';
import { hostId } from '../../src/shared/ids.js';
import { realClock } from '../builders/berth.js';
import { describeUnless, missingLibrary } from '../libvirt/environment.js';
import { systemClock } from '../../src/system.js';

describeUnless(missingLibrary(), 'the process of an engine', () => {
  let engine: Engine;
  /** As short as it gets: the call is taken for one that hangs, which costs the process. */
  let isHasty = false;
  beforeAll(() => {
    const deadlineMs = (): number => (isHasty ? 0 : 45_000);
    engine = createLibvirtEngine({ clock: systemClock, hostId: hostId('h'), uri: 'test:///default', deadlineMs });
  });
  afterAll(() => engine.stop());

  const until = async (what: () => boolean): Promise<void> => {
    for (let tries = 0; !what(); tries += 1) {
      if (tries > 6_000) throw new Error(`not within 60 s; the process is ${JSON.stringify(engine.process())}`);
      await realClock.sleep(10);
    }
  };

  it('is none before the start, one after, and one that was restarted after a call that hung', async () => {
    expect(engine.process()).toEqual({ isUp: false, restarts: 0 });
    await engine.start();
    expect(engine.process()).toEqual({ isUp: true, restarts: 0 });
    isHasty = true;
    const hangs = async (): Promise<unknown> => engine.listDomains().catch((error: unknown) => error);
    let failure = await hangs();
    while (!(failure instanceof EngineError)) failure = await hangs();
    expect(failure.kind).toBe('Timeout');
    isHasty = false;
    await until(() => engine.process()?.restarts === 1 && engine.isConnected());
    expect(engine.process()).toEqual({ isUp: true, restarts: 1 });
    expect(await engine.listDomains()).toHaveLength(1);
  });

  it('is none after the end, which is no restart', async () => {
    await engine.stop();
    expect(engine.process()).toEqual({ isUp: false, restarts: 1 });
  });
});
