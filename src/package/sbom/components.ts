/**
 * The components of one CycloneDX document (ECMA-424 clause 7, `components`), those inside of others too. Files are passed
 * over: they are no components that anybody asks for, and there are as many as a disk has.
 */
import type { SbomLimits } from './limits.js';
import type { SbomComponent } from './model.js';
import { namesInPurl, sourceIn } from './purl.js';
import { defined } from '../../shared/defined.js';
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';

export interface ComponentsRead {
  readonly components: readonly SbomComponent[];
  /** Of their texts. */
  readonly chars: number;
  /** Beyond the limit; not read. */
  readonly leftOut: number;
  /** Not as CycloneDX has them: without a name, or with a version or package URL that cannot be kept. */
  readonly odd: number;
  /** Where the first odd one stands. */
  readonly firstOdd?: string;
}

/** What is left of the limits of the package. */
export type Room = Pick<SbomLimits, 'components' | 'chars'>;

export function readComponents(document: JsonObject, room: Room, limits: SbomLimits): ComponentsRead {
  const kept = new Map<string, SbomComponent>();
  let [chars, leftOut, odd] = [0, 0, 0];
  let firstOdd: string | undefined;
  for (const { value, path } of within(document, '')) {
    if (kept.size >= room.components || chars >= room.chars) {
      leftOut += 1;
      continue;
    }
    const { component, isOdd } = componentOf(value, limits);
    if (isOdd) {
      odd += 1;
      firstOdd ??= path;
    }
    if (component === undefined) continue;
    const { group, name, version, purl } = component;
    const identity = JSON.stringify([group, name, version, purl]);
    if (kept.has(identity)) continue;
    kept.set(identity, component);
    chars += identity.length + component.names.join('').length;
  }
  return { components: [...kept.values()], chars, leftOut, odd, ...defined({ firstOdd }) };
}

function* within(owner: JsonObject, path: string): Generator<{ readonly value: unknown; readonly path: string }> {
  const list = owner['components'];
  if (list === undefined) return;
  if (!Array.isArray(list)) {
    yield { value: undefined, path: `${path}components` };
    return;
  }
  for (const [at, value] of (list as readonly unknown[]).entries()) {
    const here = `${path}components/${at}`;
    if (!isJsonObject(value) || value['type'] !== 'file') yield { value, path: here };
    if (isJsonObject(value)) yield* within(value, `${here}/`);
  }
}

function componentOf(
  value: unknown,
  limits: SbomLimits,
): { readonly component?: SbomComponent; readonly isOdd: boolean } {
  if (!isJsonObject(value)) return { isOdd: true };
  const { nameChars, purlChars } = limits;
  const name = lineOf(value['name'], nameChars);
  if (name === undefined) return { isOdd: true };
  const given = { group: value['group'], version: value['version'], purl: value['purl'] };
  const group = lineOf(given.group, nameChars);
  const version = lineOf(given.version, nameChars);
  const purl = lineOf(given.purl, purlChars);
  const read = { ...(group && { group }), ...(version && { version }), ...(purl && { purl }) };
  const isOdd = Object.entries(given).some(([key, text]) => text !== undefined && text !== '' && !(key in read));
  return { component: { name, ...read, names: namesOf({ name, ...read }, value, limits) }, isOdd };
}

/** A text that can be kept and shown in a line. */
const lineOf = (value: unknown, chars: number): string | undefined =>
  typeof value === 'string' && value.length <= chars && /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(value)
    ? value
    : undefined;

function namesOf(
  read: Omit<SbomComponent, 'names'>,
  value: JsonObject,
  { nameChars, names }: SbomLimits,
): readonly string[] {
  const { name, group, purl = '' } = read;
  const { name: packageName, source } = namesInPurl(purl);
  const all = [name, group && `${group}/${name}`, packageName, source, ...sourcesIn(value['properties'])];
  const lines = all.map((each) => lineOf(each, 2 * nameChars + 1)?.toLowerCase());
  return [...new Set(lines.filter((line) => line !== undefined))].slice(0, names);
}

/** Where Syft and Trivy say from which source package it was built. */
const sourceProperties = ['syft:metadata:source', 'syft:metadata:sourceRpm', 'aquasecurity:trivy:SrcName'];

const sourcesIn = (properties: unknown): readonly string[] =>
  (Array.isArray(properties) ? (properties as readonly unknown[]) : []).flatMap((property) => {
    if (!isJsonObject(property) || !sourceProperties.includes(String(property['name']))) return [];
    const value = property['value'];
    return typeof value === 'string' ? [sourceIn(value)] : [];
  });
