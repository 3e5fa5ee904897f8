/**
 * Fifty simulated hosts with VNFs on them, and what may happen to them on a day.
 */
import { expect } from '@jest/globals';
import { createSimulatedFleet, type SimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import type { Clock } from '../../src/shared/clock.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/system.js';
import { bodyOf, listOf } from '../api/door.js';
import { simulatedHosts } from '../builders/simulated-hosts.js';
import { createInstance, instances, onboardRouter, operate, opOccs, readInstance, rested } from '../flow/router.js';
import { startServer, type Server } from '../flow/server.js';

const hosts = 50;
export const load = 24;
const longMs = 60_000;

export interface Placed {
  readonly id: string;
  readonly vnfc: string;
  readonly host: string;
}

/** Waits of more than a minute end when the test does. */
function heldClock(): { readonly clock: Clock; readonly release: () => void } {
  const held: (() => void)[] = [];
  const sleep = (ms: number, over?: AbortSignal) =>
    ms < longMs ? systemClock.sleep(ms, over) : new Promise<void>((done) => void held.push(done));
  return { clock: { ...systemClock, sleep }, release: () => held.forEach((done) => done()) };
}

const link = (cpd: string, resourceId: string, net: string) => ({
  id: cpd,
  resourceId,
  extCps: [
    {
      cpdId: cpd,
      cpConfig: {
        [cpd]: {
          cpProtocolData: [
            {
              layerProtocol: 'IP_OVER_ETHERNET',
              ipOverEthernet: {
                ipAddresses: [{ type: 'IPV4', fixedAddresses: [`${net}.1`], subnetId: `${net}.0/24` }],
              },
            },
          ],
        },
      },
    },
  ],
});

export class DayWorld {
  #nth = 0;
  private constructor(
    readonly server: Server,
    private readonly fleet: SimulatedFleet,
    private readonly vnfdId: unknown,
    /** Waits that stand still go on. */
    readonly release: () => void,
  ) {}

  static async start(): Promise<DayWorld> {
    const { clock, release } = heldClock();
    const fleet = createSimulatedFleet({ hosts: simulatedHosts(hosts), clock });
    const server = await startServer({ fleet, hosts });
    return new DayWorld(server, fleet, (await onboardRouter(server))['vnfdId'], release);
  }

  async stop(): Promise<void> {
    this.release();
    await this.server.stop();
  }

  page = async (): Promise<string> => (await this.server.ask('/metrics')).text();

  /** The page once it says so. */
  pageWith(pattern: RegExp): Promise<string> {
    return this.#pageOnce((page) => pattern.test(page), `metrics have no line like ${String(pattern)}`);
  }

  pageWithout(pattern: RegExp): Promise<string> {
    return this.#pageOnce((page) => !pattern.test(page), `metrics still have a line like ${String(pattern)}`);
  }

  async #pageOnce(is: (page: string) => boolean, complaint: string): Promise<string> {
    for (const limit = Date.now() + longMs; ; await systemClock.sleep(100)) {
      const page = await this.page();
      if (is(page)) return page;
      if (Date.now() > limit) throw new Error(complaint);
    }
  }

  async instantiate(): Promise<{ readonly id: string; readonly occ: Readonly<Record<string, unknown>> }> {
    const nth = (this.#nth += 1);
    const id = await createInstance(this.server, this.vnfdId, `router-${String(nth)}`);
    const extVirtualLinks = [
      link('west', 'berth-west', `10.1.${String(nth)}`),
      link('east', 'berth-east', `10.2.${String(nth)}`),
    ];
    return { id, occ: await operate(this.server, id, 'instantiate', { flavourId: 'simple', extVirtualLinks }) };
  }

  async running(): Promise<Placed> {
    const { id, occ } = await this.instantiate();
    expect(occ).toMatchObject({ operationState: 'COMPLETED' });
    const { instantiatedVnfInfo } = await readInstance(this.server, id);
    const [vnfc] = (instantiatedVnfInfo as { vnfcResourceInfo: { id: string; metadata: { hostId: string } }[] })
      .vnfcResourceInfo;
    return { id, vnfc: String(vnfc?.id), host: String(vnfc?.metadata.hostId) };
  }

  control(host: string) {
    return this.fleet.control(hostId(host));
  }

  crash({ host, vnfc }: Placed): void {
    this.control(host).crashDomain(vnfcId(vnfc));
  }

  hang({ host, vnfc }: Placed): void {
    this.control(host).changeGuest(vnfcId(vnfc), { hung: true });
  }

  /** The next start of a domain fails, wherever it is. */
  refuseStarts(): void {
    for (const { control } of this.fleet.all()) control.failNext('ensureStarted', 'Rejected', 'no hugepages');
  }

  operate(id: string, task: string, body: object) {
    return operate(this.server, id, task, body);
  }

  /** Only begins it; answers where it is told of. */
  async begin(id: string, task: string, body: object): Promise<string> {
    const response = await this.server.send('POST', `${instances}/${id}/${task}`, body);
    expect(response.status).toBe(202);
    return response.headers.get('location') ?? '';
  }

  async decide(occId: unknown, decision: 'fail' | 'rollback'): Promise<void> {
    const path = `${opOccs}/${String(occId)}`;
    expect((await this.server.ask(`${path}/${decision}`, { method: 'POST' })).ok).toBe(true);
    await rested(this.server, path);
  }

  async declareLost(host: string): Promise<void> {
    expect((await this.server.send('POST', `/nfvi/v1/hosts/${host}/lost`, {})).status).toBe(200);
  }

  /** Hosts that were not declared lost: another state would take that back. */
  async hostIds(): Promise<readonly string[]> {
    const all = await listOf(await this.server.ask('/nfvi/v1/hosts'));
    return all.filter((host) => host['adminState'] !== 'lost').map((host) => String(host['id']));
  }

  async set(ids: readonly string[], adminState: 'active' | 'draining'): Promise<void> {
    for (const id of ids) {
      const response = await this.server.send('PATCH', `/nfvi/v1/hosts/${id}`, { adminState });
      expect(await bodyOf(response)).toMatchObject({ adminState });
    }
  }
}
