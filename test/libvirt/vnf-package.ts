/**
 * A VNF package of the catalogue with its real images, built or taken from the cache of the image builder; or what is missing
 * here to run it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingHypervisor } from './environment.js';
import { missingPages } from './hugepages.js';

export interface VnfPackageFile {
  readonly missing: string | undefined;
  readonly file: string;
  remove(): void;
}

export const routerPackage = (): VnfPackageFile => vnfPackage('router');

export function vnfPackage(name: string): VnfPackageFile {
  const missing = missingHypervisor() ?? missingPages();
  return missing === undefined ? builtPackage(name) : { missing, file: '', remove: () => undefined };
}

/** For hosts elsewhere: nothing of this machine but its image builder decides. */
export function builtPackage(name: string): VnfPackageFile {
  const folder = mkdtempSync(join(tmpdir(), 'berth-package-'));
  const file = join(folder, `${name}.csar`);
  const built = spawnSync(process.execPath, ['vnf-catalog/build.mjs', name, file], { encoding: 'utf8' });
  const why = built.stderr.trim().split('\n').at(-1) ?? '';
  const missing = built.status === 0 ? undefined : `the ${name} package cannot be built here (${why})`;
  return { missing, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
