/**
 * What a browser may do with an answer. Every answer has these headers: a page says with `page` what it needs, and of
 * anything else nothing is shown, run or framed.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';

/** Nothing from elsewhere, no script or style in the page itself, in no other site's frame. */
const page =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const pagePolicy = { 'content-security-policy': page };

/** Swagger's page: its style sheet holds pictures, and its parts set styles of their own. */
export const docsPolicy = {
  'content-security-policy': page
    .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    .replace("img-src 'self'", "img-src 'self' data:"),
};

const headers = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const aYear = 'max-age=31536000';

export function installSecurityHeaders(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, _payload, done) => {
    secure(request, reply);
    done();
  });
}

/** For an answer that no hook sees. */
export function secure(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(headers);
  if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', nothing);
  if (isOverTls(request.raw.socket)) reply.header('strict-transport-security', aYear);
}

/** Only where Berth itself speaks TLS: behind a proxy the name is the proxy's, and so is the promise. */
export const isOverTls = (socket: Socket): boolean => 'encrypted' in socket && socket.encrypted === true;
