/**
 * Free-form maps that are kept with a resource and change by JSON Merge Patch: many small patches must not make a map that
 * no single request may bring.
 */
import { problem, type Problem } from '../shared/problem.js';
import { KiB } from '../shared/units.js';
import { patchedMap } from './merge-patch.js';

type KeptMap = Readonly<Record<string, unknown>>;

/** Of one map, written as JSON. */
export const keptMapBytes = 64 * KiB;

/** The problem of the first map that the patches make too large; undefined when all may be kept. */
export function outgrown<Name extends string>(
  kept: NoInfer<{ readonly [Each in Name]?: KeptMap | undefined }>,
  patches: { readonly [Each in Name]?: KeptMap | null | undefined },
): Problem | undefined {
  for (const name of Object.keys(patches) as Name[]) {
    const patch = patches[name];
    if (patch === undefined) continue;
    const bytes = bytesOf(JSON.stringify(patchedMap(kept[name] ?? {}, patch)));
    if (bytes <= keptMapBytes) continue;
    const message = `would be ${bytes} bytes long with what is there, and may be ${keptMapBytes}; set members to null to remove them`;
    const errors = [{ pointer: `/${name}`, message }];
    return problem('malformed-request', `The request is not valid: /${name} ${message}.`, { errors });
  }
  return undefined;
}

/** In UTF-8. */
const bytesOf = (text: string): number => encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, 'x').length;
