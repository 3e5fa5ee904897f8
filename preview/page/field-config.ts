/**
 * Field configuration of a panel applied to its data by @grafana/data. The registry of properties lives in Grafana's
 * application, so it is made here; a property that nobody knows is an error, where Grafana would say nothing.
 */
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  FieldConfigOptionsRegistry,
  identityOverrideProcessor,
  numberOverrideProcessor,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
  type DataFrame,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
  type InterpolateFunction,
} from '@grafana/data';

type Process = FieldConfigPropertyItem['process'];

const standard: Readonly<Record<string, Process>> = {
  unit: unitOverrideProcessor,
  min: numberOverrideProcessor,
  max: numberOverrideProcessor,
  decimals: numberOverrideProcessor,
  displayName: displayNameOverrideProcessor,
  noValue: stringOverrideProcessor,
  thresholds: thresholdsOverrideProcessor,
  mappings: valueMappingsOverrideProcessor,
  links: dataLinksOverrideProcessor,
  color: identityOverrideProcessor,
  filterable: identityOverrideProcessor,
  description: identityOverrideProcessor,
  fieldMinMax: identityOverrideProcessor,
  actions: identityOverrideProcessor,
};

/** What Grafana's plugins fill in where a dashboard is silent. */
const defaultCustom: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  timeseries: {
    drawStyle: 'line',
    lineInterpolation: 'linear',
    lineWidth: 1,
    fillOpacity: 0,
    pointSize: 5,
    showPoints: 'auto',
    axisGridShow: true,
  },
  table: { cellOptions: { type: 'auto' }, inspect: false },
  'state-timeline': { fillOpacity: 70, lineWidth: 0 },
};

const item = (id: string, process: Process, isCustom: boolean): FieldConfigPropertyItem => ({
  id,
  path: isCustom ? id.slice('custom.'.length) : id,
  name: id,
  process,
  isCustom,
  shouldApply: () => true,
  editor: nothing,
  override: nothing,
});

const nothing = () => null;

function registryFor({ defaults, overrides }: FieldConfigSource): FieldConfigOptionsRegistry {
  const custom = Object.keys(defaults.custom ?? {}).map((name) => `custom.${name}`);
  const overridden = overrides.flatMap(({ properties }) => properties.map(({ id }) => id));
  const ids = [...new Set([...Object.keys(standard), ...Object.keys(defaults), ...custom, ...overridden])];
  return new FieldConfigOptionsRegistry(() =>
    ids
      .filter((id) => id !== 'custom')
      .map((id) => {
        if (id.startsWith('custom.')) return item(id, identityOverrideProcessor, true);
        const process = standard[id];
        if (process === undefined) throw new Error(`field option '${id}' is none of Grafana's`);
        return item(id, process, false);
      }),
  );
}

/** The source with everything that a plugin fills in. */
export function completeSource(source: Partial<FieldConfigSource> | undefined, type: string): FieldConfigSource {
  const { defaults = {}, overrides = [] } = source ?? {};
  return { defaults: { ...defaults, custom: { ...defaultCustom[type], ...defaults.custom } }, overrides };
}

export function configured(
  frames: DataFrame[],
  fieldConfig: FieldConfigSource,
  theme: GrafanaTheme2,
  replaceVariables: InterpolateFunction,
): DataFrame[] {
  const applied = applyFieldOverrides({
    data: frames,
    fieldConfig,
    fieldConfigRegistry: registryFor(fieldConfig),
    theme,
    replaceVariables,
    timeZone: 'utc',
  });
  cacheFieldDisplayNames(applied);
  return applied;
}
