/**
 * `timeseries`: Grafana's TimeSeries, with the annotations of the dashboard as lines.
 */
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import type { VizLegendOptions } from '@grafana/schema';
import { TimeSeries, type UPlotConfigBuilder } from '@grafana/ui';
import { useMemo } from 'react';
import type uPlot from 'uplot';
import type { Mark } from '../picture.ts';
import { notePlot } from './plots.ts';
import { saidOfNothing, type PanelProps } from './panel-props.ts';

/** What is no finite number is a gap, as in Grafana. */
const withGaps = (frames: readonly DataFrame[]): DataFrame[] =>
  frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => ({
      ...field,
      values: field.values.map((value: unknown) => (Number.isFinite(value) ? value : null)),
    })),
  }));

export function TimeSeriesPanel(props: PanelProps) {
  const { panelId, frames, width, height, timeRange, options, theme, marks, fieldConfig } = props;
  const graphable = useMemo(() => withGaps(frames), [frames]);
  if (frames.length === 0) return <div className="empty">{saidOfNothing(fieldConfig)}</div>;
  return (
    <TimeSeries
      frames={graphable}
      width={width}
      height={height}
      timeRange={timeRange}
      timeZone="utc"
      legend={options['legend'] as VizLegendOptions}
      structureRev={1}
    >
      {(builder) => {
        if (notePlot(panelId, builder)) drawMarks(builder, marks, theme);
        return null;
      }}
    </TimeSeries>
  );
}

function drawMarks(builder: UPlotConfigBuilder, marks: readonly Mark[], theme: GrafanaTheme2): void {
  builder.addHook('draw', (plot: uPlot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.lineWidth = 1;
    ctx.setLineDash([4, 4]);
    for (const { color, moments } of marks) {
      ctx.strokeStyle = theme.visualization.getColorByName(color);
      for (const moment of moments) {
        const x = Math.round(plot.valToPos(moment * 1000, 'x', true));
        if (x < bbox.left || x > bbox.left + bbox.width) continue;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
    }
    ctx.restore();
  });
}
