/**
 * Instantiate (SOL003 clause 5.4.4): flavour and level to VNFCs.
 */
import type { Flavour } from '../../vnfd/model.js';
import { defined } from '../../shared/defined.js';
import type { Outcome } from '../../shared/outcome.js';
import { ok, refuse } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import { perhaps } from '../../shared/suggest.js';
import { checkLanguage, checkModifiable, checkParams } from '../check-values.js';
import { checkCounts, difference, type OperationDraft, type PlanContext } from '../draft.js';
import { readExtVirtualLinks } from '../ext-links.js';
import { inputValues, missingInputs } from '../inputs.js';
import { outgrown } from '../kept-maps.js';
import { mergePatch } from '../merge-patch.js';
import type { VimConnections } from '../model.js';
import { planChange } from '../plan.js';
import type { ExtVirtualLinkData, KeyValuePairs } from '../requests.js';
import { connectionsAfter, withoutCredentials } from '../vim-connections.js';
import type { Asked, Draft, Operation } from './operation.js';
import { initialScaleLevels, levelOf, vduCounts } from '../scaling.js';

export interface InstantiateVnfRequest {
  readonly flavourId: string;
  readonly instantiationLevelId?: string;
  readonly extVirtualLinks?: readonly ExtVirtualLinkData[];
  readonly vimConnectionInfo?: VimConnections;
  readonly localizationLanguage?: string;
  readonly additionalParams?: KeyValuePairs;
  readonly extensions?: KeyValuePairs;
  readonly vnfConfigurableProperties?: KeyValuePairs;
}

export const instantiate: Operation<InstantiateVnfRequest> = {
  needs: 'NOT_INSTANTIATED',
  task: 'instantiate',
  places: true,
  check({ instance }, { extensions, vnfConfigurableProperties, vimConnectionInfo }) {
    const tooLarge = outgrown(instance, { extensions, vnfConfigurableProperties, vimConnectionInfo });
    return tooLarge ? refuse(tooLarge) : ok(undefined);
  },
  draft,
  recorded: withoutCredentials,
};

/** What the request sets of the instance's own attributes counts already for boot data. */
function draft(asked: Asked, request: InstantiateVnfRequest): Outcome<Draft> {
  const { instance } = asked;
  const { vimConnectionInfo } = request;
  const modifies = {
    extensions: mergePatch(instance.extensions, request.extensions ?? {}),
    vnfConfigurableProperties: mergePatch(instance.vnfConfigurableProperties, request.vnfConfigurableProperties ?? {}),
    ...(vimConnectionInfo && { vimConnectionInfo: connectionsAfter(instance, vimConnectionInfo) }),
  };
  const fresh = { ...asked, instance: { ...instance, ...modifies } };
  const placing = draftInstantiate(fresh, request);
  if (!placing.ok) return placing;
  return ok({
    placing: placing.value,
    newLinks: placing.value.extVirtualLinks,
    instance: fresh.instance,
    plan: (parts) => ({ ...planChange(fresh, placing.value, parts, 0), modifies }),
  });
}

export function draftInstantiate(context: PlanContext, request: InstantiateVnfRequest): Outcome<OperationDraft> {
  const draft = draftLevel(context, request);
  if (!draft.ok) return draft;
  const { flavour } = draft.value;
  const allowed = checkDeclared(context, flavour, request);
  if (!allowed.ok) return allowed;
  const connections = { ...context.instance.vimConnectionInfo, ...request.vimConnectionInfo };
  const links = readExtVirtualLinks(flavour, request.extVirtualLinks ?? [], connections);
  if (!links.ok) return links;
  const inputs = checkInputs(context, flavour, request);
  if (!inputs.ok) return inputs;
  return ok({
    ...draft.value,
    extVirtualLinks: links.value,
    inputs: request.additionalParams ?? {},
    ...defined({ localizationLanguage: request.localizationLanguage }),
  });
}

function checkDeclared({ vnfd, instance }: PlanContext, flavour: Flavour, request: InstantiateVnfRequest) {
  const modifiable = checkModifiable({ vnfd, flavour }, instance, request, true);
  if (!modifiable.ok) return modifiable;
  const params = checkParams(vnfd, flavour, request.additionalParams ?? {});
  return params.ok ? checkLanguage(vnfd, request.localizationLanguage) : params;
}

/** The VNFCs of a flavour at a level, connected to nothing yet: enough to ask whether they would fit. */
export function draftLevel(
  context: PlanContext,
  request: Pick<InstantiateVnfRequest, 'flavourId' | 'instantiationLevelId'>,
): Outcome<OperationDraft> {
  const flavour = context.vnfd.flavours.find((each) => each.id === request.flavourId);
  if (flavour === undefined) {
    const known = context.vnfd.flavours.map((each) => each.id);
    return unknown(
      `flavourId "${request.flavourId}" is not in VNFD ${context.vnfd.id}${perhaps(request.flavourId, known)}; it has ${known.join(', ')}.`,
    );
  }
  const level = levelOf(flavour, request.instantiationLevelId);
  if (request.instantiationLevelId !== undefined && level === undefined) {
    const known = flavour.levels.map((each) => each.id);
    return unknown(
      `instantiationLevelId "${request.instantiationLevelId}" is not in flavour ${flavour.id}${perhaps(request.instantiationLevelId, known)}; it has ${known.join(', ') || '(none)'}.`,
    );
  }
  const scaleLevels = initialScaleLevels(flavour, level);
  const counts = vduCounts(flavour, scaleLevels, level);
  const counted = checkCounts(flavour, counts);
  if (!counted.ok) return counted;
  const added = difference(context, flavour, [], counts);
  return ok({ flavour, ...added, extVirtualLinks: [], scaleLevels, inputs: {} });
}

function checkInputs(context: PlanContext, flavour: Flavour, request: InstantiateVnfRequest): Outcome<void> {
  const configurable = { ...context.instance.vnfConfigurableProperties, ...request.vnfConfigurableProperties };
  const values = inputValues(flavour, request.additionalParams ?? {}, configurable);
  const missing = missingInputs(flavour, values);
  if (missing.length === 0) return ok(undefined);
  return unknown(
    `Flavour ${flavour.id} needs a value for ${missing.join(', ')}; give it in additionalParams or vnfConfigurableProperties.`,
  );
}

const unknown = (detail: string): Outcome<never> => refuse(problem('unknown-reference', detail));
