/**
 * JSON Merge Patch (RFC 7396): what clients change of names and free-form maps.
 */
import { isJsonObject } from '../shared/json-object.js';

type Values = Readonly<Record<string, unknown>>;

/** Null removes, objects merge key by key, anything else replaces. */
export function mergePatch(target: Values, patch: Values): Values {
  const merged: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = isJsonObject(value) ? mergePatch(isJsonObject(merged[key]) ? merged[key] : {}, value) : value;
  }
  return merged;
}

/** A map that is always there: without members once it is removed. */
export const patchedMap = (target: Values, patch: Values | null): Values =>
  patch === null ? {} : mergePatch(target, patch);
