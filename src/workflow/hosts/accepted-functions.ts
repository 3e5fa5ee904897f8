/**
 * PCI functions in quarantine that the operator takes as they are, since he changed something on purpose (docs/sriov.md). The
 * host is read before, so that what is accepted is how the function is now, and after, so that it is free at once.
 */
import type { PciFunction } from '../../inventory/model.js';
import { acceptedAs, isAcceptedState, isWithheld } from '../../inventory/release-proof.js';
import type { SteadyClock } from '../../shared/clock.js';
import { cut } from '../../shared/cut.js';
import { defined } from '../../shared/defined.js';
import type { HostId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import { ok, refuse, type Outcome } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import type { HostRecords } from '../../store/hosts.js';
import type { HostFunctions } from '../commands.js';
import { readWithin, sentence } from '../time-limit.js';
import type { Fleet } from './fleet.js';

interface Ports {
  readonly fleet: Pick<Fleet, 'host' | 'isConfigured' | 'readAgain' | 'whyUnreachable'>;
  readonly store: Pick<HostRecords, 'acceptFunction' | 'acceptedFunctions'>;
  readonly clock: Pick<SteadyClock, 'sleep'>;
  readonly log: Log;
}

const limitMs = 20_000;

export class AcceptedFunctions implements HostFunctions {
  constructor(private readonly ports: Ports) {}

  async accept(id: HostId, address: string, by: string): Promise<Outcome<void>> {
    const { fleet, store, log } = this.ports;
    if (!fleet.isConfigured(id))
      return refuse(
        problem('not-found', `There is no host ${cut(id)} in the fleet; "berth host list" names its hosts.`),
      );
    const why = await this.whyUnread(id);
    if (why !== undefined) return unavailable(id, `cannot be read now: ${why} Nothing was accepted`);
    const one = this.seen(id, address);
    if (one === undefined) return unknown(id, address);
    if (!isWithheld(one)) return this.alreadyFree(id, one);
    const obstacle = obstacleTo(id, one);
    if (obstacle !== undefined) return refuse(problem('wrong-state', obstacle));
    const accepted = acceptedAs(one);
    const kept = await store.acceptFunction(id, accepted);
    if (!kept.ok) return kept;
    log.warn(
      { hostId: id, ...accepted, by, ...defined({ was: one.takenBy }) },
      'a PCI function in quarantine is accepted as it is: it may be given to VNFCs, and is compared with this from now on',
    );
    return this.inForce(id, address);
  }

  private seen(id: HostId, address: string): PciFunction | undefined {
    const wanted = address.toLowerCase();
    return this.ports.fleet.host(id)?.facts.pciFunctions.find((one) => one.address === wanted && one.kind !== 'other');
  }

  /** Undefined: it was read. */
  private async whyUnread(id: HostId): Promise<string | undefined> {
    const { fleet, clock } = this.ports;
    const { value, why } = await readWithin(clock, limitMs, `Host ${id}`, fleet.readAgain(id));
    if (value === true && fleet.host(id)?.reachable === true) return undefined;
    return why ?? sentence(fleet.whyUnreachable(id) ?? 'it did not answer; the log says why');
  }

  /** A request that is repeated after its answer was lost. */
  private async alreadyFree(id: HostId, one: PciFunction): Promise<Outcome<void>> {
    const accepted = await this.ports.store.acceptedFunctions(id);
    if (accepted.some((each) => each.address === one.address && isAcceptedState(one, each))) return ok(undefined);
    const found = one.takenBy ?? (one.guest === undefined ? undefined : `domain ${one.guest.domain} has it`);
    return refuse(
      problem(
        'wrong-state',
        `PCI function ${one.address} of host ${id} is not in quarantine${found === undefined ? '' : ` (${found})`}: there is nothing to accept. "berth host show ${id}" tells the state of each function.`,
      ),
    );
  }

  private async inForce(id: HostId, address: string): Promise<Outcome<void>> {
    const why = await this.whyUnread(id);
    if (why !== undefined)
      return unavailable(
        id,
        `could not be read again: ${why} PCI function ${address} is accepted, and free once it is read`,
      );
    const one = this.seen(id, address);
    if (one === undefined || !isWithheld(one)) return ok(undefined);
    return refuse(
      problem(
        'wrong-state',
        `PCI function ${one.address} of host ${id} changed while it was accepted, and is not free: ${one.takenBy ?? ''}. Repair it, or accept it again.`,
      ),
    );
  }
}

const unavailable = (id: HostId, text: string): Outcome<never> =>
  refuse(problem('host-unavailable', `Host ${id} ${text}; try again when it answers.`));

const unknown = (id: HostId, address: string): Outcome<never> =>
  refuse(
    problem(
      'not-found',
      `Host ${id} has no PCI function ${cut(address)}; "berth host show ${id}" lists those that it has, by addresses such as 0000:81:02.0.`,
    ),
  );

/** What acceptance cannot settle. */
function obstacleTo(id: HostId, { address, guest, isGone, quarantine, takenBy }: PciFunction): string | undefined {
  const which = `PCI function ${address} of host ${id}`;
  if (guest !== undefined)
    return `${which} cannot be accepted: domain ${guest.domain} has it. Remove that domain: ${quarantine?.repair ?? ''}`;
  if (isGone === true)
    return `${which} cannot be accepted: ${takenBy ?? 'it is gone from the host'}. It is judged when it is back.`;
  return undefined;
}
