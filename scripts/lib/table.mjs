/**
 * Rows of text as aligned columns; the first row is the heading. Numbers stand to the right.
 */
const isNumber = (text) => /^-?[\d.,]+( \w+)?$/.test(text);

export function table(rows) {
  const texts = rows.map((row) => row.map(String));
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  const line = (row) =>
    row
      .map((text, column) => (isNumber(text) ? text.padStart(widths[column]) : text.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  const [head, ...body] = texts.map(line);
  return [head, widths.map((width) => '-'.repeat(width)).join('  '), ...body].join('\n');
}
