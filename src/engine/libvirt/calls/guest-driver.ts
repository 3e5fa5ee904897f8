/** Gives a PCI function the driver for guests for a moment, and takes it back (libvirt-nodedev). */
import {
  NodeDeviceDetachFlags,
  NodeDeviceFree,
  NodeDeviceLookupByName,
  type NodeDevicePtr,
  NodeDeviceReAttach,
} from '../bindings.js';
import { check, NativeFailure, present, unless, using } from '../native.js';
import type { CallContext } from './context.js';

const INTERNAL_ERROR = 1;
/** NO_SUPPORT, ACCESS_DENIED, NO_NODE_DEVICE, OPERATION_INVALID (a guest has it since), OPERATION_UNSUPPORTED. */
const notNow = [3, 88, 53, 55, 84];

/** `unknown`: nothing was found out. A fault is libvirt's sentence. */
export type DriverTrial = 'given' | 'unknown' | { readonly fault: string };

export function tryGuestDriver({ conn }: CallContext, device: string): DriverTrial {
  const trial = unless(notNow, () =>
    using(present(NodeDeviceLookupByName(conn, device)), NodeDeviceFree, (found) => tried(found)),
  );
  return trial ?? 'unknown';
}

/** libvirt loads the driver before it touches the function, and calls what the kernel refuses an internal error. */
function tried(found: NodeDevicePtr): DriverTrial {
  try {
    check(NodeDeviceDetachFlags(found, 'vfio', 0));
  } catch (error) {
    if (!(error instanceof NativeFailure) || error.code !== INTERNAL_ERROR) throw error;
    return { fault: error.message.replace(/^internal error: /, '') };
  }
  // If it is not taken back it waits with the driver that its guest needs.
  unless([INTERNAL_ERROR], () => check(NodeDeviceReAttach(found)));
  return 'given';
}
