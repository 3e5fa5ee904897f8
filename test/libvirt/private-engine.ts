/** An engine on a private libvirtd, with what happened to it so far. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Engine, EngineEvent } from '../../src/engine/engine.js';
import { createLibvirtEngine, type LibvirtEngineOptions } from '../../src/engine/libvirt/libvirt-engine.js';
import { hostId } from '../../src/shared/ids.js';
import type { PrivateLibvirtd } from './private-libvirtd.js';
import { systemClock } from '../../src/system.js';

export interface PrivateEngine {
  readonly engine: Engine;
  readonly events: EngineEvent[];
  /** Types of the connection events so far. */
  connections(): readonly string[];
}

export function privateEngine(
  daemon: Pick<PrivateLibvirtd, 'uri' | 'folder'>,
  options: Omit<Partial<LibvirtEngineOptions>, 'acceleration'> & {
    readonly acceleration?: 'kvm' | 'tcg' | 'probe';
  } = {},
): PrivateEngine {
  const { acceleration = 'tcg', ...rest } = options;
  const events: EngineEvent[] = [];
  const engine = createLibvirtEngine({
    clock: systemClock,
    hostId: hostId('qemu'),
    uri: daemon.uri,
    pool: { name: 'berth', path: `${daemon.folder}/pool` },
    keepAliveSeconds: 1,
    ...rest,
    ...(acceleration === 'probe' ? {} : { acceleration }),
  });
  engine.onEvent((event) => events.push(event));
  const connections = () => events.map(({ type }) => type).filter((type) => /connected$/.test(type));
  return { engine, events, connections };
}

/** Process ids of the engine children that this process has: of those for events, or for calls, or of all. */
export function engineChildren(role: 'events' | 'calls' | '' = ''): readonly number[] {
  return readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' '))
    .filter((pid) => pid !== '' && isEngineChild(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), role))
    .map(Number);
}

/** Arguments end with NUL. */
const isEngineChild = (commandLine: string, role: string): boolean =>
  commandLine.includes('libvirt/child/main') && commandLine.endsWith(`${role}\0`);
