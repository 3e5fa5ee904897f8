/**
 * Connections of a VNF that stands, changed as chance has it on a host with few functions: after every change the claims are
 * those of the record, the domain has the cards of the record, and when the VNF is gone the host is as it was.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { templateOf } from '../../src/engine/simulated/templates.js';
import { allocationIdsOf } from '../../src/lifecycle/allocations.js';
import { addressKeys } from '../../src/lifecycle/address-keys.js';
import type { LcmOpOcc, Vnfc } from '../../src/lifecycle/model.js';
import type { RequestOf } from '../../src/lifecycle/operations/table.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { hostId, type VnfInstanceId } from '../../src/shared/ids.js';
import type { Outcome } from '../../src/shared/outcome.js';
import { systemClock } from '../../src/system.js';
import { startBerth, valueOf, type RunningBerth } from '../builders/berth.js';
import { cp, flavour, vdu, vnfd } from '../builders/vnfd.js';
import { everyClaim } from '../builders/whole-tables.js';
import { operate, scale, terminate } from '../crash/operations.js';

type Change = RequestOf<'CHANGE_EXT_CONN'>;

const host = hostId('sim-1');
const withCards = vnfd({
  flavours: [flavour({ vdus: [vdu()], cps: [cp('west', 0, { vnicType: 'direct' }), cp('east', 1)] })],
});

const fleetWithCards = () =>
  createSimulatedFleet({
    hosts: [
      {
        id: host,
        ...templateOf({
          cells: { count: 2, cores: 8, threads: 2, memoryMiB: 32_768, hugepages: [{ pageSizeKiB: 2048, total: 4096 }] },
          cards: [
            { cell: 0, functions: 4, physicalNetwork: 'physnet1' },
            { cell: 0, functions: 2, physicalNetwork: 'physnet2' },
          ],
          networks: [
            { name: 'north', kind: 'bridge', bridge: 'north' },
            { name: 'south', kind: 'bridge', bridge: 'south' },
          ],
          pools: [{ name: 'berth', capacityMiB: 100_000 }],
        }),
      },
    ],
    clock: systemClock,
  });

let dir: string;
let berth: RunningBerth;

async function begin(): Promise<void> {
  dir = mkdtempSync(join(tmpdir(), 'berth-conn-'));
  berth = await startBerth({ dir, fleet: fleetWithCards(), vnfd: withCards });
}

async function end(): Promise<void> {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
}

beforeEach(begin);
afterEach(end);

const addresses = (subnetId: string, segmentationId?: string) => ({
  cpProtocolData: [
    {
      layerProtocol: 'IP_OVER_ETHERNET' as const,
      ipOverEthernet: {
        ipAddresses: [{ type: 'IPV4' as const, numDynamicAddresses: 1, subnetId }],
        ...(segmentationId !== undefined && { segmentationId }),
      },
    },
  ],
});

const to = (cpdId: string, network: string, subnet: string, vlan?: string): Change => ({
  extVirtualLinks: [
    { id: `on-${network}`, resourceId: network, extCps: [{ cpdId, cpConfig: { one: addresses(subnet, vlan) } }] },
  ],
});

const cut = (cpdId: string, network: string): Change => ({
  extVirtualLinks: [{ id: `on-${network}`, resourceId: network, extCps: [{ cpdId, cpConfig: { one: null } }] }],
});

const ended = async (asked: Promise<Outcome<LcmOpOcc>>): Promise<LcmOpOcc> => berth.settled(valueOf(await asked).id);
const ask = (id: VnfInstanceId, request: Change) => berth.workflow.lcm.begin('CHANGE_EXT_CONN', id, request);
const change = (id: VnfInstanceId, request: Change) => ended(ask(id, request));

async function running(): Promise<VnfInstanceId> {
  const { id } = valueOf(await berth.workflow.lcm.create({ vnfdId: withCards.id }));
  const extVirtualLinks = [to('west', 'physnet1', '10.1.0.0/24'), to('east', 'north', '10.2.0.0/24')].flatMap(
    (one) => one.extVirtualLinks,
  ) as NonNullable<RequestOf<'INSTANTIATE'>['extVirtualLinks']>;
  const occ = await ended(berth.workflow.lcm.begin('INSTANTIATE', id, { flavourId: 'simple', extVirtualLinks }));
  expect([occ.operationState, occ.error]).toEqual(['COMPLETED', undefined]);
  return id;
}

const vnfcsOf = async (id: VnfInstanceId): Promise<readonly Vnfc[]> =>
  (await berth.store.instance(id))?.instantiated?.vnfcs ?? [];

const held = async (kind: string) =>
  (await everyClaim(berth.store))
    .filter((claim) => claim.kind === kind)
    .map(({ key }) => key)
    .sort();

const cardsIn = (xml: string) => [...xml.matchAll(/<mac address=.([0-9a-f:]+)/g)].map((match) => match[1] ?? '').sort();

/** What is claimed, what is recorded and what the domain has are one. */
async function expectOne(id: VnfInstanceId): Promise<void> {
  const vnfcs = await vnfcsOf(id);
  const claims = await everyClaim(berth.store);
  const named = new Set(vnfcs.flatMap(allocationIdsOf));
  expect(claims.filter((claim) => !named.has(claim.allocationId))).toEqual([]);
  const cps = vnfcs.flatMap((vnfc) => vnfc.cps);
  expect(await held('pci')).toEqual(
    vnfcs.flatMap((vnfc) => vnfc.placement.pciFunctions.map(({ address }) => address)).sort(),
  );
  expect(await held('ip')).toEqual(cps.flatMap((one) => [...addressKeys(one)]).sort());
  expect(await held('mac')).toEqual(cps.map(({ mac }) => mac).sort());
  for (const vnfc of vnfcs) {
    const plugged = vnfc.cps.filter((one) => one.disconnected !== true && one.unplugged !== true);
    const there = cardsIn(await berth.fleet.of(host).domainXml(vnfc.id, 'defined'));
    expect(there).toEqual(expect.arrayContaining(plugged.map(({ mac }) => mac).sort()));
    const recorded = new Map(vnfc.placement.pciFunctions.map(({ cpdId, address }) => [cpdId, address]));
    for (const which of ['defined', undefined] as const) {
      const { interfaces, hostFunctions } = readDomain(await berth.fleet.of(host).domainXml(vnfc.id, which));
      const own = plugged.map(({ cpdId, mac }) => [mac, recorded.get(cpdId)]);
      expect(own.map(([mac]) => [mac, interfaces.find((one) => one.mac === mac)?.hostFunction])).toEqual(own);
      expect(hostFunctions.filter((address) => ![...recorded.values()].includes(address))).toEqual([]);
    }
    const cutOff = vnfc.cps.filter((one) => one.disconnected === true).map(({ mac }) => mac);
    expect(there.filter((mac) => cutOff.includes(mac))).toEqual([]);
  }
}

describe('a virtual function', () => {
  it('is exchanged for one of the other network, and the first is free again', async () => {
    const id = await running();
    const [before] = await vnfcsOf(id);
    const occ = await change(id, to('west', 'physnet2', '10.3.0.0/24'));
    expect([occ.operationState, occ.error]).toEqual(['COMPLETED', undefined]);
    const [after] = await vnfcsOf(id);
    const [first, second] = [before, after].map((vnfc) => vnfc?.placement.pciFunctions[0]?.address);
    expect(first).not.toBe(second);
    expect(await held('pci')).toEqual([second]);
    expect(after?.cps[0]).toMatchObject({
      physicalNetwork: 'physnet2',
      mac: before?.cps[0]?.mac,
      addresses: ['10.3.0.1/24'],
    });
    expect(await berth.fleet.of(host).domainXml(after?.id ?? before!.id)).toContain(`bus="0x3c"`);
    await expectOne(id);
  });

  it('stays when only its VLAN changes', async () => {
    const id = await running();
    const [before] = await vnfcsOf(id);
    expect((await change(id, to('west', 'physnet1', '10.1.0.0/24', '100'))).operationState).toBe('COMPLETED');
    const [after] = await vnfcsOf(id);
    expect(after?.placement.pciFunctions).toEqual(before?.placement.pciFunctions);
    expect(after?.cps[0]).toMatchObject({ vlan: 100 });
    await expectOne(id);
  });

  it('is put back by the rollback of a change that failed after it left', async () => {
    const id = await running();
    const before = await vnfcsOf(id);
    berth.fleet.control(host).failNext('ensureCard', 'Rejected', 'by the test');
    const occ = await change(id, to('west', 'physnet2', '10.3.0.0/24'));
    expect(occ.operationState).toBe('FAILED_TEMP');
    expect((await ended(berth.workflow.lcm.rollback(occ.id))).operationState).toBe('ROLLED_BACK');
    expect((await vnfcsOf(id)).map(({ placement }) => placement)).toEqual(before.map(({ placement }) => placement));
    await expectOne(id);
  });

  it('is refused with counts where none is free', async () => {
    const id = await running();
    await ended(scale('SCALE_OUT')(berth, id));
    await ended(scale('SCALE_OUT')(berth, id));
    const occ = await change(id, to('west', 'physnet2', '10.3.0.0/24'));
    expect(occ.operationState).toBe('ROLLED_BACK');
    expect(occ.error?.detail).toMatch(
      /1 virtual function of physical network physnet2, of which it has 2, and 0 are free \(0 in its cells 0\)/,
    );
    await expectOne(id);
  });
});

it('a VNF that is off finds its connections changed at its next start', async () => {
  const id = await running();
  await ended(operate('STOPPED')(berth, id));
  expect((await change(id, to('east', 'south', '10.4.0.0/24'))).operationState).toBe('COMPLETED');
  await expectOne(id);
  expect((await ended(operate('STARTED')(berth, id))).operationState).toBe('COMPLETED');
  const [vnfc] = await vnfcsOf(id);
  expect(await berth.fleet.of(host).domainXml(vnfc!.id)).toContain('south');
});

it.each<[string, Change, RegExp]>([
  ['an unknown CPD', to('wst', 'physnet1', '10.1.0.0/24'), /names CPD wst.*west/],
  [
    'an entry that is not there',
    {
      extVirtualLinks: [{ id: 'on-north', resourceId: 'north', extCps: [{ cpdId: 'east', cpConfig: { two: null } }] }],
    },
    /null for "two"/,
  ],
  [
    'a link with another network',
    { extVirtualLinks: [{ id: 'on-north', resourceId: 'south', extCps: [{ cpdId: 'east' }] }] },
    /on-north is network north.*south/,
  ],
  ['what is so already', to('east', 'north', '10.2.0.0/24'), /nothing to do/],
  ['a network that is nowhere', to('east', 'nowhere', '10.2.0.0/24'), /no host has a network "nowhere"/],
])('%s is refused by name', async (_, request, words) => {
  const id = await running();
  const outcome = await ask(id, request);
  expect(outcome.ok ? '' : outcome.problem.detail).toMatch(words);
});

const wish = fc.constantFrom<Change>(
  to('west', 'physnet1', '10.1.0.0/24'),
  to('west', 'physnet1', '10.1.0.0/24', '7'),
  to('west', 'physnet2', '10.3.0.0/24'),
  cut('west', 'physnet1'),
  cut('west', 'physnet2'),
  to('east', 'north', '10.2.0.0/24'),
  to('east', 'south', '10.4.0.0/24'),
  cut('east', 'north'),
  cut('east', 'south'),
);
const fault = fc.constantFrom(
  undefined,
  undefined,
  'ensureCard' as const,
  'removeCard' as const,
  'ensureContent' as const,
);
const answer = fc.constantFrom('retry' as const, 'rollback' as const, 'fail' as const);

it('whatever is changed, fails, is retried, taken back or given up: nothing leaks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(wish, fault, fc.boolean(), answer), { minLength: 4, maxLength: 8 }),
      async (moves) => {
        await end();
        // A fault of the run before may not have met its call.
        await begin();
        const id = await running();
        for (const [request, verb, afterEffect, then] of moves) {
          const control = berth.fleet.control(host);
          if (verb !== undefined) control.failNext(verb, 'Rejected', 'by chance', { afterEffect });
          const begun = await ask(id, request);
          const occ = begun.ok ? await berth.settled(begun.value.id) : undefined;
          if (occ?.operationState === 'FAILED_TEMP') {
            if (then === 'fail') valueOf(await berth.workflow.lcm.fail(occ.id));
            else await ended(berth.workflow.lcm[then](occ.id));
          }
          const now = occ && (await berth.store.opOcc(occ.id));
          if (now?.operationState === 'FAILED_TEMP') valueOf(await berth.workflow.lcm.fail(now.id));
          await expectOne(id);
        }
        expect((await ended(terminate(berth, id))).operationState).toBe('COMPLETED');
        expect(await everyClaim(berth.store)).toEqual([]);
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
}, 300_000);
