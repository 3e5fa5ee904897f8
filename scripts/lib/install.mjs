/**
 * npm packages: `npm ci` when node_modules is not what the lock says. Runs on any Node from 20 on, before anything is
 * installed.
 */
import { readFileSync } from 'node:fs';
import { inTop } from './paths.mjs';
import { run, tryRun } from './run.mjs';

function packagesIn(...path) {
  try {
    return JSON.parse(readFileSync(inTop(...path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm notes in node_modules/.package-lock.json what it has installed; packages for other platforms are left out. */
function isInstalled(folder = '.') {
  const installed = packagesIn(folder, 'node_modules', '.package-lock.json');
  if (installed === undefined) return false;
  const wanted = Object.entries(packagesIn(folder, 'package-lock.json') ?? {}).filter(([path]) => path !== '');
  return wanted.every(([path, { version, optional }]) => {
    const found = installed[path]?.version;
    return found === version || (optional === true && found === undefined);
  });
}

const pinnedNode = () => packagesIn('package-lock.json')?.['node_modules/node']?.version;

/** The package `node` is there without the program when scripts were not allowed to run. */
async function hasNode() {
  const { code, stdout } = await tryRun(inTop('node_modules', '.bin', 'node'), ['--version']);
  return code === 0 && stdout.trim() === `v${pinnedNode()}`;
}

/** True when it had to install. */
export async function ensureInstalled() {
  const hasPackages = isInstalled();
  if (hasPackages && (await hasNode())) return false;
  if (!hasPackages) {
    console.log('Installing npm packages (npm ci): node_modules is not what package-lock.json says');
    await run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { show: true });
  }
  // Of all packages only `node` needs its script (it fetches Node for this machine): those of others look for compilers.
  await run('npm', ['rebuild', '--ignore-scripts=false', 'node', '--loglevel=error'], { show: true });
  if (!(await hasNode()))
    throw new Error(`npm did not install Node ${pinnedNode()}: node_modules/.bin/node does not run. ${whatToDo}`);
  return true;
}

const whatToDo =
  'Remove node_modules and run `npm ci --ignore-scripts=false` where npm reaches its registry; nothing else needs a script.';

/** A folder with a lock of its own, none of whose packages needs its script. True when it had to install. */
export async function ensureInstalledIn(folder) {
  if (isInstalled(folder)) return false;
  console.log(`Installing the npm packages of ${folder}/ (npm ci)`);
  await run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { show: true, cwd: inTop(folder) });
  return true;
}
