/**
 * The audit of how a host is set up, asked of the host now (docs/host-audit.md). Concurrent requests for one host
 * share one reading.
 */
import type { Engine } from '../../engine/engine.js';
import type { Engines } from '../../engine/engines.js';
import { auditHost } from '../../inventory/host-audit/audit.js';
import type { HostFacts } from '../../inventory/model.js';
import type { Clock } from '../../shared/clock.js';
import type { HostId } from '../../shared/ids.js';
import { ok, refuse, type Outcome } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import type { HostAudit, HostAudits } from '../commands.js';
import type { Fleet } from './fleet.js';
import { readWithin, sentence } from '../time-limit.js';
import { SharedRun } from '../../shared/shared-run.js';

export interface HostAuditPorts {
  readonly engines: Engines;
  readonly fleet: Pick<Fleet, 'host' | 'whyUnreachable' | 'isConfigured'>;
  readonly clock: Clock;
  /** Facts of a host, read now. */
  readonly facts: (engine: Engine) => Promise<HostFacts>;
}

const limitMs = 20_000;

export class AskedHostAudits implements HostAudits {
  private readonly audits = new SharedRun((id: HostId) => this.make(id));

  constructor(private readonly ports: HostAuditPorts) {}

  audit(id: HostId): Promise<Outcome<HostAudit>> {
    return this.audits.get(id);
  }

  private async make(id: HostId): Promise<Outcome<HostAudit>> {
    const { engines, fleet, clock, facts } = this.ports;
    if (!fleet.isConfigured(id)) return refuse(problem('not-found', `There is no host ${id} in the configuration.`));
    const engine = engines.of(id);
    if (!engine.isConnected()) return unavailable(id, fleet.whyUnreachable(id) ?? 'it was not reached yet');
    const atMs = clock.now();
    const both = Promise.all([facts(engine), engine.tuning()]);
    const { value, why } = await readWithin(clock, limitMs, `Host ${id}`, both);
    if (value === undefined) return unavailable(id, why);
    const known = fleet.host(id);
    if (known === undefined) return unavailable(id, 'nothing is known of it yet');
    const [seen, tuning] = value;
    return ok({ hostId: id, readAtMs: atMs, ...auditHost({ host: { ...known, facts: seen }, tuning }) });
  }
}

const unavailable = (id: HostId, why: string): Outcome<never> =>
  refuse(
    problem(
      'host-unavailable',
      `Host ${id} cannot be audited: ${sentence(why)} Nothing that was seen earlier is shown.`,
    ),
  );
