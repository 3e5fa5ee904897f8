import { describe, expect, it } from '@jest/globals';
import { unplugCard } from '../../../src/engine/libvirt/unplugging.js';
import type { Leaving } from '../../../src/engine/libvirt/calls/cards.js';
import { hostId, vnfcId } from '../../../src/shared/ids.js';
import { TestClock } from '../../engine-simulated/bench.js';

const uuid = vnfcId('11111111-2222-4333-8444-00000000ca4d');
const card = `<interface type='network'><mac address='52:54:00:00:00:01'/><source network='lan'/></interface>`;

/** A host that answers so, one after the other, and the last one again. */
function unplugged(answers: readonly Leaving[], timeoutMs = 10_000) {
  const clock = new TestClock();
  let asked = 0;
  const answer = () => answers[Math.min(asked++, answers.length - 1)];
  const host = { call: () => Promise.resolve(answer()) } as unknown as Parameters<typeof unplugCard>[0];
  const done = unplugCard(host, { hostId: hostId('host-1'), uuid, card }, timeoutMs, clock);
  return { done, clock, asked: () => asked };
}

describe('taking a card out of a running guest', () => {
  it('is done when the guest has given it up', async () => {
    const { done, asked } = unplugged([{ card: 'asked' }, { card: 'asked' }, { card: 'gone' }]);
    await done;
    expect(asked()).toBe(3);
  });

  it('ends with the time that the guest has, and says what to do and what the hypervisor said', async () => {
    const { done, clock } = unplugged([{ card: 'asked', said: 'Device net0 is already in the process of unplug' }]);
    const fromMs = clock.elapsedMs();
    await expect(done).rejects.toMatchObject({
      kind: 'Timeout',
      message: expect.stringMatching(
        /VNFC 11111111-.* did not give up its card 52:54:00:00:00:01 on lan in 10 s: .*retry.*already in the process/,
      ) as unknown as string,
    });
    expect(clock.elapsedMs() - fromMs).toBeLessThanOrEqual(10_000);
  });
});
