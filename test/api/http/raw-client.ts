/** A client that says exactly what a test wants, and waits as long as it wants. */
import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  /** All that came until the server closed the connection; rejects when it does not in time. */
  readonly untilClosed: (limitMs?: number) => Promise<string>;
  /** What came as soon as it contains the text. */
  readonly untilSaid: (text: string) => Promise<string>;
}

export async function rawClient(origin: string, says = ''): Promise<RawClient> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let came = '';
  socket.on('data', (chunk) => (came += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.write(says);
  const waitFor = (done: () => boolean, limitMs: number, what: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} within ${limitMs} ms; came: ${came}`)), limitMs);
      const look = (): void => {
        if (!done()) return;
        clearTimeout(timer);
        socket.off('data', look).off('end', look).off('close', look);
        resolve(came);
      };
      socket.on('data', look).on('end', look).on('close', look);
      look();
    });
  return {
    socket,
    untilClosed: (limitMs = 60_000) =>
      waitFor(() => socket.readableEnded || socket.destroyed, limitMs, 'the server did not close'),
    untilSaid: (text) => waitFor(() => came.includes(text), 60_000, `the server did not say ${text}`),
  };
}
