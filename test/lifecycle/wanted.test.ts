import { describe, expect, test } from '@jest/globals';
import { checkOperate, planOperate } from '../../src/lifecycle/plan-operate.js';
import { found, isWanted } from '../../src/lifecycle/vnf-state.js';
import { instantiated, vnfc } from '../builders/vnfc.js';

const off = () => 'off' as const;
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
    const { after } = planOperate(now, stopped, new Map(), times, off);
    expect(after?.vnfcs.map(isWanted)).toEqual([false]);
  });

  test('so that stopping it says something, once', () => {
    const now = instantiated({ vnfState: 'STOPPED', vnfcs: [ended] });
    expect(checkOperate(now, stopped, off)).toMatchObject({ ok: true });
    const told = instantiated({ vnfState: 'STOPPED', vnfcs: [vnfc({ state: 'STOPPED' })] });
    expect(checkOperate(told, stopped, off)).toMatchObject({ ok: false });
  });
});
