/**
 * What Jest's `--json` files say, added up over several runs.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { top } from './paths.mjs';

export const noTests = { passed: 0, failed: 0, skipped: 0, skippedSuites: [] };

const isSkipped = (test) => test.status === 'pending' || test.status === 'todo' || test.status === 'disabled';

/**
 * A suite says why it cannot run in a title: `… [skipped: no QEMU here]`, `is skipped: no QEMU here`, or by a skipped test of
 * its own beside the others, whose title is the reason.
 */
function reasonOf(tests) {
  const titles = tests.flatMap((test) => [...test.ancestorTitles, test.title]);
  const said = titles.map((title) => /\[skipped: ([^\]]+)\]|^is skipped: (.+)/.exec(title)).filter(Boolean);
  const reasons = new Set(said.map((match) => match[1] ?? match[2]));
  if (reasons.size > 0) return [...reasons].join('; ');
  return tests.find((test) => test.ancestorTitles.length === 0)?.title ?? 'it does not say why';
}

function skippedSuites(report) {
  return report.testResults
    .map((file) => ({ file: relative(top, file.name), skipped: file.assertionResults.filter(isSkipped) }))
    .filter(({ skipped }) => skipped.length > 0)
    .map(({ file, skipped }) => ({ file, tests: skipped.length, reason: reasonOf(skipped) }));
}

/** A suite that could not even be loaded counts as one failure. */
export function readResults(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    skippedSuites: skippedSuites(report),
  };
}

export const addResults = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  skippedSuites: [...a.skippedSuites, ...b.skippedSuites],
});

export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;
