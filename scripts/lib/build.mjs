/**
 * `dist/`: built when a source is newer than it.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inTop } from './paths.mjs';
import { run } from './run.mjs';

const changedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** When the newest file below `folder` (or the folder itself, for removals) changed. */
function newestMs(folder) {
  const below = readdirSync(folder, { withFileTypes: true }).map((entry) =>
    entry.isDirectory() ? newestMs(join(folder, entry.name)) : changedMs(join(folder, entry.name)),
  );
  return Math.max(changedMs(folder), ...below);
}

export function isBuilt() {
  const sources = [
    newestMs(inTop('src')),
    ...['package.json', 'tsconfig.json', 'nest-cli.json', '.swcrc'].map((name) => changedMs(inTop(name))),
  ];
  return changedMs(inTop('dist', 'main.js')) >= Math.max(...sources);
}

/** True when it had to build. */
export async function ensureBuilt() {
  if (isBuilt()) return false;
  await run('nest', ['build']);
  return true;
}
