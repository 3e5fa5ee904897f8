/**
 * Questions of somebody who was woken up, and the way to each answer: from the first dashboard through a panel or the head to
 * the panels that answer (docs/dashboards/README.md).
 */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { urlsIn } from './model.ts';
import { dashboards, panelsOf } from './reading.ts';

const start = 'berth-fleet';

interface Way {
  readonly question: string;
  /** Panel of the first dashboard that is clicked; `head`: a link of its head. */
  readonly through: string;
  readonly to: string;
  /** Panels there that answer. */
  readonly answers: readonly string[];
}

const ways: readonly Way[] = [
  {
    question: 'Which VNFs lose service?',
    through: 'Which VNFs lose service',
    to: 'berth-vnf',
    answers: ['Its VNFCs', 'Whether it runs', 'Whether it is ready'],
  },
  {
    question: 'What changed?',
    through: 'What changed',
    to: 'berth-operations',
    answers: ['Operations that ended', 'Operations that failed', 'Open operations'],
  },
  {
    question: 'May I reboot this host now?',
    through: 'Hosts',
    to: 'berth-host',
    answers: ['VNFs that would be gone', 'Operations under way', 'What a reboot takes down', 'Commands'],
  },
  {
    question: 'Is there room to heal?',
    through: 'How many more fit',
    to: 'berth-placement',
    answers: ['What ends it', 'What is stranded', 'Refusals by constraint'],
  },
  {
    question: 'Is this VF mine and in order?',
    through: 'Cell map',
    to: 'berth-host',
    answers: ['Functions by card, network and state', 'Claims', 'What nobody owns'],
  },
  {
    question: 'Is the memory where it was planned?',
    through: 'head',
    to: 'berth-vnf',
    answers: ['Is the memory where it was planned', 'vCPUs that may run elsewhere'],
  },
  {
    question: 'Which command undoes it?',
    through: 'Operations to decide on',
    to: 'berth-operations',
    answers: ['Open operations', 'Which command undoes it'],
  },
];

const byUid = (uid: string): Dashboard => {
  const found = dashboards.find((each) => each.uid === uid);
  if (!found) throw new Error(`there is no dashboard ${uid}`);
  return found;
};

const panelOf = (uid: string, title: string): Panel | undefined =>
  panelsOf(byUid(uid)).find((panel) => panel.title === title);

const leadsTo = (value: unknown, uid: string): boolean =>
  urlsIn(value).some((url) => url === `/d/${uid}` || url.startsWith(`/d/${uid}?`));

const page = readFileSync('docs/dashboards/README.md', 'utf8');

describe('Two clicks answer', () => {
  test.each(ways.map((way) => [way.question, way] as const))('%s', (question, { through, to, answers }) => {
    const clicked = through === 'head' ? byUid(start).links : panelOf(start, through);
    expect([through, leadsTo(clicked, to)]).toEqual([through, true]);
    expect(answers.filter((title) => panelOf(to, title) === undefined)).toEqual([]);
    expect(page).toContain(`| ${question}`);
  });
});
