/**
 * The verdict on hardware-assisted virtualization. Cheap facts first: an override, a driver that knows no KVM, a
 * verdict that still holds. Then the probe: that /dev/kvm is there proves nothing.
 */
import type { Acceleration } from '../../../inventory/model.js';
import type { Engine } from '../../engine.js';
import type { HostPicture } from '../facts.js';
import type { HostProcess } from '../host-process.js';
import { probe, type ProbeOutcome } from './probe.js';
import { probeKey } from './probe-key.js';

export type AccelerationOverride = 'kvm' | 'tcg';

export interface AccelerationQuestion {
  readonly engine: Engine;
  readonly host: HostProcess;
  readonly picture: HostPicture;
  readonly pool: string;
  /** What else the verdict depends on, as far as it can be known: the kernel of this machine. */
  readonly kernel: string;
  readonly override: AccelerationOverride | undefined;
  readonly known: Acceleration | undefined;
  readonly now: () => number;
}

export async function findAcceleration(question: AccelerationQuestion): Promise<Acceleration> {
  const { picture, override, known } = question;
  const key = probeKey(picture, question.kernel);
  if (override !== undefined) return overridden(picture, override, key);
  const obvious = withoutProbe(picture, key);
  if (obvious !== undefined) return obvious;
  if (known?.probeKey === key && !known.overridden && known.probedAtMs > 0) return known;
  const outcome = await probe(question.engine, question.host, question.pool, 'kvm');
  return verdict(picture, outcome, key, question.now());
}

const overridden = (picture: HostPicture, kind: AccelerationOverride, key: string): Acceleration => ({
  kind,
  technology: kind === 'kvm' ? technology(picture) : 'none',
  reason: `The configuration of this host says ${kind}; nothing was probed.`,
  overridden: true,
  probeKey: key,
  probedAtMs: 0,
});

/** Undefined: only the probe can tell. */
function withoutProbe(picture: HostPicture, key: string): Acceleration | undefined {
  const types = new Set(picture.capabilities.guests.flatMap(({ domainTypes }) => domainTypes));
  const none = { technology: 'none', overridden: false, probeKey: key, probedAtMs: 0 } as const;
  if (types.has('test')) {
    return { ...none, kind: 'simulated', reason: 'libvirt’s test driver runs no guests.' };
  }
  if (types.has('kvm')) return undefined;
  return { ...none, kind: 'tcg', reason: 'libvirt offers no KVM domains on this host: it has no usable /dev/kvm.' };
}

function verdict(picture: HostPicture, outcome: ProbeOutcome, key: string, nowMs: number): Acceleration {
  const common = { overridden: false, probeKey: key, probedAtMs: nowMs };
  if (!outcome.passed) {
    const reason = `libvirt offers KVM, but the probe guest did not power off: it ${outcome.because}.`;
    return { ...common, kind: 'tcg', technology: 'none', reason };
  }
  const reason = `The probe guest ran under KVM and powered off after ${String(outcome.milliseconds)} ms.`;
  return { ...common, kind: 'kvm', technology: technology(picture), reason };
}

/** Hygon licenses AMD's, Zhaoxin and Centaur follow Intel's. */
function technology({ capabilities }: HostPicture): string {
  return /amd|hygon/i.test(capabilities.cpuVendor) ? 'AMD-V/RVI' : 'VT-x/EPT';
}
