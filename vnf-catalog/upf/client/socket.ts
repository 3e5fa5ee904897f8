/** UDP sockets on one address. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

export interface Sender {
  readonly address: string;
  readonly port: number;
}

/** What `take` cannot read goes to `faults`, which are looked at after each step. */
export async function openSocket(
  local: string,
  port: number,
  take: (bytes: Buffer, from: Sender) => void,
  faults: string[],
): Promise<Socket> {
  const socket = createSocket(isIPv6(local) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, local, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.on('message', (bytes, from) => {
    try {
      take(bytes, from);
    } catch (error) {
      faults.push(
        `${bytes.length} bytes from ${from.address}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  });
  return socket;
}

export const send = (socket: Socket, bytes: Buffer, port: number, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.send(bytes, port, address, (error) => (error === null ? resolve() : reject(error)));
  });

export const close = (socket: Socket): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));
