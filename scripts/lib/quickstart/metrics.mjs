/**
 * Lines of the Prometheus text format.
 */
const form = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)/i;

export function parseMetrics(text) {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = form.exec(line) ?? [];
    return name === undefined ? [] : [{ line, name, labels, value: Number(value) }];
  });
}

/** Counters of virtual interfaces that are above zero. */
export const interfaceCounters = (text) =>
  parseMetrics(text).filter(({ name, value }) => /vnfc.*(interface|network).*(packets|bytes)/.test(name) && value > 0);
