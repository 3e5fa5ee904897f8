/**
 * A file as the answer (SOL013 clause 4.2; RFC 9110 clauses 13 and 14): whole, one range of it, or nothing when the client
 * has it already. Streamed; Nest answers HEAD with the same headers and reads nothing.
 */
import { createParamDecorator, StreamableFile, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { ByteRange, StoredFile } from '../../artifacts/artifacts.js';
import { byteRange } from './byte-range.js';
import { isHad } from './etag.js';
import { refusal } from './problem-error.js';

/** A request with its answer in the making. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Parameter decorator: the exchange. */
export const HttpExchange = createParamDecorator((_: unknown, context: ExecutionContext): Exchange => {
  const http = context.switchToHttp();
  return { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
});

export interface Download {
  readonly file: StoredFile;
  /** Bare: clients compare it as a whole. */
  readonly type: string;
  /** Another one whenever the bytes are others. */
  readonly tag: string;
}

/** The body, undefined for none; sets status and headers. Throws a 416 for a range outside the file. */
export function sendFile({ request, reply }: Exchange, { file, type, tag }: Download): StreamableFile | undefined {
  const etag = `"${tag}"`;
  reply.header('etag', etag).header('accept-ranges', 'bytes');
  if (isHad(request.headers['if-none-match'], etag)) {
    reply.code(304);
    return undefined;
  }
  const range = askedRange(request, file.sizeBytes, etag);
  if (range === undefined) return new StreamableFile(asStream(file.read()), { type, length: file.sizeBytes });
  const { first, last } = range;
  reply.code(206).header('content-range', `bytes ${first}-${last}/${file.sizeBytes}`);
  return new StreamableFile(asStream(file.read(range)), { type, length: last - first + 1 });
}

/** Undefined: the whole. A Range counts in GET alone, and only as long as If-Range names what there is. */
function askedRange({ method, headers }: FastifyRequest, sizeBytes: number, etag: string): ByteRange | undefined {
  const ifRange = headers['if-range'];
  if (method !== 'GET' || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const range = byteRange(headers.range, sizeBytes);
  if (range !== 'unsatisfiable') return range === 'whole' ? undefined : range;
  const detail = `The range ${String(headers.range)} lies outside the ${sizeBytes} bytes that there are.`;
  throw refusal('range-not-satisfiable', detail, { 'content-range': `bytes */${sizeBytes}` });
}

const asStream = (content: AsyncIterable<Uint8Array>): Readable =>
  content instanceof Readable ? content : Readable.from(content, { objectMode: false });
