export interface Indicator {
  readonly kind: 'counter' | 'gauge' | 'labelled counter' | 'labelled gauge';
  /** Of the labelled kinds. */
  readonly label?: string;
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  /** Absent: always there, with a label for each thing. */
  readonly when?: string;
}
export interface Status {
  readonly uptimeSeconds: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  readonly labelled?: Labelled;
  readonly labelledGauges?: Labelled;
}
type Labelled = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
export function indicatorsOf(vnf: string): readonly Indicator[];
export function idOf(indicator: Pick<Indicator, 'kind' | 'label' | 'name'>): string;
export function checkIndicators(vnf: string, status: Status): readonly Indicator[];
export function expectAllOwn(vnf: string, status: Status): void;
export function expectAllCommon(vnf: string, status: Status): void;
