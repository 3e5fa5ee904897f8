/**
 * A small client of Prometheus' HTTP API. What Prometheus refuses is thrown in its own words; how long each query took is kept.
 */
export class Prometheus {
  /** The slowest queries come first in it when asked for. */
  #timed = [];

  constructor(origin) {
    this.origin = origin;
  }

  async #get(path, parameters) {
    const from = performance.now();
    const url = new URL(path, this.origin);
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) url.searchParams.append(name, value);
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    const answer = await response.json();
    this.#timed.push({ ms: performance.now() - from, expression: parameters.query ?? url.pathname });
    if (answer.status !== 'success')
      throw new Error(`Prometheus refuses ${parameters.query ?? url}: ${answer.errorType}: ${answer.error}`);
    return answer.data;
  }

  slowest() {
    return [...this.#timed].sort((a, b) => b.ms - a.ms)[0];
  }

  labelValues(label, selector) {
    return this.#get(`/api/v1/label/${encodeURIComponent(label)}/values`, { 'match[]': selector });
  }

  /** `{ metric, value, at }` of each series at a moment, seconds. */
  async instant(query, time) {
    const { resultType, result } = await this.#get('/api/v1/query', { query, time });
    if (resultType === 'vector') return result.map(({ metric, value: [at, value] }) => ({ metric, value, at }));
    if (resultType === 'scalar') return [{ metric: {}, value: result[1], at: result[0] }];
    throw new Error(`Prometheus answers ${query} with a ${resultType}, which no panel shows`);
  }

  /** `{ metric, values }` of each series; values are pairs of seconds and text. */
  async range(query, { from, to, step }) {
    return (await this.#get('/api/v1/query_range', { query, start: from, end: to, step })).result;
  }

  async isReady() {
    try {
      return (await fetch(new URL('/-/ready', this.origin))).ok;
    } catch {
      return false;
    }
  }
}
