/**
 * The flavour `ha` of the catalogue's VNFs: two VNFCs on different hosts that share an address on either side.
 */
import { afterEach, expect, it } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import {
  buildVnf,
  createInstance,
  createPackage,
  instances,
  onboarded,
  operate,
  readInstance,
  upload,
} from './router.js';
import { startServer, type Server } from './server.js';

let server: Server | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const cp = (cpd: string, range: object, net: string) => {
  const ipAddresses = [{ type: 'IPV4', subnetId: `${net}.0/24`, ...range }];
  const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses } }];
  return { cpdId: cpd, cpConfig: { [cpd]: { cpProtocolData } } };
};
const side = (cpd: string, net: string, vip: string, from = 2) => ({
  id: cpd,
  resourceId: `berth-${cpd}`,
  extCps: [
    cp(cpd, { addressRange: { minAddress: `${net}.${String(from)}`, maxAddress: `${net}.${String(from + 3)}` } }, net),
    cp(`${cpd}_vip`, { fixedAddresses: [vip] }, net),
  ],
});
const request = (...links: readonly unknown[]) => ({ flavourId: 'ha', extVirtualLinks: links });
const both = request(side('west', '10.1.0', '10.1.0.1'), side('east', '10.2.0', '10.2.0.1'));

interface Info {
  readonly vnfcResourceInfo: readonly { readonly metadata: { readonly hostId: string } }[];
  readonly extCpInfo: readonly {
    readonly cpdId: string;
    readonly metadata: object;
    readonly cpProtocolInfo: unknown;
  }[];
}

async function onboardedRouter(client: Server): Promise<unknown> {
  const id = await createPackage(client);
  await upload(client, id, await buildVnf('router'));
  return (await onboarded(client, id))['vnfdId'];
}

it('runs on two hosts, each VNFC told of the addresses that they share', async () => {
  server = await startServer({ hosts: 2 });
  const vnfdId = await onboardedRouter(server);
  const id = await createInstance(server, vnfdId);
  expect(await operate(server, id, 'instantiate', both)).toMatchObject({ operationState: 'COMPLETED' });
  const info = (await readInstance(server, id))['instantiatedVnfInfo'] as Info;
  expect(new Set(info.vnfcResourceInfo.map(({ metadata }) => metadata.hostId)).size).toBe(2);
  const vips = info.extCpInfo.filter(({ cpdId }) => cpdId.endsWith('_vip'));
  expect(vips.map(({ cpdId, cpProtocolInfo }) => [cpdId, cpProtocolInfo])).toEqual(
    ['10.1.0', '10.2.0'].map((net, index) => [
      ['west_vip', 'east_vip'][index],
      [
        {
          layerProtocol: 'IP_OVER_ETHERNET',
          ipOverEthernet: {
            ipAddresses: [{ type: 'IPV4', addresses: [`${net}.1`], isDynamic: false, subnetId: `${net}.0/24` }],
          },
        },
      ],
    ]),
  );
  expect((vips[0]?.metadata as { sharedBy: unknown[] }).sharedBy).toHaveLength(2);

  // The shared address is claimed, and free again afterwards.
  const other = await createInstance(server, vnfdId, 'other');
  const taken = request(side('west', '10.1.0', '10.1.0.1', 20), side('east', '10.2.0', '10.2.0.9', 20));
  const refused = await operate(server, other, 'instantiate', taken);
  expect(refused).toMatchObject({ operationState: 'ROLLED_BACK' });
  expect(JSON.stringify(refused['error'])).toContain('west_vip');
  expect(await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' })).toMatchObject({
    operationState: 'COMPLETED',
  });
  expect(await operate(server, other, 'instantiate', taken)).toMatchObject({ operationState: 'COMPLETED' });
});

it('is refused where one host is not enough, and by name when an address lies elsewhere or is not given', async () => {
  server = await startServer({ hosts: 1 });
  const vnfdId = await onboardedRouter(server);
  const id = await createInstance(server, vnfdId);
  const ask = async (body: unknown) => bodyOf(await server!.send('POST', `${instances}/${id}/instantiate`, body));
  const [west, east] = both.extVirtualLinks as readonly ReturnType<typeof side>[];
  const plain = { ...west!, extCps: west!.extCps.slice(0, 1) };
  expect(await ask(request(plain, east))).toMatchObject({ status: 400, detail: expect.stringContaining('west_vip') });
  const moved = { id: 'moved', resourceId: 'mgmt', extCps: west!.extCps.slice(1) };
  expect(await ask(request(plain, moved, east))).toMatchObject({
    status: 400,
    detail:
      'CPD west_vip is a virtual address of west, which is on network berth-west, and was put on mgmt; connect both to one network.',
  });
  const alone = await operate(server, id, 'instantiate', both);
  expect(alone).toMatchObject({ operationState: 'ROLLED_BACK' });
  expect(JSON.stringify(alone['error'])).toContain('apart');
});
