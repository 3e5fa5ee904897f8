import { describe, expect, test } from '@jest/globals';
import { urisAt } from '../../../src/api/http/uris.js';
import { renderOpOcc } from '../../../src/api/vnflcm/render-op-occ.js';
import type {
  JournalEntry,
  JournalPhase,
  LcmOpOcc,
  LcmPlan,
  OperationState,
  Step,
} from '../../../src/lifecycle/model.js';
import { hostId, opOccId, vnfcId, vnfInstanceId } from '../../../src/shared/ids.js';
import { instantiated, vnfc } from '../../builders/vnfc.js';

const id = opOccId('op-1');
const first = vnfc();
const second = vnfc({ id: vnfcId('second') });
const link = {
  id: 'link-1',
  virtualLinkDescId: 'internal',
  hostId: hostId('host-1'),
  network: 'berth-net',
  bridge: 'br1',
};

const step = (lane: string, name: string): Step => ({
  id: `${lane}/${name}`,
  kind: 'start-domain',
  stage: 1,
  lane,
  timeoutMs: 1,
  input: {},
});

const plan: LcmPlan = {
  adds: [first, second],
  removes: [],
  addsLinks: [link],
  removesLinks: [],
  steps: [
    step('host/host-1/network/berth-net', 'ensure'),
    step(`vnfc/${first.id}`, 'define'),
    step(`vnfc/${second.id}`, 'define'),
  ],
  after: instantiated({ vnfcs: [first, second] }),
  rollbackSupported: true,
};

const occ = (operationState: OperationState, change: Partial<LcmOpOcc> = {}): LcmOpOcc => ({
  id,
  vnfInstanceId: vnfInstanceId('vnf-1'),
  operation: 'INSTANTIATE',
  operationState,
  startTimeMs: 0,
  stateEnteredTimeMs: 1000,
  isAutomaticInvocation: false,
  operationParams: { flavourId: 'simple' },
  isCancelPending: false,
  plan,
  revision: 1,
  ...change,
});

const wrote = (...phases: readonly (readonly [Step | undefined, JournalPhase])[]): JournalEntry[] =>
  phases.map(([of, phase], seq) => ({ opOccId: id, seq, stepId: of?.id ?? '', phase, atMs: 0 }));

const uris = urisAt('http://berth');
const [network, defineFirst, defineSecond] = plan.steps;

describe('resourceChanges', () => {
  test('tell what was begun, not what is planned', () => {
    const journal = wrote([network, 'done'], [defineFirst, 'started']);
    const { resourceChanges } = renderOpOcc(occ('FAILED_TEMP'), journal, uris);
    expect(resourceChanges?.affectedVnfcs?.map((each) => [each.id, each.changeType])).toEqual([[first.id, 'ADDED']]);
    expect(resourceChanges?.affectedVirtualLinks).toMatchObject([{ id: 'link-1', changeType: 'ADDED' }]);
    expect(resourceChanges?.affectedVirtualStorages).toMatchObject([{ virtualStorageDescId: 'data_disk' }]);
  });

  test('tell nothing of what was undone', () => {
    const journal = wrote(
      [network, 'done'],
      [defineFirst, 'done'],
      [defineSecond, 'done'],
      [defineSecond, 'undone'],
      [defineFirst, 'undone'],
      [network, 'undone'],
    );
    expect(renderOpOcc(occ('ROLLED_BACK'), journal, uris)).not.toHaveProperty('resourceChanges');
  });

  test('call a VNFC that stays MODIFIED', () => {
    const stays = { ...plan, adds: [], addsLinks: [] };
    const body = renderOpOcc(occ('COMPLETED', { plan: stays }), wrote([defineFirst, 'done']), uris);
    expect(body.resourceChanges?.affectedVnfcs).toMatchObject([{ id: first.id, changeType: 'MODIFIED' }]);
  });
});

describe('links', () => {
  test.each<[OperationState, boolean, readonly string[]]>([
    ['STARTING', true, ['cancel']],
    ['PROCESSING', true, ['cancel']],
    ['ROLLING_BACK', true, ['cancel']],
    ['FAILED_TEMP', true, ['retry', 'rollback', 'fail']],
    ['FAILED_TEMP', false, ['retry', 'fail']],
    ['COMPLETED', true, []],
    ['FAILED', true, []],
    ['ROLLED_BACK', true, []],
  ])('in %s with rollback %p offer %p', (state, rollbackSupported, tasks) => {
    const body = renderOpOcc(occ(state, { plan: { ...plan, rollbackSupported } }), [], uris);
    expect(Object.keys(body._links)).toEqual(['self', 'vnfInstance', ...tasks]);
  });
});

test('a cancel mode is shown only while cancelling is pending', () => {
  const pending = occ('PROCESSING', { isCancelPending: true, cancelMode: 'GRACEFUL' });
  expect(renderOpOcc(pending, [], uris)).toMatchObject({ isCancelPending: true, cancelMode: 'GRACEFUL' });
  const over = occ('FAILED_TEMP', { isCancelPending: false, cancelMode: 'GRACEFUL' });
  expect(renderOpOcc(over, [], uris)).not.toHaveProperty('cancelMode');
});
