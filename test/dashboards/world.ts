/**
 * A Berth with a hundred simulated hosts and something of everything on them: VNFs of each role, some in trouble, an
 * operation that waits for a decision, placements that were refused, a host that is away and one that is draining.
 */
import { expect } from '@jest/globals';
import { shippedRoles } from '../../src/config/guest-roles.js';
import type { GuestRoles } from '../../src/engine/simulated/guest-numbers.js';
import { createSimulatedFleet, type SimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/system.js';
import { serverTemplate, simulatedHosts } from '../builders/simulated-hosts.js';
import { buildVnf, createInstance, createPackage, onboarded, operate, readInstance, upload } from '../flow/router.js';
import { startServer, type Server } from '../flow/server.js';

const hosts = 100;

/** Connection points of each VNF, with the network of the hosts. */
const links = {
  router: { west: 'berth-west', east: 'berth-east' },
  firewall: { inside: 'berth-west', outside: 'berth-east' },
  upf: { n3: 'berth-west', n4: 'mgmt', n6: 'berth-east' },
} as const;
export type Role = keyof typeof links;

/** Instance `nth` has addresses of its own. */
const requestFor = (role: Role, nth: number) => ({
  flavourId: 'simple',
  extVirtualLinks: Object.entries(links[role]).map(([cpd, resourceId], index) => {
    const net = `10.${String(index + 1)}.${String(nth)}`;
    const ipAddresses = [{ type: 'IPV4', fixedAddresses: [`${net}.1`], subnetId: `${net}.0/24` }];
    const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses } }];
    return { id: cpd, resourceId, extCps: [{ cpdId: cpd, cpConfig: { [cpd]: { cpProtocolData } } }] };
  }),
});

async function onboard(server: Server, content: Uint8Array): Promise<unknown> {
  const id = await createPackage(server);
  await upload(server, id, content);
  const info = await onboarded(server, id);
  expect(info).toMatchObject({ onboardingState: 'ONBOARDED' });
  return info['vnfdId'];
}

interface Placed {
  readonly id: string;
  readonly host: string;
  readonly vnfc: string;
}

async function whereIs(server: Server, id: string): Promise<Placed> {
  const { instantiatedVnfInfo } = await readInstance(server, id);
  const [vnfc] = (instantiatedVnfInfo as { vnfcResourceInfo: { id: string; metadata: { hostId: string } }[] })
    .vnfcResourceInfo;
  return { id, host: String(vnfc?.metadata.hostId), vnfc: String(vnfc?.id) };
}

export interface World {
  readonly server: Server;
  /** VNFs come, are seen by a scrape, and things go wrong: what counts changes has to see a change. */
  readonly fill: (scraped: () => Promise<void>) => Promise<void>;
}

/** Also what a real guest reports only with certain documents, such as whether it is the master of a pair. */
const everyNumber: GuestRoles = new Map(
  [...shippedRoles()].map(([role, list]) => [role, list.map(({ when: _, ...indicator }) => indicator)]),
);

export async function startWorld(): Promise<World> {
  const fleet = createSimulatedFleet({
    hosts: simulatedHosts(hosts, serverTemplate),
    clock: systemClock,
    roles: everyNumber,
  });
  fleet.control(hostId('sim-1')).putFile('berth', 'berth-by-hand.qcow2');
  const server = await startServer({ fleet, hosts, away: 1 });
  return { server, fill: (scraped) => fill(server, fleet, scraped) };
}

const roles = ['router', 'firewall', 'upf'] as const;

async function fill(server: Server, fleet: SimulatedFleet, scraped: () => Promise<void>) {
  const vnfds = new Map<Role, unknown>();
  for (const role of roles) vnfds.set(role, await onboard(server, await buildVnf(role)));
  let nth = 0;
  const instantiate = async (role: Role, change: object = {}) => {
    nth += 1;
    const id = await createInstance(server, vnfds.get(role), `${role}-${String(nth)}`);
    return { id, occ: await operate(server, id, 'instantiate', { ...requestFor(role, nth), ...change }) };
  };
  const running = async (role: Role): Promise<Placed> => {
    const { id, occ } = await instantiate(role);
    expect(occ).toMatchObject({ operationState: 'COMPLETED' });
    return whereIs(server, id);
  };
  for (const role of roles) await running(role);
  const [crashed, unready, master] = [await running('router'), await running('firewall'), await running('router')];
  await server.send('PATCH', '/nfvi/v1/hosts/sim-50', { adminState: 'draining' });
  const control = ({ host }: Placed) => fleet.control(hostId(host));
  await scraped();
  control(crashed).crashDomain(vnfcId(crashed.vnfc));
  control(unready).changeGuest(vnfcId(unready.vnfc), { ready: false, reason: 'a daemon died' });
  await stopInVain(server, fleet, master.id);
  await refuseAndPark(server, fleet, instantiate);
}

type Instantiate = (
  role: Role,
  change?: object,
) => Promise<{ readonly id: string; readonly occ: Record<string, unknown> }>;

/** A VNF that runs, and whose stop waits for a decision. */
async function stopInVain(server: Server, fleet: SimulatedFleet, id: string) {
  for (const { control } of fleet.all()) control.failNext('ensureStopped', 'Rejected', 'the domain does not stop');
  const occ = await operate(server, id, 'operate', { changeStateTo: 'STOPPED', stopType: 'FORCEFUL' });
  expect(occ).toMatchObject({ operationState: 'FAILED_TEMP' });
}

/** One operation that no host has room for, one that stops at a step, one that goes well. */
async function refuseAndPark(server: Server, fleet: SimulatedFleet, instantiate: Instantiate) {
  const taken = await instantiate('router', requestFor('router', 1));
  expect(taken.occ).toMatchObject({ operationState: 'ROLLED_BACK' });
  for (const host of fleet.all()) host.control.failNext('ensureStarted', 'Rejected', 'cannot allocate hugepages');
  expect((await instantiate('router')).occ).toMatchObject({ operationState: 'FAILED_TEMP' });
  for (const host of fleet.all()) host.control.failNext('ensureStarted', 'Busy', 'another job holds the host');
  await instantiate('firewall');
}
