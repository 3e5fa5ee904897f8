/** The router's VNF package with its real images, built or taken from the cache of the image builder. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type RouterPackage =
  | { readonly file: string; readonly folder: string; readonly missing?: undefined }
  | { readonly missing: string; readonly folder: string };

export function routerPackage(): RouterPackage {
  const folder = mkdtempSync(join(tmpdir(), 'berth-package-'));
  const file = join(folder, 'router.csar');
  const built = spawnSync(process.execPath, ['vnf-catalog/build.mjs', 'router', file], { encoding: 'utf8' });
  if (built.status === 0) return { file, folder };
  const [why = 'no package came'] = built.stderr.trim().split('\n').slice(-1);
  return { missing: `the router package cannot be built here (${why})`, folder };
}
