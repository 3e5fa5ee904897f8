/**
 * Whether a domain can start here and now. A simulated host refuses what a real one would: memory and pages that are
 * not there, CPUs it does not have, functions, disks and addresses that another domain uses, files and networks that
 * are missing.
 */
import type { Cell, PciFunction } from '../../inventory/model.js';
import { freeIn, freePlainKiB } from './cells.js';
import type { CellDemand, DomainDemand } from './domain-demand.js';
import type { RunningDomain, SimulatedHost, Taken } from './host-state.js';
import { findNetwork, isBridge, isVlanDevice } from './networks.js';
import { rejected, Refusal } from './refusal.js';

export function admit(host: SimulatedHost, demand: DomainDemand): Taken {
  refuseCpus(host, demand);
  refuseDisks(host, demand);
  refuseCards(host, demand);
  refuseFunctions(host, demand);
  return takeMemory(host, demand);
}

/** What a running domain takes besides when it gets other cards. */
export function admitCards(host: SimulatedHost, demand: DomainDemand): void {
  refuseCards(host, demand);
  refuseFunctions(host, demand);
}

const others = (host: SimulatedHost, { uuid }: DomainDemand): readonly RunningDomain[] =>
  [...host.state.domains.values()].flatMap(({ running }) =>
    running === undefined || running.demand.uuid === uuid ? [] : running,
  );

function refuseCpus(host: SimulatedHost, demand: DomainDemand): void {
  const there = new Set(host.spec.cells.flatMap((cell) => cell.cpus.map((cpu) => cpu.id)));
  const missing = demand.hostCpus.find((cpu) => !there.has(cpu));
  if (missing === undefined) return;
  throw rejected('invalidArgument', `cannot set CPU affinity: host CPU ${String(missing)} does not exist`);
}

function refuseDisks(host: SimulatedHost, demand: DomainDemand): void {
  const inUse = new Set(
    others(host, demand)
      .flatMap((one) => one.demand.disks.filter((disk) => !disk.readOnly))
      .map(pathOf),
  );
  for (const disk of demand.disks) {
    refuseMissing(host, disk.path);
    if (!disk.readOnly && inUse.has(disk.path)) {
      throw rejected('internal', `Failed to get "write" lock on ${disk.path}: another domain uses it`);
    }
  }
}

const pathOf = ({ path }: { readonly path: string }): string => path;

function refuseMissing(host: SimulatedHost, path: string): void {
  const volume = host.state.volumes.get(path);
  if (!volume) throw rejected('systemError', `Cannot access storage file '${path}': No such file or directory`);
  if (volume.backing === undefined || host.state.volumes.has(volume.backing)) return;
  const chain = `'${volume.backing}' (backing file of '${path}')`;
  throw rejected('systemError', `Cannot access backing file ${chain}: No such file or directory`);
}

function refuseCards(host: SimulatedHost, demand: DomainDemand): void {
  const macs = new Set(others(host, demand).flatMap((one) => one.demand.cards.map((card) => card.mac)));
  for (const { mac, network, bridge, device } of demand.cards) {
    if (network !== undefined && !findNetwork(host, network)) {
      throw new Refusal('NotFound', 'noNetwork', `Network not found: no network with matching name '${network}'`);
    }
    if (bridge !== undefined && !isBridge(host, bridge)) {
      throw rejected('systemError', `Cannot get interface MTU on '${bridge}': No such device`);
    }
    if (device !== undefined && !isVlanDevice(host, device)) {
      throw rejected('systemError', `Cannot get interface MTU on '${device}': No such device`);
    }
    if (macs.has(mac)) throw rejected('operationFailed', `MAC address ${mac} is in use by another running domain`);
  }
}

function refuseFunctions(host: SimulatedHost, demand: DomainDemand): void {
  const foreign = [...host.state.foreign.values()].flatMap(({ functions = [] }) => functions);
  const inUse = new Set([...foreign, ...others(host, demand).flatMap((one) => one.demand.functions)]);
  for (const address of demand.functions) {
    const found = host.spec.pciFunctions.find((one) => one.address === address);
    if (!found) throw rejected('internal', `Device ${address} not found: no such PCI function`);
    const card = [address, found.parent, ...childrenOf(host, address)].filter((one) => one !== undefined);
    const taken = card.find((one) => inUse.has(one));
    if (taken !== undefined) throw rejected('operationInvalid', `PCI device ${taken} is in use by another domain`);
    refuseShared(host, found, demand.functions);
  }
}

/** VFIO hands out whole groups: all devices of this one’s must go to the same domain. */
function refuseShared({ spec }: SimulatedHost, { address, iommuGroup }: PciFunction, own: readonly string[]): void {
  if (iommuGroup === undefined) return;
  const left = spec.pciFunctions.find((one) => one.iommuGroup === iommuGroup && !own.includes(one.address));
  if (left === undefined) return;
  const why = `${left.address} of it is not bound to VFIO`;
  throw rejected('internal', `vfio ${address}: IOMMU group ${String(iommuGroup)} is not viable: ${why}`);
}

const childrenOf = (host: SimulatedHost, address: string): readonly string[] =>
  host.spec.pciFunctions.filter((one) => one.parent === address).map((one) => one.address);

function takeMemory(host: SimulatedHost, demand: DomainDemand): Taken {
  const taken: { pages: Taken['pages'][number][]; plain: Taken['plain'][number][] } = { pages: [], plain: [] };
  for (const cell of demand.cells) {
    if (cell.pageSizeKiB === undefined) taken.plain.push(...takePlain(host, cell, taken));
    else taken.pages.push(...takePages(host, cell, cell.pageSizeKiB, taken));
  }
  return taken;
}

function takePages(host: SimulatedHost, demand: CellDemand, size: number, before: Taken): Taken['pages'] {
  const pages = Math.ceil(demand.memoryKiB / size);
  const cells = allowed(host, demand).filter((cell) => cell.hugepages.some((pool) => pool.pageSizeKiB === size));
  if (cells.length === 0)
    throw rejected('internal', `Unable to find any usable hugetlbfs mount for ${String(size)} KiB`);
  const free = (cell: Cell): number =>
    freeIn(host, cell, size) -
    total(before.pages.filter((one) => one.cell === cell.id && one.pageSizeKiB === size).map((one) => one.pages));
  const shares = spread(cells, pages, free);
  if (shares) return shares.map(({ cell, amount }) => ({ cell, pageSizeKiB: size, pages: amount }));
  const found = cells.map((cell) => `${String(free(cell))} in cell ${String(cell.id)}`).join(', ');
  const asked = `${String(pages)} pages of ${String(size)} KiB`;
  throw rejected('internal', `unable to map backing store for guest RAM: needs ${asked}, free are ${found}`);
}

function takePlain(host: SimulatedHost, demand: CellDemand, before: Taken): Taken['plain'] {
  const cells = allowed(host, demand);
  const free = (cell: Cell): number =>
    freePlainKiB(host, cell) - total(before.plain.filter((one) => one.cell === cell.id).map((one) => one.memoryKiB));
  const shares = spread(cells, demand.memoryKiB, free);
  if (shares) return shares.map(({ cell, amount }) => ({ cell, memoryKiB: amount }));
  const found = cells.map((cell) => `${String(free(cell))} KiB in cell ${String(cell.id)}`).join(', ');
  const asked = `${String(demand.memoryKiB)} KiB`;
  throw rejected('internal', `cannot set up guest memory: Cannot allocate memory: needs ${asked}, free are ${found}`);
}

/** In the order in which they are filled. */
function allowed(host: SimulatedHost, { strict, preferred }: CellDemand): readonly Cell[] {
  const { cells } = host.spec;
  const named = strict ?? (preferred === undefined ? [] : [preferred]);
  const missing = named.find((id) => !cells.some((cell) => cell.id === id));
  if (missing !== undefined) throw rejected('invalidArgument', `NUMA node ${String(missing)} is unavailable`);
  if (strict) return cells.filter((cell) => strict.includes(cell.id));
  return [...cells.filter(({ id }) => id === preferred), ...cells.filter(({ id }) => id !== preferred)];
}

/** Fills the cells in order; undefined when all together have too little. */
function spread(cells: readonly Cell[], wanted: number, free: (cell: Cell) => number) {
  let left = wanted;
  const shares = cells.map((cell) => {
    const amount = Math.max(0, Math.min(left, free(cell)));
    left -= amount;
    return { cell: cell.id, amount };
  });
  return left > 0 ? undefined : shares.filter((share) => share.amount > 0);
}

const total = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
