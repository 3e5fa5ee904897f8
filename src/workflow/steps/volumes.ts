/**
 * Volumes of a VNFC, and the base image below its root disk.
 */
import type { VnfPkgId } from '../../shared/ids.js';
import { unpacked } from '../../day0/packed.js';
import { nothingToUndo, type StepContext, type StepHandler } from './handler.js';
import { removeOrLeave, type OwnedFiles } from './leave.js';

/** The base image is the package's cache on that host: rollback leaves it, deleting the package removes it. */
export const baseImage: StepHandler<'base-image'> = {
  onLostHost: 'refuse',
  async run({ hostId, pool, sha256, name, sizeBytes }, { engine, files, store, uploads }) {
    const source = { file: files.imagePath(await holderOf(sha256, store), sha256), sizeBytes, sha256 };
    const volume = await uploads.of(`${hostId}/${pool}/${name}`, () =>
      engine(hostId).ensureBaseImage({ pool, name }, source),
    );
    return { path: volume.path };
  },
  undo: nothingToUndo,
};

async function holderOf(sha256: string, store: StepContext['store']): Promise<VnfPkgId> {
  const holder = await store.packageWithImage(sha256);
  if (holder === undefined) throw new Error(`no package has the software image ${sha256}; its package was deleted`);
  return holder;
}

async function removeOne(
  file: Omit<OwnedFiles, 'names'> & { readonly name: string },
  context: StepContext,
): Promise<void> {
  await removeOrLeave({ ...file, names: [file.name] }, context);
}

export const imageVolume: StepHandler<'image-volume'> = {
  onLostHost: 'refuse',
  async run({ hostId, pool, name, base, capacityBytes }, { engine }) {
    const volume = await engine(hostId).ensureOverlay({ pool, name }, { pool, name: base }, capacityBytes);
    return { path: volume.path };
  },
  undo: removeOne,
};

export const blankVolume: StepHandler<'blank-volume'> = {
  onLostHost: 'refuse',
  async run({ hostId, pool, name, capacityBytes }, { engine }) {
    const volume = await engine(hostId).ensureBlank({ pool, name }, capacityBytes);
    return { path: volume.path };
  },
  undo: removeOne,
};

export const contentVolume: StepHandler<'content-volume'> = {
  onLostHost: 'refuse',
  async run({ hostId, pool, name, content, packing }, { engine }) {
    const bytes = Buffer.from(content, 'base64');
    const image = packing === undefined ? bytes : unpacked(bytes);
    const volume = await engine(hostId).ensureContent({ pool, name }, image);
    return { path: volume.path };
  },
  undo: removeOne,
};

/** One that is gone comes back with the next start. */
export const rewriteDay0: StepHandler<'rewrite-day0'> = {
  onLostHost: 'refuse',
  async run({ hostId, pool, name, content }, { engine }) {
    const volume = await engine(hostId).ensureContent({ pool, name }, unpacked(Buffer.from(content, 'base64')));
    return { path: volume.path };
  },
  async undo({ hostId, pool, name, before }, { engine }) {
    await engine(hostId).ensureContent({ pool, name }, unpacked(Buffer.from(before, 'base64')));
  },
};

export const removeVolumes: StepHandler<'remove-volumes'> = {
  onLostHost: ({ pool, names }) => `in pool ${pool} there may still be ${names.join(', ')}`,
  /** What is left is named in the journal too. */
  async run(files, context) {
    const left = await removeOrLeave(files, context);
    return left.length === 0 ? undefined : { left };
  },
  undo: nothingToUndo,
};
