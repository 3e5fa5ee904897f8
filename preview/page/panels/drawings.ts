/**
 * Which component draws which type of panel. A type that is not here cannot be shown; the picture fails with its name.
 */
import type { ComponentType } from 'react';
import { BarGaugePanel } from './BarGaugePanel.tsx';
import type { PanelProps } from './panel-props.ts';
import { StateTimelinePanel } from './StateTimelinePanel.tsx';
import { StatPanel } from './StatPanel.tsx';
import { TablePanel } from './TablePanel.tsx';
import { TextPanel } from './TextPanel.tsx';
import { TimeSeriesPanel } from './TimeSeriesPanel.tsx';

export const drawings: Readonly<Record<string, ComponentType<PanelProps>>> = {
  timeseries: TimeSeriesPanel,
  stat: StatPanel,
  bargauge: BarGaugePanel,
  table: TablePanel,
  'state-timeline': StateTimelinePanel,
  text: TextPanel,
};
