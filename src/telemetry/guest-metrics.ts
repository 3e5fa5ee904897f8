/**
 * What guests say of themselves (docs/vnf-guest-contract.md), each number under its own name. Names come from outside,
 * so they are checked and bounded: a guest cannot take a name of Berth's, nor flood the page.
 */
import type { VnfcId } from '../shared/ids.js';
import type { FleetView } from '../workflow/fleet-view.js';
import { guestLabels, guestPrefix, type MetricSpec } from './catalogue.js';
import type { Instruments } from './instruments.js';
import type { KnownVnfc, VnfcLabels } from './vnfc-metrics.js';

/** Different names over the life of the process. */
const MAX_NAMES = 300;
const nameForm = /^[a-z][a-z0-9_]{0,80}$/;

type GuestSpec = MetricSpec & { readonly type: 'gauge' | 'counter'; readonly labels: typeof guestLabels };

interface GuestSample {
  readonly labels: VnfcLabels;
  readonly value: number;
}

export class GuestMetrics {
  private readonly specs = new Map<string, GuestSpec>();

  constructor(private readonly to: Instruments) {}

  show(known: ReadonlyMap<VnfcId, KnownVnfc>, fleet: FleetView): void {
    const samples = new Map<GuestSpec, GuestSample[]>([...this.specs.values()].map((spec) => [spec, []]));
    const add = (type: GuestSpec['type'], name: string, labels: VnfcLabels, value: number): void => {
      const spec = this.specOf(type, name);
      if (spec === undefined || (type === 'counter' && value < 0)) return;
      const list = samples.get(spec);
      if (list === undefined) samples.set(spec, [{ labels, value }]);
      else list.push({ labels, value });
    };
    for (const { labels, vnfc } of known.values()) {
      const status = fleet.domain(vnfc.id)?.guestStatus;
      for (const [name, value] of Object.entries(status?.counters ?? {})) add('counter', name, labels, value);
      for (const [name, value] of Object.entries(status?.gauges ?? {})) add('gauge', name, labels, value);
    }
    for (const [spec, list] of samples) this.to.replace(spec, list);
  }

  /** The metric of a guest's name; undefined when the name will not do, or there are too many. */
  private specOf(type: GuestSpec['type'], said: string): GuestSpec | undefined {
    const bare = said.replace(/_total$/, '');
    if (!nameForm.test(bare)) return undefined;
    const name = `${guestPrefix}${bare}${type === 'counter' ? '_total' : ''}`;
    const known = this.specs.get(name);
    if (known !== undefined || this.specs.size >= MAX_NAMES) return known;
    const spec: GuestSpec = { type, name, help: `Reported by guests as ${bare}.`, labels: guestLabels };
    this.to.register(spec);
    this.specs.set(name, spec);
    return spec;
  }
}
