/**
 * `bargauge`: Grafana's BarGauge for each value.
 */
import {
  getDisplayProcessor,
  getDisplayValueAlignmentFactors,
  VizOrientation,
  type DisplayValueAlignmentFactors,
  type FieldDisplay,
} from '@grafana/data';
import { BarGaugeDisplayMode, BarGaugeNamePlacement, BarGaugeValueMode } from '@grafana/schema';
import { BarGauge, VizRepeater } from '@grafana/ui';
import { saidOfNothing, type PanelProps } from './panel-props.ts';
import { displayValues } from './StatPanel.tsx';

interface BarGaugeOptions {
  readonly displayMode?: BarGaugeDisplayMode;
  readonly orientation?: VizOrientation;
  readonly showUnfilled?: boolean;
  readonly valueMode?: BarGaugeValueMode;
  readonly namePlacement?: BarGaugeNamePlacement;
  readonly minVizWidth?: number;
  readonly minVizHeight?: number;
  readonly maxVizHeight?: number;
}

export function BarGaugePanel(props: PanelProps) {
  const { width, height, frames, theme } = props;
  const options = props.options as BarGaugeOptions;
  const { orientation = VizOrientation.Auto } = options;
  const values = displayValues(props, false);
  if (values.length === 0) return <div className="empty">{saidOfNothing(props.fieldConfig)}</div>;
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, width: oneWidth, height: oneHeight, orientation: laid, alignmentFactors, count }) => (
        <BarGauge
          value={value.display}
          width={oneWidth}
          height={oneHeight}
          orientation={laid}
          field={value.field}
          display={
            value.view?.getFieldDisplayProcessor(value.colIndex ?? 0) ??
            getDisplayProcessor({ field: { config: value.field }, theme })
          }
          theme={theme}
          itemSpacing={10}
          alignmentFactors={alignmentFactors}
          displayMode={options.displayMode ?? BarGaugeDisplayMode.Gradient}
          showUnfilled={options.showUnfilled ?? true}
          valueDisplayMode={options.valueMode ?? BarGaugeValueMode.Color}
          namePlacement={options.namePlacement ?? BarGaugeNamePlacement.Auto}
          isOverflow={count * (options.minVizHeight ?? 16) > height}
        />
      )}
      width={width}
      height={height}
      source={frames}
      renderCounter={0}
      itemSpacing={10}
      orientation={orientation}
      minVizWidth={options.minVizWidth ?? 8}
      minVizHeight={options.minVizHeight ?? 16}
      maxVizHeight={options.maxVizHeight ?? 300}
    />
  );
}
