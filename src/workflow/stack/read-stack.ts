/**
 * One VNFC from its application down to its cores, read from host and guest on request. Earlier readings are not shown;
 * values not answered in time are unknown, with a reason. Concurrent requests for one VNFC share one reading.
 */
import { EngineError, type Engine } from '../../engine/engine.js';
import type { Engines } from '../../engine/engines.js';
import type { HostFacts } from '../../inventory/model.js';
import { differences } from '../../libvirt-xml/differences.js';
import { readDomain } from '../../libvirt-xml/read-domain.js';
import { readHardware } from '../../libvirt-xml/read-hardware.js';
import type { Vnfc, VnfInstance } from '../../lifecycle/model.js';
import type { Clock } from '../../shared/clock.js';
import { defined } from '../../shared/defined.js';
import type { HostId, VnfcId } from '../../shared/ids.js';
import type { InstanceRecords } from '../../store/instances.js';
import type { PackageRecords } from '../../store/packages.js';
import type { Stack, StackLayer, Stacks, MeasuredPlacement } from '../commands.js';
import { placementOf, whereaboutsIn } from './read-placement.js';
import { sightingOf, type GuestStatus, type WhereaboutsView } from '../hosts/fleet-view.js';
import type { Fleet } from '../hosts/fleet.js';
import { broken, guestWords, readGuestStatus } from '../guests/guest-status.js';
import { plannedDomain, type PlannedDomainPorts } from '../hosts/reality/planned-domain.js';
import { readWithin, sentence, type Read } from '../time-limit.js';
import { applicationLayer } from './application-layer.js';
import type { DomainForm, Gathered, SeenDomain } from './gathered.js';
import { guestLayer } from './guest-layer.js';
import { hardwareLayer } from './hardware-layer.js';
import { hypervisorLayer } from './hypervisor-layer.js';
import { physicalLayer } from './physical-layer.js';
import { SharedRun } from '../../shared/shared-run.js';

export interface StackPorts extends PlannedDomainPorts {
  readonly store: Pick<PackageRecords, 'package'> & Pick<InstanceRecords, 'instanceOf'>;
  readonly engines: Engines;
  readonly fleet: Pick<Fleet, 'host' | 'whyUnreachable' | 'isConfigured'>;
  readonly clock: Clock;
  readonly whereabouts: WhereaboutsView;
  /** Facts of a host, read now. */
  readonly facts: (engine: Engine) => Promise<HostFacts>;
}

/** Time limit for each of host, guest and domain. */
const limitMs = 8_000;
const mostDifferences = 50;

export class ReadStacks implements Stacks {
  private readonly readings = new SharedRun((id: VnfcId) => this.make(id));

  constructor(private readonly ports: StackPorts) {}

  read(id: VnfcId): Promise<Stack | undefined> {
    return this.readings.get(id);
  }

  async placement(id: VnfcId): Promise<MeasuredPlacement | undefined> {
    const instance = await this.ports.store.instanceOf(id);
    const vnfc = instance?.instantiated?.vnfcs.find((each) => each.id === id);
    if (instance === undefined || vnfc === undefined) return undefined;
    const atMs = this.ports.clock.now();
    const xml = await plannedDomain(this.ports, instance, vnfc);
    const engine = this.engineOf(vnfc.hostId);
    if ('why' in engine) return { ...placementOf(instance, vnfc, xml, {}), readAtMs: atMs, unreadBecause: engine.why };
    const asked = `Host ${vnfc.hostId}`;
    const domain = await readWithin(this.ports.clock, limitMs, asked, whereaboutsIn(engine, vnfc));
    // Those of the last look: they say what else of a function is known.
    const facts = this.ports.fleet.host(vnfc.hostId)?.facts;
    const moved = domain.value && this.ports.whereabouts.on(vnfc.hostId).get(id)?.moved;
    const measured = defined({ domain: domain.value, facts, moved });
    const why = domain.why ?? (domain.value === undefined ? 'Its domain does not run.' : undefined);
    return { ...placementOf(instance, vnfc, xml, measured), readAtMs: atMs, ...defined({ unreadBecause: why }) };
  }

  private async make(id: VnfcId): Promise<Stack | undefined> {
    const instance = await this.ports.store.instanceOf(id);
    const vnfc = instance?.instantiated?.vnfcs.find((each) => each.id === id);
    if (instance === undefined || vnfc === undefined) return undefined;
    const atMs = this.ports.clock.now();
    const all = await this.gather(instance, vnfc);
    const { domain, planned } = all;
    return {
      ...{ vnfcId: id, vduId: vnfc.vduId, vnfInstanceId: instance.id, hostId: vnfc.hostId },
      ...defined({ vnfInstanceName: instance.vnfInstanceName }),
      ...{ domainName: vnfc.domainName, readAtMs: atMs, state: stateOf(domain) },
      layers: [applicationLayer, guestLayer, hardwareLayer, hypervisorLayer, physicalLayer].map((layer) =>
        withoutEmpty(layer(all)),
      ),
      differences:
        domain.value && planned ? differences(planned.reading, domain.value.reading).slice(0, mostDifferences) : [],
    };
  }

  private async gather(instance: VnfInstance, vnfc: Vnfc): Promise<Gathered> {
    const xml = await plannedDomain(this.ports, instance, vnfc);
    const planned = xml === undefined ? {} : { planned: formOf(xml) };
    const engine = this.engineOf(vnfc.hostId);
    if ('why' in engine) {
      const unknown = { why: engine.why };
      return { instance, vnfc, domain: unknown, facts: unknown, guestOs: unknown, status: unknown, ...planned };
    }
    const host = `Host ${vnfc.hostId}`;
    const { clock } = this.ports;
    const [domain, facts] = await Promise.all([
      readWithin(clock, limitMs, host, seenDomain(engine, vnfc)),
      readWithin(clock, limitMs, host, this.ports.facts(engine)),
    ]);
    return { instance, vnfc, domain, facts, ...(await askGuest(clock, engine, vnfc, domain)), ...planned };
  }

  private engineOf(id: HostId): Engine | { readonly why: string } {
    const { engines, fleet } = this.ports;
    if (!fleet.isConfigured(id)) return { why: `Host ${id} is not configured any more; nobody can be asked.` };
    const engine = engines.of(id);
    if (engine.isConnected()) return engine;
    const because = fleet.whyUnreachable(id);
    return { why: sentence(`Host ${id} is out of reach${because === undefined ? '' : `: ${because}`}`) };
  }
}

/** Leaves out rows with neither a current nor a planned value. */
const withoutEmpty = (layer: StackLayer): StackLayer => ({
  ...layer,
  rows: layer.rows.filter(({ now, planned }) => now !== undefined || planned !== undefined),
});

const formOf = (xml: string): DomainForm => ({ reading: readDomain(xml), hardware: readHardware(xml) });

function stateOf(domain: Read<SeenDomain>): string {
  if (domain.value !== undefined) return domain.value.info.state;
  return domain.isGone === true ? 'absent' : 'unknown';
}

async function seenDomain(engine: Engine, { id, domainName, hostId }: Vnfc): Promise<SeenDomain> {
  try {
    const [info, xml] = [await engine.domain(id), await engine.domainXml(id)];
    return { ...formOf(xml), info, runs: sightingOf(info.state) !== 'off' };
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== 'NotFound') throw error;
    throw new EngineError('NotFound', hostId, `Host ${hostId} has no domain ${domainName}: it is gone.`);
  }
}

/** One after the other: an agent takes one command at a time. */
async function askGuest(clock: Clock, engine: Engine, vnfc: Vnfc, domain: Read<SeenDomain>) {
  const mute = whyMute(vnfc, domain);
  if (mute !== undefined) return { guestOs: { why: mute }, status: { why: mute } };
  const guest = `The guest of ${vnfc.domainName}`;
  const guestOs = await readWithin(clock, limitMs, guest, engine.guestOs(vnfc.id));
  const { statusCommand: command } = vnfc.guest;
  if (command === undefined) return { guestOs, status: { why: 'It has no status command.' } };
  return { guestOs, status: await readWithin(clock, limitMs, guest, statusOf(engine, vnfc, command, clock.now())) };
}

function whyMute({ guest }: Vnfc, { value: domain, why }: Read<SeenDomain>): string | undefined {
  if (why !== undefined) return why;
  if (!guest.agent) return 'The VNF has no guest agent: nobody can be asked.';
  return sightingOf(domain?.info.state) === 'running'
    ? undefined
    : 'The domain does not run: there is no guest to ask.';
}

async function statusOf(engine: Engine, { id }: Vnfc, command: readonly string[], nowMs: number): Promise<GuestStatus> {
  const { exitCode, stdout, stderr } = await engine.guestExec(id, command, limitMs);
  if (exitCode === 0) return readGuestStatus(stdout, nowMs);
  return broken(nowMs, `status command ended with ${String(exitCode)}: ${guestWords(stderr)}`);
}
