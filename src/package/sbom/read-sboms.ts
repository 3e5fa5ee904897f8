/**
 * The SBOMs of a package, of any vendor (docs/sbom.md). They say what is inside; whatever is wrong with one is a warning,
 * and the package is onboarded without it.
 */
import type { Flavour } from '../../vnfd/model.js';
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { PackageEntry, PackageInput } from '../input.js';
import type { PackageImage } from '../model.js';
import { readComponents } from './components.js';
import { isSbomPath } from './files.js';
import { imageOf } from './image-of.js';
import { jsonShape } from './json-shape.js';
import { sbomLimits, type SbomLimits } from './limits.js';
import type { PackageSbom } from './model.js';
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';

export interface SbomReading {
  readonly sboms: readonly PackageSbom[];
  readonly findings: readonly Finding[];
  /** Files whose text is needed first. */
  readonly wanted: readonly string[];
}

export function readSboms(
  input: Pick<PackageInput, 'entries' | 'sboms'>,
  images: readonly PackageImage[],
  flavours: readonly Flavour[],
  limits: SbomLimits = sbomLimits,
): SbomReading {
  const { taken, findings } = choose(input.entries, limits);
  const wanted = taken.map(({ path }) => path).filter((path) => input.sboms?.has(path) !== true);
  if (wanted.length > 0) return { sboms: [], findings: [], wanted };
  const sboms: PackageSbom[] = [];
  let { components, chars } = limits;
  for (const { path } of taken) {
    const document = documentOf(input.sboms?.get(path), limits);
    if (typeof document === 'string') {
      findings.push(found('SBOM-UNREADABLE', { file: path }, document));
      continue;
    }
    const read = readComponents(document, { components, chars }, limits);
    components -= read.components.length;
    chars -= read.chars;
    const { image, findings: ofImage } = imageOf(path, document, images, flavours);
    findings.push(...ofImage, ...oddComponents(path, read), ...beyond(path, read.leftOut, limits));
    sboms.push({ path, ...(image && { image }), components: read.components });
  }
  return { sboms, findings, wanted };
}

function choose(
  entries: readonly PackageEntry[],
  { files, bytes, allBytes }: SbomLimits,
): { readonly taken: readonly PackageEntry[]; readonly findings: Finding[] } {
  const taken: PackageEntry[] = [];
  const findings: Finding[] = [];
  let left = allBytes;
  const named = entries.filter(({ path }) => isSbomPath(path));
  for (const entry of named) {
    const why =
      taken.length >= files
        ? `The package has ${named.length} SBOMs; the first ${files} are read, and not this one or any other.`
        : entry.sizeBytes > bytes
          ? `It has ${entry.sizeBytes} bytes; an SBOM of at most ${bytes} is read.`
          : entry.sizeBytes > left
            ? `The SBOMs of the package have more than ${allBytes} bytes together; this one is not read.`
            : undefined;
    if (why !== undefined) findings.push(found('SBOM-LEFT-OUT', { file: entry.path }, why));
    // One finding for all the others.
    if (taken.length >= files) break;
    if (why !== undefined) continue;
    left -= entry.sizeBytes;
    taken.push(entry);
  }
  return { taken, findings };
}

/** A sentence says why there is none. */
function documentOf(text: string | undefined, { depth, values }: SbomLimits): JsonObject | string {
  if (text === undefined) return 'It is not UTF-8 text.';
  const shape = jsonShape(text);
  if (shape.depth > depth) return `Its lists and objects are ${shape.depth} levels deep; at most ${depth} are read.`;
  if (shape.values > values) return `It has about ${shape.values} JSON values; at most ${values} are read.`;
  const document = parsed(text);
  if (!isJsonObject(document)) return document === undefined ? 'It is not JSON.' : 'Its JSON is no object.';
  if (document['bomFormat'] === 'CycloneDX') return document;
  const other = 'spdxVersion' in document ? 'SPDX' : 'not CycloneDX (`bomFormat` is missing or another)';
  return `It is ${other}; CycloneDX JSON is read.`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function oddComponents(file: string, { odd, firstOdd }: ReturnType<typeof readComponents>): readonly Finding[] {
  if (odd === 0 || firstOdd === undefined) return [];
  const count = odd === 1 ? 'One component has' : `${odd} components have`;
  const message = `${count} no name, or a group, version or purl that is no line of text; the first is \`${firstOdd}\`.`;
  return [found('SBOM-COMPONENT', { file, path: firstOdd }, message)];
}

function beyond(file: string, leftOut: number, { components, chars }: SbomLimits): readonly Finding[] {
  if (leftOut === 0) return [];
  const most = `${components} are kept, with texts of ${chars} characters`;
  const message = `${leftOut} components are left out: of all SBOMs of a package together ${most}.`;
  return [found('SBOM-LEFT-OUT', { file }, message)];
}
