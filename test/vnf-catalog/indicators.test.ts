/**
 * The counters and gauges of each VNF, from its `indicators.json` and that of the catalogue: all of them come to Prometheus
 * with the labels of their VNFC, and the table in the VNF's README is made from them. That a real guest has exactly
 * these, the self-tests of the images show.
 */
import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { guestLabels } from '../../src/telemetry/catalogue.js';
import { GuestMetrics } from '../../src/telemetry/guest-metrics.js';
import { Instruments } from '../../src/telemetry/instruments.js';
import { knownVnfcs } from '../../src/telemetry/known-vnfcs.js';
import { inTurns } from '../../src/telemetry/steps.js';
import type { FleetView } from '../../src/workflow/hosts/fleet-view.js';
import { readGuestStatus } from '../../src/workflow/guests/guest-status.js';
import {
  checkIndicators,
  idOf,
  indicatorsOf,
  type Indicator,
  type Status,
} from '../../vnf-catalog/selftest/indicators.mjs';
import { instance } from '../builders/instance.js';
import { firstVnfc, instantiated } from '../builders/vnfc.js';
import { expectDocPart } from '../generated-doc.js';
import { systemClock } from '../../src/system.js';

const vnfs = readdirSync('vnf-catalog').filter((name) => existsSync(`vnf-catalog/${name}/indicators.json`));
const kinds = ['counter', 'gauge', 'labelled counter', 'labelled gauge'];
const some = 'some';

/** A status with all of them, each with its place in the list as its value. */
function statusOf(all: readonly Indicator[]): Status {
  const plain = (kind: Indicator['kind']) =>
    Object.fromEntries(all.flatMap((each, at) => (each.kind === kind ? [[each.name, at + 1] as const] : [])));
  const labelled = (kind: Indicator['kind']) => {
    const labels = new Set(all.filter((each) => each.kind === kind).map(({ label = '' }) => label));
    return Object.fromEntries([...labels].map((label) => [label, { [some]: numbers(kind, label) }]));
  };
  const numbers = (kind: Indicator['kind'], label: string) =>
    Object.fromEntries(
      all.flatMap((each, at) => (each.kind === kind && each.label === label ? [[each.name, at + 1] as const] : [])),
    );
  const { uptimeSeconds = -1, ...gauges } = plain('gauge');
  return {
    uptimeSeconds,
    counters: plain('counter'),
    gauges,
    labelled: labelled('labelled counter'),
    labelledGauges: labelled('labelled gauge'),
  };
}

/** Lines of the page of Prometheus, by the number that they show. */
async function shown(vnf: string): Promise<ReadonlyMap<number, string>> {
  const said = { ready: true, reason: '', role: vnf, ...statusOf(indicatorsOf(vnf)) };
  const guestStatus = readGuestStatus(JSON.stringify(said), 0);
  const to = new Instruments(systemClock);
  const fleet = { domain: ({ id }) => (id === firstVnfc ? { guestStatus } : undefined) } as Pick<FleetView, 'domain'>;
  await inTurns(
    new GuestMetrics(to).show(knownVnfcs([instance({ instantiated: instantiated() })]), fleet),
    systemClock,
  );
  const page = Buffer.from(await to.page()).toString();
  const lines = page.split('\n').filter((line) => line.startsWith('berth_vnf_'));
  return new Map(lines.map((line) => [Number(line.slice(line.lastIndexOf(' '))), line]));
}

const prometheusName = (line = '') => line.slice(0, line.indexOf('{'));

describe.each(vnfs)('The counters and gauges of the %s', (vnf) => {
  const all = indicatorsOf(vnf);

  test('are listed once each, with a kind, a unit and a sentence', () => {
    const ids = all.map(idOf);
    expect(ids).toEqual([...new Set(ids)]);
    for (const each of all) {
      expect(kinds).toContain(each.kind);
      expect(each.label === undefined).toBe(!each.kind.startsWith('labelled'));
      expect(each.unit).not.toBe('');
      expect(each.meaning).toMatch(/^\S.*\.$/);
    }
  });

  test('all come to Prometheus, with the labels of the VNFC', async () => {
    const lines = await shown(vnf);
    expect(lines.size).toBe(all.length);
    for (const [at, { label, name }] of all.entries()) {
      const line = lines.get(at + 1);
      expect(`${name}: ${String(line)}`).toContain('berth_vnf_');
      for (const key of guestLabels) expect(line).toMatch(new RegExp(`[{,]${key}="[^"]+"`));
      expect(line).toContain(`role="${vnf}"`);
      if (label !== undefined) expect(line).toContain(`${label}="${some}"`);
    }
  });

  test('are what a status is held to, both ways', () => {
    const status = statusOf(all);
    expect(checkIndicators(vnf, status)).toEqual([]);
    const more = { ...status, gauges: { ...status.gauges, unheard_of: 1 } };
    expect(() => checkIndicators(vnf, more)).toThrow('does not list');
    const { memory_available_bytes: _left, ...gauges } = status.gauges;
    expect(() => checkIndicators(vnf, { ...status, gauges })).toThrow('lacks');
  });

  test('are the table in its README', async () => {
    const lines = await shown(vnf);
    const rows = all.map(({ kind, label, name, unit, meaning, when }, at) => {
      const metric = prometheusName(lines.get(at + 1));
      const [said, of] = label === undefined ? [kind, ''] : [kind.replace('labelled ', ''), ` of each \`${label}\``];
      return `| \`${name}\` | ${said}${of} | ${unit} | \`${metric}\` | ${meaning}${when ? ` Only when ${when}.` : ''} |`;
    });
    const head = '| in the status | kind | unit | in Prometheus | meaning |\n| --- | --- | --- | --- | --- |';
    await expectDocPart(`vnf-catalog/${vnf}/README.md`, 'indicators', `${head}\n${rows.join('\n')}\n`);
  });
});
