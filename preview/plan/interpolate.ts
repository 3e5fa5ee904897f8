/**
 * Variables in the texts of a dashboard, as Grafana's documentation on variable syntax and on the Prometheus data source
 * describes them. A variable that nobody defines is an error in a query: Grafana would send it to Prometheus as it stands.
 */
export interface Chosen {
  readonly values: readonly string[];
  readonly texts: readonly string[];
  /** Several can be chosen, so that a query holds a regular expression. */
  readonly several: boolean;
  /** Everything is chosen, by an expression of the dashboard's own. */
  readonly all?: string;
}

export type Choices = ReadonlyMap<string, Chosen>;

/** `query`: for PromQL; `text`: for people. */
export type Purpose = 'query' | 'text';

const reference = /\$\{([^}:]+)(?::([^}]+))?\}|\[\[(\w+)(?::(\w+))?\]\]|\$(\w+)/g;

export function interpolate(text: string, choices: Choices, purpose: Purpose): string {
  return text.replace(
    reference,
    (whole, braced?: string, format?: string, old?: string, oldFormat?: string, plain?: string) => {
      const name = braced ?? old ?? plain ?? '';
      // `$1` is a capture of label_replace, not a variable.
      if (/^\d+$/.test(name)) return whole;
      const chosen = choices.get(name);
      if (chosen === undefined && purpose === 'text') return whole;
      if (chosen === undefined) throw new Error(`no variable '${name}' for ${whole} in: ${text}`);
      return written(name, chosen, format ?? oldFormat ?? (purpose === 'query' ? 'promql' : 'text'));
    },
  );
}

function written(name: string, chosen: Chosen, format: string): string {
  const { values, texts, several, all } = chosen;
  switch (format) {
    case 'promql':
      if (all !== undefined) return all;
      return several ? grouped(values.map(expressionInString)) : values.map(inString).join(',');
    case 'regex':
      return all ?? grouped(values.map(expression));
    case 'pipe':
      return values.join('|');
    case 'csv':
      return values.join(',');
    case 'raw':
      return all ?? values.join(',');
    case 'text':
      return texts.join(' + ');
    case 'queryparam':
      return values.map((value) => `var-${name}=${encodeURIComponent(value)}`).join('&');
    default:
      throw new Error(`variable '${name}' is asked for in format '${format}', which pictures do not know`);
  }
}

const grouped = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] ?? '') : `(${parts.join('|')})`);

const expression = (value: string): string => value.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&');

/** A backslash inside a string of PromQL is written twice. */
const inString = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

const expressionInString = (value: string): string => inString(expression(value));
