/**
 * Prometheus' text of one metric whose samples are replaced as a whole. From one page to the next nearly all series stay
 * and most numbers change, so the bytes of the last text are kept: a number as long as the one before it is written over
 * it, lines that stay are copied in runs, and only a new series has its labels written.
 */
import type { MetricSpec } from './catalogue.js';

export type Labels = Readonly<Record<string, string>>;
/** Labels must not change: the same object stands for the same series. */
export type Put = (labels: Labels, value: number) => void;

/** By position. `starts`: of the value; `ends`: after the line. */
interface Lines {
  readonly labels: Labels[];
  readonly values: number[];
  readonly starts: number[];
  readonly ends: number[];
  /** Of all lines, the labels as text. */
  readonly series: Set<string>;
}

const noLines = (): Lines => ({ labels: [], values: [], starts: [], ends: [], series: new Set() });

export class Exposition {
  private readonly head: Buffer;
  private text: Buffer;
  private lines = noLines();

  constructor(private readonly spec: MetricSpec) {
    this.head = Buffer.from(`# HELP ${spec.name} ${helpText(spec.help)}\n# TYPE ${spec.name} ${spec.type}\n`);
    this.text = this.head;
  }

  /** With HELP and TYPE. What it holds is written over by the next `replace`. */
  bytes(): Uint8Array {
    return this.text;
  }

  /** Replaces all samples, as `fill` puts them; of two with the same labels the later one counts. */
  replace(fill: (put: Put) => void): void {
    const edit = new Edit(this.spec, this.head.length, this.text, this.lines);
    // What `fill` leaves behind when it fails is no text.
    [this.text, this.lines] = [this.head, noLines()];
    fill((labels, value) => {
      edit.put(labels, value);
    });
    [this.text, this.lines] = edit.end(this.head);
  }
}

/** Of deleted lines in one place so many are found to be deleted; after more, those behind them are rewritten. */
const longestGap = 64;

/** One pass over the lines of the last text, which become those of the next. */
class Edit {
  /** Where the next lines are kept: in place of those read, until there is one more of them. */
  private to: Lines;
  private readonly names: readonly string[];
  private count = 0;
  /** The line of the last text that is expected next, and where it begins. */
  private next = 0;
  private begins: number;
  /** The next text, from when it is no longer the last one with other numbers in it. */
  private out: Writer | undefined;
  /** As far as the last text was copied or left out. */
  private copied = 0;
  /** A series came that another line may have: two of them, or one that has another place now. */
  private isUnsure = false;

  constructor(
    private readonly spec: MetricSpec,
    headLength: number,
    private readonly last: Buffer,
    private readonly from: Lines,
  ) {
    this.to = from;
    this.begins = headLength;
    this.names = spec.labels;
  }

  put(labels: Labels, value: number): void {
    const known = this.from.labels[this.next];
    if (known !== undefined && (known === labels || isSame(this.names, known, labels))) this.keep(labels, value);
    else if (this.skipTo(labels)) this.keep(labels, value);
    else this.add(labels, value);
  }

  private keep(labels: Labels, value: number): void {
    const { from, next } = this;
    const start = from.starts[next] ?? 0;
    const end = from.ends[next] ?? 0;
    const isOther = from.values[next] !== value;
    this.next = next + 1;
    this.begins = end;
    const text = isOther ? valueText(value) : '';
    if (isOther && text.length !== end - 1 - start) return this.rewrite(labels, value, text, start, end);
    if (isOther) writeAscii(this.last, start, text);
    const moved = this.out === undefined ? 0 : this.out.length - this.copied;
    this.record(labels, value, start + moved, end + moved);
  }

  /** A number of another length. */
  private rewrite(labels: Labels, value: number, text: string, start: number, end: number): void {
    const out = this.copyTo(start);
    const newStart = out.length;
    out.ascii(text);
    this.copied = end - 1;
    this.record(labels, value, newStart, out.length + 1);
  }

  /** Whether the series is a few lines ahead: those before it are gone. */
  private skipTo(labels: Labels): boolean {
    const known = this.from.labels;
    const most = Math.min(known.length, this.next + longestGap);
    let at = this.next + 1;
    while (at < most && known[at] !== labels) at += 1;
    if (at >= most) return false;
    const end = this.from.ends[at - 1] ?? 0;
    this.leaveOut(at, end);
    return true;
  }

  /** The lines up to the one at this position, which ends there. */
  private leaveOut(at: number, end: number): void {
    const { names } = this;
    for (const labels of this.from.labels.slice(this.next, at)) this.from.series.delete(knownText(names, labels));
    this.copyTo(this.begins);
    this.copied = end;
    this.next = at;
    this.begins = end;
  }

  private add(labels: Labels, value: number): void {
    const text = knownText(this.names, labels);
    if (this.from.series.has(text)) this.isUnsure = true;
    else this.from.series.add(text);
    // The lines that are still to be read would be overwritten.
    if (this.to === this.from) this.to = linesUpTo(this.from, this.count);
    const out = this.copyTo(this.begins);
    out.utf8(`${this.spec.name}${text} `);
    const start = out.length;
    out.ascii(valueText(value));
    out.ascii('\n');
    this.record(labels, value, start, out.length);
  }

  private record(labels: Labels, value: number, start: number, end: number): void {
    const { to, count } = this;
    to.labels[count] = labels;
    to.values[count] = value;
    to.starts[count] = start;
    to.ends[count] = end;
    this.count = count + 1;
  }

  private copyTo(position: number): Writer {
    this.out ??= new Writer(this.last.length);
    this.out.copy(this.last, this.copied, position);
    this.copied = position;
    return this.out;
  }

  /** The next text and its lines. */
  end(head: Buffer): readonly [Buffer, Lines] {
    if (this.isUnsure) return this.writtenWhole(head);
    if (this.count === 0) return [head, noLines()];
    if (this.next < this.from.labels.length) this.leaveOut(this.from.labels.length, this.last.length);
    const { to, count } = this;
    if (to.labels.length > count) for (const each of [to.labels, to.values, to.starts, to.ends]) each.length = count;
    const text = this.out === undefined ? this.last : this.copyTo(this.last.length).bytes();
    return [text, to];
  }

  /** Each series once, with the value that it was given last. */
  private writtenWhole(head: Buffer): readonly [Buffer, Lines] {
    const last = new Map<string, readonly [Labels, number]>();
    for (const [at, labels] of this.to.labels.slice(0, this.count).entries())
      last.set(knownText(this.names, labels), [labels, this.to.values[at] ?? 0]);
    const edit = new Edit(this.spec, head.length, head, noLines());
    for (const [labels, value] of last.values()) edit.put(labels, value);
    return edit.end(head);
  }
}

const linesUpTo = ({ labels, values, starts, ends, series }: Lines, count: number): Lines => ({
  labels: labels.slice(0, count),
  values: values.slice(0, count),
  starts: starts.slice(0, count),
  ends: ends.slice(0, count),
  series,
});

/** Bytes that grow at their end. */
class Writer {
  length = 0;
  private buffer: Buffer;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size + (size >> 3) + 256);
  }

  copy(from: Buffer, start: number, end: number): void {
    if (start === end) return;
    this.ensure(end - start);
    this.length += from.copy(this.buffer, this.length, start, end);
  }

  utf8(text: string): void {
    // At most three bytes for each unit of a string.
    this.ensure(text.length * 3);
    this.length += this.buffer.write(text, this.length);
  }

  ascii(text: string): void {
    this.ensure(text.length);
    writeAscii(this.buffer, this.length, text);
    this.length += text.length;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private ensure(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** Numbers are too short for a call out of JavaScript. */
function writeAscii(to: Buffer, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) to[at + index] = text.charCodeAt(index);
}

interface Written {
  readonly names: readonly string[];
  readonly text: string;
}

/** Many metrics have samples with the very same labels: those of a VNFC, of one of its disks. */
const written = new WeakMap<Labels, Written>();

function knownText(names: readonly string[], labels: Labels): string {
  const known = written.get(labels);
  if (known !== undefined && isSameList(known.names, names)) return known.text;
  const text = labelsText(names, labels);
  written.set(labels, { names, text });
  return text;
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, at) => name === b[at]));

const isSame = (names: readonly string[], a: Labels, b: Labels): boolean =>
  names.every((name) => (a[name] ?? '') === (b[name] ?? ''));

function labelsText(names: readonly string[], labels: Labels): string {
  let text = '';
  for (const name of names) text += `${text === '' ? '' : ','}${name}="${escaped(labels[name] ?? '')}"`;
  return text === '' ? '' : `{${text}}`;
}

const special = /[\\\n"]/;

/** Hardly any value has one of these. */
const escaped = (value: string): string =>
  special.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"') : value;

const helpText = (help: string): string => plain(help).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function valueText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/** ASCII: a string with one other character takes twice the memory. */
export const plain = (help: string): string => help.replaceAll('’', "'");
