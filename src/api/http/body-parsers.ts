/**
 * How request bodies are read: JSON whole and bounded, packages as a stream that nobody buffers.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { problem } from '../../shared/problem.js';
import { KiB } from '../../shared/units.js';
import { limitOf } from './limits.js';
import { ProblemError } from './problem-error.js';
import { JsonRefused, readJson, type JsonBounds } from './read-json.js';
import type { RouteRules } from './request-rules.js';
import { BodiesUnderWay, jsonLimits, utf8Text } from './whole-body.js';
import type { Timers } from '../../shared/clock.js';

/** Types whose handler receives the raw stream as body. */
export const streamedTypes = ['application/zip', 'application/octet-stream', 'multipart/form-data'];

export const jsonBounds: JsonBounds = {
  depth: limitOf('jsonDepth'),
  members: limitOf('jsonMembers'),
  values: limitOf('jsonValues'),
  keyChars: limitOf('jsonKeyChars'),
  stringChars: limitOf('jsonStringChars'),
};

/** What takes about a millisecond to read and to check. */
const largeBytes = 64 * KiB;

/** One after the other, each in a turn of the event loop of its own: twelve large bodies at once do not block it for all. */
class Turns {
  #last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => void setImmediate(resolve)));
    return this.#last;
  }
}

export function installBodyParsers(server: FastifyInstance, clock: Timers): void {
  const underWay = new BodiesUnderWay(clock);
  const turns = new Turns();
  server.removeAllContentTypeParsers();
  void server.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    async (request: FastifyRequest, payload: IncomingMessage) => {
      const { bodyBytes } = request.routeOptions.config as RouteRules;
      const announced = Number(request.headers['content-length'] ?? 0);
      const bytes = await underWay.read(payload, jsonLimits(bodyBytes), announced);
      if (bytes.length > largeBytes) await turns.next();
      return valueOf(utf8Text(bytes));
    },
  );
  void server.addContentTypeParser(streamedTypes, (_request, stream, done) => done(null, stream));
}

function valueOf(text: string): unknown {
  // Clients send `Content-Type: application/json` with no body on task resources such as retry.
  if (text === '') return undefined;
  try {
    return readJson(text, jsonBounds);
  } catch (error) {
    if (error instanceof JsonRefused) throw refused(error);
    throw error;
  }
}

function refused({ pointer, message }: JsonRefused): ProblemError {
  const place = pointer === '' ? 'the body' : pointer;
  const errors = [{ pointer, message }];
  return new ProblemError(problem('malformed-request', `The request is not valid: ${place} ${message}.`, { errors }));
}
