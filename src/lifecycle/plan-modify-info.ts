/**
 * Modify information (SOL003 clause 5.4.2): attributes merge by JSON Merge Patch; changed configurable properties reach
 * running guests through the command that their VDU declares (docs/vnf-guest-contract.md).
 */
import type { Vnfd } from '../vnfd/model.js';
import { inputValues, userDataOf } from './inputs.js';
import { patchedMap } from './merge-patch.js';
import type { InstanceChange, LcmPlan, VnfInstance, Vnfc } from './model.js';
import type { VnfInfoModificationRequest } from './requests.js';
import { staged } from './stages.js';
import { configureGuestStep, type StepTimes } from './steps.js';
import { connectionsAfter } from './vim-connections.js';

export function planModifyInfo(
  instance: VnfInstance,
  vnfd: Vnfd,
  request: VnfInfoModificationRequest,
  times: StepTimes,
): LcmPlan {
  const { instantiated } = instance;
  const maps = (['metadata', 'extensions', 'vnfConfigurableProperties'] as const).flatMap((key) => {
    const patch = request[key];
    return patch === undefined ? [] : [[key, patchedMap(instance[key], patch)] as const];
  });
  const { vnfInstanceName, vnfInstanceDescription, vimConnectionInfo } = request;
  const modifies: InstanceChange = {
    ...(vnfInstanceName === undefined ? {} : { vnfInstanceName }),
    ...(vnfInstanceDescription === undefined ? {} : { vnfInstanceDescription }),
    ...Object.fromEntries(maps),
    ...(vimConnectionInfo === undefined ? {} : { vimConnectionInfo: connectionsAfter(instance, vimConnectionInfo) }),
  };
  const told = request.vnfConfigurableProperties === undefined ? [] : toConfigure(changed(instance, modifies), vnfd);
  return {
    vnfcs: told.map(({ vnfc }) => ({ before: vnfc, after: vnfc })),
    links: [],
    order: 'add-first',
    steps: staged(
      'add-first',
      told.map(({ vnfc, command, userData }) => configureGuestStep(vnfc, command, userData, times)),
    ),
    ...(instantiated === undefined ? {} : { after: instantiated }),
    modifies,
    rollbackSupported: false,
  };
}

/** The instance as a change leaves it. */
export function changed(instance: VnfInstance, change: InstanceChange): VnfInstance {
  const gone = Object.entries(change).flatMap(([name, value]) => (value === null ? [name] : []));
  const kept = Object.entries({ ...instance, ...change }).filter(([name]) => !gone.includes(name));
  return Object.fromEntries(kept) as unknown as VnfInstance;
}

interface Told {
  readonly vnfc: Vnfc;
  readonly command: readonly string[];
  readonly userData: string;
}

/** Guests that take a new configuration while they run. */
function toConfigure(instance: VnfInstance, vnfd: Vnfd): readonly Told[] {
  const now = instance.instantiated;
  const flavour = vnfd.flavours.find((each) => each.id === now?.flavourId);
  if (now === undefined || flavour === undefined || now.vnfState === 'STOPPED') return [];
  const values = inputValues(flavour, now.inputs, instance.vnfConfigurableProperties);
  return now.vnfcs.flatMap((vnfc) => {
    const vdu = flavour.vdus.find((each) => each.id === vnfc.vduId);
    const command = vnfc.guest.configureCommand;
    if (vdu === undefined || command === undefined) return [];
    return [{ vnfc, command, userData: userDataOf(vdu, values) }];
  });
}
