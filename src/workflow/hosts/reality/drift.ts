/**
 * Drift: each reading of a host compares the domains of its VNFCs with their plan, and logs differences once per change. A
 * domain whose XML is unchanged since the last reading is not compared again.
 */
import { EngineError } from '../../../engine/engine.js';
import type { Engines } from '../../../engine/engines.js';
import { movedDefinition } from '../../../libvirt-xml/moved-definition.js';
import { differences } from '../../../libvirt-xml/differences.js';
import { readDomain } from '../../../libvirt-xml/read-domain.js';
import type { VnfInstance, Vnfc } from '../../../lifecycle/model.js';
import { fnv1a } from '../../../shared/hash.js';
import type { Sight } from '../../../lifecycle/vnf-state.js';
import type { HostId, InstallationId, VnfcId } from '../../../shared/ids.js';
import type { IdSource } from '../../../shared/clock.js';
import type { Log } from '../../../shared/log.js';
import type { InstanceRecords } from '../../../store/instances.js';
import type { OperationRecords } from '../../../store/operations.js';
import type { PackageRecords } from '../../../store/packages.js';
import type { Background, KeyedTask } from '../../background/background.js';
import { wantedFunctions } from '../../steps/functions.js';
import type { Fleet } from '../fleet.js';
import { plannedDomain } from './planned-domain.js';

export interface DriftPorts {
  readonly store: Pick<InstanceRecords, 'instancesOn'> &
    Pick<OperationRecords, 'operationUnderWay'> &
    Pick<PackageRecords, 'package'>;
  readonly engines: Engines;
  readonly fleet: Pick<Fleet, 'host' | 'showDrift' | 'drift'>;
  readonly sight: Sight;
  readonly ids: IdSource;
  readonly installation: () => InstallationId;
  readonly log: Log;
  readonly background: Background;
}

/** Limit on differences kept per VNFC. */
const mostKept = 50;
/** Longer than any call to a host. */
const lookLimitMs = 600_000;

export class Drift {
  private readonly hosts: KeyedTask<HostId>;
  private readonly looked = new Map<VnfcId, string>();

  constructor(private readonly ports: DriftPorts) {
    this.hosts = ports.background.keyed({
      name: 'drift',
      does: 'comparing domains with their plans',
      about: (hostId) => ({ hostId }),
      limitMs: lookLimitMs,
      run: (id) => this.look(id),
    });
  }

  hostRead(id: HostId): void {
    void this.hosts.ask(id);
  }

  private async look(id: HostId): Promise<void> {
    for (const instance of await this.ports.store.instancesOn(id)) {
      const vnfcs = instance.instantiated?.vnfcs.filter((vnfc) => vnfc.hostId === id) ?? [];
      for (const vnfc of vnfcs) await this.lookAt(instance, vnfc);
    }
  }

  private async lookAt(instance: VnfInstance, vnfc: Vnfc): Promise<void> {
    if (this.ports.sight(vnfc) === 'unknown') return;
    const found = await this.read(vnfc);
    if (found === undefined) {
      this.looked.delete(vnfc.id);
      return;
    }
    const seen = [instance.revision, ...found.around, ...[found.live, found.defined].map(markOf)].join('/');
    if (this.looked.get(vnfc.id) === seen) return;
    // An operation may be between two steps; its end is another revision.
    if ((await this.ports.store.operationUnderWay(instance.id)) !== undefined) return;
    const planned = await plannedDomain(this.ports, instance, vnfc);
    if (planned === undefined) return;
    const plan = readDomain(planned);
    // A start gives the definition the addresses of today.
    const start = movedDefinition(found.defined, wantedFunctions(vnfc)) ?? found.defined;
    const live = differences(plan, readDomain(this.ports.sight(vnfc) === 'off' ? start : found.live));
    const next = differences(plan, readDomain(start)).filter((one) => !live.includes(one));
    this.looked.set(vnfc.id, seen);
    const all = [...found.around, ...live, ...next.map((one) => `at its next start: ${one}`)];
    this.tell(instance, vnfc, all.slice(0, mostKept));
  }

  /** Undefined: it is not there, or the host does not say. */
  private async read(vnfc: Vnfc) {
    const { engines, sight } = this.ports;
    const engine = engines.of(vnfc.hostId);
    try {
      const { isTransient } = await engine.domain(vnfc.id);
      const [live, defined] = [await engine.domainXml(vnfc.id), await engine.domainXml(vnfc.id, 'defined')];
      const absent = sight(vnfc) === 'off' ? [] : this.absentNetworks(vnfc);
      return { live, defined, around: [...(isTransient ? ['definition: not there'] : []), ...absent] };
    } catch (error) {
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  }

  /** A running domain goes on without its network, and reaches nobody through it. */
  private absentNetworks({ hostId, cps }: Vnfc): readonly string[] {
    const facts = this.ports.fleet.host(hostId)?.facts;
    if (facts === undefined) return [];
    const there = new Set([...facts.networks.map(({ name }) => name), ...Object.keys(facts.vhostUser ?? {})]);
    const networks = new Set(cps.flatMap(({ network }) => network ?? []));
    return [...networks].filter((name) => !there.has(name)).map((name) => `network ${name}: not active`);
  }

  private tell({ id }: VnfInstance, vnfc: Vnfc, found: readonly string[]): void {
    const { fleet, log } = this.ports;
    if (found.join() === fleet.drift(vnfc.id).join()) return;
    fleet.showDrift(vnfc.id, found);
    const about = { vnfInstanceId: id, vnfcId: vnfc.id, hostId: vnfc.hostId, domainName: vnfc.domainName };
    if (found.length === 0) log.info(about, 'the domain of a VNFC is as planned again');
    else log.warn({ ...about, differences: found }, 'the domain of a VNFC is not as planned');
  }
}

const markOf = (xml: string): string => `${String(xml.length)}-${String(fnv1a(xml))}`;
