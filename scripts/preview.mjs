/**
 * `npm run preview [-- --help]`: pictures of the dashboards and of Berth's pages (preview/README.md). Installs what only
 * this needs: the packages of preview/, which `npm ci` of the product leaves out, and Debian packages.
 */
import { ensureBuilt } from './lib/build.mjs';
import { ensureDebianPackages } from './lib/debian.mjs';
import { ensureInstalled, ensureInstalledIn } from './lib/install.mjs';
import { carryOut } from './lib/main.mjs';
import { run, tryRun } from './lib/run.mjs';

const wanted = {
  chromium: 'draws the pictures',
  'fonts-inter': 'the typeface of Grafana',
  pngquant: 'makes pictures small',
  prometheus: 'scrapes the Berth that is shown',
};

async function main() {
  await ensureInstalled();
  await ensureDebianPackages(wanted);
  await ensureInstalledIn('preview');
  await run('tsc', ['-p', 'preview/tsconfig.json'], { show: true });
  await ensureBuilt();
  const { code } = await tryRun('node', ['preview/run.mjs', ...process.argv.slice(2)], { show: true });
  process.exitCode = code;
}

await carryOut(main);
