/**
 * The example for Alertmanager: amtool accepts it, leads each alert where its label says, its inhibitions name alerts that
 * there are, and Alertmanager inhibits what follows from another alert and nothing else.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { until } from '../flow/server.js';
import { startAlertmanager } from './alertmanager-process.js';
import { casesOf, readRuleTexts, rulesOf } from './rule-files.js';

const file = join(import.meta.dirname, '..', '..', 'charts', 'berth', 'alertmanager', 'alertmanager.yaml');
const { alerts } = rulesOf(readRuleTexts().rules);

interface Example {
  readonly inhibit_rules: readonly {
    readonly source_matchers: readonly string[];
    readonly target_matchers: readonly string[];
    readonly equal: readonly string[];
  }[];
}

const isHere = spawnSync('amtool', ['--version']).status === 0;
const title = `amtool${isHere ? '' : ' [skipped: no amtool here (Debian package prometheus-alertmanager)]'}`;

(isHere ? describe : describe.skip)(title, () => {
  const amtool = (...args: readonly string[]) => spawnSync('amtool', args, { encoding: 'utf8' });

  test('accepts the example', () => {
    const { status, stdout } = amtool('check-config', file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('2 receivers') });
  });

  test.each([
    ['BerthDown', 'page', 'pager'],
    ['BerthVnfcDown', 'page', 'pager'],
    ['BerthVnfcDiffers', 'ticket', 'tickets'],
  ])('leads %s (%s) to %s', (alert, notify, receiver) => {
    const { stdout } = amtool(
      'config',
      'routes',
      'test',
      `--config.file=${file}`,
      `alertname=${alert}`,
      `notify=${notify}`,
    );
    expect(stdout.trim()).toBe(receiver);
  });
});

const patterns = (matchers: readonly string[]): readonly RegExp[] =>
  matchers.flatMap((matcher) => {
    const [, pattern] = /^alertname=~?"(.+)"$/.exec(matcher) ?? [];
    return pattern === undefined ? [] : [new RegExp(`^(?:${pattern})$`)];
  });

test('inhibitions name alerts that there are', () => {
  const { inhibit_rules: rules } = parse(readFileSync(file, 'utf8')) as Example;
  for (const { source_matchers: source, target_matchers: target } of rules) {
    for (const pattern of [...patterns(source), ...patterns(target)]) {
      expect([String(pattern), alerts.filter(({ alert }) => pattern.test(alert)).length > 0]).toEqual([
        String(pattern),
        true,
      ]);
    }
  }
  expect(rules.length).toBeGreaterThan(0);
});

/** Labels of an alert as its rule gives them, by a case in which it fires. */
function labelsOf(alertname: string): Readonly<Record<string, string>> {
  const fires = casesOf(readRuleTexts().cases)
    .flatMap(({ alert_rule_test: tests = [] }) => tests)
    .find((one) => one.alertname === alertname && one.exp_alerts.length > 0);
  const [first] = (fires?.exp_alerts ?? []) as readonly { readonly exp_labels?: Readonly<Record<string, string>> }[];
  if (first?.exp_labels === undefined) throw new Error(`${alertname} fires in no case`);
  return { ...first.exp_labels, alertname };
}

type Changed = Readonly<Record<string, string>>;
interface Scene {
  readonly fires: string;
  /** Besides what is fired here, with labels that are others than in its case. */
  readonly silent: readonly (readonly [alert: string, labels: Changed])[];
  readonly heard: readonly (readonly [alert: string, labels: Changed])[];
}

const host = { host: labelsOf('BerthHostUnreachable')['host'] ?? '' };
const vnfc = { vnfc_id: labelsOf('BerthVnfcDown')['vnfc_id'] ?? '' };
const hung = { vnfc_id: labelsOf('BerthVnfcHypervisorHangs')['vnfc_id'] ?? '' };
const missing = { host: labelsOf('BerthHostMissing')['host'] ?? '' };
const { vnfd_id: vnfd = '', flavour = '' } = labelsOf('BerthNoRoomToHeal');

const scenes: readonly Scene[] = [
  {
    fires: 'BerthHostUnreachable',
    silent: [
      ['BerthVnfcDown', host],
      ['BerthVnfcHypervisorHangs', host],
      ['BerthFirewallConntrackFull', host],
      ['BerthRouterBgpNeighborLost', host],
      ['BerthUpfPathFailed', host],
    ],
    heard: [
      ['BerthVnfcDown', { host: 'another' }],
      ['BerthHostPoolFull', host],
      ['BerthOperationStuck', {}],
      // The others of its VNF may be anywhere.
      ['BerthVnfNotOneMaster', {}],
    ],
  },
  {
    fires: 'BerthHostMissing',
    silent: [['BerthHostUnreachable', missing]],
    heard: [['BerthHostUnreachable', { host: 'another' }]],
  },
  {
    fires: 'BerthVnfcDown',
    silent: [
      ['BerthVnfcNotHealthy', vnfc],
      ['BerthVnfcDiffers', vnfc],
      ['BerthUpfAssociationLost', vnfc],
    ],
    heard: [
      ['BerthVnfcNotHealthy', { vnfc_id: 'another' }],
      ['BerthVnfcMemoryElsewhere', vnfc],
    ],
  },
  {
    fires: 'BerthVnfcHypervisorHangs',
    silent: [['BerthVnfcNotHealthy', hung]],
    heard: [['BerthVnfcNotHealthy', { vnfc_id: 'another' }]],
  },
  {
    fires: 'BerthNoRoomToHeal',
    silent: [['BerthCapacityShort', { vnfd_id: vnfd, flavour }]],
    heard: [['BerthCapacityShort', { vnfd_id: vnfd, flavour: 'another' }]],
  },
  {
    fires: 'BerthDown',
    silent: [
      ['BerthVnfcDown', {}],
      ['BerthHostUnreachable', {}],
      ['BerthStoreDown', {}],
    ],
    heard: [],
  },
  {
    fires: 'BerthStoreDown',
    silent: [
      ['BerthStoreTrouble', {}],
      ['BerthOperationsWait', {}],
      ['BerthRequestsFail', {}],
    ],
    heard: [['BerthVnfcDown', {}]],
  },
  {
    fires: 'BerthStoreTrouble',
    silent: [['BerthOperationStuck', {}]],
    heard: [['BerthStoreSlow', {}]],
  },
];

const hasDaemon = spawnSync('prometheus-alertmanager', ['--version']).status === 0;
const running = `Alertmanager${hasDaemon ? '' : ' [skipped: not installed (Debian package prometheus-alertmanager)]'}`;

(hasDaemon ? describe : describe.skip)(running, () => {
  test('inhibits what follows from another alert, and nothing else', async () => {
    // A Berth of its own for each scene, and one more for each alert that is silent in it: alone it is heard.
    const posted = scenes.flatMap(({ fires, silent, heard }, at) => {
      const job = `scene-${String(at)}`;
      const said =
        (isSilent: boolean) =>
        ([alert, labels]: Scene['silent'][number]) => ({
          labels: { ...labelsOf(alert), ...labels, job },
          isSilent,
        });
      return [
        { labels: { ...labelsOf(fires), job }, isSilent: false },
        ...silent.map(said(true)),
        ...heard.map(said(false)),
      ];
    });
    const elsewhere = scenes.flatMap(({ silent }) =>
      silent.map(([alert, labels]) => ({
        labels: { ...labelsOf(alert), ...labels, job: `alone-${alert}` },
        isSilent: false,
      })),
    );
    const all = [...posted, ...elsewhere];
    const words = (labels: Changed) => Object.entries(labels).sort().join(' ');
    const wanted = Object.fromEntries(all.map(({ labels, isSilent }) => [words(labels), isSilent]));
    const alertmanager = await startAlertmanager(file);
    try {
      await alertmanager.post(all.map(({ labels }) => labels));
      const read = async () =>
        Object.fromEntries(
          (await alertmanager.alerts()).map(({ labels, status }) => [words(labels), status.inhibitedBy.length > 0]),
        );
      const same = (found: object) => isDeepStrictEqual(found, wanted);
      const found = await until(read, same, '').catch(read);
      expect(found).toEqual(wanted);
      expect(Object.values(found).filter(Boolean)).toHaveLength(scenes.flatMap(({ silent }) => silent).length);
    } finally {
      await alertmanager.stop();
    }
  });
});
