/**
 * Variables in links and titles, those of a field or a row among them.
 */
import type { DataFrame, Field, InterpolateFunction, ScopedVars } from '@grafana/data';
import { interpolate, type Choices } from '../plan/interpolate.ts';

interface DataContext {
  readonly frame: DataFrame;
  readonly field: Field;
  readonly rowIndex?: number;
}

const reference = /\$\{(__(?:data|field|value|series|url_time_range)[^}:]*)(?::(\w+))?\}/g;

export const replacer =
  (choices: Choices, range: { readonly from: number; readonly to: number }): InterpolateFunction =>
  (text = '', scoped) => {
    const own = text.replace(reference, (whole, path: string) => {
      if (path === '__url_time_range') return `from=${String(range.from * 1000)}&to=${String(range.to * 1000)}`;
      return ofContext(path, contextOf(scoped)) ?? whole;
    });
    return interpolate(own, choices, 'text');
  };

const contextOf = (scoped?: ScopedVars): DataContext | undefined =>
  scoped?.['__dataContext']?.value as DataContext | undefined;

/** `__field.labels.host`, `__data.fields["Host"]`, `__data.fields.Host`. */
function ofContext(path: string, context: DataContext | undefined): string | undefined {
  if (context === undefined) return undefined;
  const { field, frame, rowIndex } = context;
  const [, label] = /^__field\.labels\.(\w+)$/.exec(path) ?? [];
  if (label !== undefined) return field.labels?.[label];
  const [, quoted, plain] = /^__data\.fields(?:\["([^"]+)"\]|\.(\w+))(?:\.text)?$/.exec(path) ?? [];
  const name = quoted ?? plain;
  const column = frame.fields.find(
    (one) => one.name === name || one.state?.displayName === name || one.config.displayName === name,
  );
  if (column === undefined || rowIndex === undefined) return undefined;
  return String(column.values[rowIndex]);
}
