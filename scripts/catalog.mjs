/**
 * `npm run catalog [-- NAME...] [--out DIR]`: builds, signs and lints the packages of the VNFs in vnf-catalog/, all of
 * them or those named. Images come from the cache when nothing changed. The signing key is made at the first run and kept
 * beside the packages, in a folder that git ignores.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { ensureDebianPackages } from './lib/debian.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { carryOut } from './lib/main.mjs';
import { imagePackages } from './lib/packages.mjs';
import { inTop } from './lib/paths.mjs';
import { Journey } from './lib/quickstart/journey.mjs';
import { run } from './lib/run.mjs';
import { keptVendor } from './lib/vendor.mjs';

const options = { out: { type: 'string', default: inTop('.berth', 'catalog') } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const vendor = { kind: 'rsa', commonName: 'VNF catalogue', days: 3650 };

/** A VNF is a folder of the catalogue that has the source of a package and the recipe of its images. */
function vnfsOf(catalog) {
  const folders = readdirSync(catalog, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const has = (name, ...path) => existsSync(join(catalog, name, ...path));
  return folders.map(({ name }) => name).filter((name) => has(name, 'package') && has(name, 'image', 'recipe.conf'));
}

function chosen() {
  const all = vnfsOf(inTop('vnf-catalog')).toSorted();
  const unknown = positionals.filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new Error(`No VNF of the catalogue is named ${unknown.join(' or ')}; there are ${all.join(', ')}.`);
  return positionals.length > 0 ? positionals : all;
}

async function makePackage(name, { key, certificate }, tell) {
  const file = join(resolve(values.out), `${name}.csar`);
  tell(
    (
      await run('node', [inTop('vnf-catalog', 'build.mjs'), name, file, '--key', key, '--certificate', certificate])
    ).trim(),
  );
  tell(`sha256 ${createHash('sha256').update(readFileSync(file)).digest('hex')}`);
  const lint = ['package', 'lint', file, '--trust-store', certificate];
  tell((await run('node', [inTop('dist', 'cli', 'berth.js'), ...lint])).trim().replaceAll('\n', '\n    '));
}

await carryOut(async () => {
  const names = chosen();
  const journey = new Journey();
  await journey.step('Debian packages', async (tell) => {
    if ((await ensureDebianPackages(imagePackages, tell)).length === 0) tell('installed already');
  });
  const signer = await journey.step('npm packages, build, signing key', async (tell) => {
    await ensureInstalled();
    await ensureBuilt();
    return keptVendor(resolve(values.out), vendor, tell);
  });
  for (const name of names) await journey.step(`Package ${name}`, (tell) => makePackage(name, signer, tell));
  console.log(`\nOnboard with: berth package onboard ${join(values.out, `${names[0]}.csar`)}`);
  console.log(`Trusted by a server with: trustStore: ${signer.certificate}`);
});
