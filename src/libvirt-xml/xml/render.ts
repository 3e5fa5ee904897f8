/**
 * Tree to text (XML 1.0, fifth edition). Indented by two spaces; an element with text keeps it on one line, so that
 * no white space is added to a value. Characters that XML cannot carry are a fault, never dropped.
 */
import { isElement, type XmlElement, type XmlNode } from './element.js';

/** Thrown for text that no XML 1.0 document can hold (clause 2.2): NUL, most control characters, lone surrogates. */
export class UnwritableText extends Error {
  constructor(where: string, character: string) {
    const codePoint = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase();
    super(`${where} contains U+${codePoint}, which XML cannot carry; remove it.`);
    this.name = 'UnwritableText';
  }
}

export function render(root: XmlElement): string {
  return `${lines(root, '').join('\n')}\n`;
}

function lines(element: XmlElement, indent: string): readonly string[] {
  const tag = `${indent}<${element.name}${attributes(element)}`;
  if (element.children.length === 0) return [`${tag}/>`];
  if (!element.children.every(isElement)) return [`${tag}>${inline(element)}</${element.name}>`];
  const inner = element.children.flatMap((child) => lines(child, `${indent}  `));
  return [`${tag}>`, ...inner, `${indent}</${element.name}>`];
}

function attributes(element: XmlElement): string {
  return Object.entries(element.attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(`${element.name}/@${key}`, value)}"`)
    .join('');
}

const inline = (element: XmlElement): string =>
  element.children.map((child) => inlineNode(element.name, child)).join('');

function inlineNode(parent: string, node: XmlNode): string {
  if (!isElement(node)) return escapeText(parent, node);
  const tag = `<${node.name}${attributes(node)}`;
  return node.children.length === 0 ? `${tag}/>` : `${tag}>${inline(node)}</${node.name}>`;
}

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A reader turns a bare carriage return into a line feed (clause 2.11). */
const escapeText = (where: string, text: string): string => escape(where, text, /[&<>\r]/g);

/** A reader turns bare tabs and line ends in attributes into spaces (clause 3.3.3). */
const escapeAttribute = (where: string, text: string): string => escape(where, text, /[&<>"\t\n\r]/g);

function escape(where: string, text: string, special: RegExp): string {
  for (const character of text) {
    if (!isXmlCharacter(character.codePointAt(0) ?? 0)) throw new UnwritableText(where, character);
  }
  return text.replace(special, (character) => named[character] ?? `&#${String(character.charCodeAt(0))};`);
}

/** XML 1.0 clause 2.2, production Char. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code !== 0xfffe && code !== 0xffff);
}
