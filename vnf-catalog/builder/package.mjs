// The files of a VNF package as a map of paths to bytes, from a package source folder and built images. Pure but for
// reading the folder: the same source and images always give the same files. `berth package build` does the rest.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { withFlavours } from './flavours.mjs';
import { sbomOf } from './sbom.mjs';
import { toscaMeta } from './tosca-meta.mjs';

const MIB = 1024 * 1024;
const IMAGE_FILE = /\.\.\/Files\/images\/([a-z0-9-]+)\.qcow2/g;

// The files of `folder`, its flavours written out (flavours.mjs).
export function readSource(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
  return withFlavours(new Map(paths.map((path) => [path, readFileSync(join(folder, path))])));
}

export function writeFiles(entries, folder) {
  for (const [path, bytes] of entries) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

// The names of the images that the deployment flavours ask for.
export function imagesOf(source) {
  const texts = [...source].filter(([path]) => path.endsWith('.yaml')).map(([, bytes]) => bytes.toString());
  return [...new Set(texts.flatMap((text) => [...text.matchAll(IMAGE_FILE)].map((match) => match[1])))].sort();
}

// `images`: name to { qcow2, manifest, copyright }, where manifest is what the image recipe wrote; a stand-in of an image
// has no packages there, and no SBOM.
export function assemble(name, source, images) {
  const entries = new Map();
  for (const [path, bytes] of source) entries.set(path, path.endsWith('.yaml') ? fill(path, bytes, images) : bytes);
  for (const [image, { qcow2, manifest: facts }] of images) {
    entries.set(`Files/images/${image}.qcow2`, qcow2);
    entries.set(`Files/images/${image}.manifest.json`, Buffer.from(`${JSON.stringify(facts, null, 2)}\n`));
    if (facts.packages)
      entries.set(`Files/images/${image}.cdx.json`, Buffer.from(sbomOf(image, sha256Of(qcow2), facts)));
  }
  entries.set('Licenses/debian-copyright.txt', licences([...images.values()]));
  entries.set('TOSCA-Metadata/TOSCA.meta', toscaMeta(name));
  return entries;
}

// The images share most of their packages; each licence is printed once.
function licences(images) {
  const parts = images.flatMap(({ copyright }) => copyright.toString().split(/^(?====== \/)/m));
  return Buffer.from([...new Set(parts)].join(''));
}

// '@{router-cloud.sha256}' and the like stand in the definitions for what only the built image knows.
function fill(path, bytes, images) {
  const text = bytes.toString().replace(/@\{([a-z0-9-]+)\.(\w+)\}/g, (token, image, fact) => {
    const value = images.has(image) ? factsOf(images.get(image))[fact] : undefined;
    if (value === undefined) throw new Error(`${path}: nothing is known for ${token}`);
    return value;
  });
  return Buffer.from(text);
}

const sha256Of = (bytes) => createHash('sha256').update(bytes).digest('hex');

const factsOf = ({ qcow2, manifest: { image } }) => ({
  sha256: sha256Of(qcow2),
  sizeMiB: Math.ceil(qcow2.length / MIB),
  virtualSizeMiB: Math.ceil(image.virtualSizeBytes / MIB),
});
