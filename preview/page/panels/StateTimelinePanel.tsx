/**
 * `state-timeline`: rows of states through time. Grafana keeps its drawing of them in its application; here they are
 * drawn on the same plot component, with Grafana's colours, texts, axes and legend.
 */
import { FieldType, formattedValueToString, getFieldDisplayName, type DataFrame, type Field } from '@grafana/data';
import {
  AxisPlacement,
  LegendDisplayMode,
  ScaleDirection,
  ScaleOrientation,
  type VizLegendOptions,
} from '@grafana/schema';
import {
  measureText,
  UPLOT_AXIS_FONT_SIZE,
  UPlotChart,
  UPlotConfigBuilder,
  VizLayout,
  VizLegend,
  type VizLegendItem,
} from '@grafana/ui';
import { useMemo } from 'react';
import type uPlot from 'uplot';
import { saidOfNothing, stepOf, type PanelProps } from './panel-props.ts';
import { notePlot } from './plots.ts';

interface Row {
  readonly name: string;
  readonly field: Field;
  readonly times: readonly number[];
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly value: unknown;
}

const rowsOf = (frames: DataFrame[]): readonly Row[] =>
  frames.flatMap((frame) => {
    const times = frame.fields.find(({ type }) => type === FieldType.time)?.values ?? [];
    return frame.fields
      .filter(({ type }) => type !== FieldType.time)
      .map((field) => ({ name: getFieldDisplayName(field, frame, frames), field, times }));
  });

/** Neighbouring samples of one value are one span; a gap of more than two steps ends it. */
function spansOf({ field, times }: Row, step: number): readonly Span[] {
  const spans: Span[] = [];
  times.forEach((at, index) => {
    const value: unknown = field.values[index];
    const last = spans.at(-1);
    const until = at + step;
    if (last !== undefined && last.value === value && at - last.to <= step)
      spans[spans.length - 1] = { ...last, to: until };
    else spans.push({ from: at, to: until, value });
  });
  return spans;
}

export function StateTimelinePanel(props: PanelProps) {
  const { frames, width, height, options, theme, fieldConfig } = props;
  const rows = useMemo(() => rowsOf(frames), [frames]);
  const builder = useMemo(() => configOf(props, rows), [props, rows]);
  const { showLegend = true, placement = 'bottom' } = (options['legend'] ?? {}) as Partial<VizLegendOptions>;
  const legend = showLegend ? (
    <VizLayout.Legend placement={placement}>
      <VizLegend placement={placement} items={legendOf(rows)} displayMode={LegendDisplayMode.List} />
    </VizLayout.Legend>
  ) : null;
  if (rows.length === 0) return <div className="empty">{saidOfNothing(fieldConfig)}</div>;
  return (
    <VizLayout width={width} height={height} legend={legend}>
      {(plotWidth: number, plotHeight: number) => (
        <UPlotChart
          data={[rows[0]?.times.slice() ?? [], ...rows.map(() => [])] as unknown as uPlot.AlignedData}
          width={plotWidth}
          height={plotHeight}
          config={builder}
        />
      )}
    </VizLayout>
  );
}

const displayOf = (field: Field, value: unknown) => {
  if (field.display === undefined) throw new Error(`field ${field.name} has no display`);
  return field.display(value);
};

/** Every state that occurs, once. */
function legendOf(rows: readonly Row[]): VizLegendItem[] {
  const items = new Map<string, VizLegendItem>();
  for (const { field } of rows)
    for (const value of new Set<unknown>(field.values)) {
      const shown = displayOf(field, value);
      const label = formattedValueToString(shown);
      items.set(label, { label, color: shown.color ?? '#808080', yAxis: 1 });
    }
  return [...items.values()];
}

/** Beside the names: the gap of the axis, its ticks, and the edge. */
const axisGap = 30;
const widest = (rows: readonly Row[]): number =>
  Math.max(0, ...rows.map(({ name }) => measureText(name, UPLOT_AXIS_FONT_SIZE).width));

function configOf(
  { panelId, theme, timeRange, frames, options }: PanelProps,
  rows: readonly Row[],
): UPlotConfigBuilder {
  const builder = new UPlotConfigBuilder('utc');
  builder.addScale({
    scaleKey: 'x',
    isTime: true,
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    range: () => [timeRange.from.valueOf(), timeRange.to.valueOf()],
  });
  builder.addScale({
    scaleKey: 'rows',
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Down,
    range: () => [-0.5, Math.max(0.5, rows.length - 0.5)],
  });
  builder.addAxis({
    scaleKey: 'x',
    isTime: true,
    placement: AxisPlacement.Bottom,
    timeZone: 'utc',
    theme,
    grid: { show: true },
  });
  builder.addAxis({
    scaleKey: 'rows',
    placement: AxisPlacement.Left,
    size: widest(rows) + axisGap,
    theme,
    grid: { show: false },
    splits: rows.map((_, index) => index),
    values: rows.map(({ name }) => name),
  });
  const { rowHeight = 0.9 } = options as { rowHeight?: number };
  builder.addHook('draw', (plot: uPlot) => drawRows(plot, rows, stepOf(frames), rowHeight));
  notePlot(panelId, builder);
  return builder;
}

function drawRows(plot: uPlot, rows: readonly Row[], step: number, rowHeight: number): void {
  const { ctx, bbox } = plot;
  const height = (bbox.height / rows.length) * rowHeight;
  ctx.save();
  rows.forEach((row, index) => {
    const middle = plot.valToPos(index, 'rows', true);
    for (const { from, to, value } of spansOf(row, step)) {
      const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true));
      ctx.fillStyle = displayOf(row.field, value).color ?? '#808080';
      ctx.fillRect(left, middle - height / 2, Math.max(1, right - left), height);
    }
  });
  ctx.restore();
}
