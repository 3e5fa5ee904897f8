/**
 * A host's state in `<stateDir>/<host>.json`: the whole of it in the first line, and a line for each change since. The first
 * line is written beside and renamed; of a last line that a killed Berth left unfinished nothing counts, for it was not
 * answered yet. Not synced to disk: it need only outlive the process.
 */
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { HostId } from '../../shared/ids.js';
import { KiB } from '../../shared/units.js';
import { emptyState, type HostState, type SimulatedDomain } from './host-state.js';

/** Grows when the form changes; a file of another form is refused, not guessed at. */
const form = 1;

/** Changes beyond this, and beyond the size of the whole, are folded into the first line. */
const mostChangesBytes = 256 * KiB;

type Entries = readonly (readonly [string, unknown])[];

/** Parts that are absent in files of earlier builds are empty. */
type Whole = Partial<Record<Part, Entries>> & {
  readonly form: number;
  readonly removedNetworks: readonly string[];
  readonly nextTap: number;
};

/** Without a value: it is gone. */
type Change = readonly [part: Part | 'removedNetworks', key: string, value?: unknown];

interface Line {
  readonly changes: readonly Change[];
  readonly nextTap: number;
}

const parts = ['domains', 'volumes', 'unmounted', 'networks', 'foreignPages', 'foreign', 'functions'] as const;
type Part = (typeof parts)[number];

/** What the file says; values are never changed in place, so that the same object is the same content. */
type Known = ReadonlyMap<Change[0], ReadonlyMap<string, unknown>>;

export class StateFile {
  readonly #file: string;
  #known: Known | undefined;
  #wholeBytes = 0;
  #changesBytes = 0;

  constructor(stateDir: string, id: HostId) {
    this.#file = join(stateDir, `${encodeURIComponent(id)}.json`);
  }

  /** Undefined when the host has never changed. No domain was started after `nowMs`: the clock was set back since. */
  load(nowMs: number): HostState | undefined {
    if (!existsSync(this.#file)) return undefined;
    const [whole = '', ...lines] = readFileSync(this.#file, 'utf8').split('\n');
    const state = emptyState();
    this.#readWhole(state, whole);
    const readable = lines.filter((line, at) => this.#apply(state, line, at === lines.length - 1));
    this.#wholeBytes = whole.length;
    this.#changesBytes = lines.reduce((sum, line) => sum + line.length, 0);
    // An unfinished line is gone with the next save, which writes the whole.
    if (readable.length === lines.length) this.#known = knownOf(state);
    for (const [uuid, domain] of state.domains) state.domains.set(uuid, startedBy(nowMs, domain));
    return state;
  }

  save(state: HostState): void {
    const now = knownOf(state);
    const isFolded = this.#changesBytes > Math.max(mostChangesBytes, this.#wholeBytes);
    const known = isFolded ? undefined : this.#known;
    // What becomes of the file, should this fail, is not known.
    this.#known = undefined;
    if (known === undefined || !this.#append({ changes: [...changesBetween(known, now)], nextTap: state.nextTap })) {
      this.#writeWhole(state);
    }
    this.#known = now;
  }

  #readWhole(state: HostState, text: string): void {
    const read = JSON.parse(text) as Whole;
    if (read.form !== form) {
      throw new Error(
        `${this.#file} holds a simulated host of form ${String(read.form)}, not ${String(form)}; delete it`,
      );
    }
    for (const part of parts) for (const [key, value] of read[part] ?? []) setIn(state, [part, key, value]);
    for (const name of read.removedNetworks) state.removedNetworks.add(name);
    state.nextTap = read.nextTap;
  }

  /** False: the line is the last one and was not finished. */
  #apply(state: HostState, text: string, isLast: boolean): boolean {
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch (cause) {
      if (isLast) return false;
      throw new Error(`${this.#file} has a line that cannot be read; delete the file`, { cause });
    }
    for (const change of line.changes) setIn(state, change);
    state.nextTap = line.nextTap;
    return true;
  }

  /** False when the file is not there. */
  #append(line: Line): boolean {
    if (!existsSync(this.#file)) return false;
    const text = `\n${JSON.stringify(line)}`;
    const file = openSync(this.#file, constants.O_WRONLY | constants.O_APPEND);
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
    this.#changesBytes += text.length;
    return true;
  }

  #writeWhole(state: HostState): void {
    const whole: Whole = {
      form,
      ...Object.fromEntries(parts.map((part) => [part, [...state[part]]])),
      removedNetworks: [...state.removedNetworks],
      nextTap: state.nextTap,
    };
    const text = JSON.stringify(whole);
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
    this.#wholeBytes = text.length;
    this.#changesBytes = 0;
  }
}

function setIn(state: HostState, [part, key, ...values]: Change): void {
  if (part === 'removedNetworks') {
    if (values.length === 0) state.removedNetworks.delete(key);
    else state.removedNetworks.add(key);
    return;
  }
  // What is read was written by this file.
  const map = state[part] as Map<string, unknown>;
  if (values.length === 0) map.delete(key);
  else map.set(key, values[0]);
}

const knownOf = (state: HostState): Known =>
  new Map<Change[0], ReadonlyMap<string, unknown>>([
    ...parts.map((part) => [part, new Map<string, unknown>(state[part])] as const),
    ['removedNetworks', new Map([...state.removedNetworks].map((name) => [name, true]))],
  ]);

function* changesBetween(before: Known, after: Known): Generator<Change> {
  for (const [part, now] of after) {
    const then = before.get(part) ?? new Map<string, unknown>();
    for (const key of then.keys()) if (!now.has(key)) yield [part, key];
    for (const [key, value] of now) if (then.get(key) !== value) yield [part, key, value];
  }
}

function startedBy(nowMs: number, domain: SimulatedDomain): SimulatedDomain {
  const { running } = domain;
  const startedAtMs = Math.min(running?.startedAtMs ?? nowMs, nowMs);
  if (running === undefined || running.startedAtMs === startedAtMs) return domain;
  return { ...domain, running: { ...running, startedAtMs } };
}
