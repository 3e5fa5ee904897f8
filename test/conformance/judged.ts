/**
 * A client whose every exchange is held against the interface definitions.
 */
import type { Client } from '../api/door.js';
import type { Exchange, Judge } from './openapi.js';

/** The client with every exchange judged; complaints name the exchange. */
export function judged(client: Client, judges: readonly Judge[], seen: Set<string>, complaints: string[]): Client {
  const judge = async (path: string, method: string, request: unknown, response: Response) => {
    const exchange = await exchangeOf(new URL(path, client.origin).pathname, method, request, response.clone());
    const verdicts = judges.map((each) => each(exchange)).filter((verdict) => verdict !== undefined);
    const name = `${method} ${exchange.path.replaceAll(/[0-9a-f-]{36}/g, '*')} ${exchange.status}`;
    if (verdicts.length > 0) seen.add(name);
    complaints.push(...verdicts.flat().map((complaint) => `${name}: ${complaint}`));
    if (response.headers.get('version') === null) complaints.push(`${name}: no Version header`);
    return response;
  };
  return {
    origin: client.origin,
    ask: async (path, init = {}) => judge(path, init.method ?? 'GET', sent(init.body), await client.ask(path, init)),
    send: async (method, path, body, headers) =>
      judge(path, method, body, await client.send(method, path, body, headers)),
  };
}

const sent = (body: unknown): unknown => (typeof body === 'string' ? JSON.parse(body) : undefined);

async function exchangeOf(path: string, method: string, request: unknown, response: Response): Promise<Exchange> {
  const contentType = response.headers.get('content-type') ?? undefined;
  const text = await response.text();
  const body: unknown = contentType?.includes('json') ? JSON.parse(text) : text;
  return { method, path, request, status: response.status, contentType, body };
}
