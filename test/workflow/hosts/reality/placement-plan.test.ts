import { expect, test } from '@jest/globals';
import type { DomainWhereabouts } from '../../../../src/engine/engine.js';
import { vnfcId } from '../../../../src/shared/ids.js';
import { partsThatDiffer, planIn, strayCells } from '../../../../src/workflow/hosts/reality/placement-plan.js';

const xml = (
  mode: string,
) => `<domain type='kvm'><name>n</name><uuid>u</uuid><memory unit='MiB'>1000</memory><vcpu>2</vcpu>
  <cputune><vcpupin vcpu='0' cpuset='4'/><vcpupin vcpu='1' cpuset='5'/><emulatorpin cpuset='0-1'/></cputune>
  <numatune><memory mode='${mode}' nodeset='1'/></numatune></domain>`;
const plan = planIn(xml('strict'));
const MiB = 2 ** 20;
const at = (change: Partial<DomainWhereabouts>): DomainWhereabouts => ({
  uuid: vnfcId('a'),
  vcpus: [
    { index: 0, hostCpus: [4] },
    { index: 1, hostCpus: [5] },
  ],
  emulator: [0, 1],
  memory: [{ cell: 1, bytes: 1000 * MiB }],
  ...change,
});

test('what is where it was planned differs in nothing', () => {
  expect(partsThatDiffer(plan, at({}))).toEqual({ vcpus: false, emulator: false, memory: false });
});

test('each part that was moved is told by itself', () => {
  expect(partsThatDiffer(plan, at({ vcpus: [{ index: 0, hostCpus: [4, 6] }] }))).toMatchObject({ vcpus: true });
  expect(partsThatDiffer(plan, at({ emulator: [0, 1, 2] }))).toEqual({ vcpus: false, emulator: true, memory: false });
  expect(partsThatDiffer(plan, at({ memory: [{ cell: 0, bytes: 500 * MiB }] }))).toMatchObject({ memory: true });
});

test('the hypervisor may have some memory of its own elsewhere', () => {
  const memory = (mib: number) => strayCells(plan, [{ cell: 0, bytes: mib * MiB }]);
  expect(memory(84)).toEqual([]);
  expect(memory(85)).toEqual([0]);
});

test('nothing is said of what was not read, or is bound to nothing', () => {
  expect(partsThatDiffer(plan, { uuid: vnfcId('a'), vcpus: [] })).toEqual({});
  expect(partsThatDiffer(planIn(xml('preferred')), at({}))).not.toHaveProperty('memory');
});
