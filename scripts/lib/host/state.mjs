/**
 * What the preparation has changed on this host and how it was before, so that undoing restores exactly that. Written
 * before each change: a preparation that was killed is undone too.
 */
import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export const stateFile = '/var/lib/berth/host-prepare.json';

export class HostState {
  #file;
  #values;

  constructor(file = stateFile) {
    this.#file = file;
    this.#values = read(file);
  }

  get(key) {
    return this.#values[key];
  }

  /** Undefined forgets the key. With nothing left to remember, the file goes. */
  set(key, value) {
    if (value === undefined) delete this.#values[key];
    else this.#values[key] = value;
    if (Object.keys(this.#values).length === 0) remove(this.#file);
    else write(this.#file, this.#values);
  }

  /** What was there before the first change: later runs must not take our own work for it. */
  remember(key, before) {
    if (this.#values[key] === undefined) this.set(key, before);
  }

  get isEmpty() {
    return Object.keys(this.#values).length === 0;
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: ${error.message}. Repair or remove it.`, { cause: error });
  }
}

function write(file, values) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(values, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function remove(file) {
  rmSync(file, { force: true });
  try {
    rmdirSync(dirname(file));
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EBUSY'].includes(error.code)) throw error;
  }
}
