/**
 * JSON Merge Patch (RFC 7396): what clients change of names and free-form maps.
 */
type Values = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null removes, objects merge key by key, anything else replaces. */
export function mergePatch(target: Values, patch: Values): Values {
  const merged: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = isRecord(value) ? mergePatch(isRecord(merged[key]) ? merged[key] : {}, value) : value;
  }
  return merged;
}

/** A map that is always there: without members once it is removed. */
export const patchedMap = (target: Values, patch: Values | null): Values =>
  patch === null ? {} : mergePatch(target, patch);
