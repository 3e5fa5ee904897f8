/**
 * Compares Berth's record with its hosts, read now, and lists every difference. Nothing is changed. After a restore
 * these are the changes since the backup (docs/backup.md).
 */
import { EngineError, type DomainInfo, type Engine } from '../../../engine/engine.js';
import type { Engines } from '../../../engine/engines.js';
import { endsOf } from '../../../lifecycle/changes.js';
import { isVnfcVolume } from '../../../lifecycle/naming.js';
import {
  isTerminal,
  type LcmOpOcc,
  type OperationState,
  type Vnfc,
  type VnfInstance,
} from '../../../lifecycle/model.js';
import type { HostId } from '../../../shared/ids.js';
import type { OperationRecords } from '../../../store/operations.js';
import type { MomentKey } from '../../../store/page.js';
import type { Difference, DifferenceKind, Differences } from '../../commands.js';
import type { KeptInstances } from '../../records/kept-instances.js';
import { SharedRun } from '../../../shared/shared-run.js';

interface Known {
  readonly vnfc: Vnfc;
  readonly instance: string;
}

/** What one host should have according to the record. */
interface Expected {
  readonly vnfcs: readonly Known[];
  /** VNFCs of operations that have not ended: whether they exist is no difference. */
  readonly underWay: ReadonlySet<string>;
}

const unendedStates: readonly OperationState[] = ['STARTING', 'PROCESSING', 'FAILED_TEMP', 'ROLLING_BACK'];
const atOnce = 50;

export class RecordAndReality {
  private readonly comparisons = new SharedRun(() => this.make());

  constructor(
    private readonly store: Pick<OperationRecords, 'opOccPage' | 'opOcc'>,
    private readonly instances: Pick<KeptInstances, 'now'>,
    private readonly engines: Engines,
    private readonly poolsOf: (hostId: HostId) => readonly string[],
  ) {}

  /** Concurrent requests share one comparison. */
  compare(): Promise<Differences> {
    return this.comparisons.get();
  }

  private async make(): Promise<Differences> {
    const instances = [...(await this.instances.now()).values()];
    const open = await this.unendedOperations();
    const vnfcs = Map.groupBy(instances.flatMap(knownOf), ({ vnfc }) => vnfc.hostId);
    const differences = open.map(unended);
    const notCompared: { readonly hostId: HostId; readonly why: string }[] = [];
    for (const engine of this.engines.all()) {
      try {
        differences.push(
          ...(await this.onHost(engine, expectedOn(engine.hostId, vnfcs.get(engine.hostId) ?? [], open))),
        );
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        notCompared.push({ hostId: engine.hostId, why: error.message });
      }
    }
    return { differences, notCompared };
  }

  /** One of an instance at most. */
  private async unendedOperations(): Promise<readonly LcmOpOcc[]> {
    const open: LcmOpOcc[] = [];
    for (let after: MomentKey | undefined; ;) {
      const page = await this.store.opOccPage({ limit: atOnce, ...(after && { after }) }, { states: unendedStates });
      const last = page.at(-1);
      if (last === undefined) return open;
      const whole = await Promise.all(page.map(({ id }) => this.store.opOcc(id)));
      open.push(...whole.filter((occ) => occ !== undefined).filter((occ) => !isTerminal(occ.operationState)));
      after = { ms: last.startTimeMs, id: last.id };
    }
  }

  private async onHost(engine: Engine, expected: Expected): Promise<readonly Difference[]> {
    const domains = await engine.listDomains();
    const volumes = new Map<string, ReadonlySet<string>>();
    for (const pool of new Set([...this.poolsOf(engine.hostId), ...expected.vnfcs.map(({ vnfc }) => vnfc.pool)])) {
      volumes.set(pool, new Set((await engine.listVolumes(pool)).map(({ name }) => name)));
    }
    return [...ofDomains(engine.hostId, domains, expected), ...ofVolumes(engine.hostId, volumes, expected)];
  }
}

const unended = (occ: LcmOpOcc): Difference => ({
  kind: 'operation-not-ended',
  subject: occ.id,
  vnfInstanceId: occ.vnfInstanceId,
  detail: `Operation ${occ.id} (${occ.operation}) on VNF instance ${occ.vnfInstanceId} is ${occ.operationState}.`,
});

const knownOf = ({ id, instantiated }: VnfInstance): readonly Known[] =>
  (instantiated?.vnfcs ?? []).map((vnfc) => ({ vnfc, instance: id }));

function expectedOn(hostId: HostId, vnfcs: readonly Known[], open: readonly LcmOpOcc[]): Expected {
  const moving = open
    .flatMap(({ plan }) => plan?.vnfcs ?? [])
    .filter(({ before, after }) => before?.hostId !== after?.hostId);
  return {
    vnfcs,
    underWay: new Set(moving.flatMap(endsOf).flatMap((vnfc) => (vnfc.hostId === hostId ? [vnfc.id] : []))),
  };
}

const isOurs = ({ name }: DomainInfo): boolean => name.startsWith('berth-');

function ofDomains(hostId: HostId, domains: readonly DomainInfo[], expected: Expected): readonly Difference[] {
  const { vnfcs, underWay } = expected;
  const byId = new Map<string, DomainInfo>(domains.map((domain) => [domain.uuid, domain]));
  const known = new Set<string>(vnfcs.map(({ vnfc }) => vnfc.id));
  const unowned = domains.filter((each) => isOurs(each) && !known.has(each.uuid) && !underWay.has(each.uuid));
  return [
    ...vnfcs.flatMap(({ vnfc, instance }) =>
      underWay.has(vnfc.id) ? [] : (ofVnfc(hostId, vnfc, instance, byId.get(vnfc.id)) ?? []),
    ),
    ...unowned.map(({ name, uuid, state }): Difference => {
      const detail = `Domain ${name} on host ${hostId} is ${state}, and no VNF instance has it; nothing is claimed for it and nothing of it is removed.`;
      return { kind: 'unknown-domain', hostId, subject: uuid, detail };
    }),
  ];
}

function ofVnfc(hostId: HostId, vnfc: Vnfc, instance: string, domain: DomainInfo | undefined): Difference | undefined {
  const who = `VNFC ${vnfc.id} (${vnfc.domainName}) of VNF instance ${instance}`;
  const differs = (kind: DifferenceKind, detail: string): Difference => ({
    ...{ kind, hostId, subject: vnfc.id, vnfInstanceId: instance },
    detail,
  });
  if (domain === undefined) return differs('missing-domain', `${who} has no domain on host ${hostId}.`);
  const runs = ['running', 'paused', 'blocked', 'shutdown'].includes(domain.state);
  if (vnfc.state === 'STARTED' && !runs)
    return differs('not-running', `${who} is STARTED, and its domain is ${domain.state} (${domain.reason}).`);
  if (vnfc.state === 'STOPPED' && runs)
    return differs('running', `${who} is STOPPED, and its domain is ${domain.state} (${domain.reason}).`);
  return undefined;
}

function ofVolumes(
  hostId: HostId,
  found: ReadonlyMap<string, ReadonlySet<string>>,
  { vnfcs, underWay }: Expected,
): readonly Difference[] {
  const known = new Set(vnfcs.map(({ vnfc }) => vnfc.id).concat([...underWay] as Vnfc['id'][]));
  const missing = vnfcs
    .filter(({ vnfc }) => !underWay.has(vnfc.id))
    .flatMap(({ vnfc, instance }) =>
      vnfc.volumes
        .filter(({ name }) => found.get(vnfc.pool)?.has(name) !== true)
        .map(({ name }): Difference => {
          const detail = `Volume ${name} of VNFC ${vnfc.id}, VNF instance ${instance}, is not in pool ${vnfc.pool} of host ${hostId}.`;
          return { kind: 'missing-volume', hostId, subject: name, vnfInstanceId: instance, detail };
        }),
    );
  const unowned = [...found].flatMap(([pool, names]) =>
    [...names].filter((name) => isVnfcVolume(name) && !belongs(name, known)).map((name) => ({ pool, name })),
  );
  return [
    ...missing,
    ...unowned.map(({ pool, name }): Difference => {
      const detail = `Volume ${name} in pool ${pool} of host ${hostId} belongs to no VNFC; it is not removed.`;
      return { kind: 'unknown-volume', hostId, subject: name, detail };
    }),
  ];
}

/** Volumes carry the id of their VNFC: `berth-<id>-root.qcow2`. */
const belongs = (name: string, vnfcs: ReadonlySet<string>): boolean => vnfcs.has(name.slice('berth-'.length, 42));
