/** Free ports of the loopback device, as the kernel gives them. Each is held until all are chosen, so that all differ. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

interface Held {
  readonly port: number;
  free(): Promise<void>;
}

const holdTcp = (): Promise<Held> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('a TCP socket without a port'));
      resolve({ port: address.port, free: () => new Promise((freed) => void server.close(() => freed())) });
    });
  });

const holdUdp = (): Promise<Held> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () =>
      resolve({ port: socket.address().port, free: () => new Promise((freed) => void socket.close(() => freed())) }),
    );
  });

export async function freePorts(wanted: { readonly tcp: number; readonly udp: number }) {
  const times = <T>(count: number, hold: () => Promise<T>) => Promise.all(Array.from({ length: count }, hold));
  const [tcp, udp] = await Promise.all([times(wanted.tcp, holdTcp), times(wanted.udp, holdUdp)]);
  await Promise.all([...tcp, ...udp].map((held) => held.free()));
  return { tcp: tcp.map(({ port }) => port), udp: udp.map(({ port }) => port) };
}
