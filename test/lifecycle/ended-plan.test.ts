import { expect, it } from '@jest/globals';
import { withoutGuestContent } from '../../src/lifecycle/ended-plan.js';
import type { LcmPlan, Step, StepKind } from '../../src/lifecycle/model.js';

const step = (kind: StepKind, input: object): Step => ({ id: kind, kind, lane: 'l', timeoutMs: 1, stage: 0, input });
const plan = (...steps: readonly Step[]): LcmPlan => ({
  ...{ vnfcs: [], links: [], order: 'add-first', rollbackSupported: true },
  steps,
});

it('keeps what an ended operation did, without what guests were given to read', () => {
  const stop = step('stop-domain', { vnfcId: 'c-1' });
  const secret = plan(
    step('content-volume', { name: 'day0', content: 'c2VjcmV0' }),
    step('configure-guest', { vnfcId: 'c-1', command: ['apply'], userData: 'secret' }),
    stop,
  );
  expect(withoutGuestContent(secret).steps).toEqual([
    step('content-volume', { name: 'day0', content: '' }),
    step('configure-guest', { vnfcId: 'c-1', command: ['apply'], userData: '' }),
    stop,
  ]);
});

it('is the same plan when nothing of the kind is in it', () => {
  const clean = plan(step('configure-guest', { userData: '' }), step('start-domain', { vnfcId: 'c-1' }));
  expect(withoutGuestContent(clean)).toBe(clean);
});
