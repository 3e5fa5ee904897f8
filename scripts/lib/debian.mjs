/**
 * Debian packages that a command needs: says which and why, installs them as root, explains plainly without.
 */
import { run, tryRun } from './run.mjs';

const isRoot = () => process.getuid?.() === 0;

/** Which of these package names are not installed. */
export async function missingPackages(names) {
  const { stdout } = await tryRun('dpkg-query', [
    '--show',
    '--showformat',
    '${Package} ${db:Status-Abbrev}\n',
    ...names,
  ]);
  const installed = new Set();
  for (const line of stdout.split('\n')) {
    const [name, status] = line.split(' ');
    if (status?.startsWith('ii')) installed.add(name);
  }
  return names.filter((name) => !installed.has(name));
}

/** What to tell somebody who may not install packages. */
export class PackagesMissing extends Error {
  constructor(wanted, missing) {
    const list = missing.map((name) => `  ${name}: ${wanted[name]}`).join('\n');
    super(
      `These Debian packages are missing, and installing them needs root:\n${list}\n` +
        `Run as root: apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
    this.name = 'PackagesMissing';
    this.missing = missing;
  }
}

const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
const install = (names) => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet);

/**
 * `wanted` maps each name to the reason for it. Resolves to the names that had to be installed; throws PackagesMissing
 * without root.
 */
export async function ensureDebianPackages(wanted, say = console.log) {
  const missing = await missingPackages(Object.keys(wanted));
  if (missing.length === 0) return [];
  if (!isRoot()) throw new PackagesMissing(wanted, missing);
  say('Installing Debian packages:');
  for (const name of missing) say(`  ${name}: ${wanted[name]}`);
  await run('apt-get', ['update', '-qq'], quiet);
  await install(missing);
  return missing;
}
