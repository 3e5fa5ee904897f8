/**
 * Of two VNFs on a host, what Berth records, what it measures and what the host itself says are one; what is changed behind
 * Berth's back is noticed within a minute; and everything is as it was once one of them is gone.
 */
import { beforeAll, expect, test } from '@jest/globals';
import { cards, pagesPerCell } from '../../../src/lab/shape.js';
import { bodyOf } from '../../api/door.js';
import { onlyVnfc, type HostView, type Vnfc } from '../../libvirt/berth-life.js';
import { soon } from '../../libvirt/soon.js';
import { cpuList, hostSays, type DomainSaid, type HostSays } from '../host-says.js';
import type { TestLab } from '../lab-under-test.js';
import { removeTiny, tiny } from '../tiny-vnf.js';
import { wishes, type TwoVnfs } from './two-vnfs.js';

const limitMs = 600_000;
/** "Within a minute", and what calls to a host of the lab take beside: it is read every 30 s, which takes ten here. */
const noticeLimitMs = 120_000;

interface Placement {
  readonly vcpus: readonly { readonly vcpu: number; readonly planned: number[]; readonly measured?: number[] }[];
  readonly emulator: { readonly planned: number[]; readonly measured?: number[] };
  readonly memory: readonly { readonly cell: number; readonly plannedMiB: number; readonly pages: number }[];
  readonly pciFunctions: readonly {
    readonly cpdId: string;
    readonly address: string;
    readonly cell?: number;
    readonly iommuGroup?: number;
    readonly driver?: string;
    readonly domain?: string;
  }[];
  readonly findings: readonly string[];
}

interface Host extends HostView {
  readonly pciFunctions: readonly {
    readonly address: string;
    readonly kind: string;
    readonly state: string;
    readonly driver?: string;
    readonly iommuGroup?: number;
    readonly mac?: string;
    readonly vnfcId?: string;
  }[];
}

export function recordedByBerth(lab: () => TestLab, both: () => TwoVnfs): void {
  /** While both run. */
  let said: HostSays;
  let vnfcs: readonly Vnfc[];
  const client = () => both().world.berth();

  beforeAll(async () => {
    vnfcs = await Promise.all(both().ids.map((id) => onlyVnfc(client(), id)));
    said = await hostSays(lab());
  }, limitMs);

  const placementOf = async ({ id }: Vnfc) =>
    (await bodyOf(await client().ask(`/nfvi/v1/vnfcs/${id}/placement`))) as unknown as Placement;
  const host = async () => (await bodyOf(await client().ask('/nfvi/v1/hosts/lab0'))) as unknown as Host;
  /** As Berth sees it once it was read with both VNFCs on it. */
  const readHost = () =>
    soon(
      async () => {
        const now = await host();
        const read = now.pciFunctions.filter(({ driver, mac }) => driver === 'vfio-pci' && mac !== undefined);
        return read.length === vnfcs.length * tiny.functions ? now : undefined;
      },
      'Berth does not see the functions with their guests',
      noticeLimitMs,
      1000,
    );
  const domainOf = ({ metadata }: Vnfc): DomainSaid => {
    const found = said.domains.find(({ name }) => name === metadata.domainName);
    if (found === undefined) throw new Error(`${metadata.domainName} does not run`);
    return found;
  };
  const cellOf = ({ metadata }: Vnfc) => metadata.placement.cells[0]!;
  /** Parts of the VNFC that the metric says are elsewhere. */
  const differing = async ({ id }: Vnfc): Promise<readonly string[]> => {
    const text = await (await client().ask('/metrics')).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith('berth_vnfc_placement_differs{') && line.includes(id) && line.endsWith(' 1'))
      .map((line) => /what="(\w+)"/.exec(line)?.[1] ?? line);
  };
  const differs = (vnfc: Vnfc, parts: readonly string[]) =>
    soon(
      async () => ((await differing(vnfc)).join() === parts.join() ? true : undefined),
      `the metric does not name ${parts.join() || 'nothing'} as elsewhere`,
      noticeLimitMs,
      1000,
    );

  test('one runs on either cell, and its threads only on the CPUs that Berth gave it', async () => {
    expect(vnfcs.map((vnfc) => cellOf(vnfc).hostCell)).toEqual([0, 1]);
    for (const vnfc of vnfcs) {
      const { vcpus, emulator, findings } = await placementOf(vnfc);
      expect(findings).toEqual([]);
      expect(vcpus.map(({ planned }) => planned)).toEqual(vcpus.map(({ measured }) => measured));
      expect(vcpus.flatMap(({ planned }) => planned).toSorted()).toEqual(cellOf(vnfc).pinnedCpus.toSorted());
      expect(emulator).toEqual({ planned: vnfc.metadata.placement.emulatorCpus, measured: emulator.planned });

      const domain = domainOf(vnfc);
      const pins = vcpus.map(({ planned }) => cpuList(planned));
      expect(domain.vcpuPins).toEqual(pins);
      expect(domain.emulatorPin).toBe(cpuList(emulator.planned));
      const ofVcpus = domain.threads.filter(({ name }) => /^CPU \d+\/KVM$/.test(name));
      expect(ofVcpus).toEqual(pins.map((cpus, vcpu) => ({ name: `CPU ${String(vcpu)}/KVM`, cpus })));
      const others = domain.threads.filter((thread) => !ofVcpus.includes(thread));
      expect(new Set(others.map(({ cpus }) => cpus))).toEqual(new Set([domain.emulatorPin]));
    }
  });

  test('lies in pages of its cell, which are those that the host has less', async () => {
    const { cells } = await readHost();
    for (const vnfc of vnfcs) {
      const { hostCell, pages } = cellOf(vnfc);
      expect(pages).toBe(tiny.pages);
      expect(domainOf(vnfc).hugePages).toEqual({ [hostCell]: pages });
      expect((await placementOf(vnfc)).memory).toMatchObject([{ cell: hostCell, plannedMiB: tiny.memoryMiB, pages }]);
      expect(said.freePages[hostCell]).toBe(pagesPerCell - pages);
      const ofCell = cells.find(({ id }) => id === hostCell)!.pages.find((each) => each.pageSizeKiB === 2048);
      expect(ofCell).toMatchObject({ total: pagesPerCell, claimed: pages, freeOnHost: pagesPerCell - pages });
    }
  });

  test('has functions of its cell with its addresses and VLANs, as the card says', async () => {
    const { pciFunctions } = await readHost();
    for (const [index, vnfc] of vnfcs.entries()) {
      const own = (await placementOf(vnfc)).pciFunctions;
      expect(own.map(({ cpdId }) => cpdId).toSorted()).toEqual(['east', 'west']);
      for (const { cpdId, address, cell, iommuGroup, driver, domain } of own) {
        const byHost = said.functions.find((each) => each.address === address)!;
        const byBerth = pciFunctions.find((each) => each.address === address)!;
        const vlan = wishes[index]!.vlans[cpdId === 'west' ? 0 : 1];
        expect(byHost).toMatchObject({ driver: 'vfio-pci', iommuGroup, mac: byBerth.mac, vlan });
        expect(byBerth).toMatchObject({ state: 'claimed', vnfcId: vnfc.id, driver: 'vfio-pci', iommuGroup });
        expect({ cell, driver, domain }).toEqual({
          ...{ cell: cellOf(vnfc).hostCell, driver: 'vfio-pci', domain: vnfc.metadata.domainName },
        });
      }
    }
    const used = said.functions.filter(({ driver, vlan }) => driver === 'vfio-pci' || vlan !== undefined);
    expect(used).toHaveLength(vnfcs.length * tiny.functions);
  });

  test('threads that somebody moves are noticed within a minute, and so is their return', async () => {
    const [vnfc] = vnfcs;
    const { vcpus, emulator } = await placementOf(vnfc!);
    const { domainName } = vnfc!.metadata;
    await differs(vnfc!, []);
    const pin = (vcpu: string, emulatorCpus: string) =>
      lab().shell('lab0', `virsh vcpupin ${domainName} 1 ${vcpu} && virsh emulatorpin ${domainName} ${emulatorCpus}`);

    await pin('11', '10');
    expect((await placementOf(vnfc!)).findings).toEqual([
      `vCPU 1 may run on CPUs 11 of the host, and was planned on ${String(vcpus[1]?.planned.join())}.`,
      `The emulator may run on CPUs 10 of the host, and was planned on ${emulator.planned.join()}.`,
    ]);
    await differs(vnfc!, ['vcpus', 'emulator']);
    expect(await differing(vnfcs[1]!)).toEqual([]);

    await pin(cpuList(vcpus[1]!.planned), cpuList(emulator.planned));
    expect((await placementOf(vnfc!)).findings).toEqual([]);
    await differs(vnfc!, []);
  });

  test('the first leaves drivers, addresses, VLANs and pages as they were', async () => {
    const { ids } = both();
    const before = both().before.says;
    const { pciAddress } = cards[0]!;
    const ofCard = (says: HostSays) => says.functions.filter(({ card }) => card === pciAddress);
    await removeTiny(client(), ids[0]!);
    const now = await hostSays(lab());
    expect(ofCard(now)).toEqual(ofCard(before));
    expect(now.freePages).toEqual({ ...said.freePages, 0: before.freePages[0] });
    const { pciFunctions, holders } = await host();
    const addresses = ofCard(before).map(({ address }) => address);
    expect(pciFunctions.filter(({ address }) => addresses.includes(address)).map(({ state }) => state)).toEqual(
      addresses.map(() => 'free'),
    );
    expect(holders).toMatchObject([{ vnfInstanceId: ids[1] }]);
  });
}
