/**
 * How request bodies are read: JSON whole and bounded, packages as a stream that nobody buffers.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { problem } from '../../shared/problem.js';
import { limitOf } from './limits.js';
import { ProblemError } from './problem-error.js';
import { JsonRefused, readJson, type JsonBounds } from './read-json.js';
import type { RouteRules } from './request-rules.js';
import { BodiesUnderWay, jsonLimits, utf8Text } from './whole-body.js';

/** Types whose handler receives the raw stream as body. */
export const streamedTypes = ['application/zip', 'application/octet-stream', 'multipart/form-data'];

export const jsonBounds: JsonBounds = {
  depth: limitOf('jsonDepth'),
  members: limitOf('jsonMembers'),
  values: limitOf('jsonValues'),
  keyChars: limitOf('jsonKeyChars'),
};

export function installBodyParsers(server: FastifyInstance): void {
  const underWay = new BodiesUnderWay();
  server.removeAllContentTypeParsers();
  void server.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    async (request: FastifyRequest, payload: IncomingMessage) => {
      const { bodyBytes } = request.routeOptions.config as RouteRules;
      const announced = Number(request.headers['content-length'] ?? 0);
      return valueOf(utf8Text(await underWay.read(payload, jsonLimits(bodyBytes), announced)));
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
