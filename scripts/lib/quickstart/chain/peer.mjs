/**
 * A program for test hosts, inside their namespaces:
 *   peer.mjs serve PORT                 sends what a client asks for; prints "listening"
 *   peer.mjs connect ADDRESS PORT MS    exit code 0 when a connection comes about within so many milliseconds
 *   peer.mjs fetch ADDRESS PORT BYTES   takes so many bytes as fast as they come
 *   peer.mjs stream ADDRESS PORT        takes bytes at a steady rate until standard input ends
 * The last two print how many bytes have come each second, at the end with their SHA-256. The bytes are the same for
 * everybody, so that both ends know the digest.
 */
import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { block, blocks } from './pattern.mjs';

/** Of a stream: 64 KiB at a time. */
const pauseMs = 20;

const sent = (socket, part) => new Promise((go) => socket.write(part, go));

async function answerWith(socket, parts) {
  for (const part of parts) {
    if (socket.destroyed) return;
    await sent(socket, part);
  }
  socket.end();
}

/** Whole blocks, so that the digest of their number is known. */
async function streamTo(socket, isToldToEnd) {
  while (!socket.destroyed && !isToldToEnd()) {
    await sent(socket, block);
    await sleep(pauseMs);
  }
  socket.end();
}

function serve(port) {
  const server = createServer((socket) => {
    let told = false;
    socket.on('error', () => socket.destroy());
    socket.once('data', (asked) => {
      socket.on('data', () => (told = true));
      if (String(asked).startsWith('stream')) void streamTo(socket, () => told);
      else void answerWith(socket, blocks(Number(asked)));
    });
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

function take(host, port, asked) {
  const hash = createHash('sha256');
  let received = 0;
  const socket = connect({ host, port }, () => socket.write(asked));
  const telling = setInterval(() => console.log(`received ${received}`), 200);
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
    process.stdin.destroy();
  });
  return socket;
}

function takeStream(host, port) {
  const socket = take(host, port, 'stream');
  process.stdin.resume().once('end', () => socket.write('end'));
}

const [, , verb, ...words] = process.argv;
const [host, port, number] = words;
if (verb === 'serve') serve(Number(host));
else if (verb === 'connect') tryToConnect(host, Number(port), Number(number));
else if (verb === 'fetch') take(host, Number(port), number);
else if (verb === 'stream') takeStream(host, Number(port));
else throw new Error(`unknown: ${verb}`);
