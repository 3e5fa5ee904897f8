/**
 * Berth's HTTP API as the command line uses it: token, Version header, problems as errors.
 */
import type { Problem } from '../shared/problem.js';

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
    private readonly origin: string,
    private readonly token: string,
  ) {}

  async get(path: string): Promise<Json> {
    return (await this.send('GET', path)).body as Json;
  }

  /** All pages of a collection. */
  async list(path: string): Promise<readonly Json[]> {
    const all: Json[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const response: Response = await this.fetch('GET', next);
      all.push(...((await response.json()) as Json[]));
      next = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    return all;
  }

  send(method: string, path: string, body?: Json): Promise<Answer> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return this.answer(method, path, body === undefined ? undefined : { type, content: JSON.stringify(body) });
  }

  /** The answer with its body still to be read. */
  download(path: string): Promise<Response> {
    return this.fetch('GET', path);
  }

  upload(path: string, content: Blob): Promise<Answer> {
    return this.answer('PUT', path, { type: 'application/zip', content });
  }

  private async answer(method: string, path: string, body?: Body): Promise<Answer> {
    const response = await this.fetch(method, path, body);
    const text = await response.text();
    return {
      body: text === '' ? undefined : JSON.parse(text),
      location: response.headers.get('location') ?? undefined,
    };
  }

  private uriOf(path: string): URL {
    if (URL.canParse(path, this.origin)) return new URL(path, this.origin);
    throw new Error(`"${this.origin}" is no URL; give --url as http://127.0.0.1:9641`);
  }

  private async fetch(method: string, path: string, body?: Body): Promise<Response> {
    const uri = this.uriOf(path);
    const version = versions[uri.pathname.split('/')[1] ?? ''];
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(version !== undefined && { version }),
      ...(body && { 'content-type': body.type }),
    };
    const response = await fetch(uri, { method, headers, ...(body && { body: body.content }) }).catch(
      (cause: unknown) => {
        throw new Error(`Berth does not answer at ${this.origin}; start it, or say where it is with --url`, { cause });
      },
    );
    if (response.ok) return response;
    throw new Refused(await problemIn(response), `${method} ${uri.pathname} answered ${response.status}`);
  }
}

interface Body {
  readonly type: string;
  readonly content: string | Blob;
}

async function problemIn(response: Response): Promise<Partial<Problem>> {
  const isProblem = response.headers.get('content-type')?.includes('problem+json') ?? false;
  return isProblem ? ((await response.json()) as Problem) : { status: response.status, title: response.statusText };
}
