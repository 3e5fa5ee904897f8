/**
 * The planned placement of a VNFC beside the measured one: threads, memory, PCI functions.
 */
import type { DomainWhereabouts, Engine } from '../../engine/engine.js';
import type { HostFacts } from '../../inventory/model.js';
import { readDomain } from '../../libvirt-xml/read-domain.js';
import type { PlacedVnfc, Vnfc, VnfInstance } from '../../lifecycle/model.js';
import { defined } from '../../shared/defined.js';
import type { VnfcId } from '../../shared/ids.js';
import { MiB } from '../../shared/units.js';
import type { MeasuredPlacement } from '../commands.js';
import type { MovedPages } from '../hosts/fleet-view.js';
import { isElsewhere, planIn, strayCells, type PlacementPlan } from '../hosts/reality/placement-plan.js';

/** The host's answer; absent: it was not asked, or did not answer. */
export interface Measured {
  readonly domain?: DomainWhereabouts;
  readonly facts?: HostFacts;
  /** As the free pages of the host told it last. */
  readonly moved?: readonly MovedPages[];
}

type Parts = Pick<MeasuredPlacement, 'vcpus' | 'emulator' | 'memory' | 'pciFunctions'>;

export function placementOf(
  instance: VnfInstance,
  vnfc: Vnfc,
  plannedXml: string | undefined,
  measured: Measured,
): Parts & Pick<MeasuredPlacement, 'vnfcId' | 'vnfInstanceId' | 'hostId' | 'findings'> {
  const plan = plannedXml === undefined ? undefined : planIn(plannedXml);
  const vcpuCount = plannedXml === undefined ? 0 : readDomain(plannedXml).vcpus;
  const parts: Parts = {
    vcpus: Array.from({ length: vcpuCount }, (_, vcpu) => ({
      vcpu,
      planned: [...(plan?.pins.get(vcpu) ?? [])],
      ...defined({ measured: measured.domain?.vcpus.find(({ index }) => index === vcpu)?.hostCpus }),
    })),
    emulator: { planned: [...(plan?.emulator ?? [])], ...defined({ measured: measured.domain?.emulator }) },
    memory: memoryOf(vnfc.placement, measured.domain),
    pciFunctions: functionsOf(vnfc, measured.facts),
  };
  const findings = plan === undefined ? [] : findingsIn(parts, plan, vnfc, measured);
  return { vnfcId: vnfc.id, vnfInstanceId: instance.id, hostId: vnfc.hostId, ...parts, findings };
}

function memoryOf(placement: PlacedVnfc, domain: DomainWhereabouts | undefined): Parts['memory'] {
  const planned = placement.cells.map(({ hostCell, memoryMiB, pages, pageSizeKiB = placement.pageSizeKiB }) => ({
    ...{ cell: hostCell, plannedMiB: memoryMiB, pages },
    ...defined({ pageSizeKiB: pages > 0 ? pageSizeKiB : undefined }),
  }));
  const cells = [...new Set([...planned.map(({ cell }) => cell), ...(domain?.memory ?? []).map(({ cell }) => cell)])];
  return cells
    .toSorted((a, b) => a - b)
    .map((cell) => {
      const own = planned.filter((each) => each.cell === cell);
      const bytes =
        domain?.memory === undefined ? undefined : (domain.memory.find((each) => each.cell === cell)?.bytes ?? 0);
      return {
        cell,
        plannedMiB: own.reduce((sum, { plannedMiB }) => sum + plannedMiB, 0),
        pages: own.reduce((sum, { pages }) => sum + pages, 0),
        ...defined({
          pageSizeKiB: own[0]?.pageSizeKiB,
          measuredMiB: bytes === undefined ? undefined : Math.round(bytes / MiB),
        }),
      };
    });
}

const functionsOf = ({ placement }: Vnfc, facts: HostFacts | undefined): Parts['pciFunctions'] =>
  placement.pciFunctions.map(({ cpdId, address }) => {
    const now = facts?.pciFunctions.find((one) => one.address === address);
    const { cell, iommuGroup, driver, guest } = now ?? {};
    return { cpdId, address, ...defined({ cell, iommuGroup, driver, domain: guest?.domain }) };
  });

function findingsIn(
  parts: Parts,
  plan: PlacementPlan,
  vnfc: Vnfc,
  { domain, facts, moved = [] }: Measured,
): readonly string[] {
  const list = (cpus: readonly number[]) => cpus.join(',');
  const threads = [
    ...parts.vcpus.map(({ vcpu, ...of }) => ({ name: `vCPU ${String(vcpu)}`, ...of })),
    { name: 'The emulator', ...parts.emulator },
  ].flatMap(({ name, planned, measured }) =>
    measured === undefined || planned.length === 0 || !isElsewhere(measured, new Set(planned))
      ? []
      : [`${name} may run on CPUs ${list(measured)} of the host, and was planned on ${list(planned)}.`],
  );
  const stray = (strayCells(plan, domain?.memory) ?? []).map(
    (cell) =>
      `${String(Math.round((domain?.memory?.find((each) => each.cell === cell)?.bytes ?? 0) / MiB))} MiB of its memory lie in cell ${String(cell)}, and all was planned in ${[...(plan.cells ?? [])].join(', ')}.`,
  );
  const functions = parts.pciFunctions.flatMap(({ address, domain: holder, iommuGroup }) => {
    if (facts === undefined) return [];
    const now = facts.pciFunctions.find((one) => one.address === address);
    if (now === undefined || now.isGone === true) return [`PCI function ${address} is not on the host.`];
    if (holder !== undefined && holder !== vnfc.domainName)
      return [`PCI function ${address} (IOMMU group ${String(iommuGroup ?? '')}) is held by domain ${holder}.`];
    return now.quarantine === undefined ? [] : [`PCI function ${address} is in quarantine: ${now.quarantine.reason}.`];
  });
  return [...threads, ...stray, ...moved.map((each) => movedSentence(each, vnfc.id)), ...functions];
}

const mostNamed = 8;

function movedSentence({ pageSizeKiB, pages, from, to, vnfcIds, isExact }: MovedPages, own: VnfcId): string {
  const others = vnfcIds.filter((id) => id !== own);
  const more = others.length > mostNamed ? ` and ${String(others.length - mostNamed)} more` : '';
  const whose =
    others.length === 0 ? 'its own' : `its own or those of VNFC ${others.slice(0, mostNamed).join(', ')}${more}`;
  const least = isExact ? '' : 'at least ';
  return `By the free pages of the host, ${least}${String(pages)} pages of ${String(pageSizeKiB)} KiB are missing in cell ${String(from)}, where they were planned, and as many more are in use in cell ${to.join(', ')}: they are ${whose}.`;
}

/** Undefined: it does not run. */
export const whereaboutsIn = async (engine: Engine, { id }: Vnfc): Promise<DomainWhereabouts | undefined> =>
  (await engine.whereabouts(id)).at(0);
