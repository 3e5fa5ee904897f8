/**
 * What every kind of panel is drawn from.
 */
import type { DataFrame, FieldConfigSource, GrafanaTheme2, InterpolateFunction, TimeRange } from '@grafana/data';
import type { Mark } from '../picture.ts';

export interface PanelProps {
  readonly panelId: number;
  readonly width: number;
  readonly height: number;
  readonly frames: DataFrame[];
  readonly fieldConfig: FieldConfigSource;
  readonly options: Readonly<Record<string, unknown>>;
  readonly theme: GrafanaTheme2;
  readonly timeRange: TimeRange;
  readonly replaceVariables: InterpolateFunction;
  readonly marks: readonly Mark[];
}

/** What stands in place of a panel that has nothing to show. */
export const saidOfNothing = ({ defaults }: FieldConfigSource): string => defaults.noValue ?? 'No data';

/** Milliseconds between the samples of a graph. */
export const stepOf = (frames: readonly DataFrame[]): number =>
  Math.max(0, ...frames.flatMap(({ fields }) => fields.map(({ config }) => config.interval ?? 0)));
