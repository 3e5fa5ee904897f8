/**
 * Modify information (SOL003 clause 5.4.2): attributes merge by JSON Merge Patch; changed configurable properties reach
 * running guests through the command that their VDU declares (docs/vnf-guest-contract.md).
 */
import type { Vnfd } from '../descriptor/vnfd.js';
import { inputValues, userDataOf } from './inputs.js';
import type { LcmPlan, Step, VnfInstance } from './model.js';
import type { VnfInfoModificationRequest } from './requests.js';
import { configureGuestStep, type StepTimes } from './steps.js';

type Values = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7396: null removes, objects merge key by key, anything else replaces. */
export function mergePatch(target: Values, patch: Values): Values {
  const merged: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = isRecord(value) ? mergePatch(isRecord(merged[key]) ? merged[key] : {}, value) : value;
  }
  return merged;
}

export function planModifyInfo(
  instance: VnfInstance,
  vnfd: Vnfd,
  request: VnfInfoModificationRequest,
  times: StepTimes,
): LcmPlan {
  const { instantiated } = instance;
  const maps = (['metadata', 'extensions', 'vnfConfigurableProperties'] as const).flatMap((key) => {
    const patch = request[key];
    return patch === undefined ? [] : [[key, mergePatch(instance[key], patch)] as const];
  });
  const { vnfInstanceName, vnfInstanceDescription } = request;
  const modifies = {
    ...(vnfInstanceName === undefined ? {} : { vnfInstanceName }),
    ...(vnfInstanceDescription === undefined ? {} : { vnfInstanceDescription }),
    ...Object.fromEntries(maps),
  };
  return {
    adds: [],
    removes: [],
    addsLinks: [],
    removesLinks: [],
    steps:
      request.vnfConfigurableProperties === undefined ? [] : configureSteps({ ...instance, ...modifies }, vnfd, times),
    ...(instantiated === undefined ? {} : { after: instantiated }),
    modifies,
    rollbackSupported: false,
  };
}

function configureSteps(instance: VnfInstance, vnfd: Vnfd, times: StepTimes): readonly Step[] {
  const now = instance.instantiated;
  const flavour = vnfd.flavours.find((each) => each.id === now?.flavourId);
  if (now === undefined || flavour === undefined || now.vnfState === 'STOPPED') return [];
  const values = inputValues(flavour, now.inputs, instance.vnfConfigurableProperties);
  return now.vnfcs.flatMap((vnfc) => {
    const vdu = flavour.vdus.find((each) => each.id === vnfc.vduId);
    const command = vnfc.guest.configureCommand;
    if (vdu === undefined || command === undefined) return [];
    return [configureGuestStep(vnfc, command, userDataOf(vdu, values), times)];
  });
}
