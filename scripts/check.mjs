/**
 * `npm run check`: everything that says within minutes whether a change may go on. Two at a time, since that is
 * what a small machine has; the longest first. Prints a line per check, and what a failed one had to say.
 */
import { availableParallelism } from 'node:os';
import { ensureInstalled } from './lib/install.mjs';
import { tryRun } from './lib/run.mjs';
import { seconds } from './lib/time.mjs';

const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const cache = 'node_modules/.cache/berth';

const checks = [
  { name: 'unit tests', command: 'node', args: [...jest, '--selectProjects', 'unit', '--silent', '--maxWorkers=2'] },
  { name: 'lint', command: 'eslint', args: ['.', '--max-warnings=0'] },
  { name: 'types', command: 'tsc', args: ['--noEmit', '--incremental', '--tsBuildInfoFile', `${cache}/tsc.json`] },
  { name: 'format', command: 'prettier', args: ['--check', '.', '--cache', '--cache-location', `${cache}/prettier`] },
  { name: 'dead code', command: 'knip', args: ['--no-progress'] },
  { name: 'boundaries', command: 'depcruise', args: ['src', 'test'] },
];

async function carryOut(check) {
  const from = performance.now();
  const result = await tryRun(check.command, check.args, { env: { NO_COLOR: '1' } });
  const mark = result.code === 0 ? '✓' : '✗';
  console.log(`${mark} ${check.name.padEnd(12)} ${seconds(performance.now() - from)}`);
  if (result.code !== 0) console.log(`\n${result.output.trim()}\n`);
  return result.code === 0;
}

/** Takes the next check as soon as a place is free. */
async function carryOutAll(list, places) {
  const waiting = [...list];
  const results = [];
  const place = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) results.push(await carryOut(check));
  };
  await Promise.all(Array.from({ length: places }, place));
  return results;
}

const from = performance.now();
await ensureInstalled();
const results = await carryOutAll(checks, Math.max(2, Math.min(4, availableParallelism())));
const failed = results.filter((ok) => !ok).length;
console.log(
  `${failed === 0 ? 'All' : `${failed} of ${results.length}`} checks ${failed === 0 ? 'passed' : 'failed'} in ${seconds(performance.now() - from)}`,
);
process.exitCode = failed === 0 ? 0 : 1;
