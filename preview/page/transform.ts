/**
 * Transformations of a panel, by @grafana/data's own transformers.
 */
import {
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
  type DataFrame,
  type DataTransformerConfig,
  type DataTransformerInfo,
  type InterpolateFunction,
} from '@grafana/data';
import type { DrawnPanel } from './picture.ts';

const known = new Map<string, DataTransformerInfo>(Object.values(standardTransformers).map((one) => [one.id, one]));

export function registerTransformers(): void {
  standardTransformersRegistry.setInit(() =>
    [...known.values()].map((info) => ({
      id: info.id,
      name: info.name,
      transformation: () => Promise.resolve(info),
      editor: () => null,
      imageDark: '',
      imageLight: '',
    })),
  );
}

export function transformed(
  frames: DataFrame[],
  transformations: DrawnPanel['transformations'] = [],
  interpolate: InterpolateFunction,
): Promise<DataFrame[]> {
  const unknown = transformations.filter(({ id }) => !known.has(id));
  if (unknown.length > 0) throw new Error(`no transformation is called ${unknown.map(({ id }) => id).join(', ')}`);
  const configs = transformations.filter(({ disabled }) => !disabled) as DataTransformerConfig[];
  if (configs.length === 0) return Promise.resolve(frames);
  return new Promise((resolve, reject) => {
    transformDataFrame(configs, frames, { interpolate }).subscribe({ next: resolve, error: reject });
  });
}
