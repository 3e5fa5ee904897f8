/**
 * A rule of the audit of a host: one thing that has to be right for VNFs to run as placed. A rule judges what can be read
 * from here, or names the command that tells on the host, or both: the command where the host did not say.
 */
import type { Host } from '../model.js';
import type { HostTuning } from './tuning.js';

export type AuditSeverity = 'error' | 'warning' | 'info';

export interface AuditSubject {
  readonly host: Host;
  readonly tuning: HostTuning;
}

/** Something that is not right, in sentences. */
export interface Found {
  readonly reason: string;
  readonly fix: string;
}

/** What to run on the host, and what it should print. */
export interface HostCheck {
  readonly command: string;
  readonly right: string;
}

export interface AuditRule {
  /** Stable, e.g. `HOST-PAGES-NONE`; docs/host-audit.md lists them. */
  readonly code: string;
  readonly severity: AuditSeverity;
  /** What is right, a sentence. */
  readonly right: string;
  /** Why it matters, a sentence. */
  readonly because: string;
  /** Empty: right. Undefined: it cannot be told from here. Absent: it never can. */
  readonly judge?: (subject: AuditSubject) => readonly Found[] | undefined;
  /** Undefined: there is nothing to look for on this host. */
  readonly check?: (subject: AuditSubject) => HostCheck | undefined;
}

export const cpuNumbers = ({ host }: AuditSubject): readonly number[] =>
  host.facts.cells.flatMap(({ cpus }) => cpus.map(({ id }) => id)).toSorted((a, b) => a - b);

/** CPUs that may be dedicated: all that are not kept for the host. */
export function dedicableCpus(subject: AuditSubject): readonly number[] {
  const kept = new Set(subject.host.reserved.sharedCpus);
  return cpuNumbers(subject).filter((id) => !kept.has(id));
}

export const isSimulated = ({ host }: AuditSubject): boolean => host.facts.acceleration.kind === 'simulated';

/** As the kernel writes lists of CPUs: `0-3,8`. */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',') || 'none';
}

export const pageName = (sizeKiB: number): string =>
  sizeKiB >= 1024 * 1024 ? `${sizeKiB / 1024 / 1024} GiB` : `${sizeKiB / 1024} MiB`;
