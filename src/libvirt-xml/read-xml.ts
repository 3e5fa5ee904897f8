/**
 * Text to tree (XML 1.0, fifth edition), the inverse of `xml/render.ts`. White space between elements is dropped, references
 * are resolved, comments and processing instructions are passed over. A document type declaration is refused: libvirt
 * writes none, and the entities that it may declare grow without bound.
 */
import { isElement, type XmlElement, type XmlNode } from './xml/element.js';

/** The text is not one well-formed element; the message says where and why. */
export class MalformedXml extends Error {
  constructor(line: number, why: string) {
    super(`line ${String(line)}: ${why}`);
    this.name = 'MalformedXml';
  }
}

/** Throws `MalformedXml`. */
export function readXml(text: string): XmlElement {
  return new Reader(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).document();
}

/** An element whose end has not come. */
interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlNode[];
}

const space = /[ \t\n]*/y;
// Clause 2.3, without the few signs beyond ASCII that a name must not begin with.
const nameAt = /[A-Za-z_:\u0080-\uffff][-.\w:\u0080-\uffff]*/y;

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

class Reader {
  private at = 0;
  /** The innermost comes last. */
  private readonly open: Open[] = [];

  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  document(): XmlElement {
    if (this.text.startsWith('\ufeff')) this.at = 1;
    this.pass(space);
    while (this.passAside()) this.pass(space);
    if (this.text[this.at] !== '<') throw this.malformed('an element is expected');
    let root = this.tag();
    while (root === undefined) root = this.content();
    this.pass(space);
    while (this.passAside()) this.pass(space);
    if (this.at < this.text.length) throw this.malformed(`something comes after <${root.name}>`);
    return root;
  }

  /** The text up to the next mark-up, and that; answers the root once its end was read. */
  private content(): XmlElement | undefined {
    const next = this.text.indexOf('<', this.at);
    const [inner] = this.open.slice(-1);
    if (next === -1) throw this.malformed(`<${inner?.name ?? ''}> has no end`);
    if (next > this.at) this.add(this.resolved(this.text.slice(this.at, next)));
    this.at = next;
    if (this.passAside()) return undefined;
    if (this.text.startsWith('<![CDATA[', next)) {
      this.at = next + 9;
      this.add(this.upTo(']]>', 'a CDATA section'));
      return undefined;
    }
    return this.text[next + 1] === '/' ? this.endTag() : this.tag();
  }

  /** A comment or processing instruction, the XML declaration too. */
  private passAside(): boolean {
    if (this.text.startsWith('<!--', this.at)) {
      this.at += 4;
      this.upTo('-->', 'a comment');
      return true;
    }
    if (!this.text.startsWith('<?', this.at)) return false;
    this.at += 2;
    this.upTo('?>', 'a processing instruction');
    return true;
  }

  private tag(): XmlElement | undefined {
    this.at += 1;
    const name = this.name('the name of an element');
    const attributes = this.attributes(name);
    if (this.text[this.at] === '>') {
      this.at += 1;
      this.open.push({ name, attributes, children: [] });
      return undefined;
    }
    this.at += 2;
    return this.ended({ name, attributes, children: [] });
  }

  private endTag(): XmlElement | undefined {
    this.at += 2;
    const name = this.name('the name of an element');
    const inner = this.open.pop();
    if (inner?.name !== name) throw this.malformed(`</${name}> ends <${inner?.name ?? ''}>`);
    this.pass(space);
    if (this.text[this.at] !== '>') throw this.malformed(`</${name} is not closed by >`);
    this.at += 1;
    return this.ended(inner);
  }

  private ended({ name, attributes, children }: Open): XmlElement | undefined {
    const isNested = children.some(isElement);
    const kept = isNested ? children.filter((each) => isElement(each) || each.trim() !== '') : children;
    const element: XmlElement = { name, attributes, children: kept };
    const outer = this.open.at(-1);
    if (outer === undefined) return element;
    outer.children.push(element);
    return undefined;
  }

  /** Up to `>` or `/>`. */
  private attributes(element: string): Readonly<Record<string, string>> {
    const all: [string, string][] = [];
    for (;;) {
      const from = this.at;
      this.pass(space);
      if (this.text[this.at] === '>' || this.text.startsWith('/>', this.at)) return Object.fromEntries(all);
      if (this.at === from) throw this.malformed(`<${element} is not closed by >`);
      const name = this.name(`an attribute of <${element}>`);
      if (all.some(([other]) => other === name)) throw this.malformed(`<${element}> has ${name} twice`);
      all.push([name, this.value(`${name} of <${element}>`)]);
    }
  }

  private value(of: string): string {
    this.pass(space);
    if (this.text[this.at] !== '=') throw this.malformed(`${of} has no value`);
    this.at += 1;
    this.pass(space);
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") throw this.malformed(`the value of ${of} is not quoted`);
    this.at += 1;
    const raw = this.upTo(quote, `the value of ${of}`);
    if (raw.includes('<')) throw this.malformed(`the value of ${of} has <`);
    // Clause 3.3.3: what is not written as a reference is a space.
    return this.resolved(/[\t\n]/.test(raw) ? raw.replace(/[\t\n]/g, ' ') : raw);
  }

  private add(text: string): void {
    const inner = this.open.at(-1);
    const before = inner?.children.at(-1);
    if (inner === undefined || text === '') return;
    if (typeof before === 'string') inner.children[inner.children.length - 1] = before + text;
    else inner.children.push(text);
  }

  private resolved(text: string): string {
    if (!text.includes('&')) return text;
    return text.replace(/&([^;&<]{0,10};?)/g, (_all, reference: string) => {
      const found = reference.endsWith(';') ? this.referred(reference.slice(0, -1)) : undefined;
      if (found === undefined) throw this.malformed(`&${reference} refers to nothing`);
      return found;
    });
  }

  private referred(name: string): string | undefined {
    if (Object.hasOwn(named, name)) return named[name];
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name) ?? [];
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined;
  }

  private name(what: string): string {
    nameAt.lastIndex = this.at;
    const [name] = nameAt.exec(this.text) ?? [];
    if (name === undefined) throw this.malformed(`${what} is expected`);
    this.at += name.length;
    return name;
  }

  /** What is before `end`, which is passed. */
  private upTo(end: string, what: string): string {
    const to = this.text.indexOf(end, this.at);
    if (to === -1) throw this.malformed(`${what} has no end`);
    const inner = this.text.slice(this.at, to);
    this.at = to + end.length;
    return inner;
  }

  private pass(signs: RegExp): void {
    signs.lastIndex = this.at;
    signs.test(this.text);
    this.at = signs.lastIndex;
  }

  private malformed(why: string): MalformedXml {
    return new MalformedXml(this.text.slice(0, this.at).split('\n').length, why);
  }
}
