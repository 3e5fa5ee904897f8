/**
 * Panels with their data as their components want it: framed, transformed, and with their field configuration applied.
 */
import type { DataFrame, FieldConfigSource, GrafanaTheme2 } from '@grafana/data';
import { allPanels, nameOf } from '../plan/dashboard.ts';
import { completeSource, configured } from './field-config.ts';
import { framesOf } from './frames.ts';
import type { DrawnPanel, Picture } from './picture.ts';
import { replacer } from './replace.ts';
import { transformed } from './transform.ts';

export interface PreparedPanel {
  readonly panel: DrawnPanel;
  readonly frames: DataFrame[];
  readonly fieldConfig: FieldConfigSource;
  readonly replaceVariables: ReturnType<typeof replacer>;
}

export function preparedPanels(picture: Picture, theme: GrafanaTheme2): Promise<PreparedPanel[]> {
  return Promise.all(allPanels(picture.dashboard).map((panel) => prepared(panel, picture, theme)));
}

async function prepared(panel: DrawnPanel, picture: Picture, theme: GrafanaTheme2): Promise<PreparedPanel> {
  const replaceVariables = replacer(new Map(Object.entries(picture.choices)), picture.range);
  try {
    const fieldConfig = completeSource(panel.fieldConfig as Partial<FieldConfigSource> | undefined, panel.type);
    const raw = framesOf(picture.answers[panel.id] ?? []);
    const shaped = await transformed(raw, panel.transformations, replaceVariables);
    const frames = configured(shaped, fieldConfig, theme, replaceVariables);
    return { panel, frames, fieldConfig, replaceVariables };
  } catch (error) {
    throw new Error(`${nameOf(panel)}: ${String(error)}`, { cause: error });
  }
}
