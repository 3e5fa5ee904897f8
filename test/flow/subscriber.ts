/**
 * A subscriber on loopback: keeps what it is sent and answers what the test says; a token endpoint beside it when wanted.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Of the answer. */
  readonly status: number;
}

export type Notification = Readonly<Record<string, unknown>>;

export interface Subscriber {
  readonly origin: string;
  readonly received: readonly Received[];
  /** Bodies of POSTs that were answered 204, in order. */
  readonly notifications: () => readonly Notification[];
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** `answer` says what every request gets; 204 when left out. */
export async function startSubscriber(
  answer: (request: Omit<Received, 'status'>) => Answer = () => ({ status: 204 }),
): Promise<Subscriber> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const asked = { method, url, headers, text: Buffer.concat(chunks).toString() };
      const { status, body } = answer(asked);
      received.push({ ...asked, status });
      response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    notifications: () =>
      received
        .filter(({ method, status }) => method === 'POST' && status === 204)
        .map(({ text }) => JSON.parse(text) as Notification),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
