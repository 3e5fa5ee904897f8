/**
 * `stat`: Grafana's BigValue for each value.
 */
import {
  FieldColorModeId,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  VizOrientation,
  type FieldDisplay,
  type ReduceDataOptions,
} from '@grafana/data';
import {
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  VizRepeater,
} from '@grafana/ui';
import { saidOfNothing, type PanelProps } from './panel-props.ts';

interface StatOptions {
  readonly reduceOptions?: ReduceDataOptions;
  readonly colorMode?: BigValueColorMode;
  readonly graphMode?: BigValueGraphMode;
  readonly justifyMode?: BigValueJustifyMode;
  readonly textMode?: BigValueTextMode;
  readonly orientation?: VizOrientation;
  readonly wideLayout?: boolean;
}

export const displayValues = (
  { frames, fieldConfig, options, theme, replaceVariables }: PanelProps,
  sparkline: boolean,
) =>
  getFieldDisplayValues({
    data: frames,
    fieldConfig: {
      ...fieldConfig,
      defaults: { color: { mode: FieldColorModeId.Thresholds }, ...fieldConfig.defaults },
    },
    reduceOptions: (options['reduceOptions'] as ReduceDataOptions | undefined) ?? { calcs: ['lastNotNull'] },
    replaceVariables,
    theme,
    sparkline,
    timeZone: 'utc',
  });

export function StatPanel(props: PanelProps) {
  const { width, height, frames, theme } = props;
  const options = props.options as StatOptions;
  const { graphMode = BigValueGraphMode.Area } = options;
  const values = displayValues(props, graphMode !== BigValueGraphMode.None);
  if (values.length === 0) return <div className="empty">{saidOfNothing(props.fieldConfig)}</div>;
  return (
    <VizRepeater<FieldDisplay, ReturnType<typeof getDisplayValueAlignmentFactors>>
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, width: oneWidth, height: oneHeight, count, alignmentFactors }) => (
        <BigValue
          value={value.display}
          {...(value.sparkline === undefined ? {} : { sparkline: value.sparkline })}
          count={count}
          width={oneWidth}
          height={oneHeight}
          colorMode={options.colorMode ?? BigValueColorMode.Value}
          graphMode={graphMode}
          justifyMode={options.justifyMode ?? BigValueJustifyMode.Auto}
          textMode={options.textMode ?? BigValueTextMode.Auto}
          alignmentFactors={alignmentFactors}
          disableWideLayout={options.wideLayout === false}
          theme={theme}
        />
      )}
      width={width}
      height={height}
      source={frames}
      renderCounter={0}
      autoGrid
      orientation={options.orientation ?? VizOrientation.Auto}
    />
  );
}
