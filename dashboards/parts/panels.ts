/**
 * The kinds of panels. None can be made without a description, a unit, a legend and thresholds.
 */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Panel,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelinePanel } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TextPanel, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Levels, thresholds } from './levels.ts';
import { type LinkTarget, linksTo } from './links.ts';
import { atTheEnd, datasource, overTime, type Query } from './queries.ts';

/** A unit of Grafana's list. */
export type Unit =
  'short' | 'none' | 'bytes' | 's' | 'percentunit' | 'pps' | 'Bps' | 'ops' | 'reqps' | 'dateTimeFromNow';

export interface PanelSpec {
  readonly title: string;
  /** What it shows, and what to do about it. */
  readonly description: string;
  readonly unit: Unit;
  readonly levels: Levels;
  readonly queries: readonly Query[];
  /** Of 24. */
  readonly width: number;
  readonly height?: number;
  /** Where a click on a value leads. */
  readonly leadsTo?: LinkTarget;
}

export type AnyPanel = Builder<Panel>;

interface GraphSpec extends PanelSpec {
  /** `stack`: parts of a whole. `bars`: events. */
  readonly style?: 'line' | 'stack' | 'bars';
  /** What changes seldom and has many series: fewer points, so that Prometheus has less to do. */
  readonly slow?: true;
  readonly max?: number;
  /** What stands there when nothing is to be shown. */
  readonly empty?: string;
}

/** Bars of events: of less than that most would stand in several. */
const leastBar = '1m';
/** Of an hour, one each 2.5 minutes. */
const slowPoints = 24;

export function graph(spec: GraphSpec): AnyPanel {
  const { style = 'line', levels } = spec;
  const panel = new TimeseriesPanel()
    .title(spec.title)
    .description(spec.description)
    .datasource(datasource)
    .targets(overTime(spec.queries))
    .unit(spec.unit)
    .min(0)
    .span(spec.width)
    .height(spec.height ?? 8)
    .thresholds(thresholds(levels))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        levels.length > 1 ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
      ),
    )
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .drawStyle(style === 'bars' ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(style === 'line' ? 5 : 60)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .stacking(new StackingConfigBuilder().mode(style === 'line' ? StackingMode.None : StackingMode.Normal))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (spec.leadsTo) panel.dataLinks(linksTo(spec.leadsTo, 'label'));
  if (style === 'bars') panel.interval(leastBar);
  const empty = spec.empty ?? (style === 'bars' ? 'nothing in this time' : undefined);
  if (empty !== undefined) panel.noValue(empty);
  if (spec.slow) panel.maxDataPoints(slowPoints);
  return spec.max === undefined ? panel : panel.max(spec.max);
}

interface StatSpec extends PanelSpec {
  /** `name`: the series' name is what counts, such as a state. */
  readonly show?: 'value' | 'name' | 'both';
  readonly says?: readonly ValueMapping[];
}

const latest = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false);

const textModes = {
  value: BigValueTextMode.Value,
  name: BigValueTextMode.Name,
  both: BigValueTextMode.ValueAndName,
} as const;

export function stat(spec: StatSpec): AnyPanel {
  const panel = new StatPanel()
    .title(spec.title)
    .description(spec.description)
    .datasource(datasource)
    .targets(atTheEnd(spec.queries))
    .unit(spec.unit)
    .span(spec.width)
    .height(spec.height ?? 4)
    .thresholds(thresholds(spec.levels))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mappings([...(spec.says ?? [])])
    .reduceOptions(latest())
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .textMode(textModes[spec.show ?? 'value'])
    .noValue('none');
  return spec.leadsTo ? panel.dataLinks(linksTo(spec.leadsTo, 'label')) : panel;
}

/** One bar for each series, as it is now. */
export function bars(spec: PanelSpec & { readonly max?: number }): AnyPanel {
  const panel = new BarGaugePanel()
    .title(spec.title)
    .description(spec.description)
    .datasource(datasource)
    .targets(atTheEnd(spec.queries))
    .unit(spec.unit)
    .min(0)
    .span(spec.width)
    .height(spec.height ?? 8)
    .thresholds(thresholds(spec.levels))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(latest())
    .noValue('none');
  if (spec.leadsTo) panel.dataLinks(linksTo(spec.leadsTo, 'label'));
  return spec.max === undefined ? panel : panel.max(spec.max);
}

/** What a number of few values means. */
export const words = (options: Readonly<Record<number, readonly [text: string, color: string]>>): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(options).map(([value, [text, color]], index) => [value, { text, color, index }]),
    ),
  },
];

/** A state of each series through time. */
export function states(
  spec: PanelSpec & { readonly says: readonly ValueMapping[]; readonly empty?: string },
): AnyPanel {
  const panel = new StateTimelinePanel()
    .title(spec.title)
    .description(spec.description)
    .datasource(datasource)
    .targets(overTime(spec.queries))
    .unit(spec.unit)
    .span(spec.width)
    .height(spec.height ?? 8)
    .thresholds(thresholds(spec.levels))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mappings([...spec.says])
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.8)
    .fillOpacity(80)
    .lineWidth(0)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));
  if (spec.empty !== undefined) panel.noValue(spec.empty);
  return spec.leadsTo ? panel.dataLinks(linksTo(spec.leadsTo, 'label')) : panel;
}

/** Sentences in Markdown: what a number cannot say, such as a command. */
export const sentences = (spec: Pick<PanelSpec, 'title' | 'description' | 'width' | 'height'> & { content: string }) =>
  new TextPanel()
    .title(spec.title)
    .description(spec.description)
    .span(spec.width)
    .height(spec.height ?? 8)
    .mode(TextMode.Markdown)
    .content(spec.content);
