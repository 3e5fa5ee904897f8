// A TCP transfer that goes on for a while, to be cut into:
//   transfer.mjs serve PORT SECONDS          sends bytes all the time, to each client, and ends after one
//   transfer.mjs fetch ADDRESS PORT          prints { bytes, sha256, longestPauseMs } when it is over
//   transfer.mjs digest BYTES                what sha256 must be
import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const CHUNK = 16384;
const EVERY_MS = 20;

// Every chunk differs, so that one that is lost, doubled or out of order shows.
function chunk(number) {
  const out = Buffer.alloc(CHUNK);
  for (let at = 0; at < CHUNK; at += 4) out.writeUInt32LE((number * CHUNK + at) >>> 0, at);
  return out;
}

async function send(socket, seconds) {
  for (let number = 0; number < (seconds * 1000) / EVERY_MS; number++) {
    if (!socket.write(chunk(number))) await new Promise((resolve) => socket.once('drain', resolve));
    await sleep(EVERY_MS);
  }
  socket.end();
}

function serve(port, seconds) {
  const server = createServer((socket) => {
    server.close();
    send(socket, seconds);
  });
  server.listen(port, () => console.log('listening'));
}

function fetch(address, port) {
  const hash = createHash('sha256');
  const socket = connect({ host: address, port });
  let bytes = 0;
  let longest = 0;
  let last = Date.now();
  socket.on('data', (data) => {
    hash.update(data);
    bytes += data.length;
    longest = Math.max(longest, Date.now() - last);
    last = Date.now();
  });
  socket.on('end', () => {
    console.log(JSON.stringify({ bytes, sha256: hash.digest('hex'), longestPauseMs: longest }));
    socket.destroy();
  });
}

function digest(bytes) {
  const hash = createHash('sha256');
  for (let number = 0; number * CHUNK < bytes; number++) hash.update(chunk(number));
  console.log(hash.digest('hex'));
}

const [verb, ...words] = process.argv.slice(2);
if (verb === 'serve') serve(Number(words[0]), Number(words[1]));
else if (verb === 'fetch') fetch(words[0], Number(words[1]));
else digest(Number(words[0]));
