/** Where domains run and where their memory lies: what the kernel of their host says, not what was asked of it. */
import { readFileSync } from 'node:fs';
import type { DomainWhereabouts } from '../../engine.js';
import {
  ConnectListAllDomains,
  DomainFree,
  DomainGetEmulatorPinInfo,
  DomainGetName,
  type DomainPtr,
  DomainGetVcpus,
  DomainGetVcpusFlags,
  NodeGetCPUMap,
} from '../bindings.js';
import { defined } from '../../../shared/defined.js';
import type { VnfcId } from '../../../shared/ids.js';
import { check, mapListed, present, unless } from '../native.js';
import { residentMemory } from '../numa-maps.js';
import { qemuProcesses } from '../qemu-process.js';
import { hostCpusOf } from './cpu-map.js';
import type { CallContext } from './context.js';
import { pidOf, uuidOf, withDomain } from './domains.js';

const NO_SUPPORT = 3;
const NO_DOMAIN = 42;
const OPERATION_INVALID = 55;
const LIST_ACTIVE = 1;
const AFFECT_LIVE = 1;
/** struct virVcpuInfo: number, state, time, CPU. */
const infoBytes = 24;

/** Of all that run, or of one. */
export function readWhereabouts(context: CallContext, uuid?: VnfcId): DomainWhereabouts[] {
  const mapBytes = Math.ceil(check(NodeGetCPUMap(context.conn, null, null, 0)) / 8);
  const look: Look = { context, mapBytes, processOf: qemuProcesses() };
  // It may end at any moment.
  const whileItRuns = <T>(read: () => T) => unless([NO_DOMAIN, OPERATION_INVALID], read);
  const found =
    uuid === undefined
      ? mapListed<DomainPtr, DomainWhereabouts | undefined>(
          (list) => ConnectListAllDomains(context.conn, list, LIST_ACTIVE),
          DomainFree,
          (domain) => whileItRuns(() => whereabouts(look, domain)),
        )
      : [whileItRuns(() => withDomain(context, uuid, (domain) => whereabouts(look, domain)))];
  return found.filter((one) => one !== undefined);
}

interface Look {
  readonly context: CallContext;
  readonly mapBytes: number;
  readonly processOf: ReturnType<typeof qemuProcesses>;
}

function whereabouts(look: Look, domain: DomainPtr): DomainWhereabouts {
  const { mapBytes } = look;
  const uuid = uuidOf(domain);
  const memory = memoryOf(look, uuid, present(DomainGetName(domain)));
  return {
    uuid,
    vcpus: unless([NO_SUPPORT], () => vcpusOf(domain, mapBytes)) ?? [],
    ...defined({ memory, emulator: unless([NO_SUPPORT], () => emulatorOf(domain, mapBytes)) }),
  };
}

function emulatorOf(domain: DomainPtr, mapBytes: number): readonly number[] | undefined {
  const map = Buffer.alloc(mapBytes);
  return check(DomainGetEmulatorPinInfo(domain, map, mapBytes, AFFECT_LIVE)) === 0 ? undefined : hostCpusOf(map);
}

function vcpusOf(domain: DomainPtr, mapBytes: number): DomainWhereabouts['vcpus'] {
  const most = check(DomainGetVcpusFlags(domain, AFFECT_LIVE));
  const info = Buffer.alloc(most * infoBytes);
  const maps = Buffer.alloc(most * mapBytes);
  const count = check(DomainGetVcpus(domain, info, most, maps, mapBytes));
  return Array.from({ length: count }, (_, at) => ({
    index: info.readUInt32LE(at * infoBytes),
    hostCpus: hostCpusOf(maps.subarray(at * mapBytes, (at + 1) * mapBytes)),
  }));
}

/** Undefined: the host is not this machine, its kernel has no such file, or Berth may not read it. */
function memoryOf({ context, processOf }: Look, uuid: string, name: string): DomainWhereabouts['memory'] {
  const told = pidOf(context, name);
  const pid = told === undefined ? undefined : processOf(uuid, told);
  if (pid === undefined) return undefined;
  try {
    return residentMemory(readFileSync(`/proc/${String(pid)}/numa_maps`, 'utf8'));
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

const refusals: readonly (string | undefined)[] = ['ENOENT', 'EACCES', 'EPERM', 'ESRCH'];

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && refusals.includes((error as NodeJS.ErrnoException).code);
