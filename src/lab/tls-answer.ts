/**
 * Checks that libvirt accepts mutual TLS: it sends one byte after it has verified the client certificate.
 */
import { connect } from 'node:tls';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clientFiles } from './keys.js';

const accepted = 1;

/** Why it does not accept; undefined when it does. */
export async function whyNoTls(port: number, client: string, limitMs: number): Promise<string | undefined> {
  const [ca, cert, key] = await Promise.all(clientFiles.map((name) => readFile(join(client, name))));
  if (ca === undefined || cert === undefined || key === undefined) throw new Error(`${client} has no certificate`);
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca, cert, key, servername: 'localhost' });
    const end = (why: string | undefined): void => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(limitMs, () => end(`no answer within ${limitMs} ms`));
    socket.once('error', (error: Error) => end(error.message));
    socket.once('close', () => end('the connection was closed'));
    socket.once('data', (data: Buffer) =>
      end(data[0] === accepted ? undefined : 'the certificate of the client was refused'),
    );
  });
}
