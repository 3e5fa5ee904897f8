/** How the host is set up: what libvirt tells beside its description (libvirt-host). */
import { ConnectGetCapabilities, NodeGetMemoryParameters, type ConnectPtr } from '../bindings.js';
import { check, present, unless } from '../native.js';
import { offlineCpus } from './offline-cpus.js';
import type { CallContext } from './context.js';
import { domainCapabilities, nodeDevices } from './host.js';
import { poolXmls } from './pools.js';
import { decodeRecords, recordBytes, type Parameters } from './typed-parameters.js';
import { kvm } from '../../../libvirt-xml/hypervisors/kvm.js';

/** NO_SUPPORT, and OPERATION_INVALID where the kernel has nothing of it. */
const notTold = [3, 55];
/** Of memory parameters libvirt knows eight. */
const mostParameters = 64;

export interface TuningDescription {
  readonly capabilities: string;
  /** Of KVM domains; empty where there are none. */
  readonly domainCapabilities: string;
  readonly nodeDevices: readonly string[];
  readonly pools: readonly string[];
  /** Absent where the driver does not tell. */
  readonly memory?: Parameters;
  readonly offlineCpus?: readonly number[];
}

export function describeTuning(context: CallContext): TuningDescription {
  const { conn } = context;
  const memory = unless(notTold, () => memoryParameters(conn));
  const offline = unless(notTold, () => offlineCpus(conn));
  return {
    capabilities: present(ConnectGetCapabilities(conn)),
    domainCapabilities: domainCapabilities(conn, kvm.domainType),
    nodeDevices: nodeDevices(context),
    pools: poolXmls(context),
    ...(memory && { memory }),
    ...(offline && { offlineCpus: offline }),
  };
}

function memoryParameters(conn: ConnectPtr): Parameters {
  const count = new Int32Array(1);
  check(NodeGetMemoryParameters(conn, null, count, 0));
  const wanted = Math.min(count[0] ?? 0, mostParameters);
  if (wanted === 0) return new Map();
  const memory = Buffer.alloc(wanted * recordBytes);
  const got = Int32Array.of(wanted);
  check(NodeGetMemoryParameters(conn, memory, got, 0));
  return decodeRecords(memory, got[0] ?? 0);
}
