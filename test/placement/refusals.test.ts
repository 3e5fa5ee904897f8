import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { constraintNames } from '../../src/placement/constraints/list.js';
import { place } from '../../src/placement/place.js';
import type { Explanation } from '../../src/placement/model.js';
import { refusals, type RefusalCase } from './refusals.js';

const page = 'docs/placement.md';

const explained = ({ hosts, claims = [], request }: RefusalCase): Explanation =>
  place(request, { hosts, claims }).explanation;

const lastStage = ({ funnel }: Explanation): string | undefined =>
  funnel.findLast((stage) => stage.after < stage.before)?.constraint;

const shownHosts = 4;

function section(one: RefusalCase): string {
  const { summary, hosts, nearestMisses, relaxations } = explained(one);
  const refused = hosts.filter((verdict) => !verdict.fits);
  const reasons = refused.flatMap((verdict) => verdict.reasons.map((reason) => `- ${verdict.hostId}: ${reason}`));
  const left = reasons.length - shownHosts;
  return [
    `### ${one.title}`,
    one.situation,
    `> ${summary}`,
    [...reasons.slice(0, shownHosts), ...(left > 0 ? [`- and ${String(left)} more`] : [])].join('\n'),
    nearestMisses.length === 0 ? '' : `Nearest: ${nearestMisses.map((text) => `\`${text}\``).join(', ')}`,
    advice(one, relaxations),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function advice({ refusedBy }: RefusalCase, relaxations: readonly string[]): string {
  if (refusedBy === 'budget') return '';
  return relaxations.length === 0 ? 'No small change would fit.' : `It ${relaxations.join('; it ')}.`;
}

/** Each refusal on a line, linked to all of it. */
function overview(): string {
  const rows = refusals.map((one) => {
    const { decision, nearestMisses, relaxations, summary } = explained(one);
    const anchor = one.title
      .toLowerCase()
      .replaceAll(' ', '-')
      .replace(/[^\w-]/g, '');
    const reads = decision === 'refused' ? (nearestMisses[0] ?? '') : summary;
    return [`[${one.title}](#${anchor})`, reads, decision === 'refused' ? (relaxations[0] ?? 'no small change') : '—'];
  });
  return aligned([['refusal', 'the nearest host says', 'what is offered first'], ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return rows.flatMap((row, at) => (at === 0 ? [line(row), line(rule)] : [line(row)])).join('\n');
}

const written = (): string => {
  const text = readFileSync(page, 'utf8');
  const mark = '<!-- refusals: generated -->\n';
  const head = text.slice(0, text.indexOf(mark) + mark.length);
  return `${head}\n${[overview(), ...refusals.map(section)].join('\n\n')}\n`;
};

describe('a refusal', () => {
  it.each(refusals.map((one) => [one.title, one] as const))('says why: %s', (_title, one) => {
    const explanation = explained(one);
    if (one.refusedBy === 'budget') {
      expect(explanation.decision).toBe('budget-exhausted');
      expect(explanation.summary).toContain('its budget of');
      return;
    }
    expect(explanation.decision).toBe('refused');
    expect(lastStage(explanation)).toBe(one.refusedBy);
    expect(explanation.hosts.every((verdict) => !verdict.fits && verdict.reasons.length > 0)).toBe(true);
  });

  it('is shown for every constraint that has no test of its own', () => {
    const shown = new Set<string>(refusals.map((one) => one.refusedBy));
    expect(constraintNames.filter((name) => !shown.has(name))).toEqual(['oversubscription', 'chosen-hosts']);
  });

  it(`reads as ${page} says`, () => {
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, written());
    expect(readFileSync(page, 'utf8')).toBe(written());
  });
});
