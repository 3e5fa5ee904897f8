/** The engine's contract on the real libvirt library with its own test driver: no daemon, no guests. */
import { afterAll, expect, it } from '@jest/globals';
import { createLibvirtEngine } from '../../src/engine/libvirt/libvirt-engine.js';
import { hostId } from '../../src/shared/ids.js';
import { describeUnless, missingLibrary } from '../libvirt/environment.js';
import { engineContract } from './engine-contract.js';
import { systemClock } from '../../src/system.js';

describeUnless(missingLibrary(), 'libvirt’s test driver', () => {
  const engine = createLibvirtEngine({ clock: systemClock, hostId: hostId('test-driver'), uri: 'test:///default' });
  afterAll(() => engine.stop());

  engineContract({
    pool: 'berth',
    imageFile: '/dev/null',
    guestAnswers: false,
    lacks: ['uploads', 'counters', 'pages', 'references', 'cards', 'hot-plug'],
    // One process for all tests: each test removes what it makes, and one that stops the engine has it restarted.
    fresh: async () => {
      await engine.start();
      return engine;
    },
    clear: () => Promise.resolve(),
    domainXml: ({ uuid, name }) => `<domain type='test'>
      <name>${name}</name><uuid>${uuid}</uuid>
      <memory unit='MiB'>64</memory><vcpu>1</vcpu>
      <os><type arch='i686'>hvm</type></os>
    </domain>`,
  });

  it('reads which CPUs are off from libvirt’s map: the test driver always says that 0, 2 and 4 of 8 are on', async () => {
    await engine.start();
    expect((await engine.tuning()).offlineCpus).toEqual([1, 3, 5, 6, 7]);
  });
});
