/**
 * Values of a request against what the VNFD declares of them (SOL001 clauses 6.2.31, 6.2.32; SOL003 clauses 5.5.2.2 to
 * 5.5.2.12): unknown names, types, constraints, what is required. All errors are reported together.
 */
import { isNeeded, misfit, undeclared, type Declarations } from '../vnfd/declared-values.js';
import type { Flavour, Vnfd } from '../vnfd/model.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { jsonPointer } from '../shared/json-pointer.js';
import { problem } from '../shared/problem.js';
import type { ProblemCode } from '../shared/problem-types.js';
import { patchedMap } from './merge-patch.js';
import type { VnfInstance } from './model.js';

type Values = Readonly<Record<string, unknown>>;

/** One map of a request: what is there before, and what the request changes of it (RFC 7396). */
interface Given {
  readonly attribute: string;
  readonly declared: Declarations;
  readonly whose: string;
  /** Names that are not declared are taken too. */
  readonly isOpen: boolean;
  readonly before: Values;
  readonly patch: Values | null;
}

interface Wrong {
  readonly pointer: string;
  readonly message: string;
}

/** Enough to see what is wrong. */
const [mostTold, mostInDetail] = [32, 5];

function wrongs(given: Given): readonly Wrong[] {
  const { attribute, patch, before } = given;
  const after = patchedMap(before, patch);
  return Object.keys(patch ?? before).flatMap((name) => {
    const message = complaint(given, name, after);
    return message === undefined ? [] : [{ pointer: jsonPointer([attribute, name]), message }];
  });
}

function complaint({ declared, isOpen, whose, patch }: Given, name: string, after: Values): string | undefined {
  const property = Object.hasOwn(declared, name) ? declared[name] : undefined;
  // What an earlier build took without being declared may go.
  if (property === undefined)
    return isOpen || patch === null ? undefined : undeclared(name, Object.keys(declared), whose);
  if (Object.hasOwn(after, name)) return misfit(property, after[name]);
  return isNeeded(property) ? 'is required and cannot be removed' : undefined;
}

/** Declared as required, and still without a value. */
function missing({ attribute, declared, before, patch }: Given): readonly Wrong[] {
  const after = patchedMap(before, patch);
  return Object.entries(declared)
    .filter(([name, property]) => isNeeded(property) && after[name] === undefined)
    .map(([name]) => ({ pointer: jsonPointer([attribute, name]), message: 'is required and has no value; give it' }));
}

function outcome(code: ProblemCode, vnfd: Vnfd, found: readonly Wrong[]): Outcome<void> {
  if (found.length === 0) return ok(undefined);
  const told = found.slice(0, mostInDetail).map(({ pointer, message }) => `${pointer.slice(1)} ${message}`);
  const left = found.length - told.length;
  const more = left > 0 ? `; and ${String(left)} more` : '';
  const errors = found.slice(0, mostTold);
  return refuse(problem(code, `${told.join('; ')}${more} (VNFD ${vnfd.id}).`, { errors }));
}

/** What SOL001's own VnfConfigurableProperties has. */
const standard: Declarations = {
  is_autoscale_enabled: { type: 'boolean' },
  is_autoheal_enabled: { type: 'boolean' },
  vnfm_interface_info: { type: 'any' },
  vnfm_oauth_server_info: { type: 'any' },
  vnf_oauth_server_info: { type: 'any' },
};

/** A VNFD without a type for them takes any name; those that are inputs of the flavour are held to these. */
function configurableOf(vnfd: Vnfd, flavour: Flavour | undefined): Pick<Given, 'declared' | 'isOpen' | 'whose'> {
  const { configurable } = vnfd;
  if (configurable === undefined) return { declared: flavour?.inputs ?? {}, isOpen: true, whose: 'the VNFD' };
  return { declared: { ...configurable, ...standard }, isOpen: false, whose: 'the VNFD' };
}

type Kept = Pick<VnfInstance, 'vnfConfigurableProperties' | 'extensions' | 'metadata'>;
type Patch = { readonly [Name in keyof Kept]?: Values | null };

/** Extensions that are not declared are refused with 422, metadata that are not declared are taken (SOL003 5.5.2.2). */
export function checkModifiable(
  { vnfd, flavour }: { readonly vnfd: Vnfd; readonly flavour?: Flavour | undefined },
  before: Kept,
  patch: Patch,
  isComplete: boolean,
): Outcome<void> {
  const whose = 'the VNFD';
  const given = (attribute: keyof Kept, rest: Pick<Given, 'declared' | 'isOpen' | 'whose'>): Given => ({
    attribute,
    ...rest,
    before: before[attribute],
    patch: patch[attribute] === undefined ? {} : patch[attribute],
  });
  const judged = (one: Given) => [...wrongs(one), ...(isComplete ? missing(one) : [])];
  const { extensions, metadata = {} } = vnfd;
  const configurable = given('vnfConfigurableProperties', configurableOf(vnfd, flavour));
  const others = given('metadata', { declared: metadata, isOpen: true, whose });
  const kept = given('extensions', { declared: extensions ?? {}, isOpen: extensions === undefined, whose });
  const first = outcome('unknown-reference', vnfd, [
    ...(vnfd.configurable === undefined ? wrongs(configurable) : judged(configurable)),
    ...wrongs(others),
  ]);
  return first.ok ? outcome('unprocessable', vnfd, judged(kept)) : first;
}

/** Of a new instance. */
export function checkMetadata(vnfd: Vnfd, metadata: Values): Outcome<void> {
  const nothing = { vnfConfigurableProperties: {}, extensions: {}, metadata: {} };
  return checkModifiable({ vnfd }, nothing, { metadata }, false);
}

/** `additionalParams` of instantiate are inputs of the flavour: nothing reads another. */
export function checkParams(vnfd: Vnfd, flavour: Flavour, params: Values): Outcome<void> {
  const whose = `flavour ${flavour.id}`;
  const given = { attribute: 'additionalParams', declared: flavour.inputs, whose, isOpen: false, before: {} };
  return outcome('unknown-reference', vnfd, wrongsOfParams({ ...given, patch: params }));
}

/** Null is a value here, and no removal. */
const wrongsOfParams = ({ patch, ...given }: Given): readonly Wrong[] =>
  Object.entries(patch ?? {}).flatMap(([name, value]) => {
    if (value !== null) return wrongs({ ...given, patch: { [name]: value } });
    const pointer = jsonPointer([given.attribute, name]);
    return [{ pointer, message: 'is null; leave it out' }];
  });

export function checkLanguage({ id, languages }: Vnfd, language: string | undefined): Outcome<void> {
  if (language === undefined || languages === undefined || languages.includes(language)) return ok(undefined);
  const detail = `localizationLanguage "${language}" is not one of VNFD ${id}; it has ${languages.join(', ')}.`;
  return refuse(problem('unknown-reference', detail));
}
