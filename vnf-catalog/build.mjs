#!/usr/bin/env node
// Builds a VNF package: build.mjs NAME OUT.csar [--key KEY.pem --certificate CERT.pem]
// (for example: build.mjs router /tmp/router.csar)
//
// Builds the images that the package's flavours name, unless the cache has them (that part needs root and
// the tools that image/tools.sh lists), fills their digests into the definitions and has `berth package build` write
// the CSAR, signed when a key is given (docs/packages.md).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pack } from './builder/pack.mjs';
import { assemble, imagesOf, readSource } from './builder/package.mjs';

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
  const said = await pack(name, assemble(name, source, images), out, values.key === undefined ? undefined : values);
  console.log(`${said}, ${(statSync(out).size / 1024 / 1024).toFixed(1)} MiB`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
