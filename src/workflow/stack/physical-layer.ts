/**
 * The physical hardware below: host, cells, cores with their siblings, pages, and the card that each interface ends at.
 */
import type { Cpu, HostFacts, PciFunction } from '../../inventory/model.js';
import type { DomainReading, InterfaceReading } from '../../libvirt-xml/domain-reading.js';
import type { StackLayer, StackRow } from '../commands.js';
import type { Gathered } from './gathered.js';
import { list, pageText, row } from './rows.js';

/** Of one VNFC no more vCPUs and cards are shown. */
const most = 512;

export function physicalLayer(all: Gathered): StackLayer {
  const { vnfc, domain, facts, planned } = all;
  const [now, host] = [domain.value?.reading, facts.value];
  const unknown = [...new Set([domain.why, facts.why])].filter((why) => why !== undefined);
  return {
    layer: 'physical',
    source: 'Pins and binding are of the live XML; cores, pages and cards are what the host says of itself.',
    ...(unknown.length > 0 && { unknownBecause: unknown.join(' ') }),
    rows: [
      row('host', 'Host', { now: domain.value && vnfc.hostId, planned: vnfc.hostId, note: host && host.hostname }),
      row('cpu', 'CPU', { now: host && `${host.cpuModel} (${host.cpuVendor}), ${host.architecture}` }),
      ...cellRows(now, planned?.reading, host),
      ...pinRows(now, planned?.reading, host),
      row('emulator-cpus', 'Hypervisor threads on CPUs', {
        now: now && list(now.emulatorCpus),
        planned: planned && list(planned.reading.emulatorCpus),
      }),
      ...cardRows(now, planned?.reading, host),
    ],
  };
}

function cellRows(
  now: DomainReading | undefined,
  planned: DomainReading | undefined,
  host: HostFacts | undefined,
): readonly StackRow[] {
  const cells = (now ?? planned)?.cells ?? [];
  const boundTo = (reading: DomainReading | undefined, at: number) => {
    const cell = reading?.cells[at];
    if (cell === undefined) return reading && 'not there';
    const where = cell.hostCells.length === 0 ? 'any cell' : `cell ${list(cell.hostCells)} (${cell.mode ?? 'strict'})`;
    return `${where}, ${cell.memoryMiB} MiB, ${pageText(cell.pageSizeKiB)}`;
  };
  return cells.slice(0, most).map(({ hostCells }, at) =>
    row(`cell ${at}`, `Memory of guest cell ${at}`, {
      now: boundTo(now, at),
      planned: boundTo(planned, at),
      note: host && hostCells.map((id) => poolText(host, id)).join(' '),
    }),
  );
}

function poolText({ cells }: HostFacts, id: number): string {
  const cell = cells.find((each) => each.id === id);
  if (cell === undefined) return `The host has no cell ${id}.`;
  const pools = cell.hugepages.map(({ total, pageSizeKiB }) => `${total} pages of ${pageText(pageSizeKiB)}`);
  return `Cell ${id} has ${cell.memoryMiB} MiB${pools.length > 0 ? `, of them ${pools.join(' and ')}` : ' and no hugepages'}.`;
}

function pinRows(
  now: DomainReading | undefined,
  planned: DomainReading | undefined,
  host: HostFacts | undefined,
): readonly StackRow[] {
  const cpus = new Map((host?.cells ?? []).flatMap((cell) => cell.cpus.map((cpu) => [cpu.id, { cpu, cell: cell.id }])));
  const count = Math.min(most, Math.max(now?.vcpus ?? 0, planned?.vcpus ?? 0));
  const pinOf = (reading: DomainReading | undefined, vcpu: number) => {
    if (reading === undefined) return undefined;
    const pin = reading.vcpuPins.find((each) => each.vcpu === vcpu)?.hostCpus ?? [];
    return pin.length === 0 ? 'any CPU' : `CPU ${list(pin)}`;
  };
  return Array.from({ length: count }, (_, vcpu) => {
    const pin = now?.vcpuPins.find((each) => each.vcpu === vcpu)?.hostCpus ?? [];
    const places = pin.length > 4 ? [] : pin.flatMap((id) => coreText(cpus.get(id)));
    const note = places.length > 0 ? places.join(' ') : undefined;
    return row(`vcpu ${vcpu}`, `vCPU ${vcpu}`, { now: pinOf(now, vcpu), planned: pinOf(planned, vcpu), note });
  });
}

function coreText(found: { readonly cpu: Cpu; readonly cell: number } | undefined): readonly string[] {
  if (found === undefined) return [];
  const { cpu, cell } = found;
  const others = cpu.siblings.filter((id) => id !== cpu.id);
  const siblings = others.length === 0 ? 'no sibling' : `sibling ${list(others)}`;
  const taken = cpu.takenBy === undefined ? '' : ` And ${cpu.takenBy}.`;
  return [`CPU ${cpu.id}: cell ${cell}, socket ${cpu.socket}, core ${cpu.core}, ${siblings}.${taken}`];
}

/** What Berth plans of a network card of the host is its function; taps are libvirt's to name. */
function cardRows(
  now: DomainReading | undefined,
  planned: DomainReading | undefined,
  host: HostFacts | undefined,
): readonly StackRow[] {
  const macs = new Set(
    [...(planned?.interfaces ?? []), ...(now?.interfaces ?? [])].map(({ mac }) => mac.toLowerCase()),
  );
  const find = (reading: DomainReading | undefined, mac: string) =>
    reading?.interfaces.find((each) => each.mac.toLowerCase() === mac);
  const plain = new Set([...(planned?.hostFunctions ?? []), ...(now?.hostFunctions ?? [])]);
  for (const { hostFunction } of [...(planned?.interfaces ?? []), ...(now?.interfaces ?? [])])
    if (hostFunction !== undefined) plain.delete(hostFunction);
  const cards = [...macs].map((mac) => {
    const [is, should] = [find(now, mac), find(planned, mac)];
    const note = is && host && linkText(is, host);
    return row(`nic ${mac}`, `Interface ${mac}`, { now: now && endOf(is), planned: planned && endOf(should), note });
  });
  const whole = [...plain].map((address) => {
    const has = (reading: DomainReading | undefined) =>
      reading && (reading.hostFunctions.includes(address) ? `function ${address}` : 'none');
    return row(`function ${address}`, `PCI function ${address}`, {
      ...{ now: has(now), planned: has(planned), note: host && functionText(host, address) },
    });
  });
  return [...cards, ...whole].slice(0, most);
}

function endOf(card: InterfaceReading | undefined): string {
  if (card === undefined) return 'none';
  if (card.hostFunction !== undefined) return `function ${card.hostFunction}`;
  if (card.device !== undefined) return `macvtap on ${card.device}`;
  return card.network === undefined ? (card.bridge ?? card.type) : `network ${card.network}`;
}

function linkText(card: InterfaceReading, host: HostFacts): string | undefined {
  if (card.hostFunction !== undefined) return functionText(host, card.hostFunction);
  const network = host.networks.find(({ name }) => name === card.network);
  const via = [
    card.targetDevice && `tap ${card.targetDevice}`,
    (card.bridge ?? network?.bridge) && `bridge ${card.bridge ?? network?.bridge ?? ''}`,
  ];
  const path = via.filter((part) => part !== undefined && part !== '').join(', ');
  const onto = network?.physicalNetwork === undefined ? '' : `, out by ${network.physicalNetwork}`;
  return path === '' ? undefined : `By ${path}${onto}.`;
}

function functionText({ pciFunctions }: HostFacts, address: string): string {
  const found = pciFunctions.find((each) => each.address === address);
  if (found === undefined) return `The host lists no function ${address}.`;
  const card = found.parent === undefined ? undefined : pciFunctions.find((each) => each.address === found.parent);
  return `${kindText(found)}${found.cell === undefined ? '' : `, cell ${found.cell}`}${cardText(card ?? found)}.`;
}

function kindText({ kind, parent }: PciFunction): string {
  if (kind === 'vf') return parent === undefined ? 'Virtual function' : `Virtual function of ${parent}`;
  return kind === 'pf' ? 'Physical function' : 'PCI function';
}

const cardText = ({ netdev, linkMbps, physicalNetwork }: PciFunction): string =>
  [
    netdev === undefined ? undefined : `card ${netdev}`,
    physicalNetwork === undefined ? undefined : `on ${physicalNetwork}`,
    linkMbps === undefined ? undefined : `${linkMbps} Mbit/s`,
  ]
    .filter((part) => part !== undefined)
    .map((part) => `, ${part}`)
    .join('');
