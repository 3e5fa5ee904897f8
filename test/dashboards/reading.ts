/**
 * The committed dashboards as tests see them: panels without rows, targets with their panels.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { AnnotationQuery, Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { folder } from '../../dashboards/all.ts';

export const fileNames = readdirSync(folder).filter((name) => name.endsWith('.json'));

export const textOf = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');

export const dashboards: readonly Dashboard[] = fileNames.map((name) => JSON.parse(textOf(name)) as Dashboard);

const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === 'row';

export const panelsOf = ({ panels = [] }: Dashboard): readonly Panel[] =>
  panels.flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));

export const targetsOf = ({ targets = [] }: Panel): readonly Dataquery[] => targets as Dataquery[];

/** An hour at the interval that Prometheus scrapes in. */
const usualPoints = 240;

export interface Asked {
  readonly dashboard: string;
  /** Title of the panel, or name of the annotation. */
  readonly where: string;
  readonly expr: string;
  readonly instant: boolean;
  /** As many as a usual screen has, where the panel does not say. */
  readonly points: number;
}

const titleOf = ({ title = '' }: Dashboard): string => title;

/** Every query of panels. */
export const asked = (dashboard: Dashboard): readonly Asked[] =>
  panelsOf(dashboard).flatMap((panel) =>
    targetsOf(panel).map(({ expr = '', instant = false }) => ({
      dashboard: titleOf(dashboard),
      where: panel.title ?? '',
      expr,
      instant,
      points: panel.maxDataPoints ?? usualPoints,
    })),
  );

/** Every query of annotations. */
export const askedByAnnotations = (dashboard: Dashboard): readonly Asked[] =>
  (dashboard.annotations.list ?? []).map(({ name, expr = '' }: AnnotationQuery) => ({
    dashboard: titleOf(dashboard),
    where: name,
    expr,
    instant: false,
    points: usualPoints,
  }));
