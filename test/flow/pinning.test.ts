import { afterEach, expect, it } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { vnfcId } from '../../src/shared/ids.js';
import { startServer, type Server } from './server.js';
import {
  buildRouter,
  createInstance,
  createPackage,
  instances,
  instantiation,
  onboarded,
  operate,
  readInstance,
  rested,
  upload,
} from './router.js';

let server: Server | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** A router of two vCPUs with these rules, the second of them real-time; the laptop's CPUs 1 to 3 may be dedicated. */
const bentBy = (rules: string) => (text: string) =>
  text
    .replace(
      'num_virtual_cpu: 1',
      "num_virtual_cpu: 2\n              vdu_cpu_requirements: { 'hw:cpu_realtime': 'yes', 'hw:cpu_realtime_mask': '^0' }",
    )
    .replace('_pinning_policy: static', `_pinning_policy: static\n                virtual_cpu_pinning_rule: ${rules}`);

async function onboard(client: Server, rules: string): Promise<Record<string, unknown>> {
  const id = await createPackage(client);
  await upload(client, id, await buildRouter({}, bentBy(rules)));
  return onboarded(client, id);
}

it('pinning rules reach the domain, and the refusal of the next VNF names who has its CPU', async () => {
  server = await startServer();
  const { vnfdId } = await onboard(server, "['vcpu 0-1 -> cpu 2,3', 'emulator: 2']");
  const id = await createInstance(server, vnfdId, 'first');
  expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  const { instantiatedVnfInfo } = await readInstance(server, id);
  expect(instantiatedVnfInfo).toMatchObject({
    vnfcResourceInfo: [{ metadata: { placement: { cells: [{ pinnedCpus: [2, 3] }], emulatorCpus: [2] } } }],
  });
  const [vnfc] = (instantiatedVnfInfo as { vnfcResourceInfo: { computeResource: { resourceId: string } }[] })
    .vnfcResourceInfo;
  const uuid = vnfcId(String(vnfc?.computeResource.resourceId));
  const xml = (await server.fleet.all()[0]?.domainXml(uuid)) ?? '';
  expect(
    xml
      .slice(xml.indexOf('<cputune>'), xml.indexOf('</cputune>'))
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    '<cputune>',
    '<vcpupin vcpu="0" cpuset="2"/>',
    '<vcpupin vcpu="1" cpuset="3"/>',
    '<emulatorpin cpuset="2"/>',
    '<vcpusched vcpus="1" scheduler="fifo" priority="1"/>',
    '',
  ]);
  expect(xml).toContain('<locked/>');

  const second = await createInstance(server, vnfdId, 'second');
  const begun = await server.send('POST', `${instances}/${second}/instantiate`, instantiation);
  const occ = await rested(server, begun.headers.get('location') ?? '');
  expect(occ).toMatchObject({ operationState: 'ROLLED_BACK' });
  const text = JSON.stringify(await bodyOf(await server.ask(`/nfvi/v1/placements/${String(occ['id'])}`)));
  expect(text).toContain(`CPU 2, which vCPU 0 is to have, is held by VNFC ${uuid} of VNF ${id}`);
});

it('pinning rules may put the emulator threads on a reserved CPU, which the next VNF is not refused for', async () => {
  server = await startServer();
  const { vnfdId } = await onboard(server, "['vcpu 0-1 -> cpu 2,3', 'emulator: 0']");
  const id = await createInstance(server, vnfdId, 'first');
  expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  expect(await readInstance(server, id)).toMatchObject({
    instantiatedVnfInfo: {
      vnfcResourceInfo: [{ metadata: { placement: { emulatorCpus: [0], ownEmulatorCpus: [] } } }],
    },
  });
  const second = await createInstance(server, vnfdId, 'second');
  const { id: occ } = await operate(server, second, 'instantiate', instantiation);
  const { hosts } = await bodyOf(await server.ask(`/nfvi/v1/placements/${String(occ)}`));
  const heldOnly = [2, 3].map((cpu) => expect.stringMatching(`^CPU ${String(cpu)}, .* is held by .* of VNF ${id}$`));
  expect(hosts).toMatchObject([{ reasons: heldOnly }]);
});

it('a rule that cannot be read makes no package, and what can be is said', async () => {
  const fault = /VNFD-PINNING-RULE[^]*`0 on socket 1` is no pinning rule[^]*0-3: 8-11/;
  await expect(buildRouter({}, bentBy("['0 on socket 1']"))).rejects.toThrow(fault);
});
