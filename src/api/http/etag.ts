/**
 * Entity tags (SOL013 clause 4.2.3, RFC 9110 clauses 8.8.3 and 13): the revision of a resource, and where a representation
 * of it is sent a digest of that, since much of what is shown is not stored with the resource. If-Match is about the
 * revision, If-None-Match about what the client would see.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { cut } from '../../shared/cut.js';
import { refusal } from './problem-error.js';

export const etagOf = (revision: number): string => `"${revision}"`;

const tagsIn = (header: string): readonly string[] => header.split(',').map((tag) => tag.trim());

/**
 * The revision that If-Match insists on; undefined when it does not. Of several tags the current one counts, so that
 * the store checks again in its own transaction.
 */
export function revisionOf(ifMatch: string | undefined, current: number): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const revisions = tagsIn(ifMatch).map((tag) => /^"(\d+)(?:-[0-9a-f]+)?"$/.exec(tag)?.[1]);
  if (revisions.includes(String(current))) return current;
  throw refusal(
    'precondition-failed',
    `If-Match is ${cut(ifMatch)}, but the resource has the ETag ${etagOf(current)}.`,
  );
}

/** Whether the client has what it asks for already: tags are compared weakly (RFC 9110 clause 13.1.2). */
export const isHad = (ifNoneMatch: string | undefined, etag: string): boolean =>
  tagsIn(ifNoneMatch ?? '').some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);

/** Resources that handlers gave the tag of their revision; files have tags of their own. */
export function installEtags(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const tag = reply.getHeader('etag');
    if (typeof tag !== 'string' || typeof payload !== 'string' || !isRepresentation(request, reply)) {
      done(null, payload);
      return;
    }
    const whole = `${tag.slice(0, -1)}-${createHash('sha256').update(payload).digest('hex').slice(0, 16)}"`;
    reply.header('etag', whole);
    if (reply.statusCode !== 200 || !isHad(request.headers['if-none-match'], whole)) {
      done(null, payload);
      return;
    }
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    // To HEAD Fastify sends the length of this, and nothing of it.
    done(null, request.method === 'HEAD' ? payload : '');
  });
}

/** The answer to PATCH shows what was changed, not the resource. */
const isRepresentation = ({ method }: FastifyRequest, { statusCode }: FastifyReply): boolean =>
  method === 'POST' ? statusCode === 201 : statusCode === 200 && (method === 'GET' || method === 'HEAD');
