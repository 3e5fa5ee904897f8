/**
 * The folder of a running lab. It is marked as one, so that only what a lab has made is removed with it, whatever
 * `BERTH_LAB_DIR` says.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from './names-in.js';

const mark = '.berth-lab';

export async function makeRunFolder(run: string): Promise<void> {
  await refuseForeign(run);
  await mkdir(run, { recursive: true, mode: 0o700 });
  await writeFile(join(run, mark), '');
}

/** Throws where something else than a lab has made it. */
export async function removeRunFolder(run: string): Promise<void> {
  await refuseForeign(run);
  await rm(run, { recursive: true, force: true });
}

/** One that is empty was made by a lab that was killed before it marked it, or by nobody who would miss it. */
async function refuseForeign(run: string): Promise<void> {
  const names = await namesIn(run);
  if (names.length === 0 || names.includes(mark)) return;
  throw new Error(
    `${run} is not the folder of a lab (it has no ${mark}): set BERTH_LAB_DIR to another folder, or remove ${run} yourself.`,
  );
}
