// A VNF package as a map of paths to bytes, from a package source folder and built images. Pure but for
// reading the folder: the same source and images always give the same package.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { manifest, sha256, toscaMeta } from './manifest.mjs';

const MIB = 1024 * 1024;
const IMAGE_FILE = /\.\.\/Files\/images\/([a-z0-9-]+)\.qcow2/g;

export function readSource(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
}

// The names of the images that the deployment flavours ask for.
export function imagesOf(source) {
  const texts = [...source].filter(([path]) => path.endsWith('.yaml')).map(([, bytes]) => bytes.toString());
  return [...new Set(texts.flatMap((text) => [...text.matchAll(IMAGE_FILE)].map((match) => match[1])))].sort();
}

// `images`: name to { qcow2, manifest, copyright }, where manifest is what the image recipe wrote.
export function assemble(name, source, images) {
  const entries = new Map();
  for (const [path, bytes] of source) entries.set(path, path.endsWith('.yaml') ? fill(path, bytes, images) : bytes);
  for (const [image, { qcow2, manifest: facts }] of images) {
    entries.set(`Files/images/${image}.qcow2`, qcow2);
    entries.set(`Files/images/${image}.manifest.json`, Buffer.from(`${JSON.stringify(facts, null, 2)}\n`));
  }
  entries.set('Licenses/debian-copyright.txt', licences([...images.values()]));
  entries.set('TOSCA-Metadata/TOSCA.meta', toscaMeta(name));
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const vnf = vnfProperties(name, entries);
  return new Map([...sorted, [`Definitions/${name}.mf`, manifest(vnf, releaseDate(), sorted)]]);
}

// The images share most of their packages; each licence is printed once.
function licences(images) {
  const parts = images.flatMap(({ copyright }) => copyright.toString().split(/^(?====== \/)/m));
  return Buffer.from([...new Set(parts)].join(''));
}

// SOURCE_DATE_EPOCH dates the release, as it dates the image (reproducible-builds.org).
export const releaseDate = () => new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 1735689600) * 1000).toISOString();

// '@{router-cloud.sha256}' and the like stand in the definitions for what only the built image knows.
function fill(path, bytes, images) {
  const text = bytes.toString().replace(/@\{([a-z0-9-]+)\.(\w+)\}/g, (token, image, fact) => {
    const value = images.has(image) ? factsOf(images.get(image))[fact] : undefined;
    if (value === undefined) throw new Error(`${path}: nothing is known for ${token}`);
    return value;
  });
  return Buffer.from(text);
}

const factsOf = ({ qcow2, manifest: { image } }) => ({
  sha256: sha256(qcow2),
  sizeMiB: Math.ceil(qcow2.length / MIB),
  virtualSizeMiB: Math.ceil(image.virtualSizeBytes / MIB),
});

// The manifest says what the descriptor says: the VNF's properties are the defaults of its node type.
function vnfProperties(name, entries) {
  const types = parse(entries.get(`Definitions/${name}_types.yaml`).toString()).node_types;
  const vnf = Object.values(types).find((type) => type.derived_from === 'tosca.nodes.nfv.VNF');
  return Object.fromEntries(Object.entries(vnf.properties).map(([key, property]) => [key, property.default]));
}
