/**
 * Berth's HTTP API as the command line uses it: token, Version header, problems as errors.
 */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { defined } from '../shared/defined.js';
import type { Problem } from '../shared/problem.js';
import type { Connection } from './connection.js';

/** What Berth answered instead of doing it. */
export class Refused extends Error {
  readonly problem: Partial<Problem>;

  constructor(problem: Partial<Problem>, fallback: string) {
    super(problem.detail ?? fallback);
    this.name = 'Refused';
    this.problem = problem;
  }
}

export type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly body: unknown;
  /** URI of what was created or started. */
  readonly location: string | undefined;
}

const versions: Readonly<Record<string, string>> = { vnfpkgm: '2.1.0', vnflcm: '2.0.0' };

export class Client {
  constructor(
    private readonly connection: Connection,
    private readonly token: string,
  ) {}

  async get(path: string): Promise<Json> {
    return (await this.send('GET', path)).body as Json;
  }

  /** All pages of a collection. */
  async list(path: string): Promise<readonly Json[]> {
    const all: Json[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const response: IncomingMessage = await this.fetch('GET', next);
      all.push(...((await jsonOf(response)) as Json[]));
      const { link = '' } = response.headers;
      next = /^<([^>]+)>; rel="next"$/.exec(String(link))?.[1];
    }
    return all;
  }

  send(method: string, path: string, body?: Json): Promise<Answer> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return this.answer(method, path, body === undefined ? undefined : { type, content: JSON.stringify(body) });
  }

  /** The answer with its body still to be read. */
  download(path: string): Promise<IncomingMessage> {
    return this.fetch('GET', path);
  }

  upload(path: string, content: Blob): Promise<Answer> {
    return this.answer('PUT', path, { type: 'application/zip', content });
  }

  private async answer(method: string, path: string, body?: Body): Promise<Answer> {
    const response = await this.fetch(method, path, body);
    return { body: await jsonOf(response), location: response.headers.location };
  }

  private async fetch(method: string, link: string, body?: Body): Promise<IncomingMessage> {
    const path = this.connection.pathOf(link);
    const version = versions[path.split('/')[1] ?? ''];
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...defined({ version }),
      ...(body && { 'content-type': body.type }),
    };
    const response = await this.connection.ask({ method, path, headers, content: body?.content });
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    if (statusCode >= 300 && statusCode < 400) throw elsewhere(response, this.connection.url);
    throw new Refused(await problemIn(response), `${method} ${path.split('?')[0] ?? ''} answered ${statusCode}`);
  }
}

interface Body {
  readonly type: string;
  readonly content: string | Blob;
}

/** Following it would carry the token to wherever it leads. */
function elsewhere(response: IncomingMessage, url: string): Error {
  response.resume();
  const to = response.headers.location ?? 'nowhere';
  return new Error(
    `${url} sends on to ${to}, which is not followed, for the token would go there; if it is Berth, give it with --url`,
  );
}

async function jsonOf(response: IncomingMessage): Promise<unknown> {
  const content = await text(response);
  if (content === '') return undefined;
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new Error('What answered is not Berth: it sent no JSON; check --url', { cause });
  }
}

async function problemIn(response: IncomingMessage): Promise<Partial<Problem>> {
  const isProblem = response.headers['content-type']?.includes('problem+json') ?? false;
  if (isProblem) return (await jsonOf(response)) as Problem;
  response.resume();
  return { status: response.statusCode ?? 0, title: response.statusMessage ?? '' };
}
