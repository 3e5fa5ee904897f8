/**
 * What promtool says of the rules, and that the cases notice a rule that is not as it was.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { caseFile, withFailedScrapes } from './failed-scrape.js';
import { casesFolder, readRuleTexts, rulesFolder, rulesOf } from './rule-files.js';

const isHere = spawnSync('promtool', ['--version']).status === 0;
const title = `promtool${isHere ? '' : ' [skipped: no promtool here (Debian package prometheus)]'}`;

const promtool = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name));

(isHere ? describe : describe.skip)(title, () => {
  /** A copy of rules and cases, laid out as in the tree. */
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'berth-rules-'));
  });
  afterAll(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  /** What the cases of one file say once its rules were changed. */
  function changed(file: string, from: string, to: string) {
    const [rules, cases] = [join(copy, 'charts/berth/rules'), join(copy, 'test/rules/promtool')];
    cpSync(rulesFolder, rules, { recursive: true });
    cpSync(casesFolder, cases, { recursive: true });
    const before = readFileSync(join(rules, file), 'utf8');
    expect(before.split(from)).toHaveLength(2);
    writeFileSync(join(rules, file), before.replace(from, to));
    return promtool('test', 'rules', join(cases, file));
  }

  test('accepts every rule', () => {
    expect(promtool('check', 'rules', ...filesIn(rulesFolder))).toMatchObject({ status: 0 });
  });

  test('sees every alert fire in its case, and not fire in the other', () => {
    const { status, said } = promtool('test', 'rules', ...filesIn(casesFolder));
    expect(said).not.toContain('FAILED');
    expect(status).toBe(0);
  });

  test('goes on firing when one scrape fails, and would not if it were not kept', () => {
    const { rules, cases } = readRuleTexts();
    const { alerts } = rulesOf(rules);
    const tests = withFailedScrapes(cases, alerts);
    const kept = alerts.filter(({ keep_firing_for: keep }) => keep !== undefined);
    expect(new Set(tests.map(({ name = '' }) => name.split(' ')[0])).size).toBe(kept.length);
    const file = join(copy, 'failed-scrapes.yaml');
    writeFileSync(file, caseFile(filesIn(rulesFolder), tests));
    expect(promtool('test', 'rules', file)).toMatchObject({ status: 0 });

    const notKept = join(copy, 'not-kept');
    mkdirSync(notKept);
    for (const [name, text] of rules)
      writeFileSync(join(notKept, `${name}.yaml`), text.replaceAll(/^ +keep_firing_for: .*\n/gm, ''));
    writeFileSync(file, caseFile(filesIn(notKept), tests));
    const { said } = promtool('test', 'rules', file);
    const ended = kept
      .filter(
        ({ alert }) => new RegExp(`\\b${alert} fires, and a scrape`).test(said) || said.includes(`\\"${alert}\\"`),
      )
      .map(({ alert }) => alert);
    expect(ended).toEqual(kept.map(({ alert }) => alert));
  });

  test.each([
    ['a wrong metric name', 'vnfcs.yaml', 'berth_vnfc_hypervisor_answers ==', 'berth_vnfc_hypervisor_answer =='],
    [
      'a threshold that is turned around',
      'berth.yaml',
      'berth_data_directory_below_reserve == 1',
      'berth_data_directory_below_reserve == 0',
    ],
    [
      'a wrong label in a match',
      'vnfcs.yaml',
      'and on (vnfc_id) berth_vnfc_wanted',
      'and on (vnfcid) berth_vnfc_wanted',
    ],
    ['a wait that is too long', 'hosts.yaml', '    for: 2m', '    for: 2h'],
    ['a label that is missing in a text', 'operations.yaml', '{{ $labels.state }}', '{{ $labels.status }}'],
    ['a severity that is another', 'capacity.yaml', 'severity: critical', 'severity: warning'],
  ])('and %s is noticed', (_what, file, from, to) => {
    const { status, said } = changed(file, from, to);
    expect(status).not.toBe(0);
    expect(said).toContain('FAILED');
  });
});
