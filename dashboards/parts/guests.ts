/**
 * What guests of one role report of themselves (vnf-catalog: `indicators.json`).
 */
import { hostColumn, vduColumn, vnfColumn, vnfIdColumn } from './columns.ts';
import { anyIsBad, oneIsGood } from './levels.ts';
import { fact, named, perSecond } from './metrics.ts';
import { type AnyPanel, words } from './panels.ts';
import { table } from './table.ts';

const perVnfc = ['host', 'vnf_instance_id', 'vnfc_id', 'vdu'] as const;

export interface Guests {
  /** A gauge; with `label` of each thing of a kind. */
  readonly gauge: (name: string, label?: string) => string;
  /** A gauge as a part of another. */
  readonly share: (part: string, whole: string, label?: string) => string;
  /** A counter, without `_total`, per second. */
  readonly rate: (name: string, label?: string) => string;
  /** How the line of a VNFC is called. */
  readonly line: (what: string) => string;
  /** State, readiness and uptime of each. */
  readonly whether: AnyPanel;
}

/** Lines of one graph. */
const most = 24;

export function guestsOf(role: string): Guests {
  const chosen = { role, vnf_instance_id: '~$vnf' };
  const name = (bare: string, label: string | undefined): `berth_vnf_${string}` =>
    label === undefined ? `berth_vnf_${bare}` : `berth_vnf_per_${label}_${bare}`;
  const by = (label: string | undefined) => (label === undefined ? perVnfc : [...perVnfc, label]);
  const top = (expr: string): string => `topk(${String(most)}, ${named(expr)})`;
  return {
    gauge: (bare, label) => top(fact(name(bare, label), by(label), chosen)),
    share: (part, whole, label) => {
      const of = (bare: string): string => fact(name(bare, label), by(label), chosen);
      return top(`${of(part)} / (${of(whole)} > 0)`);
    },
    rate: (bare, label) => top(perSecond(`${name(bare, label)}_total`, by(label), chosen)),
    line: (what) => `{{name}} on {{host}} ${what}`,
    whether: whether(role),
  };
}

const whether = (role: string): AnyPanel => {
  const chosen = { vnf_instance_id: '~$vnf' };
  const ofRole = `and on (job, vnfc_id) berth_vnf_uptime_seconds{job=~"$job", role="${role}"}`;
  return table({
    title: 'Whether they serve',
    description: 'The VNFCs whose guests report in this role. Click one for its CPUs, memory and interfaces.',
    unit: 'none',
    width: 24,
    height: 6,
    labels: [vnfColumn, vduColumn, hostColumn, vnfIdColumn],
    numbers: [
      {
        title: 'Guest',
        says: words({ 0: ['not ready', 'red'], 1: ['ready', 'green'] }),
        levels: oneIsGood,
        expr: named(`(${fact('berth_vnfc_guest_healthy', perVnfc, chosen)} ${ofRole})`),
      },
      {
        title: 'Up for',
        unit: 's',
        levels: [['blue', null]],
        expr: named(fact('berth_vnf_uptime_seconds', perVnfc, { role, ...chosen })),
      },
      {
        title: 'Refused numbers',
        levels: anyIsBad,
        expr: named(`(${fact('berth_vnfc_guest_refused_numbers', perVnfc, chosen)} ${ofRole})`),
      },
    ],
  });
};
