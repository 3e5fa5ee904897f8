/**
 * What guests say of themselves (docs/vnf-guest-contract.md), each number under its own name. Names come from outside;
 * they are read within bounds (workflow/guests/guest-status.ts), and here every VNFC has the same share of the page: no guest
 * can take a name of Berth's, nor the room of another. A number that a guest no longer reports is removed with its name.
 */
import type { VnfcId } from '../shared/ids.js';
import type { FleetView, GuestStatus } from '../workflow/hosts/fleet-view.js';
import { catalogue, guestLabels, guestPrefix, type MetricSpec } from './catalogue.js';
import type { Instruments } from './instruments.js';
import { Kept } from './kept.js';
import type { KnownVnfc, VnfcLabels } from './known-vnfcs.js';
import type { Steps } from './steps.js';

/** Series of all guests together, divided among them; a guest of a very large fleet keeps the least. */
const mostSeries = 50_000;
const leastShare = 20;

type GuestType = 'gauge' | 'counter';
type GuestSpec = MetricSpec & { readonly type: GuestType };
type Labels = VnfcLabels & Readonly<Record<string, string>>;

interface Said {
  readonly known: KnownVnfc;
  readonly status: GuestStatus;
}

export class GuestMetrics {
  private readonly rows = new Rows();
  private readonly labels = new WeakMap<KnownVnfc, GuestLabels>();

  constructor(private readonly to: Instruments) {}

  *show(known: ReadonlyMap<VnfcId, KnownVnfc>, fleet: Pick<FleetView, 'domain'>): Steps {
    const all = [...known.values()].flatMap((each): readonly Said[] => {
      const status = fleet.domain(each.vnfc)?.guestStatus;
      return status === undefined ? [] : [{ known: each, status }];
    });
    const share = Math.max(leastShare, Math.floor(mostSeries / Math.max(1, all.length)));
    const refused: { readonly labels: VnfcLabels; readonly value: number }[] = [];
    this.rows.clear();
    for (const said of all) {
      const left = this.take(said, share);
      refused.push({ labels: said.known.labels, value: said.status.refused + left });
      yield;
    }
    this.to.replace(catalogue.vnfcRefusedNumbers, refused);
    yield* this.showRows();
  }

  /** How many of its numbers are more than its share. */
  private take({ known, status }: Said, share: number): number {
    const labels = this.labelsOf(known, status.role ?? '');
    const { counters, gauges, labelled = [] } = status;
    let count = 0;
    for (const [type, numbers] of [
      ['counter', counters],
      ['gauge', gauges],
    ] as const)
      for (const [name, value] of Object.entries(numbers)) {
        if (count < share) this.rows.of(type, '', name).add(labels.own, value);
        count += 1;
      }
    for (const { label, of, name, value, momentary } of labelled) {
      if (count < share)
        this.rows.of(momentary === true ? 'gauge' : 'counter', label, name).add(labels.with(label, of), value);
      count += 1;
    }
    return Math.max(0, count - share);
  }

  private labelsOf(known: KnownVnfc, role: string): GuestLabels {
    const before = this.labels.get(known);
    if (before?.own.role === role) return before;
    const made = new GuestLabels({ ...known.labels, role });
    this.labels.set(known, made);
    return made;
  }

  private *showRows(): Steps {
    for (const spec of this.rows.forgetEmpty()) this.to.unregister(spec);
    for (const row of this.rows.all()) {
      this.to.register(row.spec);
      this.to.fill(row.spec, (put) => {
        row.putAll(put);
      });
      yield;
    }
  }
}

/** The labels of a guest's own numbers, and of those of the many things that it counts. */
class GuestLabels {
  private readonly byLabel = new Kept<string, Kept<string, Labels>>();

  constructor(readonly own: Labels & Readonly<Record<'role', string>>) {}

  with(label: string, of: string): Labels {
    return this.byLabel.get(label, () => new Kept()).get(of, () => ({ ...this.own, [label]: of }));
  }
}

/** Samples of one name. */
class Row {
  private labels: Labels[] = [];
  private values: number[] = [];

  constructor(readonly spec: GuestSpec) {}

  isEmpty(): boolean {
    return this.values.length === 0;
  }

  clear(): void {
    [this.labels, this.values] = [[], []];
  }

  add(labels: Labels, value: number): void {
    this.labels.push(labels);
    this.values.push(value);
  }

  putAll(put: (labels: Labels, value: number) => void): void {
    for (const [at, labels] of this.labels.entries()) put(labels, this.values[at] ?? 0);
  }
}

/** Those of the names that guests gave; no two of them are shown by the same name (workflow/guests/guest-status.ts). */
class Rows {
  /** By label, empty for none, then by the name that the guest gave. */
  private readonly rows: Readonly<Record<GuestType, Map<string, Map<string, Row>>>> = {
    counter: new Map(),
    gauge: new Map(),
  };

  of(type: GuestType, label: string, name: string): Row {
    const ofType = this.rows[type];
    let ofLabel = ofType.get(label);
    if (ofLabel === undefined) ofType.set(label, (ofLabel = new Map<string, Row>()));
    let row = ofLabel.get(name);
    if (row === undefined) ofLabel.set(name, (row = new Row(specOf(type, label, name))));
    return row;
  }

  all(): readonly Row[] {
    return Object.values(this.rows).flatMap((ofType) =>
      [...ofType.values()].flatMap((ofLabel) => [...ofLabel.values()]),
    );
  }

  clear(): void {
    for (const row of this.all()) row.clear();
  }

  /** What these were. */
  forgetEmpty(): readonly GuestSpec[] {
    const forgotten: GuestSpec[] = [];
    for (const ofType of Object.values(this.rows))
      for (const [label, ofLabel] of ofType) {
        for (const [name, row] of ofLabel)
          if (row.isEmpty()) {
            ofLabel.delete(name);
            forgotten.push(row.spec);
          }
        if (ofLabel.size === 0) ofType.delete(label);
      }
    return forgotten;
  }
}

/** No number without a label has a name that begins with `per_`. */
function specOf(type: GuestType, label: string, name: string): GuestSpec {
  const isLabelled = label !== '';
  return {
    type,
    name: `${guestPrefix}${isLabelled ? `per_${label}_` : ''}${name}${type === 'counter' ? '_total' : ''}`,
    help: `Reported by guests as ${name}${isLabelled ? ` of each ${label}` : ''}.`,
    labels: isLabelled ? [...guestLabels, label] : guestLabels,
  };
}
