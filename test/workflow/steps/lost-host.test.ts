/**
 * A step on a host that was declared lost never asks the host: what removes is passed over, what brings up is refused.
 */
import { describe, expect, it } from '@jest/globals';
import type { Step, StepKind } from '../../../src/lifecycle/model.js';
import { HostLost } from '../../../src/workflow/steps/lost-host.js';
import type { StepContext } from '../../../src/workflow/steps/handler.js';
import { runStep, undoStep } from '../../../src/workflow/steps/table.js';

const context = {
  engine: () => {
    throw new Error('a lost host was asked');
  },
  store: { hostAdminState: () => Promise.resolve('lost') },
} as unknown as StepContext;

const step = (kind: StepKind, input: object = {}): Step => ({
  ...{ id: kind, kind, lane: 'l', timeoutMs: 1, stage: 0 },
  input: { hostId: 'h-1', ...input },
});

const bringsUp = [
  ...(['base-image', 'ensure-network', 'image-volume', 'blank-volume', 'content-volume'] as const),
  ...(['restore-volume', 'restore-domain', 'define-domain', 'start-domain', 'await-guest', 'configure-guest'] as const),
];

const removes: readonly (readonly [StepKind, object, string | undefined])[] = [
  ['stop-domain', { vnfcId: 'c-1' }, undefined],
  ['remove-domain', { vnfcId: 'c-1' }, 'the domain of VNFC c-1 may still run there.'],
  ['remove-volumes', { pool: 'p', names: ['a', 'b'] }, 'in pool p there may still be a, b.'],
  ['remove-network', { network: 'n-1' }, 'network n-1 may still be there.'],
];

describe('a step on a lost host', () => {
  it.each(bringsUp)('is refused when it is %s', async (kind) => {
    await expect(runStep(step(kind), context)).rejects.toThrow(HostLost);
  });

  it.each(removes)('is passed over when it is %s', async (kind, input, left) => {
    const warning = left && `Host h-1 is declared lost and was not touched: ${left}`;
    expect(await runStep(step(kind, input), context)).toEqual({ host: 'lost', ...(left && { warning }) });
  });

  it.each([...bringsUp, ...removes.map(([kind]) => kind)])('is passed over when %s is undone', async (kind) => {
    await expect(undoStep(step(kind, { names: [] }), context)).resolves.toBeUndefined();
  });
});
