/**
 * A host's state in `<stateDir>/<host>.json`. Written beside and renamed, so that a killed Berth leaves either the old
 * state or the new one. Not synced to disk: it need only outlive the process.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostId } from '../../shared/ids.js';
import type { HostState, SimulatedDomain } from './host-state.js';

/** Grows when the form changes; a file of another form is refused, not guessed at. */
const form = 1;

type Entries<M> = M extends Map<infer K, infer V> ? [K, V][] : never;

interface StateFile {
  readonly form: number;
  readonly domains: Entries<HostState['domains']>;
  readonly volumes: Entries<HostState['volumes']>;
  /** Absent in files of earlier versions. */
  readonly unmounted?: Entries<HostState['unmounted']>;
  readonly networks: Entries<HostState['networks']>;
  readonly removedNetworks: string[];
  readonly foreignPages: Entries<HostState['foreignPages']>;
  /** Absent in files of older builds. */
  readonly foreign?: Entries<HostState['foreign']>;
  readonly nextTap: number;
}

const fileOf = (stateDir: string, id: HostId): string => join(stateDir, `${encodeURIComponent(id)}.json`);

/** Undefined when the host has never changed. No domain was started after `nowMs`: the clock was set back since. */
export function loadState(stateDir: string, id: HostId, nowMs: number): HostState | undefined {
  const file = fileOf(stateDir, id);
  if (!existsSync(file)) return undefined;
  const read = JSON.parse(readFileSync(file, 'utf8')) as StateFile;
  if (read.form !== form) {
    throw new Error(`${file} holds a simulated host of form ${String(read.form)}, not ${String(form)}; delete it`);
  }
  return {
    domains: new Map(read.domains.map(([uuid, domain]) => [uuid, startedBy(nowMs, domain)])),
    volumes: new Map(read.volumes),
    unmounted: new Map(read.unmounted),
    networks: new Map(read.networks),
    removedNetworks: new Set(read.removedNetworks),
    foreignPages: new Map(read.foreignPages),
    foreign: new Map(read.foreign ?? []),
    nextTap: read.nextTap,
  };
}

function startedBy(nowMs: number, domain: SimulatedDomain): SimulatedDomain {
  const { running } = domain;
  return running === undefined
    ? domain
    : { ...domain, running: { ...running, startedAtMs: Math.min(running.startedAtMs, nowMs) } };
}

export function saveState(stateDir: string, id: HostId, state: HostState): void {
  const file = fileOf(stateDir, id);
  const content: StateFile = {
    form,
    domains: [...state.domains],
    volumes: [...state.volumes],
    unmounted: [...state.unmounted],
    networks: [...state.networks],
    removedNetworks: [...state.removedNetworks],
    foreignPages: [...state.foreignPages],
    foreign: [...state.foreign],
    nextTap: state.nextTap,
  };
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
