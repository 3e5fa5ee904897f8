/**
 * What the quickstart shows once Berth runs: a package goes in, its VM is placed, boots and forwards packets, one
 * becomes two and one again, and the counters say so.
 */
import { seconds } from '../time.mjs';
import { expect } from './journey.mjs';
import { interfaceCounters } from './metrics.mjs';
import { ping, routeVia } from './traffic.mjs';

const usualPings = 50;

/** Which flavour fits: a core of its own for each of two routers, or shared cores where there is but one. */
export const chooseFlavour = (host) =>
  host.cells.reduce((sum, cell) => sum + cell.cpus.total, 0) >= 2 ? 'simple' : 'shared';

export function tellHost(host, tell) {
  const { kind, technology, reason } = host.acceleration;
  const { name, version, libvirtVersion } = host.hypervisor;
  tell(`${host.id}: ${kind}${technology === 'none' ? '' : ` (${technology})`}, because ${reason}`);
  tell(`${name} ${version}, libvirt ${libvirtVersion}, ${host.cpuModel}`);
  for (const cell of host.cells) {
    const pages = cell.pages.map((pool) => `${pool.free} of ${pool.total} pages of ${pool.pageSizeKiB} KiB free`);
    tell(
      `cell ${cell.id}: cores ${cell.cores.map((core) => core.join('+')).join(', ')}; ${pages.join(', ') || 'no hugepages'}`,
    );
  }
}

const coresOf = (what, list) => `${what}${list.length === 1 ? '' : 's'} ${list.join(', ') || '(none)'}`;

function describeCell(cell, { pageSizeKiB, sharedCpus }) {
  const cores = cell.pinnedCpus.length > 0 ? coresOf('core', cell.pinnedCpus) : coresOf('shared core', sharedCpus);
  const memory = cell.pages > 0 ? `${cell.pages} pages of ${pageSizeKiB} KiB` : `${cell.memoryMiB} MiB`;
  return `cell ${cell.hostCell}, ${cores}, ${memory}`;
}

/** Host, cell, cores and pages of each VNFC, as Berth says, and what its guest says of itself. */
export function tellPlacement(info, tell) {
  for (const { id, metadata } of info.instantiatedVnfInfo.vnfcResourceInfo) {
    const { hostId, domainName, placement, live } = metadata;
    const cells = placement.cells.map((cell) => describeCell(cell, placement));
    tell(`VNFC ${id} is ${domainName} on host ${hostId}: ${cells.join('; ')}`);
    if (live?.guestStatus) tell(`  its guest says that it is ${live.guestStatus.healthy ? 'ready' : 'not ready'}`);
  }
}

/** Address of each router by side, in the order of the VNFCs. */
export function routerAddresses(info) {
  const cps = info.instantiatedVnfInfo.extCpInfo;
  const addressOf = (cp) => cp.cpProtocolInfo[0].ipOverEthernet.ipAddresses[0].addresses[0];
  const bySide = (side) =>
    cps
      .filter((cp) => cp.cpdId === side)
      .map(addressOf)
      .toSorted();
  return bySide('west').map((west, index) => ({ west, east: bySide('east')[index] }));
}

export async function noTrafficWithout(tell) {
  const { sent, received } = await ping(5, { intervalSeconds: 0.2, waitSeconds: 0.3 });
  tell(`${received} of ${sent} pings answered: nothing connects the two networks`);
  expect(received === 0, 'pings were answered although no router runs');
}

/** Every router forwards: routes point at one after the other. `by`: other test hosts than those of this machine. */
export async function trafficThrough(routers, tell, { by = { ping, routeVia }, pings = usualPings } = {}) {
  for (const router of routers) {
    await by.routeVia(router);
    const { sent, received, ttls, averageMs } = await by.ping(pings);
    tell(
      `via ${router.west}: ${received} of ${sent} pings answered, TTL ${ttls.join(', ')} (64 less one router), ${averageMs} ms on average`,
    );
    // An emulated guest on a busy machine loses a packet now and then.
    expect(received >= sent * 0.9, `only ${received} of ${sent} pings were answered through ${router.west}`);
    expect(
      ttls.every((ttl) => ttl === 63),
      `TTL ${ttls.join(', ')} says that the pings took another way`,
    );
  }
}

/** Prints each step of an operation when the occurrence shows it as a change of state. */
export function teller(tell) {
  const from = performance.now();
  let last;
  return (occ) => {
    if (occ.operationState === last) return;
    last = occ.operationState;
    tell(`${occ.operation} ${last} after ${seconds(performance.now() - from)}`);
  };
}

export async function showMetrics(api, tell) {
  const limit = Date.now() + 30_000;
  let found = [];
  while (found.filter(({ value }) => value >= usualPings).length < 2) {
    expect(Date.now() < limit, `the counters of the VNFC's interfaces did not reach ${usualPings} packets`);
    found = interfaceCounters(await api.text('/metrics'));
  }
  for (const { line } of found) tell(line);
}
