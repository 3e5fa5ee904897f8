/**
 * The receiver that Alertmanager sends to: keeps what came, prints it, and lets a step wait for it.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';

const mostKept = 1000;

export class Webhook {
  #server;
  #kept = [];
  #waiting = [];
  #tell = () => {};

  async start() {
    this.#server = createServer((request, response) => this.#take(request, response));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  async #take(request, response) {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    response.writeHead(204).end();
    for (const alert of JSON.parse(text).alerts) this.#keep(alert);
  }

  /** Alertmanager sends what still fires again with what is new. */
  #keep({ status, labels, annotations, startsAt, fingerprint }) {
    const key = `${fingerprint} ${startsAt} ${status}`;
    if (this.#kept.some((each) => each.key === key)) return;
    const alert = { key, status, labels, annotations, startsAt };
    this.#kept = [...this.#kept, alert].slice(-mostKept);
    this.#tell(alert);
    for (const waiter of this.#waiting) waiter();
  }

  /** `tell` sees every alert that comes from now on. */
  listen(tell) {
    this.#tell = tell;
  }

  get received() {
    return this.#kept;
  }

  /** The alert that `is` holds for, if it came already or within the limit. */
  async until(is, limitMs, complaint) {
    const limit = Date.now() + limitMs;
    for (;;) {
      const found = this.#kept.find(is);
      if (found) return found;
      if (Date.now() > limit) throw new Error(`${complaint} within ${limitMs / 1000} s`);
      await this.#next(limit - Date.now());
    }
  }

  #next(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, ms));
      this.#waiting = [() => (clearTimeout(timer), resolve())];
    });
  }

  async stop() {
    if (!this.#server?.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
