/**
 * Pictures with a palette: a quarter of the size, and nobody sees it.
 */
import { statSync, writeFileSync } from 'node:fs';
import { run } from '../../scripts/lib/run.mjs';

const mostBytes = 250_000;

/** Writes the picture; answers its size. Fewer colours until it is small enough. */
export async function writePng(file, png) {
  writeFileSync(file, png);
  for (const colours of [128, 64, 32]) {
    const options = ['--force', '--skip-if-larger', '--speed', '1', '--strip', '--output', file, String(colours)];
    writeFileSync(file, png);
    await run('pngquant', [...options, '--', file]);
    if (statSync(file).size <= mostBytes) break;
  }
  return statSync(file).size;
}
