/**
 * When domains started, by libvirt's own clock: one `virsh event` for the whole bench, for Berth and virsh alike.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const form = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\+0000: event 'lifecycle' for domain '?([^':]+)'?: Started/;

export class DomainEvents {
  #child = spawn('virsh', ['-c', 'qemu:///system', 'event', '--event', 'lifecycle', '--loop', '--timestamp'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
  });
  #started = [];
  #waiting = new Set();

  constructor() {
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#read(line));
  }

  #read(line) {
    const [, day, time, name] = form.exec(line) ?? [];
    if (name === undefined) return;
    this.#started.push({ name, atMs: Date.parse(`${day}T${time}Z`) });
    for (const look of this.#waiting) look();
  }

  /** When each of `count` domains accepted by `fits` started after `fromMs`: epoch milliseconds, ascending. */
  starts(fits, count, fromMs, limitMs = 120_000) {
    return new Promise((resolve, reject) => {
      const found = () => this.#started.filter(({ name, atMs }) => fits(name) && atMs >= fromMs);
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${found().length} of ${count} domains started within ${limitMs / 1000} s`));
      }, limitMs);
      const look = () => {
        if (found().length < count) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(
          found()
            .map(({ atMs }) => atMs)
            .toSorted((a, b) => a - b),
        );
      };
      this.#waiting.add(look);
      look();
    });
  }

  close() {
    this.#child.kill();
  }
}
