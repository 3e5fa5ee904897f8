/**
 * What all dashboards have in common: variables, annotations, links, and rows of panels.
 */
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { type DashboardUid, headLinks, titles } from './links.ts';
import { cameToBe, happened } from './metrics.ts';
import type { AnyPanel } from './panels.ts';
import { datasource } from './queries.ts';

export interface Row {
  readonly title: string;
  readonly panels: readonly AnyPanel[];
}

interface Frame {
  readonly uid: DashboardUid;
  readonly description: string;
  readonly variables?: readonly QueryVariableBuilder[];
  readonly rows: readonly Row[];
}

/** Grafana 11.0 reads this version of the model; later ones bring it up to date when they load it. */
const schemaVersion = 39;

export function framed({ uid, description, variables = [], rows }: Frame): Dashboard {
  const builder = new DashboardBuilder(`Berth / ${titles[uid]}`)
    .uid(uid)
    .description(description)
    .tags(['berth'])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([dataSource(), job(), ...variables])
    .annotations([operations(), unexpected()])
    .links(headLinks(uid));
  for (const { title, panels } of rows) {
    builder.withRow(new RowBuilder(title));
    panels.forEach((panel) => builder.withPanel(panel));
  }
  return finished(builder.build());
}

/** Panels get the number of their place. Nothing hides in the menu of controls: that would be one click more. */
function finished(built: Dashboard): Dashboard {
  const { annotations, links = [], panels = [] } = built;
  const visible = <T extends { placement?: unknown }>({ placement: _, ...rest }: T) => rest;
  return {
    ...built,
    schemaVersion,
    panels: panels.map((panel, index) => ({ ...panel, id: index + 1 })),
    links: links.map(visible),
    annotations: { list: (annotations.list ?? []).map(visible) },
  };
}

const dataSource = () => new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');

interface Choice {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly query: string;
  /** Groups `text` and `value`, where what is shown is not what is chosen. */
  readonly regex?: string;
}

/** A variable of several values; all of them when nothing is chosen. */
export const choice = ({ name, label, description, query, regex = '' }: Choice): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(datasource)
    .query(query)
    .definition(query)
    .regex(regex)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .current({ selected: true, text: ['All'], value: ['$__all'] });

const job = () =>
  choice({
    name: 'job',
    label: 'Job',
    description: 'Which Berth, by the job of Prometheus that scrapes it.',
    query: 'label_values(berth_build_info, job)',
  });

export const host = () =>
  choice({
    name: 'host',
    label: 'Host',
    description: 'Hosts of the fleet.',
    query: 'label_values(berth_host_up{job=~"$job"}, host)',
  });

export const instance = () =>
  choice({
    name: 'instance',
    label: 'Instance',
    description: 'Processes of Berth: more than one where replicas share a database.',
    query: 'label_values(berth_build_info{job=~"$job"}, instance)',
  });

/** Shown by name, chosen by id: names need not be unique. */
const nameAndId = '/\\bname="(?<text>[^"]*)".*\\bvnf_instance_id="(?<value>[^"]+)"/';

export const vnf = () =>
  choice({
    name: 'vnf',
    label: 'VNF',
    description: 'VNF instances, by name.',
    query: 'query_result(berth_instance_info{job=~"$job"})',
    regex: nameAndId,
  });

/** VNF instances whose guests report as `role`. */
export const vnfOf = (role: string) =>
  choice({
    name: 'vnf',
    label: 'VNF',
    description: `VNF instances whose guests report as ${role}, by name.`,
    query: `query_result(berth_instance_info{job=~"$job"} and on (job, vnf_instance_id) berth_vnf_uptime_seconds{job=~"$job", role="${role}"})`,
    regex: nameAndId,
  });

interface Event {
  readonly name: string;
  readonly colour: string;
  readonly expr: string;
  readonly title: string;
  readonly text: string;
}

const event = ({ name, colour, expr, title, text }: Event): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .titleFormat(title)
    .textFormat(text)
    .tagKeys('')
    .step('30s')
    .target(new DataqueryBuilder().datasource(datasource).expr(expr).refId('Anno').range().interval('30s'));

const operations = () =>
  event({
    name: 'Operations',
    colour: 'blue',
    expr: happened('berth_operations_total', ['operation', 'state'], {
      state: '~COMPLETED|FAILED|FAILED_TEMP|ROLLED_BACK',
    }),
    title: '{{operation}}',
    text: '{{state}}',
  });

const unexpected = () =>
  event({
    name: 'Changes that nobody ordered',
    colour: 'red',
    expr: cameToBe('berth_vnfc_unexpected_changes_total', ['host', 'change', 'reason']),
    title: 'A VNFC {{change}}',
    text: 'on {{host}}: {{reason}}',
  });
