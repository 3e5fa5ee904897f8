/** Whoever asks, known from the first hook of a request on; handlers reach everything in this name. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../shared/caller.js';

const callers = new WeakMap<IncomingMessage, Caller>();

export const setCaller = ({ raw }: FastifyRequest, caller: Caller): void => void callers.set(raw, caller);

export function callerOf({ raw, method, url }: FastifyRequest): Caller {
  const caller = callers.get(raw);
  if (caller === undefined) throw new Error(`${method} ${url} has no caller: its route is open to anyone`);
  return caller;
}

/** Parameter decorator: the caller of this request. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
