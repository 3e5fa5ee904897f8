/**
 * Data frames out of what Prometheus answered, named and typed as Grafana's data source for Prometheus does.
 */
import { createDataFrame, FieldType, type DataFrame, type Labels } from '@grafana/data';
import type { Answer, Series } from './picture.ts';

export function framesOf(answers: readonly Answer[]): DataFrame[] {
  const tables = answers.filter(({ format }) => format === 'table');
  return answers.flatMap((answer) => {
    switch (answer.format) {
      case 'table':
        return answer.series.length === 0 ? [] : [tableOf(answer, tables.length)];
      case 'time_series':
        return answer.series.map((series) => frameOf(answer, series));
      default:
        throw new Error(`query ${answer.refId} asks for format '${answer.format}', which pictures do not know`);
    }
  });
}

function frameOf(answer: Answer, { metric, values }: Series): DataFrame {
  const { __name__, ...labels } = metric;
  const name = legendOf(answer, metric);
  return createDataFrame({
    refId: answer.refId,
    ...(name === undefined ? {} : { name }),
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        config: { interval: answer.step * 1000 },
        values: values.map(([at]) => at * 1000),
      },
      {
        name: 'Value',
        type: FieldType.number,
        labels: { ...(__name__ === undefined ? {} : { __name__ }), ...labels },
        config: name === undefined ? {} : { displayNameFromDS: name },
        values: values.map(([, value]) => numberOf(value)),
      },
    ],
  });
}

const numberOf = (text: string): number =>
  text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);

function legendOf({ legendFormat }: Answer, metric: Labels): string | undefined {
  if (legendFormat === '__auto' || legendFormat === '') {
    const { __name__ = '', ...labels } = metric;
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return `${__name__}{${pairs.join(', ')}}`;
  }
  return legendFormat.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
}

/** One row for each series, a column for each label that any of them has. */
function tableOf({ refId, series }: Answer, tables: number): DataFrame {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const rows = series.flatMap(({ metric, values }) => values.map(([at, value]) => ({ metric, at, value })));
  return createDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: rows.map(({ at }) => at * 1000) },
      ...labels.map((name) => ({
        name,
        type: FieldType.string,
        config: { filterable: true },
        values: rows.map(({ metric }) => metric[name] ?? ''),
      })),
      {
        name: tables > 1 ? `Value #${refId}` : 'Value',
        type: FieldType.number,
        config: {},
        values: rows.map(({ value }) => numberOf(value)),
      },
    ],
  });
}
