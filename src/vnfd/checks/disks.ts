/**
 * A disk holds the image that fills it, is attached, and belongs to one VNFC.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import { child } from '../../tosca/tree.js';
import type { Flavour, SwImage, VirtualStorage } from '../model.js';

export const checkDisks = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...flavour.vdus.flatMap((vdu) => fits(vdu.id, vdu.image, vdu.localStorageBytes?.[0], source)),
  ...flavour.storages.flatMap((storage) => checkShared(storage, source, flavour)),
  ...flavour.storages.flatMap((storage) => checkAttached(storage, source, flavour)),
  ...flavour.storages.flatMap((storage) => fits(storage.id, storage.image, storage.sizeBytes, source)),
];

/** `per_vnfc_instance: false` (4.2.1 and later) asks for one volume at all instances; with one instance it says nothing. */
function checkShared(
  { id, perVnfcInstance }: VirtualStorage,
  source: FlavourSource,
  flavour: Flavour,
): readonly Finding[] {
  if (perVnfcInstance) return [];
  const users = flavour.vdus.filter(({ storageIds }) => storageIds.includes(id));
  const most = users.reduce((sum, { maxInstances }) => sum + maxInstances, 0);
  if (most <= 1) return [];
  const node = source.byId.get(id);
  const at = child(node?.properties, 'per_vnfc_instance')?.at ?? node?.at ?? source.at;
  return [found('VNFD-STORAGE-SHARED', at, `\`${id}\` is to be one volume for up to ${most} instances.`)];
}

function checkAttached({ id }: VirtualStorage, source: FlavourSource, { vdus }: Flavour): readonly Finding[] {
  // Without any VDU the flavour has a finding of its own.
  if (vdus.length === 0 || vdus.some(({ storageIds }) => storageIds.includes(id))) return [];
  return [found('VNFD-STORAGE-UNUSED', source.byId.get(id)?.at ?? source.at, `No VDU attaches \`${id}\`.`)];
}

/** An absent size means: as large as the image wants. */
function fits(
  id: string,
  image: SwImage | undefined,
  sizeBytes: number | undefined,
  source: FlavourSource,
): readonly Finding[] {
  if (image === undefined || sizeBytes === undefined || sizeBytes >= image.minDiskBytes) return [];
  const message = `The disk of \`${id}\` has ${sizeBytes} bytes; its image needs ${image.minDiskBytes}.`;
  return [found('VNFD-DISK-TOO-SMALL', source.byId.get(id)?.at ?? source.at, message)];
}
