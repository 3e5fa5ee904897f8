/**
 * What a run has made and a later one has to clear, should this one be killed: written before the thing is made.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class RunState {
  #file;
  #facts = {};

  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.#file = join(folder, 'run.json');
    try {
      this.#facts = JSON.parse(readFileSync(this.#file, 'utf8'));
    } catch (error) {
      if (error.code !== 'ENOENT') throw new Error(`${this.#file} cannot be read: ${error.message}`, { cause: error });
    }
  }

  get(name) {
    return this.#facts[name];
  }

  /** Undefined removes the fact. */
  set(name, value) {
    this.#facts = { ...this.#facts, [name]: value };
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#facts, null, 2));
    renameSync(`${this.#file}.new`, this.#file);
  }

  path(...parts) {
    return join(this.folder, ...parts);
  }

  /** Everything the run kept, Berth's data included. */
  forget() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
