/**
 * A disk holds the image that fills it.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import type { Flavour, SwImage } from '../vnfd.js';

export const checkDisks = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...flavour.vdus.flatMap((vdu) => fits(vdu.id, vdu.image, vdu.localStorageBytes?.[0], source)),
  ...flavour.storages.flatMap((storage) => fits(storage.id, storage.image, storage.sizeBytes, source)),
];

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
