/**
 * Modify information (SOL003 clause 5.4.2): attributes merge by JSON Merge Patch; changed configurable properties reach
 * running guests through the command that their VDU declares (docs/vnf-guest-contract.md).
 */
import type { Vnfd } from '../../vnfd/model.js';
import { inputValues, userDataOf } from '../inputs.js';
import { patchedMap } from '../merge-patch.js';
import type { InstanceChange, LcmPlan, VnfInstance, Vnfc } from '../model.js';
import { defined } from '../../shared/defined.js';
import { ok, refuse, type Outcome } from '../../shared/outcome.js';
import { checkModifiable } from '../check-values.js';
import type { PlanContext } from '../draft.js';
import { outgrown } from '../kept-maps.js';
import type { KeyValuePairs, VimConnectionsPatch } from '../requests.js';
import type { Operation } from './operation.js';
import { staged } from '../stages.js';
import { configureGuestStep, type StepTimes } from '../steps.js';
import { checkConnections, connectionsAfter, withoutCredentials } from '../vim-connections.js';

/** JSON Merge Patch (RFC 7396): null removes, at any level. */
export interface VnfInfoModificationRequest {
  readonly vnfInstanceName?: string | null;
  readonly vnfInstanceDescription?: string | null;
  readonly metadata?: KeyValuePairs | null;
  readonly extensions?: KeyValuePairs | null;
  readonly vnfConfigurableProperties?: KeyValuePairs | null;
  readonly vimConnectionInfo?: VimConnectionsPatch | null;
}

export const modifyInfo: Operation<VnfInfoModificationRequest> = {
  needs: 'any',
  task: 'modify',
  places: false,
  check({ instance, vnfd }, request) {
    const { metadata, extensions, vnfConfigurableProperties, vimConnectionInfo } = request;
    const tooLarge = outgrown(instance, { metadata, extensions, vnfConfigurableProperties, vimConnectionInfo });
    return tooLarge ? refuse(tooLarge) : checkModifyInfo({ instance, vnfd }, request);
  },
  draft: ({ instance, vnfd }, request) => ok({ plan: ({ times }) => planModifyInfo(instance, vnfd, request, times) }),
  recorded: withoutCredentials,
};

function checkModifyInfo(
  { instance, vnfd }: Pick<PlanContext, 'instance' | 'vnfd'>,
  request: VnfInfoModificationRequest,
): Outcome<void> {
  const flavour = vnfd.flavours.find(({ id }) => id === instance.instantiated?.flavourId);
  const allowed = checkModifiable({ vnfd, flavour }, instance, request, false);
  if (!allowed.ok || request.vimConnectionInfo === undefined) return allowed;
  return checkConnections(instance, request.vimConnectionInfo);
}

function planModifyInfo(
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
    ...defined({ vnfInstanceName, vnfInstanceDescription }),
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
    ...defined({ after: instantiated }),
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
