/**
 * npm packages: `npm ci` when node_modules is missing or older than the lock. Runs on any Node from 20 on, before
 * anything is installed.
 */
import { statSync } from 'node:fs';
import { inTop } from './paths.mjs';
import { run } from './run.mjs';

const changedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** npm writes node_modules/.package-lock.json last, so its time says when the install was whole. */
export const isInstalled = () =>
  changedMs(inTop('node_modules', '.package-lock.json')) >= changedMs(inTop('package-lock.json')) &&
  changedMs(inTop('node_modules', '.bin', 'node')) > 0;

/** True when it had to install. */
export async function ensureInstalled() {
  if (isInstalled()) return false;
  console.log('Installing npm packages (npm ci): node_modules is missing or older than package-lock.json');
  await run('npm', ['ci'], { show: true });
  return true;
}
