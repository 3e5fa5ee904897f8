import { describe, expect, test } from '@jest/globals';
import type { InstantiatedVnf } from '../../src/lifecycle/model.js';
import { operate } from '../../src/lifecycle/operations/operate.js';
import { found, isWanted } from '../../src/lifecycle/vnf-state.js';
import { context, instance } from '../builders/instance.js';
import { valueOf } from '../builders/berth.js';
import { instantiated, vnfc } from '../builders/vnfc.js';

const asked = (now: InstantiatedVnf) => ({
  ...context({ instance: instance({ instantiated: now }) }),
  sight: () => 'off' as const,
});
const none = { bound: { vnfcs: [], rendered: new Map() }, reconnected: [], restored: new Map() };
const times = { uploadMs: 1, callMs: 1, guestReadyMs: 1 };
const stopped = { changeStateTo: 'STOPPED' } as const;
const ended = found(vnfc(), 'STOPPED');

describe('a VNFC is wanted', () => {
  test('while it is started, and when its domain ended by itself', () => {
    expect([isWanted(vnfc()), isWanted(ended), isWanted(found(ended, 'STARTED'))]).toEqual([true, true, true]);
    expect(found(ended, 'STARTED')).toEqual(vnfc());
  });

  test('no more once an operation stopped it', () => {
    const now = instantiated({ vnfState: 'STOPPED', vnfcs: [ended] });
    const { after } = valueOf(operate.draft(asked(now), stopped)).plan({ ...none, times });
    expect(after?.vnfcs.map(isWanted)).toEqual([false]);
  });

  test('so that stopping it says something, once', () => {
    const now = instantiated({ vnfState: 'STOPPED', vnfcs: [ended] });
    expect(operate.check?.(asked(now), stopped)).toMatchObject({ ok: true });
    const told = instantiated({ vnfState: 'STOPPED', vnfcs: [vnfc({ state: 'STOPPED' })] });
    expect(operate.check?.(asked(told), stopped)).toMatchObject({ ok: false });
  });
});
