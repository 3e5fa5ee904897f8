/**
 * The HTTP server around the controllers: Fastify with what SOL013 asks of every request and response, one filter for
 * every error, one pipe for every body.
 */
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { installAudit, type Audit } from './http/audit.js';
import { installBodyParsers } from './http/body-parsers.js';
import { bodyPipe } from './http/check-body.js';
import { answerClientError } from './http/client-error.js';
import { installClosing } from './http/closing.js';
import { Connections } from './http/connections.js';
import { docsPaths, installDocsPage } from './http/docs-page.js';
import { installEtags } from './http/etag.js';
import { KnownQuery } from './http/known-query.js';
import { limitOf } from './http/limits.js';
import { nestLogger } from './http/nest-logger.js';
import { installOneAtATime } from './http/one-at-a-time.js';
import { installPace } from './http/pace.js';
import { ProblemFilter } from './http/problem.filter.js';
import { fieldsOf, installRequestLog } from './http/request-log.js';
import { originForm, plainTarget } from './http/request-line.js';
import { installRequestRules } from './http/request-rules.js';
import { RouteTable } from './http/route-table.js';
import { installSecurityHeaders, secure } from './http/security-headers.js';
import { installSeen } from './http/seen.js';
import { installSlowReaderRule } from './http/slow-readers.js';
import { installPages, pagePaths } from './pages/pages.js';
import type { ApiOptions, MetricsPage } from './ports.js';
import type { Clock } from '../shared/clock.js';

export interface ServerOptions {
  readonly api: ApiOptions;
  readonly metrics: MetricsPage;
  readonly log: Logger;
  readonly clock: Clock;
  /** Given: TLS and nothing else. */
  readonly tls?: TlsOptions | undefined;
  /** Told of every changing request, and of every one that is refused for its token. */
  readonly audit?: Audit | undefined;
}

/** Not listening yet. `module` holds the controllers with their parts. */
export async function createServer(module: DynamicModule, options: ServerOptions): Promise<NestFastifyApplication> {
  const { api, log, tls, clock } = options;
  const routes = new RouteTable();
  const problems = new ProblemFilter(routes, log);
  const times = { headersTimeout: limitOf('headMs'), connectionsCheckingInterval: 1000 };
  const adapter = new FastifyAdapter({
    bodyLimit: limitOf('jsonBytes'),
    keepAliveTimeout: limitOf('idleMs'),
    ...(tls ? { https: { ...times, ...tls, handshakeTimeout: limitOf('headMs') } } : { http: times }),
    skipMiddie: true,
    rewriteUrl: (request: IncomingMessage) => plainTarget(originForm(request)),
    clientErrorHandler: (error: Error, socket: Duplex) => answerClientError(error, socket, clock),
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: limitOf('pathPartChars') },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      secure(request, reply);
      problems.answer(error, request, reply);
    },
  });
  const server: FastifyInstance = adapter.getInstance();
  routes.watch(server);
  const publicPaths = ['/healthz', '/readyz', ...docsPaths, ...pagePaths, ...(api.openMetrics ? ['/metrics'] : [])];
  installOneAtATime(server, limitOf('pipelined'));
  installClosing(server, limitOf('lingerMs'), clock);
  installSeen(server, api);
  if (options.audit) installAudit(server, api.credentials, options.audit, clock);
  const connections = new Connections({ connections: limitOf('connections'), served: limitOf('served') });
  connections.watch(server);
  const serve = (request: FastifyRequest, reply: FastifyReply) => connections.serve(request.raw, reply.raw);
  installSecurityHeaders(server);
  installRequestRules(server, { credentials: api.credentials, publicPaths, serve });
  installEtags(server);
  installSlowReaderRule(server, { silenceMs: limitOf('answerSilenceMs'), wholeMs: limitOf('answerMs') }, clock);
  installBodyParsers(server, clock);
  installPace(server, clock);
  reportRequests(server, options);
  const refusals = { burst: limitOf('logBurst'), perSecond: limitOf('logPerSecond'), clients: 1024 };
  installRequestLog(server, log, refusals, clock);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
    forceCloseConnections: true,
  });
  app.useGlobalFilters(problems);
  app.useGlobalGuards(new KnownQuery());
  app.useGlobalPipes(bodyPipe);
  installDocsPage(app);
  installPages(app, api.version);
  return app;
}

/** One metric per request; one log line per answer that could not be sent to its end. */
function reportRequests(server: FastifyInstance, { metrics, log }: ServerOptions): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const broken = (err: Error): void => {
      const fields = { err, ...fieldsOf(request) };
      // Before its first byte the client is answered a problem instead, and the filter says so.
      if (reply.raw.headersSent) log.error(fields, 'an answer broke off');
    };
    if (payload instanceof Readable) payload.on('error', broken);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? '(none)';
    metrics.requestFinished(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
}
