/**
 * What guests say of themselves (docs/vnf-guest-contract.md), each number under its own name. Names come from outside;
 * they are read within bounds (workflow/guest-status.ts), and here every VNFC has the same share of the page: no guest
 * can take a name of Berth's, nor the room of another. What a guest says no more is forgotten with its name.
 */
import type { VnfcId } from '../shared/ids.js';
import type { FleetView, GuestStatus } from '../workflow/fleet-view.js';
import { catalogue, guestLabels, guestPrefix, type MetricSpec } from './catalogue.js';
import type { Instruments } from './instruments.js';
import type { KnownVnfc, VnfcLabels } from './vnfc-metrics.js';

/** Series of all guests together, divided among them; a guest of a very large fleet keeps the least. */
const mostSeries = 50_000;
const leastShare = 20;

type GuestSpec = MetricSpec & { readonly type: 'gauge' | 'counter' };

interface GuestSample {
  readonly labels: VnfcLabels & Readonly<Record<string, string>>;
  readonly value: number;
}

interface Said {
  readonly labels: VnfcLabels;
  readonly status: GuestStatus;
}

export class GuestMetrics {
  private shown: ReadonlyMap<string, GuestSpec> = new Map();

  constructor(private readonly to: Instruments) {}

  show(known: ReadonlyMap<VnfcId, KnownVnfc>, fleet: FleetView): void {
    const all = [...known.values()].flatMap(({ labels, vnfc }): Said[] => {
      const status = fleet.domain(vnfc.id)?.guestStatus;
      return status === undefined ? [] : [{ labels, status }];
    });
    const share = Math.max(leastShare, Math.floor(mostSeries / Math.max(1, all.length)));
    const specs = new Map<string, GuestSpec>();
    const samples = new Map<string, GuestSample[]>();
    const refused = all.map(({ labels, status }) => {
      const numbers = numbersOf(status);
      const own = { ...labels, role: status.role ?? '' };
      for (const { spec, more, value } of numbers.slice(0, share)) {
        specs.set(spec.name, spec);
        const sample = { labels: more === undefined ? own : { ...own, ...more }, value };
        const list = samples.get(spec.name);
        if (list === undefined) samples.set(spec.name, [sample]);
        else list.push(sample);
      }
      return { labels, value: status.refused + Math.max(0, numbers.length - share) };
    });
    this.to.replace(catalogue.vnfcRefusedNumbers, refused);
    this.replaceAll(specs, samples);
  }

  private replaceAll(specs: ReadonlyMap<string, GuestSpec>, samples: ReadonlyMap<string, readonly GuestSample[]>) {
    for (const spec of this.shown.values()) if (!specs.has(spec.name)) this.to.unregister(spec);
    for (const spec of specs.values()) {
      this.to.register(spec);
      this.to.replace(spec, samples.get(spec.name) ?? []);
    }
    this.shown = specs;
  }
}

interface GuestNumber {
  readonly spec: GuestSpec;
  readonly more?: Readonly<Record<string, string>>;
  readonly value: number;
}

const numbersOf = ({ counters, gauges, labelled = [] }: GuestStatus): readonly GuestNumber[] => [
  ...Object.entries(counters).map(([name, value]) => ({ spec: specOf('counter', name), value })),
  ...Object.entries(gauges).map(([name, value]) => ({ spec: specOf('gauge', name), value })),
  ...labelled.map(({ label, of, name, value, momentary }) => ({
    spec: labelledSpec(momentary === true ? 'gauge' : 'counter', label, name),
    more: { [label]: of },
    value,
  })),
];

const specOf = (type: GuestSpec['type'], name: string): GuestSpec => ({
  type,
  name: `${guestPrefix}${name}${type === 'counter' ? '_total' : ''}`,
  help: `Reported by guests as ${name}.`,
  labels: guestLabels,
});

/** No number without a label has a name that begins so (workflow/guest-status.ts). */
const labelledSpec = (type: GuestSpec['type'], label: string, name: string): GuestSpec => ({
  type,
  name: `${guestPrefix}per_${label}_${name}${type === 'counter' ? '_total' : ''}`,
  help: `Reported by guests as ${name} of each ${label}.`,
  labels: [...guestLabels, label],
});
