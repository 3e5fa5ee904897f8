/**
 * Ids of software images, unique in the package (SOL005 softwareImages.id): the node's name, unless flavours give a
 * node of that name different images; then the flavour stands before it.
 */
import type { Flavour, SwImage } from './model.js';

export function withUniqueImageIds(flavours: readonly Flavour[]): readonly Flavour[] {
  const ambiguous = ambiguousIds(flavours.flatMap(imagesOf));
  if (ambiguous.size === 0) return flavours;
  return flavours.map((flavour) => ({
    ...flavour,
    vdus: flavour.vdus.map((vdu) => renamed(vdu, flavour.id, ambiguous)),
    storages: flavour.storages.map((storage) => renamed(storage, flavour.id, ambiguous)),
  }));
}

export const imagesOf = ({ vdus, storages }: Flavour): readonly SwImage[] =>
  [...vdus, ...storages].flatMap(({ image }) => image ?? []);

function ambiguousIds(images: readonly SwImage[]): ReadonlySet<string> {
  const meanings = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const image of images) {
    const meaning = JSON.stringify(image);
    if ((meanings.get(image.id) ?? meaning) !== meaning) ambiguous.add(image.id);
    meanings.set(image.id, meaning);
  }
  return ambiguous;
}

function renamed<T extends { readonly image?: SwImage }>(
  node: T,
  flavourId: string,
  ambiguous: ReadonlySet<string>,
): T {
  if (node.image === undefined || !ambiguous.has(node.image.id)) return node;
  return { ...node, image: { ...node.image, id: `${flavourId}.${node.image.id}` } };
}
