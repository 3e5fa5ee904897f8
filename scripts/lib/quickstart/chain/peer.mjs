/**
 * A program for test hosts, inside their namespaces:
 *   peer.mjs serve PORT                 sends as many bytes as a client asks for; prints "listening"
 *   peer.mjs connect ADDRESS PORT MS    exit code 0 when a connection comes about within so many milliseconds
 *   peer.mjs fetch ADDRESS PORT BYTES   asks for bytes, prints how many have come each second, then their SHA-256
 * The bytes are the same for everybody, so that both ends know the digest.
 */
import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { pathToFileURL } from 'node:url';

const block = Buffer.alloc(64 * 1024);
for (let at = 0; at < block.length; at++) block[at] = (at * 31 + (at >> 8)) & 0xff;

function* blocks(bytes) {
  for (let left = bytes; left > 0; left -= block.length) yield left < block.length ? block.subarray(0, left) : block;
}

export function digestOf(bytes) {
  const hash = createHash('sha256');
  for (const part of blocks(bytes)) hash.update(part);
  return hash.digest('hex');
}

const drained = (socket) => new Promise((go) => socket.once('drain', go).once('close', go));

async function answer(socket, bytes) {
  for (const part of blocks(bytes)) {
    if (socket.destroyed) return;
    if (!socket.write(part)) await drained(socket);
  }
  socket.end();
}

function serve(port) {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (asked) => void answer(socket, Number(asked)));
  });
  server.listen(port, () => console.log('listening'));
}

function tryToConnect(host, port, ms) {
  const socket = connect({ host, port });
  const end = (code) => {
    socket.destroy();
    process.exit(code);
  };
  socket.once('connect', () => end(0));
  socket.once('error', () => end(1));
  setTimeout(() => end(2), ms);
}

function fetchBytes(host, port, bytes) {
  const hash = createHash('sha256');
  let received = 0;
  const socket = connect({ host, port }, () => socket.write(String(bytes)));
  const telling = setInterval(() => console.log(`received ${received}`), 1000);
  socket.on('data', (chunk) => {
    received += chunk.length;
    hash.update(chunk);
  });
  socket.on('error', (error) => {
    console.log(`error ${error.message}`);
    process.exitCode = 1;
  });
  socket.on('close', () => {
    clearInterval(telling);
    console.log(`done ${received} ${hash.digest('hex')}`);
  });
}

const [, , verb, ...words] = process.argv;
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [host, port, number] = words;
  if (verb === 'serve') serve(Number(host));
  else if (verb === 'connect') tryToConnect(host, Number(port), Number(number));
  else if (verb === 'fetch') fetchBytes(host, Number(port), Number(number));
  else throw new Error(`unknown: ${verb}`);
}
