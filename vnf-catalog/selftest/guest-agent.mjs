// A client of QEMU's guest agent, enough for the self-tests: one request at a time over a Unix socket.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export class GuestAgent {
  #path;
  constructor(path) {
    this.#path = path;
  }

  async ask(execute, args = {}, timeoutMs = 5000) {
    const socket = connect(this.#path);
    try {
      return await answer(socket, { execute, arguments: args }, timeoutMs);
    } finally {
      socket.destroy();
    }
  }

  async awaitReady(limitMs) {
    for (const end = Date.now() + limitMs; Date.now() < end; await sleep(25)) {
      if (
        await this.ask('guest-ping', {}, 400).then(
          () => true,
          () => false,
        )
      )
        return;
    }
    throw new Error(`the guest agent did not answer within ${limitMs} ms`);
  }

  async run(path, args = [], limitMs = 60_000) {
    const { pid } = await this.ask('guest-exec', { path, arg: args, 'capture-output': true });
    for (const end = Date.now() + limitMs; Date.now() < end; await sleep(10)) {
      const state = await this.ask('guest-exec-status', { pid });
      if (!state.exited) continue;
      const text = (field) => Buffer.from(state[field] ?? '', 'base64').toString();
      return { code: state.exitcode ?? -1, stdout: text('out-data'), stderr: text('err-data') };
    }
    throw new Error(`${path} ${args.join(' ')} did not end within ${limitMs} ms`);
  }

  async writeFile(path, content) {
    const handle = await this.ask('guest-file-open', { path, mode: 'w' });
    await this.ask('guest-file-write', { handle, 'buf-b64': Buffer.from(content).toString('base64') });
    await this.ask('guest-file-close', { handle });
  }
}

// An answer to an earlier caller who gave up may still be on its way, so each connection first sends
// `guest-sync` with a number of its own and passes over everything until that number comes back.
function answer(socket, request, timeoutMs) {
  return new Promise((resolve, reject) => {
    const id = Math.floor(Math.random() * 2 ** 31);
    const timer = setTimeout(() => reject(new Error(`${request.execute}: no answer in ${timeoutMs} ms`)), timeoutMs);
    const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
    let synchronised = false;
    const take = (reply) => {
      if (!synchronised) {
        synchronised = reply.return === id;
        return synchronised && send(request);
      }
      clearTimeout(timer);
      return reply.error
        ? reject(new Error(`${request.execute}: ${JSON.stringify(reply.error)}`))
        : resolve(reply.return);
    };
    const fail = (error) => (clearTimeout(timer), reject(error));
    socket.on('error', fail);
    // The reader of lines tells an error of its socket again.
    createInterface({ input: socket })
      .on('error', fail)
      .on('line', (line) => take(JSON.parse(line)));
    socket.on('connect', () => send({ execute: 'guest-sync', arguments: { id } }));
  });
}
