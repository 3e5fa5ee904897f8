/** The image of a VNF of the catalogue, built or taken from its cache. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type GuestImage =
  | { readonly file: string; readonly folder: string; readonly missing?: undefined }
  | { readonly missing: string; readonly folder: string };

export function guestImage(vnf: string): GuestImage {
  const folder = mkdtempSync(join(tmpdir(), `berth-${vnf}-`));
  const built = spawnSync(`vnf-catalog/${vnf}/image/build.sh`, [folder], { encoding: 'utf8' });
  const name = readdirSync(folder).find((file) => file.endsWith('.qcow2'));
  if (built.status === 0 && name !== undefined) return { file: join(folder, name), folder };
  const [why = 'no image came'] = built.stderr.trim().split('\n').slice(-1);
  return { missing: `the image of the ${vnf} cannot be built here (${why})`, folder };
}
