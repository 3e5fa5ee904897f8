// A client of QEMU's guest agent, enough for the self-tests: one request at a time over a Unix socket.
import { connect } from 'node:net';
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

function answer(socket, request, timeoutMs) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`${request.execute}: no answer in ${timeoutMs} ms`)), timeoutMs);
    const end = (action, value) => (clearTimeout(timer), action(value));
    socket.on('error', (error) => end(reject, error));
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (data) => {
      text += data;
      const newline = text.indexOf('\n');
      if (newline < 0) return;
      const reply = JSON.parse(text.slice(0, newline));
      end(reply.error ? reject : resolve, reply.error ? new Error(JSON.stringify(reply.error)) : reply.return);
    });
  });
}
