/**
 * The verdict on hardware-assisted virtualization. Cheap facts first: an override, a driver that knows no KVM, a
 * verdict that still holds. Then the probe: that /dev/kvm is there proves nothing.
 */
import type { Acceleration, AccelerationKind } from '../../../inventory/model.js';
import type { Clock } from '../../../shared/clock.js';
import { hypervisors } from '../../../libvirt-xml/hypervisors/list.js';
import type { Engine } from '../../engine.js';
import type { HostPicture } from '../facts.js';
import type { HostLink } from '../host-link.js';
import { probe } from './probe.js';
import { probeKey } from './probe-key.js';

export interface AccelerationQuestion {
  readonly engine: Engine;
  readonly host: HostLink;
  readonly picture: HostPicture;
  readonly pool: string;
  /** What else the verdict depends on, as far as it can be known: the kernel of this machine. */
  readonly kernel: string;
  readonly override: AccelerationKind | undefined;
  readonly known: Acceleration | undefined;
  readonly clock: Clock;
}

/** The kinds that use the CPU's help, the best first; where none holds, guests are emulated. */
const assisted = (Object.keys(hypervisors) as AccelerationKind[]).filter((kind) => hypervisors[kind].hardware);
const emulated: AccelerationKind = 'tcg';

export async function findAcceleration(question: AccelerationQuestion): Promise<Acceleration> {
  const { picture, override, known } = question;
  const key = probeKey(picture, question.kernel);
  if (override !== undefined) return overridden(picture, override, key);
  const offered = new Set(picture.capabilities.guests.flatMap(({ domainTypes }) => domainTypes));
  const unprobed = { technology: 'none', overridden: false, probeKey: key, probedAtMs: 0 } as const;
  if (offered.has('test')) {
    return { ...unprobed, kind: 'simulated', reason: 'libvirt’s test driver runs no guests.' };
  }
  const candidates = assisted.filter((kind) => offered.has(hypervisors[kind].domainType));
  if (candidates.length === 0) return { ...unprobed, kind: emulated, reason: assisted.map(notOffered).join(' ') };
  if (known?.probeKey === key && !known.overridden && known.probedAtMs > 0) return known;
  return tried(question, candidates, key);
}

const notOffered = (kind: AccelerationKind): string => {
  const { name, hardware } = hypervisors[kind];
  return `libvirt offers no ${name} domains on this host: ${hardware?.absent ?? ''}.`;
};

const overridden = (picture: HostPicture, kind: AccelerationKind, key: string): Acceleration => ({
  kind,
  technology: hypervisors[kind].hardware ? technology(picture) : 'none',
  reason: `The configuration of this host says ${kind}; nothing was probed.`,
  overridden: true,
  probeKey: key,
  probedAtMs: 0,
});

/** The first kind under which the probe guest runs to its end. */
async function tried(
  { engine, host, pool, picture, clock }: AccelerationQuestion,
  candidates: readonly AccelerationKind[],
  key: string,
): Promise<Acceleration> {
  const failures: string[] = [];
  for (const kind of candidates) {
    const profile = hypervisors[kind];
    const outcome = await probe(engine, host, pool, profile, clock);
    if (outcome.passed) {
      const reason = `The probe guest ran under ${profile.name} and powered off after ${String(outcome.milliseconds)} ms.`;
      const found = { overridden: false, probeKey: key, probedAtMs: clock.now() };
      return { ...found, kind, technology: technology(picture), reason };
    }
    failures.push(`libvirt offers ${profile.name}, but the probe guest did not power off: it ${outcome.because}.`);
  }
  const none = { technology: 'none', overridden: false, probeKey: key, probedAtMs: clock.now() } as const;
  return { ...none, kind: emulated, reason: failures.join(' ') };
}

/** Hygon licenses AMD's, Zhaoxin and Centaur follow Intel's. */
function technology({ capabilities }: HostPicture): string {
  return /amd|hygon/i.test(capabilities.cpuVendor) ? 'AMD-V/RVI' : 'VT-x/EPT';
}
