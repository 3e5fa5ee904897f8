/**
 * Targets of panels. Every panel and target uses the data source that the variable `datasource` names.
 */
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

export const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

export interface Query {
  readonly expr: string;
  /** How Grafana names the series: `{{host}}`. */
  readonly legend: string;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `A` for the first target of a panel, and so on. */
export const refIdAt = (index: number): string => letters.charAt(index);

const common = ({ expr, legend }: Query, index: number): DataqueryBuilder =>
  new DataqueryBuilder().datasource(datasource).expr(expr).legendFormat(legend).refId(refIdAt(index));

/** Over the time range that is shown. */
export const overTime = (queries: readonly Query[]): DataqueryBuilder[] =>
  queries.map((query, index) => common(query, index).range().format(PromQueryFormat.TimeSeries));

/** As it is at the end of the time range. */
export const atTheEnd = (queries: readonly Query[]): DataqueryBuilder[] =>
  queries.map((query, index) => common(query, index).instant().format(PromQueryFormat.TimeSeries));

/** The same as rows of a table, its labels as columns. */
export const asRows = (queries: readonly Query[]): DataqueryBuilder[] =>
  queries.map((query, index) => common(query, index).instant().format(PromQueryFormat.Table));
