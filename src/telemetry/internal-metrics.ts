/** What Berth stands on: the size of its database, and the processes that speak to hosts for it. */
import type { Engine, EngineProcesses } from '../engine/engine.js';
import type { StoreSize } from '../store/figures.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';
import { mostHosts } from './large-fleet.js';

/** That of the listener. */
export interface Certificate {
  readonly expiresMs: number;
  /** Whether what its files hold now cannot be used. */
  readonly isRefused: boolean;
}

export function showStoreSize(to: Instruments, { database, bytes }: StoreSize): void {
  to.replace(catalogue.storeSize, [{ labels: { database }, value: bytes }]);
}

/** Nothing is shown of engines that need no process. */
export function showProcesses(to: Instruments, engines: readonly Pick<Engine, 'hostId' | 'process'>[]): void {
  const all = engines.flatMap((engine) => {
    const process = engine.process();
    return process === undefined ? [] : [{ host: engine.hostId, ...process }];
  });
  const up = all.filter(({ isUp }) => isUp).length;
  to.replace(catalogue.engineProcesses, all.length === 0 ? [] : [{ labels: {}, value: up }]);
  to.replace(
    catalogue.engineProcessRestarts,
    all.slice(0, mostHosts).map(({ host, restarts }) => ({ labels: { host }, value: restarts })),
  );
}

/** More are not looked at one by one. */
const mostPools = 100;

/** Undefined: no engine needs a process. */
export function showPools(to: Instruments, processes: EngineProcesses | undefined): void {
  const first = (processes?.pools() ?? []).toSorted((a, b) => a.number - b.number).slice(0, mostPools);
  const pools = first.map((each) => ({ ...each, pool: String(each.number) }));
  to.replace(
    catalogue.enginePoolHosts,
    pools.map(({ pool, hosts }) => ({ labels: { pool }, value: hosts })),
  );
  to.replace(
    catalogue.enginePoolProcesses,
    pools.flatMap(({ pool, processes: byRole }) =>
      Object.entries(byRole).map(([role, value]) => ({ labels: { pool, role }, value })),
    ),
  );
  to.replace(
    catalogue.engineProcessesBroken,
    Object.entries(processes?.broken() ?? {}).map(([role, value]) => ({ labels: { role }, value })),
  );
}

export function showCertificate(to: Instruments, certificate: Certificate | undefined): void {
  const sample = (value: (of: Certificate) => number) =>
    certificate === undefined ? [] : [{ labels: {}, value: value(certificate) }];
  to.replace(
    catalogue.tlsExpires,
    sample(({ expiresMs }) => expiresMs / 1000),
  );
  to.replace(
    catalogue.tlsRefused,
    sample(({ isRefused }) => (isRefused ? 1 : 0)),
  );
}
