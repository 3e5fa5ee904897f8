// A CSAR by `berth package build`: manifest, digests and signature are its work, and it refuses what Berth would refuse.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ensureBuilt } from '../../scripts/lib/build.mjs';
import { inTop } from '../../scripts/lib/paths.mjs';
import { tryRun } from '../../scripts/lib/run.mjs';
import { writeFiles } from './package.mjs';

// SOURCE_DATE_EPOCH dates the release, as it dates the image (reproducible-builds.org).
const env = { SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? '1735689600' };

// What berth says of it; `signer` is undefined or { key, certificate }, PEM files.
export async function pack(name, entries, out, signer) {
  await ensureBuilt();
  const work = mkdtempSync(join(tmpdir(), 'berth-package.'));
  try {
    const folder = join(work, name);
    writeFiles(entries, folder);
    mkdirSync(dirname(resolve(out)), { recursive: true });
    const signing = signer ? ['--key', resolve(signer.key), '--certificate', resolve(signer.certificate)] : [];
    const args = ['package', 'build', folder, '--out', resolve(out), ...signing];
    const { code, output } = await tryRun('node', [inTop('dist', 'cli', 'berth.js'), ...args], { env });
    if (code !== 0) throw new Error(`berth does not build ${out}:\n${output}`);
    return output.trim();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
