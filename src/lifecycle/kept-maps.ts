/**
 * Free-form maps that are kept with a resource and change by JSON Merge Patch: many small patches must not make a map that
 * no single request may bring.
 */
import { problem, type Problem } from '../shared/problem.js';
import { KiB } from '../shared/units.js';
import { mergePatch } from './plan-modify-info.js';

type Maps = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Of one map, written as JSON. */
export const keptMapBytes = 64 * KiB;

/** The problem of the first map that the patches make too large; undefined when all may be kept. */
export function outgrown(kept: Maps, patches: Maps): Problem | undefined {
  for (const [name, patch] of Object.entries(patches)) {
    if (patch === undefined) continue;
    const bytes = bytesOf(JSON.stringify(mergePatch(kept[name] ?? {}, patch)));
    if (bytes <= keptMapBytes) continue;
    const message = `would be ${bytes} bytes long with what is there, and may be ${keptMapBytes}; set members to null to remove them`;
    const errors = [{ pointer: `/${name}`, message }];
    return problem('malformed-request', `The request is not valid: /${name} ${message}.`, { errors });
  }
  return undefined;
}

/** In UTF-8. */
const bytesOf = (text: string): number => encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, 'x').length;
