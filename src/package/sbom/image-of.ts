/**
 * Which software image of the package an SBOM describes: the one whose digest it names; else the one that has its name.
 */
import { baseNameOf, directoryOf } from '../../shared/package-path.js';
import { storagesOf } from '../../vnfd/storages-of.js';
import type { Flavour, SwImage } from '../../vnfd/model.js';
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { PackageImage } from '../model.js';
import { sbomStem } from './files.js';
import type { SbomImage } from './model.js';
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';

export function imageOf(
  path: string,
  document: JsonObject,
  images: readonly PackageImage[],
  flavours: readonly Flavour[],
): { readonly image?: SbomImage; readonly findings: readonly Finding[] } {
  const { name, sha256 } = described(document);
  const named = imageNamed(path, name, images);
  const image = images.find((each) => each.sha256 === sha256) ?? named;
  if (image === undefined) return { findings: [] };
  const findings = sha256 !== undefined && image.sha256 !== sha256 ? [otherImage(path, image, sha256)] : [];
  return { image: { path: image.path, sha256: image.sha256, vdus: vdusOf(image, images, flavours) }, findings };
}

const otherImage = (file: string, { path, sha256 }: PackageImage, said: string): Finding =>
  found('SBOM-OTHER-IMAGE', { file }, `It describes an image with the SHA-256 ${said}; \`${path}\` has ${sha256}.`);

/** `metadata.component`, as far as it can be told. */
function described(document: JsonObject): { readonly name?: string; readonly sha256?: string } {
  const metadata = document['metadata'];
  const component = isJsonObject(metadata) ? metadata['component'] : undefined;
  if (!isJsonObject(component)) return {};
  const { name, hashes } = component;
  const all = Array.isArray(hashes) ? (hashes as readonly unknown[]) : [];
  const content = all.filter(isJsonObject).find((hash) => hash['alg'] === 'SHA-256')?.['content'];
  const isDigest = typeof content === 'string' && /^[0-9a-f]{64}$/i.test(content);
  return {
    ...(typeof name === 'string' && { name }),
    ...(isDigest && { sha256: content.toLowerCase() }),
  };
}

const stemOf = (path: string): string => baseNameOf(path).replace(/\.[^.]+$/, '');

/** By the name of the file, in its folder or anywhere; else by the name of the component. Undefined when several have it. */
function imageNamed(path: string, name: string | undefined, images: readonly PackageImage[]): PackageImage | undefined {
  const stem = sbomStem(path);
  const like = images.filter((image) => stem !== '' && stemOf(image.path) === stem);
  const near = like.filter((image) => directoryOf(image.path) === directoryOf(path));
  const called = images.filter(
    (image) => name !== undefined && [stemOf(image.path), baseNameOf(image.path)].includes(name),
  );
  return only(near) ?? only(like) ?? only(called);
}

const only = (images: readonly PackageImage[]): PackageImage | undefined =>
  new Set(images.map(({ sha256 }) => sha256)).size === 1 ? images[0] : undefined;

function vdusOf(
  { sha256 }: PackageImage,
  images: readonly PackageImage[],
  flavours: readonly Flavour[],
): SbomImage['vdus'] {
  const files = new Set(images.filter((image) => image.sha256 === sha256).map(({ path }) => path));
  const isOne = (image: SwImage | undefined): boolean => image?.file !== undefined && files.has(image.file);
  return flavours.flatMap((flavour) =>
    flavour.vdus
      .filter((vdu) => isOne(vdu.image) || storagesOf(flavour, vdu).some((storage) => isOne(storage.image)))
      .map((vdu) => ({ flavourId: flavour.id, vduId: vdu.id })),
  );
}
