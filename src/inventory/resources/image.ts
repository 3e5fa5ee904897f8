/**
 * Base images that volumes stand on: a row for each VNFC that needs one in a pool. An image takes room of its pool once,
 * with the first VNFC, and only by what of it does not lie there yet.
 */
import { imageKey, missingMiB, readImageKey } from '../storage.js';
import { takeRoom } from './disk.js';
import { row, usual, type HostDraft, type Resource, type Row, type Sign } from './resource.js';

export const image: Resource = {
  ...usual,
  guardedBy: 'one',
  rows: ({ pool }, { baseImages = [] }) => baseImages.map((one) => row(imageKey(one.sha256, pool), one.sizeMiB)),
  apply: applyImage,
  // The pool that it lies in is overdrawn, and disk says so.
  overdrawn: () => undefined,
  leftText: ({ images }) => [...images.keys()].sort().join(),
};

/** The first VNFC that stands on an image brings it, the last one gives its room back. */
function applyImage(draft: HostDraft, { key, amount }: Row, sign: Sign): void {
  const { sha256, pool: name } = readImageKey(key);
  const before = draft.images.get(key) ?? 0;
  const after = before - sign;
  draft.images = new Map(draft.images).set(key, after);
  if (after <= 0) draft.images = new Map([...draft.images].filter(([other]) => other !== key));
  const pool = draft.host.facts.pools.find((one) => one.name === name);
  if (pool !== undefined && before > 0 !== after > 0) takeRoom(draft, name, -sign * missingMiB(pool, sha256, amount));
}
