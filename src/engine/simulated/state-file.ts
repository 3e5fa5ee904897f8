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
import { emptyState, type HostState, type RunningDomain, type SimulatedDomain } from './host-state.js';

/** Grows when the form changes; a file of an unknown form is refused, not guessed at. */
const form = 2;
/** A running domain says in it what it was started with, though it is what is defined. */
const oldestForm = 1;

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

export class StateFile {
  readonly #file: string;
  /** The file says what the state was when its changes were last taken. */
  #isKnown = false;
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
    const readForm = this.#readWhole(state, whole);
    const readable = lines.filter((line, at) => this.#apply(state, line, at === lines.length - 1));
    this.#wholeBytes = whole.length;
    this.#changesBytes = lines.reduce((sum, line) => sum + line.length, 0);
    // An unfinished line and an earlier form are gone with the next save, which writes the whole.
    this.#isKnown = readable.length === lines.length && readForm === form;
    takeChanges(state);
    for (const [uuid, domain] of state.domains) state.domains.set(uuid, startedBy(nowMs, domain));
    return state;
  }

  save(state: HostState): void {
    const changes = takeChanges(state);
    if (this.#isKnown && changes.length === 0) return;
    const isFolded = this.#changesBytes > Math.max(mostChangesBytes, this.#wholeBytes);
    const isKnown = this.#isKnown && !isFolded;
    // What becomes of the file, should this fail, is not known.
    this.#isKnown = false;
    if (!isKnown || !this.#append({ changes, nextTap: state.nextTap })) this.#writeWhole(state);
    this.#isKnown = true;
  }

  /** Answers the form in which it is written. */
  #readWhole(state: HostState, text: string): number {
    const read = JSON.parse(text) as Whole;
    if (!(read.form >= oldestForm && read.form <= form)) {
      throw new Error(
        `${this.#file} holds a simulated host of form ${String(read.form)}, not ${String(form)}; delete it`,
      );
    }
    for (const part of parts) for (const [key, value] of read[part] ?? []) setIn(state, [part, key, value]);
    for (const name of read.removedNetworks) state.removedNetworks.add(name);
    state.nextTap = read.nextTap;
    return read.form;
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
    const file = openThere(this.#file);
    if (file === undefined) return false;
    const text = `\n${JSON.stringify(line)}`;
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
      ...Object.fromEntries(parts.map((part) => [part, entriesOf(state, part)])),
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
  else map.set(key, part === 'domains' ? readDomain(values[0] as WrittenDomain) : values[0]);
}

/** What has changed since the last time, as the file says it. */
export function takeChanges(state: HostState): readonly Change[] {
  const all: Change[] = [];
  for (const part of parts) {
    const map: ReadonlyMap<string, unknown> = state[part];
    for (const key of state[part].takeChanged()) {
      all.push(map.has(key) ? [part, key, written(part, map.get(key))] : [part, key]);
    }
  }
  for (const name of state.removedNetworks.takeChanged()) {
    all.push(state.removedNetworks.has(name) ? ['removedNetworks', name, true] : ['removedNetworks', name]);
  }
  return all;
}

/** What runs as it is defined says so by leaving it out: it is most of what is written. */
type WrittenDomain = Omit<SimulatedDomain, 'running'> & {
  readonly running?: Omit<RunningDomain, 'xml' | 'demand'> & Partial<Pick<RunningDomain, 'xml' | 'demand'>>;
};

const written = (part: Part, value: unknown): unknown =>
  part === 'domains' ? writtenDomain(value as SimulatedDomain) : value;

function writtenDomain(domain: SimulatedDomain): WrittenDomain {
  const { running, ...defined } = domain;
  if (running?.xml !== domain.xml || running.demand !== domain.demand) return domain;
  const { xml: _xml, demand: _demand, ...rest } = running;
  return { ...defined, running: rest };
}

function readDomain({ running, ...defined }: WrittenDomain): SimulatedDomain {
  if (running === undefined) return defined;
  const { xml, demand } = defined;
  return { ...defined, running: { xml, demand, ...running } };
}

const entriesOf = (state: HostState, part: Part): Entries =>
  [...(state[part] as ReadonlyMap<string, unknown>)].map(([key, value]) => [key, written(part, value)]);

/** Undefined when the file is not there. */
function openThere(file: string): number | undefined {
  try {
    return openSync(file, constants.O_WRONLY | constants.O_APPEND);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function startedBy(nowMs: number, domain: SimulatedDomain): SimulatedDomain {
  const { running } = domain;
  const startedAtMs = Math.min(running?.startedAtMs ?? nowMs, nowMs);
  if (running === undefined || running.startedAtMs === startedAtMs) return domain;
  return { ...domain, running: { ...running, startedAtMs } };
}
