/**
 * The router's VNF package with its real images, built or taken from the cache of the image builder; or what is missing
 * here to run it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingHypervisor } from './environment.js';
import { missingPages } from './hugepages.js';

export interface RouterPackage {
  readonly missing: string | undefined;
  readonly file: string;
  remove(): void;
}

export function routerPackage(): RouterPackage {
  const missing = missingHypervisor() ?? missingPages();
  return missing === undefined ? build() : { missing, file: '', remove: () => undefined };
}

function build(): RouterPackage {
  const folder = mkdtempSync(join(tmpdir(), 'berth-package-'));
  const file = join(folder, 'router.csar');
  const built = spawnSync(process.execPath, ['vnf-catalog/build.mjs', 'router', file], { encoding: 'utf8' });
  const why = built.stderr.trim().split('\n').at(-1) ?? '';
  const missing = built.status === 0 ? undefined : `the router package cannot be built here (${why})`;
  return { missing, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
