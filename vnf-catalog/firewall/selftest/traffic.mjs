// The client of traffic.py: requests out, answers in, one line each.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export class Traffic {
  #child;
  #lines;

  constructor(lab) {
    const ends = lab.sides.flatMap((side) => [side.netns, side.mac]);
    this.#child = spawn('/usr/bin/python3', [join(import.meta.dirname, 'traffic.py'), ...ends], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async #answer() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('traffic.py ended');
    const answer = JSON.parse(value);
    if (answer?.error) throw new Error(answer.error);
    return answer;
  }

  ready() {
    return this.#answer();
  }

  ask(what, more = {}) {
    this.#child.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
    return this.#answer();
  }

  close() {
    this.#child.stdin.end();
  }
}
