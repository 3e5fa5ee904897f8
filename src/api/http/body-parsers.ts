/**
 * How request bodies are read: JSON whole and bounded, packages as a stream that nobody buffers.
 */
import type { FastifyInstance } from 'fastify';

/** Types whose handler receives the raw stream as body. */
export const streamedTypes = ['application/zip', 'application/octet-stream', 'multipart/form-data'];

export function installBodyParsers(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  void server.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, text, done) => {
      // Clients send `Content-Type: application/json` with no body on task resources such as retry.
      if (text === '') done(null, undefined);
      else void parseJson(request, text.toString(), done);
    },
  );
  void server.addContentTypeParser(streamedTypes, (_request, stream, done) => done(null, stream));
}
