/**
 * The text of attribute-based filters (SOL013 clause 5.2.2), parsed and nothing more:
 *
 *   filterExpr := simple (";" simple)*
 *   simple     := "(" op "," attr ("," value)+ ")"
 *   attr       := name ("/" name)*       name: "@key", or text with ~1 "/", ~a ",", ~b "@", ~0 "~"
 *   value      := text without , ( ) ; ' | "'" text "'" with '' for one quote
 */
const singleValued = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte'] as const;
const multiValued = ['in', 'nin', 'cont', 'ncont'] as const;

export type FilterOp = (typeof singleValued)[number] | (typeof multiValued)[number];

export interface FilterTerm {
  readonly op: FilterOp;
  /** Unescaped names; `@key` stands for the keys of a map. */
  readonly path: readonly string[];
  readonly values: readonly [string, ...string[]];
}

/** `@key` as written: an escaped `~bkey` is a name that merely looks like it. */
export const KEY_STEP = '@key';

export class FilterSyntaxError extends Error {}

export function parseFilter(text: string): readonly FilterTerm[] {
  return new Parser(text).terms();
}

class Parser {
  #at = 0;

  constructor(private readonly text: string) {}

  terms(): readonly FilterTerm[] {
    const terms = [this.term()];
    while (this.#at < this.text.length) {
      this.expect(';');
      terms.push(this.term());
    }
    return terms;
  }

  private term(): FilterTerm {
    this.expect('(');
    const op = this.op(this.plain());
    this.expect(',');
    const path = this.path(this.plain());
    const values: [string, ...string[]] = [this.nextValue()];
    while (this.text[this.#at] === ',') values.push(this.nextValue());
    this.expect(')');
    if (values.length > 1 && isIn(singleValued, op)) this.fail(`${op} takes one value, not ${values.length}`);
    return { op, path, values };
  }

  private op(word: string): FilterOp {
    if (isIn(singleValued, word) || isIn(multiValued, word)) return word;
    return this.fail(`"${word}" is not an operator; there are ${[...singleValued, ...multiValued].join(', ')}`);
  }

  private path(text: string): readonly string[] {
    return text.split('/').map((name) => {
      if (name === '') this.fail(`the attribute name "${text}" has an empty part`);
      if (name === KEY_STEP) return name;
      if (name.includes('@') || /~[^01ab]|~$/.test(name)) this.fail(`"${name}" is not escaped as ~0, ~1, ~a, ~b`);
      return name.replaceAll('~1', '/').replaceAll('~a', ',').replaceAll('~b', '@').replaceAll('~0', '~');
    });
  }

  private nextValue(): string {
    this.expect(',');
    if (this.text[this.#at] === "'") return this.quoted();
    const value = this.plain();
    if (value === '') this.fail('a value is missing');
    return value;
  }

  private quoted(): string {
    const match = /^'((?:[^']|'')*)'/.exec(this.text.slice(this.#at));
    if (match === null) return this.fail('the quote does not end');
    this.#at += match[0].length;
    return (match[1] ?? '').replaceAll("''", "'");
  }

  private plain(): string {
    const value = /^[^,();']*/.exec(this.text.slice(this.#at))?.[0] ?? '';
    this.#at += value.length;
    return value;
  }

  private expect(sign: string): void {
    if (this.text[this.#at] !== sign) this.fail(`"${sign}" is expected`);
    this.#at += 1;
  }

  private fail(what: string): never {
    throw new FilterSyntaxError(`at character ${this.#at + 1}: ${what}`);
  }
}

const isIn = <T extends string>(list: readonly T[], word: string): word is T =>
  (list as readonly string[]).includes(word);
