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

function section(one: RefusalCase): string {
  const { summary, hosts, nearestMisses, relaxations } = explained(one);
  const reasons = hosts.flatMap((verdict) => verdict.reasons.map((reason) => `- ${verdict.hostId}: ${reason}`));
  return [
    `### ${one.title}`,
    one.situation,
    `> ${summary}`,
    reasons.join('\n'),
    `Nearest: ${nearestMisses.map((text) => `\`${text}\``).join(', ')}`,
    relaxations.length === 0 ? 'No small change would fit.' : `It ${relaxations.join('; it ')}.`,
  ].join('\n\n');
}

const written = (): string => {
  const text = readFileSync(page, 'utf8');
  const mark = '<!-- refusals: generated -->\n';
  const head = text.slice(0, text.indexOf(mark) + mark.length);
  return `${head}\n${refusals.map(section).join('\n\n')}\n`;
};

describe('a refusal', () => {
  it.each(refusals.map((one) => [one.title, one] as const))('says why: %s', (_title, one) => {
    const explanation = explained(one);
    expect(explanation.decision).toBe('refused');
    expect(lastStage(explanation)).toBe(one.refusedBy);
    expect(explanation.hosts.every((verdict) => !verdict.fits && verdict.reasons.length > 0)).toBe(true);
  });

  it('is shown for every constraint that has no test of its own', () => {
    const shown = new Set(refusals.map((one) => one.refusedBy));
    expect(constraintNames.filter((name) => !shown.has(name))).toEqual(['oversubscription', 'chosen-hosts']);
  });

  it(`reads as ${page} says`, () => {
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, written());
    expect(readFileSync(page, 'utf8')).toBe(written());
  });
});
