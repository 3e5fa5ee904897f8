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
  StepKind,
  Vnfc,
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

const step = (id: string, kind: StepKind, input: unknown): Step => ({
  ...{ id, kind, input },
  ...{ stage: 1, lane: 'any', timeoutMs: 1 },
});

const plan: LcmPlan = {
  vnfcs: [{ after: first }, { after: second }],
  links: [{ after: link }],
  order: 'add-first',
  steps: [
    step('one', 'ensure-network', link),
    step('two', 'define-domain', { vnfcId: first.id }),
    step('three', 'define-domain', { vnfcId: second.id }),
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

  test('call a VNFC that stays MODIFIED, and tell of disks and CPs only those that come or go', () => {
    const changedTo = (after: Vnfc): LcmPlan => ({ ...plan, vnfcs: [{ before: first, after }], links: [] });
    const changes = (of: LcmPlan) =>
      renderOpOcc(occ('COMPLETED', { plan: of }), wrote([defineFirst, 'done']), uris).resourceChanges;
    const same = changes(changedTo(first));
    expect(same?.affectedVnfcs).toMatchObject([{ id: first.id, changeType: 'MODIFIED' }]);
    expect(same?.affectedVnfcs?.[0]).not.toHaveProperty('affectedVnfcCpIds');
    expect(same).not.toHaveProperty('affectedVirtualStorages');
    const [kept] = first.cps;
    const less = changes(changedTo({ ...first, volumes: [], cps: kept === undefined ? [] : [kept] }));
    expect(less?.affectedVirtualStorages).toMatchObject([{ virtualStorageDescId: 'data_disk', changeType: 'REMOVED' }]);
    expect(less?.affectedVnfcs?.[0]?.affectedVnfcCpIds).toEqual(first.cps.slice(1).map(({ id: cp }) => cp));
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
