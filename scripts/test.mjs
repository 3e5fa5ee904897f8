/**
 * `npm test`: installs what it needs, builds, then runs every suite. Where a suite cannot run, it says so in one line
 * with the reason. The last line counts: `N passed, N failed, N skipped`. BERTH_TEST_ONLY=unit,suites,real selects.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { carryOut } from './lib/main.mjs';
import { prepareRealHost } from './lib/real-host.mjs';
import { tryRun } from './lib/run.mjs';
import { addResults, closingLine, noTests, readResults } from './lib/test-results.mjs';
import { seconds } from './lib/time.mjs';

const projects = { unit: ['--maxWorkers=2'], suites: ['--maxWorkers=2'], real: ['--runInBand'] };

function selected() {
  const only = process.env['BERTH_TEST_ONLY'];
  const names = only ? only.split(',') : Object.keys(projects);
  const unknown = names.filter((name) => !(name in projects));
  if (unknown.length === 0) return names;
  throw new Error(`BERTH_TEST_ONLY names ${unknown.join(', ')}; there are ${Object.keys(projects).join(', ')}`);
}

async function step(what, work) {
  const from = performance.now();
  const did = await work();
  if (did !== false) console.log(`${what}: ${seconds(performance.now() - from)}`);
}

const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/** Results go to a file outside the tree, so that a test run changes nothing that git sees. */
async function runProject(name, folder) {
  const from = performance.now();
  const outputFile = join(folder, `${name}.json`);
  const args = ['--selectProjects', name, '--passWithNoTests', '--json', '--outputFile', outputFile, ...projects[name]];
  console.log(`\n== ${name}`);
  const { code, output } = await tryRun('node', [...jest, ...args], {
    show: 'stderr',
    env: { PLACEMENT_RUNS: '300' },
  });
  console.log(`== ${name}: ${seconds(performance.now() - from)}`);
  try {
    const results = readResults(outputFile);
    return code !== 0 && results.failed === 0 ? { ...results, failed: 1 } : results;
  } catch (error) {
    console.log(`Jest left no results for ${name} (${error.message}):\n${output}`);
    return { ...noTests, failed: 1 };
  }
}

async function main() {
  const names = selected();
  await step('npm packages', ensureInstalled);
  if (names.some((name) => name !== 'unit')) {
    await step('build', ensureBuilt);
    await step('host for the real suites', prepareRealHost);
  }
  const folder = mkdtempSync(join(tmpdir(), 'berth-test-'));
  let total = noTests;
  try {
    for (const name of names) total = addResults(total, await runProject(name, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log('');
  for (const { file, tests, reason } of total.skippedSuites) console.log(`skipped ${tests} in ${file}: ${reason}`);
  console.log(closingLine(total));
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
}

await carryOut(main);
