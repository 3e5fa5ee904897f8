/**
 * A small client of Berth's HTTP API: token, Version header, problems as errors that say what Berth said.
 */
import { openAsBlob } from 'node:fs';
import { sleep } from '../time.mjs';

/** An answer that is not 2xx; the Problem's own words. */
export class Refused extends Error {
  constructor(method, path, status, problem) {
    super(`${method} ${path}: ${status} ${problem?.title ?? ''}${problem?.detail ? `: ${problem.detail}` : ''}`);
    this.name = 'Refused';
    this.status = status;
    this.problem = problem;
  }
}

const versions = { vnfpkgm: '2.1.0', vnflcm: '2.0.0' };

export class Api {
  #headers;

  constructor(origin, token) {
    this.origin = origin;
    this.#headers = { authorization: `Bearer ${token}` };
  }

  async request(method, path, { body, type = 'application/json', accept = 'application/json' } = {}) {
    const version = versions[path.split('/')[1]];
    const response = await fetch(new URL(path, this.origin), {
      method,
      headers: {
        ...this.#headers,
        accept,
        ...(version === undefined ? {} : { version }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const content = isJson && text !== '' ? JSON.parse(text) : text;
    if (!response.ok) throw new Refused(method, path, response.status, content);
    return { status: response.status, location: response.headers.get('location'), content };
  }

  async get(path) {
    return (await this.request('GET', path)).content;
  }

  async text(path) {
    return (await this.request('GET', path, { accept: 'text/plain' })).content;
  }

  async upload(path, file) {
    return this.request('PUT', path, { body: await openAsBlob(file), type: 'application/zip' });
  }

  /** Polls a resource until `done` holds; `watch` sees every reading. */
  async until(path, done, { limitMs, pauseMs = 100, watch = () => {} }) {
    const limit = Date.now() + limitMs;
    for (;;) {
      const content = await this.get(path);
      watch(content);
      if (done(content)) return content;
      if (Date.now() > limit)
        throw new Error(`${path} did not come to an end within ${limitMs / 1000} s: ${JSON.stringify(content)}`);
      await sleep(pauseMs);
    }
  }
}

/** Path of an absolute or relative URI. */
export const pathOf = (uri) => new URL(uri, 'http://here').pathname;
