/**
 * Untrusted JSON (RFC 8259, RFC 7493): surveyed before anything is built from it, so that depth, number and names are
 * bounded and every string is one that can be stored and given back. Only then `JSON.parse` makes the value.
 */
import { jsonPointer } from '../../shared/json-pointer.js';

export interface JsonBounds {
  readonly depth: number;
  /** Of one list or object. */
  readonly members: number;
  /** Altogether. */
  readonly values: number;
  readonly keyChars: number;
  /** Of one string, as it is written. */
  readonly stringChars: number;
}

/** The message goes on after the pointer: `/metadata/a holds …`. */
export class JsonRefused extends Error {
  constructor(
    readonly pointer: string,
    what: string,
  ) {
    super(what);
    this.name = 'JsonRefused';
  }
}

/** Throws JsonRefused. */
export function readJson(text: string, bounds: JsonBounds): unknown {
  new Survey(text, bounds).document();
  return JSON.parse(text) as unknown;
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
const literals = ['true', 'false', 'null'];

/** Depth is bounded, so that recursion is. */
class Survey {
  #at = 0;
  #values = 0;
  readonly #path: (string | number)[] = [];

  constructor(
    private readonly text: string,
    private readonly bounds: JsonBounds,
  ) {}

  document(): void {
    this.value();
    if (this.#at < this.text.length) this.unexpected('the end');
  }

  /** Consumes the blanks around it too. */
  private value(): void {
    this.blanks();
    this.#values += 1;
    if (this.#values > this.bounds.values)
      this.refuse(`is where the body passes ${this.bounds.values} values`, this.#path.slice(0, -1));
    const first = this.text[this.#at];
    if (first === '{') this.object();
    else if (first === '[') this.list();
    else if (first === '"') this.string();
    else this.scalar();
    this.blanks();
  }

  private object(): void {
    const keys = new Set<string>();
    this.members('}', () => {
      this.blanks();
      if (this.text[this.#at] !== '"') this.unexpected('a member name in quotes');
      const key = this.key(keys);
      this.#path.push(key);
      this.blanks();
      this.take(':');
      this.value();
      this.#path.pop();
    });
  }

  private list(): void {
    let index = 0;
    this.members(']', () => {
      this.#path.push(index++);
      this.value();
      this.#path.pop();
    });
  }

  /** `{`, `[` to its end. */
  private members(end: '}' | ']', member: () => void): void {
    this.enter();
    this.#at += 1;
    this.blanks();
    let count = 0;
    while (count > 0 || this.text[this.#at] !== end) {
      count += 1;
      if (count > this.bounds.members) this.refuse(`has more than ${this.bounds.members} members`);
      member();
      if (this.text[this.#at] !== ',') break;
      this.#at += 1;
    }
    this.take(end);
    this.#depth -= 1;
  }

  #depth = 0;

  private enter(): void {
    this.#depth += 1;
    if (this.#depth > this.bounds.depth) this.refuse(`is nested more than ${this.bounds.depth} levels deep`);
  }

  private key(known: Set<string>): string {
    const key = this.string();
    const inside = this.#path.at(-1);
    if (key.length > this.bounds.keyChars)
      this.refuse(`has a member whose name is longer than ${this.bounds.keyChars} characters`);
    if (known.has(key)) this.refuse('is given twice', [...this.#path, key]);
    // Names by which JavaScript objects reach what all of them share.
    if (key === '__proto__' || (key === 'prototype' && inside === 'constructor'))
      this.refuse('is a name that is not taken', [...this.#path, key]);
    known.add(key);
    return key;
  }

  private string(): string {
    const from = this.#at;
    let escaped = false;
    for (this.#at += 1; this.text[this.#at] !== '"';) {
      const code = this.text.charCodeAt(this.#at);
      if (code === 0x5c) {
        escaped = true;
        this.match(escape, 'an escape of JSON');
      } else if (code >= 0x20) this.#at += 1;
      else this.unexpected('the end of a string');
      if (this.#at - from > this.bounds.stringChars)
        this.refuse(`is a string of more than ${this.bounds.stringChars} characters`);
    }
    this.#at += 1;
    if (!escaped) return this.text.slice(from + 1, this.#at - 1);
    return this.storable(JSON.parse(this.text.slice(from, this.#at)) as string);
  }

  /** Escapes can write what no text holds. */
  private storable(string: string): string {
    if (!string.isWellFormed()) this.refuse('has half of a surrogate pair, which is no character');
    if (string.includes('\0')) this.refuse('has the character U+0000, which cannot be stored');
    return string;
  }

  private scalar(): void {
    const literal = literals.find((each) => this.text.startsWith(each, this.#at));
    if (literal !== undefined) this.#at += literal.length;
    else if (!Number.isFinite(Number(this.match(number, 'a value'))))
      this.refuse('is a number beyond what can be stored');
  }

  private match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return this.unexpected(what);
    this.#at += found.length;
    return found;
  }

  private take(sign: string): void {
    if (this.text[this.#at] !== sign) this.unexpected(`"${sign}"`);
    this.#at += 1;
  }

  private blanks(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  private refuse(what: string, path: readonly (string | number)[] = this.#path): never {
    throw new JsonRefused(jsonPointer(path), what);
  }

  private unexpected(wanted: string): never {
    const before = this.text.slice(0, this.#at).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    this.refuse(`is no JSON at ${place}: ${wanted} is expected, not ${this.found()}`);
  }

  private found(): string {
    const code = this.text.codePointAt(this.#at);
    if (code === undefined) return 'the end of the body';
    const sign = String.fromCodePoint(code);
    return /[\x21-\x7e]/.test(sign) ? sign : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }
}
