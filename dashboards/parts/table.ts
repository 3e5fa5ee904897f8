/**
 * Tables: labels are columns, and each query adds a column of numbers to the rows that have the same labels.
 */
import {
  TableCellDisplayMode,
  TableCellHeight,
  TableFooterOptionsBuilder,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { calm, type Levels, stepsOf, thresholds } from './levels.ts';
import { type LinkTarget, titles, urlTo } from './links.ts';
import type { AnyPanel, PanelSpec, Unit } from './panels.ts';
import { asRows, datasource, refIdAt } from './queries.ts';

interface LabelColumn {
  readonly label: string;
  readonly title: string;
  readonly leadsTo?: LinkTarget;
  readonly width?: number;
  /** Only there for the links of other columns: not shown. */
  readonly hidden?: true;
}

interface NumberColumn {
  readonly title: string;
  readonly expr: string;
  /** Absent: that of the table. */
  readonly unit?: Unit;
  readonly levels?: Levels;
  readonly says?: readonly ValueMapping[];
  /** Only there to make rows: not shown. */
  readonly hidden?: true;
}

interface TableSpec extends Omit<PanelSpec, 'queries' | 'leadsTo' | 'levels'> {
  /** Left to right; labels that are not named are not shown. */
  readonly labels: readonly LabelColumn[];
  readonly numbers: readonly NumberColumn[];
  /** Title of the column, and whether the largest comes first. */
  readonly sortBy?: readonly [title: string, descending: boolean];
}

/** Pixels: columns share the width of the panel, so that none is beyond its edge. */
const leastWidth = 50;

export function table(spec: TableSpec): AnyPanel {
  const { labels, numbers } = spec;
  const panel = new TablePanel()
    .title(spec.title)
    .description(spec.description)
    .datasource(datasource)
    .targets(asRows(numbers.map(({ expr, title }) => ({ expr, legend: title }))))
    .unit(spec.unit)
    .span(spec.width)
    .height(spec.height ?? 8)
    .thresholds(thresholds(calm))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .noValue('–')
    .filterable(true)
    .minWidth(leastWidth)
    .cellHeight(TableCellHeight.Sm)
    .footer(new TableFooterOptionsBuilder().show(false).reducer(['sum']).enablePagination(true))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'organize', options: organized(spec) });
  for (const column of labels) panel.overrideByName(column.title, labelProperties(spec, column));
  for (const column of numbers) if (!column.hidden) panel.overrideByName(column.title, numberProperties(spec, column));
  const [title, descending] = spec.sortBy ?? [];
  return title === undefined
    ? panel
    : panel.sortBy([new TableSortByFieldStateBuilder().displayName(title).desc(descending ?? false)]);
}

/** With one query Grafana calls its numbers `Value`, with several `Value #A` and so on. */
const fieldOf = ({ numbers }: TableSpec, index: number): string =>
  numbers.length === 1 ? 'Value' : `Value #${refIdAt(index)}`;

/** What queries are grouped by and not every table shows. */
const ids = ['vnf_instance_id', 'vnfc_id', 'vnfd_id'];

function organized(spec: TableSpec) {
  const { labels, numbers } = spec;
  const shown = numbers.map((column, index) => ({ ...column, field: fieldOf(spec, index) }));
  const named: readonly (readonly [field: string, title: string])[] = [
    ...labels.map(({ label, title }) => [label, title] as const),
    ...shown.map(({ field, title }) => [field, title] as const),
  ];
  const unnamed = ids.filter((id) => !labels.some(({ label }) => label === id));
  const hidden = ['Time', 'job', ...unnamed, ...shown.filter((column) => column.hidden).map(({ field }) => field)];
  return {
    excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
    indexByName: Object.fromEntries(named.map(([field], index) => [field, index])),
    renameByName: Object.fromEntries(named),
  };
}

/** A link reads columns by what they are called after renaming. */
function linkProperty({ labels }: TableSpec, { uid, choose }: LinkTarget): DynamicConfigValue {
  const titleOf = (label: string): string => labels.find((column) => column.label === label)?.title ?? label;
  const renamed = Object.fromEntries(Object.entries(choose).map(([variable, label]) => [variable, titleOf(label)]));
  const url = urlTo({ uid, choose: renamed }, 'column');
  return { id: 'links', value: [{ title: titles[uid], url, targetBlank: false }] };
}

/** By one name up to Grafana 12, by the other since. */
const notShown: readonly DynamicConfigValue[] = [
  { id: 'custom.hidden', value: true },
  { id: 'custom.hideFrom', value: { viz: true, legend: false, tooltip: false } },
];

/** Labels that are numbers, such as of a cell, are not written in the unit of the table. */
function labelProperties(spec: TableSpec, column: LabelColumn): DynamicConfigValue[] {
  return [
    { id: 'unit', value: 'string' },
    ...(column.leadsTo ? [linkProperty(spec, column.leadsTo)] : []),
    ...(column.width === undefined ? [] : [{ id: 'custom.width', value: column.width }]),
    ...(column.hidden ? notShown : []),
  ];
}

function numberProperties({ unit }: TableSpec, column: NumberColumn): DynamicConfigValue[] {
  const coloured = column.levels !== undefined || column.says !== undefined;
  return [
    { id: 'unit', value: column.unit ?? unit },
    { id: 'custom.align', value: 'right' },
    ...(column.levels
      ? [{ id: 'thresholds', value: { mode: ThresholdsMode.Absolute, steps: stepsOf(column.levels) } }]
      : []),
    ...(column.says ? [{ id: 'mappings', value: column.says }] : []),
    ...(coloured ? [{ id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorBackground } }] : []),
  ];
}
