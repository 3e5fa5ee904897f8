/**
 * All constraints in the order of the funnel. A new one goes here; docs/changing/placement-constraint.md says the rest.
 */
import type { FreeHost, FreeRoom } from '../../inventory/free.js';
import type { KindView } from '../../inventory/host-kind.js';
import type { Host } from '../../inventory/model.js';
import type { Around, Holders } from '../question/around.js';
import type { Ask, RoomAsk } from '../question/ask.js';
import { effortOf, type Effort } from '../search/effort.js';
import { affinity } from './affinity.js';
import { architecture } from './architecture.js';
import { capabilities } from './capabilities.js';
import { chosenHosts } from './chosen-hosts.js';
import type { HostConstraint, KindConstraint, Refusal, RoomConstraint } from './constraint.js';
import { cpuModel } from './cpu-model.js';
import { dedicatedCpus } from './dedicated-cpus.js';
import { disk } from './disk.js';
import { hostState } from './host-state.js';
import { hugepages } from './hugepages.js';
import { hypervisorLimits } from './hypervisor-limits.js';
import { memory } from './memory.js';
import { networks } from './networks.js';
import { numaFit } from './numa-fit.js';
import { oversubscription } from './oversubscription.js';
import { pciFunctions } from './pci-functions.js';
import { pinningRules } from './pinning-rules.js';
import { sharedCpus } from './shared-cpus.js';
import { sums } from './sums.js';
import { zone } from './zone.js';

const kindConstraints: readonly KindConstraint[] = [
  hostState,
  zone,
  architecture,
  hypervisorLimits,
  cpuModel,
  capabilities,
  networks,
  oversubscription,
];
const hostConstraints: readonly HostConstraint[] = [chosenHosts, affinity];
const roomConstraints: readonly RoomConstraint[] = [
  sharedCpus,
  pinningRules,
  dedicatedCpus,
  hugepages,
  memory,
  pciFunctions,
  ...sums,
  disk,
  numaFit,
];

export const constraintNames: readonly string[] = [...kindConstraints, ...hostConstraints, ...roomConstraints].map(
  (constraint) => constraint.name,
);

/** Those that no amount of room would change. */
export const standingConstraints: ReadonlySet<string> = new Set(
  [...kindConstraints, ...hostConstraints].map((constraint) => constraint.name),
);

export const kindIsAllowed = (ask: RoomAsk, host: KindView): boolean =>
  kindConstraints.every((constraint) => constraint.refuse(ask, host).length === 0);

export const hostIsAllowed = (ask: Ask, host: Host, around: Around): boolean =>
  hostConstraints.every((constraint) => constraint.refuse(ask, host, around).length === 0);

/** The first constraint that refuses a host, with its reasons; undefined when the host fits. */
export interface FirstRefusal {
  /** Index in `constraintNames`. */
  readonly stage: number;
  readonly reasons: Refusal;
}

/** Cases that the exact constraint may look at on one host. */
const mostCases = 20_000;

export const firstRefusal = (ask: Ask, free: FreeHost, around: Around): FirstRefusal | undefined =>
  kindRefusal(ask, free.host) ?? hostRefusal(ask, free.host, around) ?? roomRefusal(ask, free, around);

/** What refuses every host of a kind. */
export function kindRefusal(ask: RoomAsk, host: KindView): FirstRefusal | undefined {
  for (const [stage, constraint] of kindConstraints.entries()) {
    const reasons = constraint.refuse(ask, host);
    if (reasons.length > 0) return { stage, reasons };
  }
  return undefined;
}

/** What refuses this host of a kind that is not refused, whatever is free on it. */
export function hostRefusal(ask: Ask, host: Host, around: Around): FirstRefusal | undefined {
  for (const [at, constraint] of hostConstraints.entries()) {
    const reasons = constraint.refuse(ask, host, around);
    if (reasons.length > 0) return { stage: kindConstraints.length + at, reasons };
  }
  return undefined;
}

/** What is short on a host that is otherwise not refused. Many hosts are judged with one `effort`. */
export function roomRefusal(
  ask: RoomAsk,
  free: FreeRoom,
  around: Holders,
  effort: Effort = effortOf(mostCases),
): FirstRefusal | undefined {
  let stage = kindConstraints.length + hostConstraints.length;
  for (const constraint of roomConstraints) {
    const reasons = constraint.refuse(ask, free, around, effort);
    if (reasons.length > 0) return { stage, reasons };
    stage += 1;
  }
  return undefined;
}

/** All refusals that no amount of room would change. */
export const standingRefusals = (ask: Ask, host: Host, around: Around): Refusal => [
  ...kindConstraints.flatMap((constraint) => constraint.refuse(ask, host)),
  ...hostConstraints.flatMap((constraint) => constraint.refuse(ask, host, around)),
];
