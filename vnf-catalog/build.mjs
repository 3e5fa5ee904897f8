#!/usr/bin/env node
// Builds a VNF package: build.mjs NAME OUT.csar [--key KEY.pem --certificate CERT.pem]
// (for example: build.mjs router /tmp/router.csar)
//
// Builds the images that the package's flavours name, unless the cache has them (that part needs root and
// the tools that image/tools.sh lists), fills their digests into the definitions and writes the CSAR, its
// manifest signed when a key is given (docs/signatures.md).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { assemble, imagesOf, readSource, releaseDate } from './builder/package.mjs';
import { signManifest } from './builder/sign.mjs';
import { writeZip } from './builder/zip.mjs';

const usage = `usage: build.mjs NAME OUT.csar [--key KEY.pem --certificate CERT.pem]
where NAME is a folder here that holds package/`;

function fail() {
  console.error(usage);
  process.exit(2);
}

function parse() {
  try {
    const options = { key: { type: 'string' }, certificate: { type: 'string' } };
    return parseArgs({ options, allowPositionals: true });
  } catch {
    return fail();
  }
}

const { positionals, values } = parse();
const [name, out] = positionals;
const folder = join(import.meta.dirname, name ?? '');
const isHalfSigner = (values.key === undefined) !== (values.certificate === undefined);
if (!name || !out || isHalfSigner || !existsSync(join(folder, 'package'))) fail();

function buildImage(image, to) {
  const kernel = image.slice(image.lastIndexOf('-') + 1);
  execFileSync(join(folder, 'image', 'build.sh'), ['--kernel', kernel, to], { stdio: ['ignore', 'ignore', 'inherit'] });
  const file = (ending) => readFileSync(join(to, `${image}.${ending}`));
  return { qcow2: file('qcow2'), manifest: JSON.parse(file('manifest.json')), copyright: file('copyright.txt') };
}

const work = mkdtempSync(join(tmpdir(), 'berth-package.'));
try {
  const source = readSource(join(folder, 'package'));
  const images = new Map(imagesOf(source).map((image) => [image, buildImage(image, work)]));
  const unsigned = assemble(name, source, images);
  const entries = values.key === undefined ? unsigned : signManifest(name, unsigned, values);
  mkdirSync(dirname(out), { recursive: true });
  await writeZip(out, entries, releaseDate());
  console.log(`${out}: ${entries.size} files, ${(statSync(out).size / 1024 / 1024).toFixed(1)} MiB`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
