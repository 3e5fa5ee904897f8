/**
 * Every error leaves as application/problem+json (SOL013 clause 6.3, RFC 9457), whoever threw it: handlers, Fastify's
 * parsers and router, or a fault of ours, which is logged here and nowhere else.
 */
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cut } from '../../shared/cut.js';
import { errorText } from '../../shared/error-text.js';
import { problem, type Problem } from '../../shared/problem.js';
import type { ProblemCode } from '../../shared/problem-types.js';
import { StoreTrouble } from '../../store/trouble.js';
import { ProblemError, refusal } from './problem-error.js';
import { pathPartTooLong } from './request-line.js';
import { pathOf } from './request-rules.js';
import type { RouteTable } from './route-table.js';

export interface FaultLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Problems for errors that only carry an HTTP status: Fastify's and Nest's own. */
const codeOfStatus: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed-request',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly log: FaultLog,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const refused = this.refusalOf(error, request);
    reply.headers(refused.headers);
    sendProblem(reply, refused.problem);
  }

  private refusalOf(error: unknown, request: FastifyRequest): ProblemError {
    if (error instanceof ProblemError) return error;
    if (error instanceof StoreTrouble) return this.trouble(error, request);
    const status = statusOf(error);
    if (status === 404) return this.unknownRoute(request);
    // The router's word for a part of the path; of the whole target it knows no limit.
    if (status === 414) return pathPartTooLong();
    const code = codeOfStatus[status];
    if (code !== undefined) return refusal(code, `${cut(sentence(error))}.`);
    return this.fault(error, request);
  }

  private unknownRoute(request: FastifyRequest): ProblemError {
    const methods = this.routes.methodsAt(pathOf(request));
    const path = cut(pathOf(request));
    if (methods.length === 0) return refusal('not-found', `There is nothing at ${path}.`);
    const allow = methods.join(', ');
    return refusal('method-not-allowed', `${path} has ${allow}, not ${request.method}.`, { allow });
  }

  /** Not Berth's fault: the operator has to know, and the client what to do. */
  private trouble(error: StoreTrouble, request: FastifyRequest): ProblemError {
    const fields = { requestId: request.id, method: request.method, kind: error.kind, detail: error.message };
    this.log.error(fields, 'the database could not serve a request');
    return new ProblemError(error.problem);
  }

  private fault(error: unknown, request: FastifyRequest): ProblemError {
    const requestId = request.id;
    this.log.error({ err: error, requestId, method: request.method, url: cut(request.url) }, 'request failed');
    return new ProblemError(problem('internal-error', `Request ${requestId} failed inside Berth.`, { requestId }));
  }
}

export function sendProblem(reply: FastifyReply, body: Problem): void {
  void reply.code(body.status).type('application/problem+json').serializer(JSON.stringify).send(body);
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}

const sentence = (error: unknown): string => errorText(error).replace(/\.$/, '');
